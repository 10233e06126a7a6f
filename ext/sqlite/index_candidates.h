/*
 * Which documents can meet the bounds of a query.
 */
#ifndef TS_INDEX_CANDIDATES_H
#define TS_INDEX_CANDIDATES_H

#include "index_query.h"

/* Rowids; a zeroed array is a valid empty one. */
typedef struct ts_rowids {
    sqlite3_int64 *data; /* owned */
    size_t size;
    size_t capacity;
} ts_rowids;

typedef struct ts_rowid_range {
    sqlite3_int64 first, last;
} ts_rowid_range;

void ts_rowids_clear(ts_rowids *rowids);
/* False if there is no memory. */
bool ts_rowids_append(ts_rowids *rowids, sqlite3_int64 rowid);
/* Sort them, without repeats; how many there were. */
size_t ts_rowids_sort(ts_rowids *rowids);
/* Keep those that are among others, too; both sorted. */
void ts_rowids_keep(ts_rowids *rowids, const ts_rowids *others);

/*
 * Of the sample of a document: how many of its hashes it has.  They are the
 * first of its sorted set.
 */
size_t ts_sample_size(const ts_index *index, const ts_hashes *set);

/*
 * If the index can promise to find what meets the bounds, make 'found' the rowids
 * of such documents, ascending, with some others.  False if it cannot, and the
 * documents must all be looked at, or on an error.
 */
bool ts_candidates_find(ts_index *index, const ts_query *query, ts_rowid_range range,
                        ts_rowids *found, ts_error *error);

#endif
