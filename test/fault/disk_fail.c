/*
 * Whatever is asked of the disk fails, one thing at a time.
 *
 * In a transaction, with all that goes before it from reading the file on, the n-th
 * read, write, sync, truncation, lock, opening, deletion, call for a size or for shared
 * memory fails, once or with all that follow; or from the n-th write on, or at it
 * alone, the disk is full.  Reads and writes are so many that others are counted by
 * themselves as well.  What fails to write has written half.  Each time:
 *
 *   - the transaction gives what it gives when nothing fails, or an error of the
 * disk's; never that a table is damaged;
 *   - it is done or it is not, the whole of it, with all indexes in step, on this
 *     connection and after it was closed; and if it said that it is done, it is;
 *   - SQLite and the indexes find themselves sound, and it can be run again.
 *
 * See disk.h and hunt.h.
 */
#include "disk.h"
#include "hunt.h"

#include <stdio.h>

static bool is_expected(int rc, const text *rows, const text *wanted, bool has_failed)
{
    if (rc == SQLITE_OK && text_equal(rows, wanted)) return true;
    switch (has_failed ? rc & 0xff : SQLITE_OK) {
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
        return true;
    default:
        printf("# error %d: %s\n", rc, rows->size > 0 ? rows->bytes : "");
        return false;
    }
}

static bool attempt(const history *h, int i, int mode, long n, long *n_chances)
{
    text rows = {0};
    disk_restore(i);
    sqlite3 *db = history_open("db", DISK_VFS);
    disk_arm((disk_fault)mode, n);
    const int rc = history_run(db, h->transactions[i], &rows);
    *n_chances = disk_chances();
    bool is_good = is_expected(rc, &rows, &h->rows[i], disk_disarm());
    if (n == HUNT_COUNT)
        sqlite3_close(db);
    else
        is_good = history_goes_on(h, db, i, rc) && is_good;
    if (sqlite3_memory_used() != 0) {
        printf("# memory is lost\n");
        is_good = false;
    }
    text_clear(&rows);
    return is_good;
}

int main(int argc, char **argv)
{
    static const char *const modes[] = {
        "an error once", "errors from there on", "the disk is full once",
        "the disk is full from there on", "an error of a rare call once"};
    static const hunt what = {
        .modes = modes, .n_modes = 5, .few = 1, .more = 50, .attempt = attempt};
    return hunt_run(&what, argc, argv);
}
