#include "measures.h"

/* numerator / denominator, where 0 / 0 is a chance of sampling and means 0. */
static double share(uint64_t numerator, uint64_t denominator)
{
    return denominator == 0 ? 0.0 : (double)numerator / (double)denominator;
}

bool ts_measure_jaccard(const ts_overlap *overlap, double *value)
{
    if (overlap->a_empty && overlap->b_empty) return false;
    *value = share(overlap->both, overlap->a + overlap->b - overlap->both);
    return true;
}

bool ts_measure_containment(const ts_overlap *overlap, double *value)
{
    if (overlap->a_empty) return false;
    *value = share(overlap->both, overlap->a);
    return true;
}

bool ts_measure_overlap_coefficient(const ts_overlap *overlap, double *value)
{
    if (overlap->a_empty || overlap->b_empty) return false;
    *value = share(overlap->both, overlap->a < overlap->b ? overlap->a : overlap->b);
    return true;
}

bool ts_measure_dice(const ts_overlap *overlap, double *value)
{
    if (overlap->a_empty && overlap->b_empty) return false;
    *value = share(2 * overlap->both, overlap->a + overlap->b);
    return true;
}
