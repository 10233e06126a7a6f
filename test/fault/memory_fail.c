/*
 * Every allocation fails, one at a time, while a database is written.
 *
 * The n-th allocation of a transaction, with all that goes before it from reading the
 * file on, fails once, or all fail from there on.  Each time:
 *
 *   - the transaction gives what it gives when nothing fails, or an error that says so;
 *   - after an error nothing of it is done, on the same connection;
 *   - SQLite and the indexes find themselves sound, and the transaction can be run
 * again;
 *   - after closing, nothing is still allocated, and the file holds the same.
 *
 * alloc_fail.c does the same to loading, to functions and to queries; see hunt.h.
 */
#include "disk.h"
#include "hunt.h"
#include "memory.h"

#include <stdio.h>

static bool is_expected(int rc, const text *rows, const text *wanted, bool has_failed)
{
    if (rc == SQLITE_OK && text_equal(rows, wanted)) return true;
    /* Where SQLite has no memory for the name of a file, it says it cannot open it. */
    if (has_failed &&
        (rc == SQLITE_NOMEM || rc == SQLITE_IOERR_NOMEM || rc == SQLITE_CANTOPEN))
        return true;
    printf("# error %d: %s\n", rc, rows->size > 0 ? rows->bytes : "");
    return false;
}

static bool attempt(const history *h, int i, int mode, long n, long *n_chances)
{
    text rows = {0};
    disk_restore(i);
    sqlite3 *db = history_open("db", DISK_VFS);
    memory_arm(mode == 0 ? MEMORY_ONCE : MEMORY_FROM_THERE_ON, n);
    const int rc = history_run(db, h->transactions[i], &rows);
    *n_chances = memory_calls();
    const bool has_failed = memory_disarm();
    bool is_good = is_expected(rc, &rows, &h->rows[i], has_failed);
    if (n == HUNT_COUNT)
        sqlite3_close(db);
    else
        is_good = history_goes_on(h, db, i, rc) && is_good;
    if (memory_live() != 0 || sqlite3_memory_used() != 0) {
        printf("# memory is lost\n");
        is_good = false;
    }
    text_clear(&rows);
    return is_good;
}

int main(int argc, char **argv)
{
    static const char *const modes[] = {"once", "from there on"};
    static const hunt what = {
        .modes = modes, .n_modes = 2, .few = 1, .more = 100, .attempt = attempt};
    memory_install();
    return hunt_run(&what, argc, argv);
}
