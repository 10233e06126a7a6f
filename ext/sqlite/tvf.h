/*
 * What all table-valued functions have in common, as one module.
 *
 * Each is an eponymous-only virtual table: it exists without CREATE, under its
 * name only.  The visible columns come first, then a hidden one for each
 * argument, f(x, y) being how SQLite writes WHERE argument1 = x AND ... .  Hidden
 * columns can make a name ambiguous, too: theirs begin with textsim_, so that
 * shingles(text) can be called on a column of that name.
 *
 * A function computes all its rows when it is called, and SQLite then reads
 * them by number, from 1, which is the rowid, and of most functions the first
 * column ("position", "band").
 *
 * In a join, SQLite calls an inner function again for every outer row, and makes
 * no index for it.  So with the same arguments as before, the rows are those that
 * are there already, and those with one number or one hash are looked up:
 * shingles(:a) x JOIN shingles(:b) y ON x.hash = y.hash is not quadratic.
 */
#ifndef TS_TVF_H
#define TS_TVF_H

#include "connection.h"
#include "values.h"

#define TS_TVF_MAX_ARGUMENTS 3

/* Which rows are read: all, one, or those that have the hash of the first. */
typedef enum ts_tvf_reading {
    TS_TVF_ALL_ROWS,
    TS_TVF_ONE_ROW,
    TS_TVF_SAME_HASH
} ts_tvf_reading;

/* A call of a function, and where its reader is.  Functions append their own. */
typedef struct ts_tvf_cursor {
    sqlite3_vtab_cursor base;
    sqlite3 *db;                                   /* borrowed */
    ts_value_copy arguments[TS_TVF_MAX_ARGUMENTS]; /* owned: of the call */
    sqlite3_int64 n_rows;
    /*
     * The rows by their hash, made when it is first needed: numbers of rows, the
     * first of each bucket and then, for every row, the next of its bucket, or 0.
     */
    uint32_t *by_hash; /* owned */
    size_t n_buckets;  /* a power of two */

    sqlite3_int64 number; /* of the row that is being read; 0 at the end */
    ts_tvf_reading reading;
} ts_tvf_cursor;

/* In the place of a column: the function has none. */
#define TS_TVF_NO_COLUMN (-1)

/* A table-valued function. */
typedef struct ts_tvf {
    const char *schema; /* CREATE TABLE, the arguments HIDDEN and last */
    int n_columns;      /* that are visible */
    int number_column;  /* that of the row's number: 0, or TS_TVF_NO_COLUMN */
    int hash_column;    /* that of the hash, or 0 if 'hash' is NULL */
    int n_arguments;
    int n_required;
    const char *argument_names[TS_TVF_MAX_ARGUMENTS];
    double typical_rows; /* for the query planner */
    size_t cursor_size; /* of the struct that a ts_tvf_cursor begins; zeroed at first */

    /*
     * Compute the rows from the arguments, NULL where not given and none of which is
     * NULL as SQL has it, and set n_rows.  They are there until it returns, their
     * copies in cursor->arguments longer.  What an earlier call left is there to be
     * used again.
     */
    void (*call)(ts_tvf_cursor *cursor, sqlite3_value *const *arguments,
                 ts_error *error);

    /* The hash of a row; NULL if there is none. */
    sqlite3_int64 (*hash)(const ts_tvf_cursor *cursor, sqlite3_int64 number);

    /* The value of another visible column; NULL if there are none. */
    void (*column)(ts_tvf_cursor *cursor, sqlite3_int64 number, int column,
                   sqlite3_context *context);

    /* Free what 'call' made. */
    void (*clear)(ts_tvf_cursor *cursor);
} ts_tvf;

extern const ts_tvf ts_tvf_shingles;
extern const ts_tvf ts_tvf_tokens;
extern const ts_tvf ts_tvf_bands;
extern const ts_tvf ts_tvf_passages;

/*
 * Whether there is a plan for these conditions: SQLITE_OK or SQLITE_CONSTRAINT.  The
 * arguments are the columns from n_columns on.
 *
 * There is none if an argument cannot be had yet, because a table that it comes from is
 * further in.  Or if there are conditions, and none is an argument: they may be a part
 * of an OR, for which older versions of SQLite choose such a plan, too.  No conditions
 * at all are a call without arguments, the error of which comes later.
 *
 * 'is_lost' becomes whether an argument is read that is not given.  Most often it was:
 * SQLite 3.54 knows all when it chooses a plan, but when it comes to the parts of an
 * OR, it passes on those in parentheses behind the name, and of others none that is
 * compared with a subquery, and no row value.  It would compare them with what another
 * call gives.  A plan is chosen from many, so only one that is run may be the error.
 */
int ts_tvf_check_arguments(const sqlite3_index_info *info, int n_columns,
                           bool *is_lost);

/* An argument is lost. */
void ts_tvf_error_lost(ts_error *error);

/* Register one of them under a name. */
int ts_tvf_register(sqlite3 *db, ts_connection *connection, const char *name,
                    const ts_tvf *tvf);

#endif
