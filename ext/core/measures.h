/*
 * The four measures, from counts.
 *
 * Exact sets count their elements; two sketches count the samples of the union
 * that their slots are (sketch.h).  The same formulas serve both.
 */
#ifndef TS_MEASURES_H
#define TS_MEASURES_H

#include <stdbool.h>
#include <stdint.h>

typedef struct ts_overlap {
    uint64_t a;    /* |A| */
    uint64_t b;    /* |B| */
    uint64_t both; /* |A and B| */
} ts_overlap;

/*
 * Each gives false, and no value, where the denominator is 0: empty documents
 * never pair, and of a small set no sample of which is in the sketches (of it and
 * a far larger one) they cannot tell how much is in the other.
 *
 * Jaccard 1901 (resemblance in Broder 1997); containment: Broder 1997; overlap
 * coefficient: Szymkiewicz 1934, Simpson 1943; Dice 1945, Sorensen 1948.
 */
bool ts_measure_jaccard(const ts_overlap *overlap, double *value);
bool ts_measure_containment(const ts_overlap *overlap, double *value);
bool ts_measure_overlap_coefficient(const ts_overlap *overlap, double *value);
bool ts_measure_dice(const ts_overlap *overlap, double *value);

#endif
