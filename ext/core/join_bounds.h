/*
 * The bounds of a join, exactly as ts_measure_jaccard() decides.
 *
 * A pair qualifies if (double)both / (double)(a + b - both) >= t.  Formulas like
 * ceil(t / (1 + t) * (a + b)) err where rounding went the other way, and lose
 * pairs that are exactly at the threshold: 0.55 * 100 is more than 55.  A
 * quotient that is rounded still does not fall when 'both' rises, so that each
 * bound here is the least (or the largest) number for which that comparison
 * itself is true; the formula only says where to start looking.
 */
#ifndef TS_JOIN_BOUNDS_H
#define TS_JOIN_BOUNDS_H

#include <stdbool.h>
#include <stdint.h>

/* Is a pair with 'sum' = a + b and this overlap at the threshold or above? */
static inline bool ts_join_meets(double threshold, uint64_t sum, uint64_t both)
{
    return (double)both / (double)(sum - both) >= threshold;
}

/*
 * The least overlap that two sets must have whose sizes add up to sum > 0.  It
 * may be more than the smaller one has: then no pair of these sizes qualifies.
 */
uint64_t ts_join_least_overlap(double threshold, uint64_t sum);

/* The smallest set that a set of 'size' > 0 can qualify with. */
uint64_t ts_join_least_size(double threshold, uint64_t size);

#endif
