/*
 * Random numbers for the tests, the same in every run: splitmix64 (Steele, Lea,
 * Flood 2014).  Its outputs stand for the hashes of distinct shingles: they are
 * uniform, and none comes twice.
 */
#ifndef TS_RANDOM_H
#define TS_RANDOM_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct random_state {
    uint64_t state;
} random_state;

static inline uint64_t random_next(random_state *r)
{
    uint64_t z = r->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static inline void random_fill(random_state *r, uint64_t *hashes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hashes[i] = random_next(r);
}

static inline void random_shuffle(random_state *r, uint64_t *hashes, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)(random_next(r) % i);
        uint64_t h = hashes[i - 1];
        hashes[i - 1] = hashes[j];
        hashes[j] = h;
    }
}

static inline int compare_hashes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* What ts_set_sort() should do, by libc: the number of hashes that are left. */
static inline size_t sort_plainly(uint64_t *hashes, size_t n)
{
    if (n == 0) return 0;
    qsort(hashes, n, sizeof *hashes, compare_hashes);
    size_t n_kept = 1;
    for (size_t i = 1; i < n; i++)
        if (hashes[i] != hashes[n_kept - 1]) hashes[n_kept++] = hashes[i];
    return n_kept;
}

#endif
