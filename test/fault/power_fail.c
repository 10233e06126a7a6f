/*
 * Power is lost before the n-th change of the disk.
 *
 * Nothing of what was not synced is left, or all of it, or something (see disk.h). Then
 * the database is opened, and power may be lost once more on the way, somewhere.  At
 * last:
 *
 *   - what was committed is there, and of the transaction that was going on all or
 *     nothing, with all indexes in step;
 *   - SQLite and the indexes find themselves sound, and it can be run again.
 *
 * See hunt.h.
 */
#include "disk.h"
#include "hunt.h"

#include <stdio.h>
#include <stdlib.h>

/* Open what is left, and lose power again before the n-th change. */
static void fail_again(long n, uint64_t seed)
{
    sqlite3 *db = history_open("db", DISK_VFS);
    disk_arm(DISK_POWER, n);
    sqlite3_exec(db, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
    sqlite3_exec(db, "PRAGMA wal_checkpoint", NULL, NULL, NULL);
    sqlite3_close(db);
    disk_disarm();
    disk_recover(DISK_SOME, seed);
}

static bool attempt(const history *h, int i, int mode, long n, long *n_chances)
{
    const disk_survivors survivors[] = {DISK_NOTHING, DISK_ALL, DISK_SOME, DISK_SOME,
                                        DISK_SOME};
    const uint64_t seed = (uint64_t)n * 1000 + (uint64_t)(i * 10 + mode);
    text rows = {0};
    disk_restore(i);
    sqlite3 *db = history_open("db", DISK_VFS);
    disk_arm(DISK_POWER, n);
    int rc = history_run(db, h->transactions[i], &rows);
    text_clear(&rows);
    sqlite3_close(db);
    *n_chances = disk_chances();
    disk_disarm();
    if (n == HUNT_COUNT) return rc == SQLITE_OK;
    disk_recover(survivors[mode], seed);
    if (mode == 4) fail_again(1 + n % 9, seed + 7);
    return history_goes_on(h, history_open("db", DISK_VFS), i, rc);
}

int main(int argc, char **argv)
{
    static const char *const modes[] = {"nothing unsynced is left", "all is left",
                                        "something is left", "something else is left",
                                        "something is left, twice"};
    static const hunt what = {
        .modes = modes, .n_modes = 5, .few = 1, .more = 50, .attempt = attempt};
    return hunt_run(&what, argc, argv);
}
