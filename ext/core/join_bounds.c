#include "join_bounds.h"

/*
 * Sizes are below 2^32, so that all sums and products here are exact in a
 * double, or off by so little that the loops take a step or two.
 */

uint64_t ts_join_least_overlap(double threshold, uint64_t sum)
{
    uint64_t both = (uint64_t)(threshold / (1.0 + threshold) * (double)sum);
    while (both > 0 && ts_join_meets(threshold, sum, both - 1))
        both--;
    while (!ts_join_meets(threshold, sum, both))
        both++;
    return both;
}

uint64_t ts_join_least_size(double threshold, uint64_t size)
{
    /* The best that a smaller set can do is to be a part of this one. */
    uint64_t least = (uint64_t)(threshold * (double)size);
    while (least > 1 && ts_join_meets(threshold, size + least - 1, least - 1))
        least--;
    while (!ts_join_meets(threshold, size + least, least))
        least++;
    return least;
}
