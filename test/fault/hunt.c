#include "hunt.h"

#include "disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void hunt_transaction(const hunt *what, const history *h, int i, long n_tries,
                             const char *journal_mode)
{
    bool is_good = true;
    long n_tried = 0, n_all = 0;
    for (int mode = 0; mode < what->n_modes && is_good; mode++) {
        long n_chances = 0, ignored;
        is_good = what->attempt(h, i, mode, HUNT_COUNT, &n_chances);
        n_all += n_chances;
        const long stride = n_chances > 0 ? 1 + (n_chances - 1) / n_tries : 1;
        /* Not the same ones in all modes and transactions. */
        for (long n = 1 + (i * 7919 + mode * 104729) % stride;
             n <= n_chances && is_good; n += stride) {
            is_good = what->attempt(h, i, mode, n, &ignored);
            n_tried++;
            if (!is_good) printf("# %s, at chance %ld\n", what->modes[mode], n);
        }
        if (!is_good) printf("# %s\n", what->modes[mode]);
    }
    history_point(is_good, "%s: %.*s (%ld of %ld)", journal_mode,
                  (int)strcspn(h->transactions[i], "\n#"), h->transactions[i], n_tried,
                  n_all);
}

int hunt_run(const hunt *what, int argc, char **argv)
{
    static const char *const journal_modes[] = {"DELETE", "WAL"};
    const bool is_deep = getenv("TEXTSIM_DEEP") != NULL;
    const long n_tries = argc > 1 ? atol(argv[1]) : is_deep ? what->more : what->few;
    disk_install();
    for (int mode = 0; mode < 2; mode++) {
        history h;
        disk_clear();
        history_read(&h, "test/fault/history.sql");
        history_create("db", DISK_VFS, journal_modes[mode]);
        history_rehearse(&h, "db", DISK_VFS, disk_save);
        for (int i = 0; i < h.n; i++)
            hunt_transaction(what, &h, i, n_tries, journal_modes[mode]);
        history_clear(&h);
    }
    disk_clear();
    return history_end();
}
