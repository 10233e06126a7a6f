/*
 * See sample.h.  Nothing here calls a function of <math.h>: what is sampled
 * must be the same on all machines.
 */
#include "sample.h"

/* (1 - t)^m is then no longer small; what has such a threshold is scanned. */
#define SMALLEST_MAX 4096

/* Tails below this are nothing beside TS_SAMPLE_MISS. */
#define NEGLIGIBLE 1e-12

uint32_t ts_sample_smallest(double threshold)
{
    uint32_t m = 0;
    double miss = 1.0;
    while (miss > TS_SAMPLE_MISS && m < SMALLEST_MAX) {
        miss *= 1.0 - threshold;
        m++;
    }
    return m;
}

int ts_sample_promises(double share, uint32_t m)
{
    double miss = 1.0;
    for (uint32_t i = 0; i < m && miss > TS_SAMPLE_MISS; i++)
        miss *= 1.0 - share;
    return miss <= TS_SAMPLE_MISS;
}

size_t ts_sample_below(const uint64_t *set, size_t n)
{
    size_t low = 0;
    while (n > 0) {
        const size_t half = n / 2;
        if ((uint32_t)(set[low + half] >> 32) < TS_SAMPLE_LIMIT) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return low;
}

/*
 * The probabilities of X fall off on both sides of the mode; they are summed from
 * there, relative to that of the mode, by the ratio of neighbours.
 */
uint32_t ts_sample_cutoff(uint64_t n_query, uint64_t k, uint64_t n_sampled)
{
    const double N = (double)n_query, K = (double)k, n = (double)n_sampled;
    const uint64_t fewest = n_sampled + k > n_query ? n_sampled + k - n_query : 0;
    const uint64_t most = n_sampled < k ? n_sampled : k;
    uint64_t mode = (uint64_t)((n + 1.0) * (K + 1.0) / (N + 2.0));
    if (mode < fewest) mode = fewest;
    if (mode > most) mode = most;

    double above = 0.0, w = 1.0;
    for (uint64_t x = mode; x < most && w > NEGLIGIBLE; x++) {
        const double d = (double)x;
        w *= (K - d) / (d + 1.0) * ((n - d) / (N - K - n + d + 1.0));
        above += w;
    }
    double below = 0.0;
    w = 1.0;
    uint64_t x = mode;
    for (; x > fewest && w > NEGLIGIBLE; x--) {
        const double d = (double)x;
        w *= d / (K - d + 1.0) * ((N - K - n + d) / (n - d + 1.0));
        below += w;
    }
    /* From the far end up: the largest c with P(X < c) within the bound. */
    const double miss = TS_SAMPLE_MISS * (above + 1.0 + below);
    double less = 0.0;
    while (x < mode) {
        if (less + w > miss) break;
        less += w;
        const double d = (double)x;
        w *= (K - d) / (d + 1.0) * ((n - d) / (N - K - n + d + 1.0));
        x++;
    }
    return (uint32_t)x;
}
