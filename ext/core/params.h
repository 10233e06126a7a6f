/*
 * Every bound and default of textsim, each with its reason.
 *
 * MIN, MAX and DEFAULT of an option stand together; where two constants
 * depend on one another, a static assertion says so.
 */
#ifndef TS_PARAMS_H
#define TS_PARAMS_H

#include <stdint.h>

/*
 * Tokens in a shingle.  Five words are rare enough to be evidence and short
 * enough to survive an edit in every other line.  The window is kept whole in
 * a small array, hence the upper bound.
 */
#define TS_K_MIN 1
#define TS_K_MAX 64
#define TS_K_DEFAULT 5

/*
 * Slots of a sketch.  The error of an estimate is sqrt(J(1-J)/num_perm): 0.044
 * at worst for 128, which take 512 bytes; under 16 it is no estimate any more,
 * over 4096 a shingle set is smaller and exact.
 */
#define TS_NUM_PERM_MIN 16
#define TS_NUM_PERM_MAX 4096
#define TS_NUM_PERM_DEFAULT 128

/* The seed is kept in four bytes of each BLOB. */
#define TS_SEED_MIN 0
#define TS_SEED_MAX UINT32_MAX
#define TS_SEED_DEFAULT 0

/*
 * Words that must match for a passage to be one.  With 8, unrelated texts share
 * almost none; the upper bound only has to fit a number of words.
 */
#define TS_MIN_WORDS_MIN 1
#define TS_MIN_WORDS_MAX 1000000
#define TS_MIN_WORDS_DEFAULT 8

/*
 * Edited words in a row that a passage may bridge.  An edit costs time in
 * proportion to the square of this, hence the upper bound.
 */
#define TS_MAX_GAP_MIN 0
#define TS_MAX_GAP_MAX 64
#define TS_MAX_GAP_DEFAULT 6

/*
 * Words in a row that must match for a passage to be noticed.  Three find text
 * with an edit in every fifth word; two would be a phrase of any text.
 */
#define TS_ANCHOR_DEFAULT 3

typedef enum ts_unit { TS_UNIT_WORD = 0, TS_UNIT_CHAR = 1 } ts_unit;
typedef enum ts_case { TS_CASE_FOLD = 0, TS_CASE_KEEP = 1 } ts_case;
typedef enum ts_marks { TS_MARKS_KEEP = 0, TS_MARKS_STRIP = 1 } ts_marks;

/* How a text becomes shingles and a sketch; what makes two BLOBs comparable. */
typedef struct ts_params {
    ts_unit unit;        /* what a shingle is made of */
    uint32_t k;          /* units in a shingle */
    ts_case letter_case; /* fold or keep */
    ts_marks marks;      /* keep, or strip from Latin, Greek and Cyrillic */
    uint32_t seed;       /* of the token hash */
    uint32_t num_perm;   /* slots of a sketch; means nothing to a set */
} ts_params;

#define TS_PARAMS_DEFAULT                                                              \
    ((ts_params){.unit = TS_UNIT_WORD,                                                 \
                 .k = TS_K_DEFAULT,                                                    \
                 .letter_case = TS_CASE_FOLD,                                          \
                 .marks = TS_MARKS_KEEP,                                               \
                 .seed = TS_SEED_DEFAULT,                                              \
                 .num_perm = TS_NUM_PERM_DEFAULT})

_Static_assert(TS_K_MAX <= UINT8_MAX, "k is kept in one byte of each BLOB");
_Static_assert(TS_NUM_PERM_MAX <= UINT32_MAX / 4, "slots are counted in 32 bits");

#endif
