/*
 * A process that writes is killed, at any moment, and another one looks.
 *
 * The process runs history.sql in a file, again and again, and tells of each
 * transaction that is committed through a pipe.  After the kill (SIGKILL: nothing can
 * be put in order) all that it told of is there, and of the transaction that was going
 * on all or nothing; the indexes answer as new ones do; SQLite and they find themselves
 * sound; and the history goes on from there.  Sometimes the one that recovers is killed
 * first.
 *
 *     killed [kills] [seed]
 */
#define _POSIX_C_SOURCE 200809L

#include "history.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define KILLS 10
#define KILLS_DEEP 300
#define MOST_LIVED 4       /* transactions that it is let to commit, and then */
#define LONGEST_LEFT 30000 /* so many microseconds more */

static history h;
static char path[4096];
static unsigned seed = 1;

static long random_below(long n)
{
    seed = seed * 1103515245U + 12345U;
    return (long)(seed >> 8) % n;
}

static _Noreturn void write_history(int done, int acknowledge)
{
    text rows = {0};
    sqlite3 *db = history_open(path, NULL);
    for (;;) {
        const int i = done % h.n;
        const int rc = history_run(db, h.transactions[i], &rows);
        if (rc != SQLITE_OK || !text_equal(&rows, &h.rows[i])) {
            printf("# %s: %s\n", h.transactions[i], rows.bytes);
            fflush(stdout);
            _exit(1);
        }
        done++;
        if (write(acknowledge, &done, sizeof done) != sizeof done) _exit(2);
    }
}

static _Noreturn void recover(void)
{
    sqlite3 *db = history_open(path, NULL);
    sqlite3_exec(db, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
    sqlite3_close(db);
    _exit(0);
}

/* Let a process live for a while; whether it ended as it should. */
static bool kill_after(pid_t process, long microseconds)
{
    const struct timespec life = {.tv_nsec = microseconds * 1000};
    int status = 0;
    nanosleep(&life, NULL);
    kill(process, SIGKILL);
    waitpid(process, &status, 0);
    return (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) ||
           (WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* From so many transactions on; how many there are then, or -1. */
static int live_and_die(int done)
{
    int ends[2], acknowledged = done;
    fflush(stdout);
    if (pipe(ends) != 0) bail_out("pipe", "fails");
    const pid_t writer = fork();
    if (writer == 0) {
        close(ends[0]);
        write_history(done, ends[1]);
    }
    close(ends[1]);
    long n_left = random_below(MOST_LIVED);
    while (n_left-- > 0 && read(ends[0], &done, sizeof done) == sizeof done)
        acknowledged = done;
    bool is_good = kill_after(writer, random_below(LONGEST_LEFT));
    while (read(ends[0], &done, sizeof done) == sizeof done)
        acknowledged = done;
    close(ends[0]);
    if (random_below(3) == 0) {
        const pid_t other = fork();
        if (other == 0) recover();
        is_good = kill_after(other, random_below(5000)) && is_good;
    }
    sqlite3 *db = history_open(path, NULL);
    const int found = history_find(&h, db, acknowledged, acknowledged + 1);
    sqlite3_close(db);
    return is_good ? found : -1;
}

static void remove_files(void)
{
    static const char *const suffixes[] = {"", "-journal", "-wal", "-shm"};
    for (int i = 0; i < 4; i++) {
        char *name = sqlite3_mprintf("%s%s", path, suffixes[i]);
        remove(name);
        sqlite3_free(name);
    }
}

static void test(const char *journal_mode, int kills)
{
    int done = 0, killed = 0;
    history_read(&h, "test/fault/history.sql");
    history_create(path, NULL, journal_mode);
    history_rehearse(&h, path, NULL, NULL);
    while (done >= 0 && killed < kills) {
        done = live_and_die(done);
        killed++;
    }
    history_point(done > 0, "%s: %d kills, %d transactions", journal_mode, killed,
                  done);
    remove_files();
    history_clear(&h);
}

int main(int argc, char **argv)
{
    const bool is_deep = getenv("TEXTSIM_DEEP") != NULL;
    const char *directory = getenv("TMPDIR");
    char made[4000];
    snprintf(made, sizeof made, "%s/textsim-XXXXXX",
             directory != NULL ? directory : "/tmp");
    if (mkdtemp(made) == NULL) bail_out(made, "cannot be made");
    snprintf(path, sizeof path, "%s/killed.db", made);
    const int kills = argc > 1 ? atoi(argv[1]) : is_deep ? KILLS_DEEP : KILLS;
    if (argc > 2) seed = (unsigned)atoi(argv[2]);
    test("DELETE", kills);
    test("WAL", kills);
    rmdir(made);
    return history_end();
}
