#include "join_bounds.h"

/*
 * Sizes are below 2^32, so that a formula here is off by far less than 1, rounding of
 * the quotient that decides included.  Rounded down it is never above the bound, and a
 * step or two lead up to it.
 */

uint64_t ts_join_least_overlap(double threshold, uint64_t sum)
{
    uint64_t both = (uint64_t)(threshold / (1.0 + threshold) * (double)sum);
    while (!ts_join_meets(threshold, sum, both))
        both++;
    return both;
}

uint64_t ts_join_least_size(double threshold, uint64_t size)
{
    /* The best that a smaller set can do is to be a part of this one. */
    uint64_t least = (uint64_t)(threshold * (double)size);
    while (!ts_join_meets(threshold, size + least, least))
        least++;
    return least;
}
