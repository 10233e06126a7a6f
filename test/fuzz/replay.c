/*
 * A fuzzer without libFuzzer: runs it once on each file, or all of a folder.
 *
 *     fuzz_NAME_replay file-or-folder...
 *
 * Before each input its name is printed: the last one is that which aborts.
 */
#define _POSIX_C_SOURCE 200809L

#include "check.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_PATH_SIZE = 4096 };

static long run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    long size = -1;
    if (file != NULL && fseek(file, 0, SEEK_END) == 0) size = ftell(file);
    if (size < 0 || fseek(file, 0, SEEK_SET) != 0) {
        perror(path);
        exit(1);
    }
    /* Just as long as it is: a read beyond its end is seen. */
    uint8_t *bytes = malloc((size_t)size + (size == 0));
    CHECK(bytes != NULL && fread(bytes, 1, (size_t)size, file) == (size_t)size);
    fclose(file);
    printf("%s\n", path);
    fflush(stdout);
    LLVMFuzzerTestOneInput(bytes, (size_t)size);
    free(bytes);
    return 1;
}

static long run(const char *path)
{
    struct stat found;
    long n = 0;
    if (stat(path, &found) != 0 || !S_ISDIR(found.st_mode)) return run_file(path);
    DIR *folder = opendir(path);
    CHECK(folder != NULL);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char name[MAX_PATH_SIZE];
        if (entry->d_name[0] == '.') continue;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        n += run(name);
    }
    closedir(folder);
    return n;
}

int main(int argc, char **argv)
{
    long n = 0;
    for (int i = 1; i < argc; i++)
        n += run(argv[i]);
    printf("%ld inputs\n", n);
    return n == 0;
}
