/*
 * Normalization of short sequences: what the tables of unicode.h cannot do one
 * code point at a time, done by utf8proc.
 *
 * A segment is a character and all that may compose or reorder with it: a
 * letter and its accents, the jamo of a syllable, a ligature that expands.
 * There is a normalization boundary on both sides of it (UAX #15, section 9),
 * so that segments can be normalized one by one.
 */
#ifndef TS_NORMALIZE_H
#define TS_NORMALIZE_H

#include "params.h"
#include "status.h"

#include <stddef.h>
#include <stdint.h>

/* A zeroed segment is a valid empty one. */
typedef struct ts_segment {
    int32_t *code_points; /* owned */
    size_t n;
    size_t capacity;
} ts_segment;

/* Append what becomes of a code point, fully decomposed.  TS_NOMEM. */
ts_status ts_segment_add(ts_segment *s, ts_case letter_case, uint32_t code_point);

/*
 * Bring the segment into composed normal form: canonical order, stripped of
 * the marks on Latin, Greek and Cyrillic letters if so wanted, composed.
 * Linear in the number of marks (they may be hostile).  TS_NOMEM.
 */
ts_status ts_segment_compose(ts_segment *s, ts_marks marks);

void ts_segment_clear(ts_segment *s);

#endif
