/*
 * What textsim_pairs and textsim_clusters have in common.
 *
 * Both work on the documents of an index, in one of two ways.  Where a rowid is
 * given, its partners are looked up in the index (tvf_partners.h).  For all else, and
 * when lookups in one statement begin to cost as much, the documents are read into
 * memory, as sets that are ready to be joined (core/join_sets.h): those that can have
 * partners at all.  What was read, and what lookups know, is kept for as long as the
 * statement runs the same call again: in a join, or in a subquery that depends on
 * the outer row.  The columns 0 and 1 of both are rowids, and conditions on these are
 * theirs to use; SQLite checks them again.
 *
 * Which documents are compared, the index says.  One whose text in the content table
 * has changed without the index being told is left out, as one that is gone is: what
 * the index knows of it is not true any more, and who would be found depended on which
 * of the two ways is taken.  So what comes out is what brute force finds among the
 * documents that are as they were indexed.
 *
 * Long work goes in steps of a millisecond, and after each of them a statement is
 * stepped that does nothing: that is how sqlite3_interrupt() is noticed and the
 * progress handler called, in all versions of SQLite.
 *
 *     tvf_join       the module: conditions, cursors
 *     tvf_joined     the documents
 *     tvf_partners   the partners of one document, and its cluster, by lookups
 *     tvf_pairs      textsim_pairs
 *     tvf_clusters   textsim_clusters
 */
#ifndef TS_TVF_JOIN_H
#define TS_TVF_JOIN_H

#include "tvf_partners.h"

/* Rowids from first to last; none if first > last. */
typedef struct ts_join_range {
    sqlite3_int64 first, last;
} ts_join_range;

typedef struct ts_join_cursor {
    sqlite3_vtab_cursor base;
    ts_joined *documents; /* owned */
    bool is_waiting;      /* it was opened, and never read */
    bool at_end;
    ts_join_range ranges[2]; /* of the columns 0 and 1 */

    /* The row. */
    sqlite3_int64 number; /* from 1 */
    sqlite3_int64 rowids[2];
    ts_overlap overlap; /* textsim_pairs: of these two */
    ts_cluster cluster; /* textsim_clusters */

    /* textsim_pairs: one of the three has the rows. */
    ts_join *pairs;           /* owned: all pairs, or NULL */
    bool is_looked_up;        /* those of 'partners', else of documents->partners */
    ts_partner_list partners; /* owned */

    /* textsim_clusters: of a document that was looked up, its cluster. */
    ts_hashes members; /* owned: rowids, ascending */
    size_t next_member;
    uint32_t document; /* else, the present one */
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
    /* The value of a column that is not 0 or 1. */
    void (*column)(ts_join_cursor *cursor, int column, sqlite3_context *context);
} ts_join_function;

extern const ts_join_function ts_tvf_pairs;
extern const ts_join_function ts_tvf_clusters;

/* Register one of them under a name. */
int ts_tvf_join_register(sqlite3 *db, ts_connection *connection, const char *name,
                         const ts_join_function *function);

/* Is a rowid in the range that is asked for? */
static inline bool ts_join_in_range(ts_join_range range, sqlite3_int64 rowid)
{
    return rowid >= range.first && rowid <= range.last;
}

static inline bool ts_join_is_one(ts_join_range range)
{
    return range.first == range.last;
}

#endif
