/*
 * What textsim_pairs and textsim_clusters have in common.
 *
 * Both read all documents of an index into memory, as sets that are ready to be
 * joined (core/join_sets.h), and keep them for as long as the statement runs the
 * same call again: in a join, or in a subquery that depends on the outer row.
 * The columns 0 and 1 of both are rowids, and conditions on these are theirs to
 * use; SQLite checks them again.
 *
 * Long work goes in steps of a millisecond, and after each of them a statement is
 * stepped that does nothing: that is how sqlite3_interrupt() is noticed and the
 * progress handler called, in all versions of SQLite.
 */
#ifndef TS_TVF_JOIN_H
#define TS_TVF_JOIN_H

#include "connection.h"
#include "values.h"

#include "../core/clusters.h"
#include "../core/join.h"

#define TS_JOIN_ARGUMENTS 3

/* Rowids from first to last; none if first > last. */
typedef struct ts_join_range {
    sqlite3_int64 first, last;
} ts_join_range;

/* The documents of an index, and what was found out about them. */
typedef struct ts_joined {
    sqlite3_value *arguments[TS_JOIN_ARGUMENTS]; /* owned; NULL where not given */
    double threshold;
    ts_join_sets *sets;    /* owned */
    ts_hashes rowids;      /* owned; by number of a document, ascending */
    ts_join *partners;     /* owned; made when it is first needed, as the next */
    ts_clusters *clusters; /* owned */
    sqlite3_stmt *pulse;   /* owned: the statement that does nothing */
} ts_joined;

typedef struct ts_join_cursor {
    sqlite3_vtab_cursor base;
    ts_joined *documents; /* owned */
    bool is_waiting;      /* it was opened, and never read */
    bool at_end;
    ts_join_range ranges[2]; /* of the columns 0 and 1 */
    sqlite3_int64 number;    /* of the row, from 1 */

    ts_join *pairs;    /* owned: all pairs; NULL where a document's are read */
    ts_join_pair pair; /* textsim_pairs: the row */
    uint32_t document; /* textsim_clusters: the row */
    bool in_chain;     /* its next is the next of its cluster */
} ts_join_cursor;

/* One of the two functions. */
typedef struct ts_join_function {
    const char *schema; /* CREATE TABLE, the arguments HIDDEN and last */
    int n_columns;      /* that are visible */
    double rows_found;  /* where a rowid is given */

    /* Begin to read the rows in cursor->ranges: go before the first. */
    void (*begin)(ts_join_cursor *cursor, ts_error *error);
    /* Go to the next row in the ranges; false at the end and on an error. */
    bool (*next)(ts_join_cursor *cursor, ts_error *error);
    /* The rowid in column 0 or 1, and the value of another one. */
    sqlite3_int64 (*rowid)(const ts_join_cursor *cursor, int column);
    void (*column)(const ts_join_cursor *cursor, int column, sqlite3_context *context);
} ts_join_function;

extern const ts_join_function ts_tvf_pairs;
extern const ts_join_function ts_tvf_clusters;

/* Register one of them under a name. */
int ts_tvf_join_register(sqlite3 *db, ts_connection *connection, const char *name,
                         const ts_join_function *function);

/* Was the work interrupted?  Then that is the error. */
bool ts_joined_pulse(ts_joined *documents, ts_error *error);

/* The first document whose rowid is not less; n_documents if there is none. */
uint32_t ts_joined_find(const ts_joined *documents, sqlite3_int64 rowid);

static inline sqlite3_int64 ts_joined_rowid(const ts_joined *documents,
                                            uint32_t document)
{
    return (sqlite3_int64)documents->rowids.data[document];
}

/* Is the present row in the ranges that are asked for? */
static inline bool ts_join_in_range(ts_join_range range, sqlite3_int64 rowid)
{
    return rowid >= range.first && rowid <= range.last;
}

#endif
