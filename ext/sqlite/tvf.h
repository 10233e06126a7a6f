/*
 * What all table-valued functions have in common, as one module.
 *
 * Each is an eponymous-only virtual table: it exists without CREATE, under its
 * name only.  The visible columns come first, then a hidden one for each
 * argument, f(x, y) being how SQLite writes WHERE argument1 = x AND ... .
 *
 * A function computes all its rows when it is called, and SQLite then reads
 * them by number, from 1, which is the first column ("position", "band") and
 * the rowid.  In a join, SQLite calls an inner function again for every outer row;
 * with the same arguments as before the rows are those that are there already.
 */
#ifndef TS_TVF_H
#define TS_TVF_H

#include "connection.h"
#include "values.h"

#define TS_TVF_MAX_ARGUMENTS 2

/* A call of a function, and where its reader is.  Functions append their own. */
typedef struct ts_tvf_cursor {
    sqlite3_vtab_cursor base;
    sqlite3_value *arguments[TS_TVF_MAX_ARGUMENTS]; /* owned; NULL if not given */
    sqlite3_int64 n_rows;
    sqlite3_int64 row; /* from 1 */
} ts_tvf_cursor;

/* A table-valued function. */
typedef struct ts_tvf {
    const char *schema; /* CREATE TABLE, the arguments HIDDEN and last */
    int n_columns;      /* that are visible; the first is the row's number */
    int n_arguments;
    int n_required;
    const char *argument_names[TS_TVF_MAX_ARGUMENTS];
    double typical_rows; /* for the query planner */
    size_t cursor_size; /* of the struct that a ts_tvf_cursor begins; zeroed at first */

    /*
     * Compute the rows from cursor->arguments, none of which is NULL as SQL has
     * it, and set n_rows.  What an earlier call left is there to be used again.
     */
    void (*call)(ts_tvf_cursor *cursor, ts_error *error);

    /* The value of a visible column, but the first, in the present row. */
    void (*column)(ts_tvf_cursor *cursor, sqlite3_context *context, int column);

    /* Free what 'call' made. */
    void (*clear)(ts_tvf_cursor *cursor);
} ts_tvf;

extern const ts_tvf ts_tvf_shingles;
extern const ts_tvf ts_tvf_tokens;
extern const ts_tvf ts_tvf_bands;

/* Register one of them under a name. */
int ts_tvf_register(sqlite3 *db, ts_connection *connection, const char *name,
                    const ts_tvf *tvf);

#endif
