/*
 * Where in a text k words stand in a row: what a search for passages begins with.
 *
 * All windows of k tokens, by 32 bits of their hash and then by place, in one
 * array, sorted by digits (LSD radix sort); a table leads from the upper bits of
 * a hash to its part of the array.
 */
#ifndef TS_ANCHORS_H
#define TS_ANCHORS_H

#include "poll.h"
#include "status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct ts_anchors {
    uint64_t
        *entries; /* owned; ascending: hash in the upper half, place in the lower */
    uint32_t n;
    uint32_t *first; /* owned: by upper bits of a hash, its first entry; and the end */
    unsigned shift;  /* of a hash, to those bits */
} ts_anchors;

/* The places of one window, ascending: the lower half of each entry. */
typedef struct ts_anchor_places {
    const uint64_t *entries; /* borrowed */
    uint32_t n;
} ts_anchor_places;

/* Hashes of the windows of a text, one after the other. */
typedef struct ts_anchor_windows {
    const uint64_t *tokens; /* borrowed */
    uint32_t n;             /* windows that are left */
    uint32_t k;
    uint64_t drop;  /* what a token weighs when it leaves the window */
    uint64_t value; /* the polynomial of the k - 1 tokens that come next */
} ts_anchor_windows;

void ts_anchor_windows_begin(ts_anchor_windows *windows, const uint64_t *tokens,
                             uint32_t n_tokens, uint32_t k);

/* The hash of the next window; windows->n must not be 0. */
uint32_t ts_anchor_windows_next(ts_anchor_windows *windows);

/*
 * Make them of a text's tokens; n_tokens below 2^31.  A zeroed struct is empty.
 * TS_NOMEM, TS_STOPPED.  Linear; 16 bytes per token, 8 to 12 of them stay.
 */
ts_status ts_anchors_build(ts_anchors *anchors, const uint64_t *tokens,
                           uint32_t n_tokens, uint32_t k, ts_poll *poll);
void ts_anchors_clear(ts_anchors *anchors);

/* A hash will be looked up: have memory send its bucket, and then its places. */
void ts_anchors_expect(const ts_anchors *anchors, uint32_t hash);
void ts_anchors_expect_places(const ts_anchors *anchors, uint32_t hash);

/*
 * The places of the windows that have this hash: all that are equal, and, once in
 * four billion, another.
 */
ts_anchor_places ts_anchors_find(const ts_anchors *anchors, uint32_t hash);

#endif
