/*
 * A merge: the blocks of a range on one level are read, and written anew with what
 * comes in and without the postings of dead documents.  Which and when is said in
 * index_levels.c.
 */
#ifndef TS_INDEX_MERGE_H
#define TS_INDEX_MERGE_H

#include "index_postings.h"

/* The largest posting there can be, and one that is larger. */
#define TS_NO_POSTING UINT64_MAX

/* The documents that are dead now.  A zeroed one says that there are none. */
typedef struct ts_dead {
    size_t n;
    ts_hashes table; /* owned: a hash table of their numbers; 0: none */
    ts_hashes bits;  /* owned: by the lower bits of a number, whether it may be one */
} ts_dead;

/* Read t_dead: 0.1 us for each. */
bool ts_dead_load(ts_dead *dead, ts_index *index, ts_error *error);
void ts_dead_clear(ts_dead *dead);

typedef struct ts_merge {
    const ts_level *level;
    uint64_t from, to; /* whole blocks: of 'from', and up to one that 'to' is in */
    const ts_hashes *incoming; /* borrowed: sorted, within the range; NULL: none */
    const ts_dead *dead;       /* borrowed */
} ts_merge;

/* Write the range anew: with what comes in, without what is dead. */
void ts_merge_run(ts_index *index, const ts_merge *merge, ts_error *error);

/* Blocks of a level from the one that 'from' is in, at most n of them. */
typedef struct ts_slice {
    const ts_level *level;
    uint64_t from;
    sqlite3_int64 n_blocks;
} ts_slice;

/* Take them off their level; false if there are no more after them. */
bool ts_merge_take(ts_index *index, const ts_slice *slice, ts_hashes *postings,
                   ts_error *error);

#endif
