/*
 * A history: transactions that make tables and indexes, fill, change, ask, rebuild,
 * merge and drop them; and what must hold wherever it is broken off.
 *
 * The programs of this folder run it while memory, the disk, the power or the process
 * fails.  Its last transaction drops all, so that it can be run again and again.
 */
#ifndef TEST_FAULT_HISTORY_H
#define TEST_FAULT_HISTORY_H

#include <sqlite3.h>

#include <stdbool.h>
#include <stddef.h>

/* There is nothing to test if the test itself cannot go on: ends the program. */
_Noreturn void bail_out(const char *what, const char *why);

/* Text that grows, by malloc(); a zeroed one is empty. */
typedef struct text {
    char *bytes; /* owned; ends with a NUL */
    size_t size, room;
} text;

void text_append(text *t, const void *bytes, size_t size);
void text_clear(text *t);
bool text_equal(const text *a, const text *b);
/* Print, as TAP comments, the first line in which two texts differ. */
void text_print_difference(const text *got, const text *wanted);

#define HISTORY_MAX 100

typedef struct history {
    char *script; /* owned */
    const char *transactions[HISTORY_MAX];
    int n;
    text states[HISTORY_MAX + 1]; /* owned: before the first, and after each of them */
    text rows[HISTORY_MAX];       /* owned: what each gives */
} history;

/*
 * Read a script.  Transactions are separated by empty lines, and end each statement
 * with a semicolon at the end of a line; lines that begin with "--" are comments.
 */
void history_read(history *h, const char *path);
void history_clear(history *h);

/* Connect, with the extension and a page cache so small that it is written early. */
sqlite3 *history_open(const char *path, const char *vfs);

/* Make a database of small pages. */
void history_create(const char *path, const char *vfs, const char *journal_mode);

/*
 * Run a transaction; several statements are put between BEGIN and COMMIT.  SQLITE_OK
 * and the rows; or the first error and its message, rolled back if that can be done.
 */
int history_run(sqlite3 *db, const char *transaction, text *result);

/* All that there is in a database: tables, indexes, and answers of these. */
void history_state(sqlite3 *db, text *state);

/*
 * Run the whole history where nothing fails, for what it gives and for the states:
 * each has to be sound, and indexes made anew must give the same answers.  'reached'
 * is called, without a connection, before the first transaction and after each.
 */
void history_rehearse(history *h, const char *path, const char *vfs,
                      void (*reached)(int n_done));

/* Whether SQLite and all indexes find the database sound; prints what is wrong. */
bool history_is_sound(sqlite3 *db);

/*
 * Look at a database at rest: sound, and in the state that it had after 'least' to
 * 'most' transactions.  Which one, or -1 and prints what is wrong.
 */
int history_find(const history *h, sqlite3 *db, int least, int most);

/*
 * After a failure in transaction i: the database is in the state before it or after it;
 * 'rc' is what the transaction ended with, and after SQLITE_OK only the latter will do.
 * From the state before it the transaction is run again, and has to be done then, on a
 * new connection.  Closes the connection; prints what is wrong.
 */
bool history_goes_on(const history *h, sqlite3 *db, int i, int rc);

/* Print a test point; the name is the format, with what follows it. */
void history_point(bool is_good, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Print the plan; says whether all points were good. */
int history_end(void);

#endif
