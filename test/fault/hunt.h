/*
 * A hunt: each transaction of history.sql, on the disk of disk.h, with a rollback
 * journal and with a write-ahead log, is run again and again while something fails at
 * the n-th chance; for every n there is, or for so many of them, evenly spread.
 *
 * The programs take how many are tried of each transaction and way of failing as their
 * argument; without one, it is few, and with TEXTSIM_DEEP more.
 */
#ifndef TEST_FAULT_HUNT_H
#define TEST_FAULT_HUNT_H

#include "history.h"

#include <limits.h>

#define HUNT_COUNT LONG_MAX

typedef struct hunt {
    const char *const *modes; /* ways of failing */
    int n_modes;
    int few, more; /* how many chances are tried */
    /*
     * Run transaction i of a history on a disk where all before it is done, failing at
     * the n-th chance: whether all is well afterwards.  If n is HUNT_COUNT, nothing
     * fails, and 'n_chances' is set to how many there were.
     */
    bool (*attempt)(const history *h, int i, int mode, long n, long *n_chances);
} hunt;

/* Print a test point for each transaction; what main() returns. */
int hunt_run(const hunt *what, int argc, char **argv);

#endif
