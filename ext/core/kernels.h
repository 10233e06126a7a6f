/*
 * The loops that see every byte and every token, compiled once for each
 * instruction set and chosen at run time.
 *
 * There is one source, kernels_body.h, written so that compilers turn it into
 * vector code; the files kernels_*.c compile it for the baseline, AVX2 and
 * AVX-512.  It uses integers only, so that all give the same results bit for
 * bit, and the tests compare them.  (With -DTS_PORTABLE there is only the
 * baseline, without intrinsics.)
 */
#ifndef TS_KERNELS_H
#define TS_KERNELS_H

#include "params.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Folded text is two arrays of bytes: the UTF-8 itself, and for every byte of
 * it one of these, which says what the character is to the word rules.  They
 * are sets of bits, so that a mask of 64 bytes is one shift away:
 *
 *     0x80  belongs to a word        0x40  the rules below 0x3F apply
 *     0x01  letter                   0x02  digit
 *     0x04  apostrophe or full stop  0x08  comma
 *     0x10  first byte of a letter that is a token by itself (no-space scripts)
 *     0x20  other bytes of such a letter, and the marks on it
 *
 * A mark counts as what it stands on; separators are 0.
 */
enum {
    TS_BYTE_SEPARATOR = 0,
    TS_BYTE_WORD = 0x80, /* numbers that are no digits, marks on nothing */
    TS_BYTE_LETTER = 0x81,
    TS_BYTE_DIGIT = 0x82,
    TS_BYTE_JOINER = 0x44,
    TS_BYTE_COMMA = 0x48,
    TS_BYTE_NOSPACE = 0xD0,
    TS_BYTE_NOSPACE_MORE = 0xE0
};

/* Bytes that kernels may read past the classes and write past any output. */
#define TS_KERNEL_SLACK 64

/* Words in a piece of folded text, as byte offsets, in order. */
typedef struct ts_spans {
    uint32_t *start;
    uint32_t *end; /* one past the last byte */
    uint32_t n;
    /*
     * Joiners inside words ("Trump's", "U.S.", "1,000"), which are deleted:
     * their offsets, and the index of the word that each is in.
     */
    uint32_t *joiner;
    uint32_t *joined;
    uint32_t n_joiners;
} ts_spans;

/* Scratch of hash_words: the words of each length class. */
#define TS_LENGTH_CLASSES 4

typedef struct ts_kernels {
    const char *name;

    /*
     * Fold and classify ASCII: from 'text', up to 'size' bytes or the first byte
     * above 0x7F.  Returns how many.
     */
    size_t (*fold_ascii)(const uint8_t *text, size_t size, ts_case letter_case,
                         uint8_t *bytes, uint8_t *classes);

    /*
     * Find the words of a piece of folded text; classes[size] and the following
     * TS_KERNEL_SLACK bytes must be 0.  Each array of 'spans' has room for
     * size / 2 + TS_KERNEL_SLACK entries.
     */
    void (*find_words)(const uint8_t *classes, size_t size, ts_spans *spans);

    /*
     * XXH3-64 of n words in 'bytes'.  'order' is scratch for
     * TS_LENGTH_CLASSES * n numbers.
     */
    void (*hash_words)(const uint8_t *bytes, const ts_spans *words, uint64_t seed,
                       uint32_t *order, uint64_t *hashes);

    /*
     * The shingle hashes of all windows of k among n token hashes, n >= k:
     * n - k + 1 of them.  Overwrites the tokens.
     */
    void (*hash_windows)(uint64_t *tokens, size_t n, uint32_t k, uint64_t *shingles);
} ts_kernels;

/* The fastest for this machine; the choice is the same for the whole process. */
const ts_kernels *ts_kernels_best(void);

/* All that this machine can run, the baseline first; *n says how many. */
const ts_kernels *const *ts_kernels_all(size_t *n);

/* Name of the best, for textsim_debug(). */
const char *ts_kernels_name(void);

#endif
