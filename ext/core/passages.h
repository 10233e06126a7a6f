/*
 * Passages: what two texts share, in order or moved, with small edits.
 *
 *   anchors    three words in a row that both texts have (anchors.h)
 *   paths      each grown to a chain of runs over small edits (paths.h)
 *   passages   of paths that overlap in a, the best; of others, what is left
 *
 * Where a few words in a row occur at many places of b, only so many of these are
 * tried, and none if a path goes through them already: what is worth finding there
 * has rarer words next to it, or else one place is as good as another.  So at any
 * word of a there are only so many paths side by side, and all is near-linear, were
 * both texts a hundred thousand times the same line.
 */
#ifndef TS_PASSAGES_H
#define TS_PASSAGES_H

#include "buffer.h"
#include "params.h"
#include "poll.h"
#include "status.h"

typedef struct ts_passage_params {
    uint32_t anchor;    /* words in a row that a passage must have: 1..TS_K_MAX */
    uint32_t min_words; /* that must match */
    uint32_t max_gap;   /* edited words that it may bridge */
} ts_passage_params;

/* Words a to a_end - 1 of one text, and b to b_end - 1 of the other, from 0. */
typedef struct ts_passage {
    uint32_t a, a_end;
    uint32_t b, b_end;
    uint32_t words;   /* that match */
    uint32_t aligned; /* those, and the columns of the alignment that are edits */
} ts_passage;

/* A zeroed list is a valid empty one. */
typedef struct ts_passages {
    ts_passage *items; /* owned */
    size_t n;
} ts_passages;

/*
 * Set 'found' to the passages that the texts with these words share: no two overlap
 * in a, the one with the most words is first, and of equal ones that which is first
 * in a.  Where neither text says anything twice and min_words is more than max_gap,
 * texts that change places share the same passages.  TS_NOMEM, TS_STOPPED; TS_TOO_BIG
 * for 2^30 words.  About 100 ns per word; 4 bytes per word of both and 16 per word of
 * b, and what the paths take.
 */
ts_status ts_passages_find(ts_passages *found, const ts_passage_params *params,
                           const ts_hashes *a, const ts_hashes *b, ts_poll *poll);

/* Sort them by where they are in a; TS_STOPPED, in no order. */
ts_status ts_passages_sort_by_place(ts_passages *passages, ts_poll *poll);

void ts_passages_clear(ts_passages *passages);

/* How many words of a lie in passages. */
uint64_t ts_passages_words(const ts_passages *passages);

#endif
