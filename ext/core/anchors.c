#include "anchors.h"

#include "alloc.h"
#include "expect.h"
#include "hash.h"

#include <string.h>

/* Three passes over 32 bits. */
#define DIGIT_BITS 11
#define N_DIGITS (1u << DIGIT_BITS)
#define N_PASSES 3

_Static_assert(DIGIT_BITS *N_PASSES >= 32, "all bits of a hash are sorted by");

/* More buckets than these would only be colder. */
#define MAX_TABLE_BITS 22

void ts_anchor_windows_begin(ts_anchor_windows *windows, const uint64_t *tokens,
                             uint32_t n_tokens, uint32_t k)
{
    *windows = (ts_anchor_windows){
        .tokens = tokens, .n = n_tokens >= k ? n_tokens - k + 1 : 0, .k = k, .drop = 1};
    if (windows->n == 0) return;
    for (uint32_t i = 0; i + 1 < k; i++) {
        windows->value = windows->value * TS_HASH_MULTIPLIER + tokens[i];
        windows->drop *= TS_HASH_MULTIPLIER;
    }
}

uint32_t ts_anchor_windows_next(ts_anchor_windows *windows)
{
    const uint64_t value =
        windows->value * TS_HASH_MULTIPLIER + windows->tokens[windows->k - 1];
    windows->value = value - windows->tokens[0] * windows->drop;
    windows->tokens++;
    windows->n--;
    return (uint32_t)(ts_hash_mix(value) >> 32);
}

/* Sort by one digit of the hash; what is equal stays in order. */
static ts_status sort_by_digit(const uint64_t *from, uint64_t *to, uint32_t n,
                               unsigned pass, ts_poll *poll)
{
    const unsigned shift = 32 + DIGIT_BITS * pass;
    uint32_t at[N_DIGITS] = {0};
    ts_status rc = TS_OK;
    for (size_t i = 0, stop; i < n && rc == TS_OK;) {
        rc = ts_poll_piece(poll, 1, i, n, &stop);
        for (; i < stop; i++)
            at[from[i] >> shift & (N_DIGITS - 1)]++;
    }
    for (uint32_t digit = 0, sum = 0; digit < N_DIGITS; digit++) {
        const uint32_t count = at[digit];
        at[digit] = sum;
        sum += count;
    }
    for (size_t i = 0, stop; i < n && rc == TS_OK;) {
        rc = ts_poll_piece(poll, 4, i, n, &stop);
        for (; i < stop; i++)
            to[at[from[i] >> shift & (N_DIGITS - 1)]++] = from[i];
    }
    return rc;
}

/* Sort anchors->entries with an array of the same size; one of the two stays. */
static ts_status sort_entries(ts_anchors *anchors, ts_poll *poll)
{
    ts_status rc = TS_OK;
    uint64_t *other = ts_malloc(anchors->n * sizeof *other);
    if (other == NULL) return TS_NOMEM;
    for (unsigned pass = 0; pass < N_PASSES && rc == TS_OK; pass++) {
        uint64_t *from = anchors->entries;
        rc = sort_by_digit(from, other, anchors->n, pass, poll);
        anchors->entries = other;
        other = from;
    }
    ts_free(other);
    return rc;
}

static ts_status make_table(ts_anchors *anchors, ts_poll *poll)
{
    unsigned bits = 1;
    while (bits < MAX_TABLE_BITS && anchors->n >> bits > 1)
        bits++;
    const uint32_t n_buckets = UINT32_C(1) << bits;
    anchors->shift = 32 - bits;
    anchors->first = ts_malloc(((size_t)n_buckets + 1) * sizeof *anchors->first);
    if (anchors->first == NULL) return TS_NOMEM;
    uint32_t at = 0;
    ts_status rc = TS_OK;
    for (size_t bucket = 0, stop; bucket < n_buckets && rc == TS_OK;) {
        rc = ts_poll_piece(poll, 10, bucket, n_buckets, &stop);
        for (; bucket < stop; bucket++) {
            while (at < anchors->n &&
                   anchors->entries[at] >> 32 >> anchors->shift < bucket)
                at++;
            anchors->first[bucket] = at;
        }
    }
    anchors->first[n_buckets] = anchors->n;
    return rc;
}

ts_status ts_anchors_build(ts_anchors *anchors, const uint64_t *tokens,
                           uint32_t n_tokens, uint32_t k, ts_poll *poll)
{
    ts_anchor_windows windows;
    ts_anchor_windows_begin(&windows, tokens, n_tokens, k);
    anchors->n = windows.n;
    if (anchors->n == 0) return TS_OK;
    anchors->entries = ts_malloc(anchors->n * sizeof *anchors->entries);
    if (anchors->entries == NULL) return TS_NOMEM;
    ts_status rc = TS_OK;
    for (size_t i = 0, stop; i < anchors->n && rc == TS_OK;) {
        rc = ts_poll_piece(poll, 4, i, anchors->n, &stop);
        for (; i < stop; i++)
            anchors->entries[i] = (uint64_t)ts_anchor_windows_next(&windows) << 32 | i;
    }
    if (rc == TS_OK) rc = sort_entries(anchors, poll);
    if (rc == TS_OK) rc = make_table(anchors, poll);
    return rc;
}

void ts_anchors_clear(ts_anchors *anchors)
{
    ts_free(anchors->entries);
    ts_free(anchors->first);
    memset(anchors, 0, sizeof *anchors);
}

/* The first entry from 'low' to 'end' that is not less. */
static uint32_t lower_bound(const uint64_t *entries, uint32_t low, uint32_t end,
                            uint64_t wanted)
{
    while (low < end) {
        const uint32_t middle = low + (end - low) / 2;
        if (entries[middle] < wanted)
            low = middle + 1;
        else
            end = middle;
    }
    return low;
}

void ts_anchors_expect(const ts_anchors *anchors, uint32_t hash)
{
    if (anchors->n > 0) TS_EXPECT(&anchors->first[hash >> anchors->shift]);
}

void ts_anchors_expect_places(const ts_anchors *anchors, uint32_t hash)
{
    if (anchors->n > 0)
        TS_EXPECT(&anchors->entries[anchors->first[hash >> anchors->shift]]);
}

ts_anchor_places ts_anchors_find(const ts_anchors *anchors, uint32_t hash)
{
    if (anchors->n == 0) return (ts_anchor_places){0};
    const uint32_t bucket = hash >> anchors->shift;
    const uint32_t begin = anchors->first[bucket], end = anchors->first[bucket + 1];
    const uint64_t wanted = (uint64_t)hash << 32;
    const uint32_t first = lower_bound(anchors->entries, begin, end, wanted);
    uint32_t last = first; /* few have many entries */
    while (last < end && last - first < 4 && anchors->entries[last] >> 32 == hash)
        last++;
    if (last < end && last - first == 4)
        last = lower_bound(anchors->entries, last, end, wanted | UINT32_MAX);
    /* No place is UINT32_MAX, so that the bound is behind the last entry. */
    return (ts_anchor_places){anchors->entries + first, last - first};
}
