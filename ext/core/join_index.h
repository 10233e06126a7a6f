/*
 * The prefix index of a join: for each rank, the sets that have it among their
 * first (rarest) hashes.
 *
 * Prefix filter (Chaudhuri, Ganti, Kaushik 2006; Bayardo, Ma, Srikant 2007): two
 * sets of sizes a and b that have 'least' elements in common have one in common
 * among the first a - least + 1 of one and the first b - least + 1 of the other,
 * in any order that is the same for all sets.  Hashes that are in one set alone
 * are the rarest and come first: they are counted as a part of the prefix, and
 * where a prefix has no others, the set has no partners.
 *
 * The order of all sets by size makes half of the prefixes shorter: a set that
 * is looked up by larger ones only, or equal ones, has a 'least' that belongs to
 * two sets of its own size.  At 0.5 that is the first third, not the first half.
 */
#ifndef TS_JOIN_INDEX_H
#define TS_JOIN_INDEX_H

#include "join_sets.h"

typedef enum ts_join_reach {
    TS_JOIN_LARGER, /* found by sets after it in the order of sizes only */
    TS_JOIN_ALL     /* found by all sets */
} ts_join_reach;

typedef struct ts_join_entry {
    uint32_t set;
    /* Elements of the set from this one on: no more can be in common there. */
    uint32_t left;
} ts_join_entry;

typedef struct ts_join_index {
    const ts_join_sets *sets; /* borrowed */
    double threshold;
    ts_join_reach reach;

    /*
     * Entries by rank, those of first_rank + i from begins[i] on; in the order of
     * sets within a rank.
     */
    uint32_t *begins; /* owned */
    uint32_t n_begins;
    ts_join_entry *entries; /* owned */
    uint32_t n_entries;

    /* Least overlaps by the sum of two sizes, as far as the table goes. */
    uint32_t *least; /* owned */
    uint32_t n_least;

    int phase;   /* of building */
    uint32_t at; /* in the phase: the next set or list */
} ts_join_index;

/* Begin; TS_NOMEM.  A zeroed index is empty and can be cleared. */
ts_status ts_join_index_init(ts_join_index *index, const ts_join_sets *sets,
                             double threshold, ts_join_reach reach);
void ts_join_index_clear(ts_join_index *index);

/* Do some of the work; *ready tells when all is done.  TS_NOMEM, TS_TOO_BIG. */
ts_status ts_join_index_build(ts_join_index *index, bool *ready);

/* Elements with a rank in the prefix with which a set looks for others. */
uint32_t ts_join_index_probe(const ts_join_index *index, uint32_t set);

/* The first set that is large enough to be a partner of this one, or larger. */
uint32_t ts_join_index_first(const ts_join_index *index, uint32_t set);

/* The least overlap of two sets whose sizes add up to 'sum'. */
uint64_t ts_join_index_least_slow(const ts_join_index *index, uint64_t sum);

static inline uint64_t ts_join_index_least(const ts_join_index *index, uint64_t sum)
{
    return sum < index->n_least ? index->least[sum]
                                : ts_join_index_least_slow(index, sum);
}

/* The entries of a rank with sets from 'first' on: from the result to *end. */
uint32_t ts_join_index_list(const ts_join_index *index, uint32_t rank, uint32_t first,
                            uint32_t *end);

/*
 * The overlap of 'set', of which 'left' elements are left, with that of an entry,
 * where they are known to have the first of these in common and none before; 0 if
 * that is too little for the threshold.
 */
uint32_t ts_join_index_verify(const ts_join_index *index, uint32_t set, uint32_t left,
                              const ts_join_entry *entry);

#endif
