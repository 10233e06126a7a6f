#include "measures.h"

static bool share(uint64_t numerator, uint64_t denominator, double *value)
{
    if (denominator == 0) return false;
    *value = (double)numerator / (double)denominator;
    return true;
}

bool ts_measure_jaccard(const ts_overlap *overlap, double *value)
{
    return share(overlap->both, overlap->a + overlap->b - overlap->both, value);
}

bool ts_measure_containment(const ts_overlap *overlap, double *value)
{
    return share(overlap->both, overlap->a, value);
}

bool ts_measure_overlap_coefficient(const ts_overlap *overlap, double *value)
{
    return share(overlap->both, overlap->a < overlap->b ? overlap->a : overlap->b,
                 value);
}

bool ts_measure_dice(const ts_overlap *overlap, double *value)
{
    return share(2 * overlap->both, overlap->a + overlap->b, value);
}
