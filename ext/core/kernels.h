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
#include "unicode.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Folded text is two arrays of bytes: the UTF-8 itself, and for every byte of
 * it what its character is to the word rules.  Each rule has a bit, so that
 * masks of 64 bytes answer them; letters have two, because a table of half
 * bytes then classifies ASCII in two look-ups.  Separators are 0, and a mark
 * counts as what it stands on.
 */
enum {
    TS_BYTE_SEPARATOR = 0,
    TS_BYTE_LETTER = 0x01,
    TS_BYTE_LETTER_TOO = 0x02, /* p to z */
    TS_BYTE_DIGIT = 0x04,
    TS_BYTE_OTHER = 0x08,        /* other numbers, and marks on nothing */
    TS_BYTE_NOSPACE = 0x10,      /* first byte of a letter that is a token by itself */
    TS_BYTE_NOSPACE_MORE = 0x20, /* its other bytes, and the marks on it */
    TS_BYTE_JOINER = 0x40,       /* apostrophe or full stop */
    TS_BYTE_COMMA = 0x80,

    TS_BYTES_LETTER = TS_BYTE_LETTER | TS_BYTE_LETTER_TOO,
    TS_BYTES_NOSPACE = TS_BYTE_NOSPACE | TS_BYTE_NOSPACE_MORE,
    TS_BYTES_WORD = TS_BYTES_LETTER | TS_BYTE_DIGIT | TS_BYTE_OTHER | TS_BYTES_NOSPACE,
    /* Bytes that need more rules than "words are runs of word bytes". */
    TS_BYTES_SPECIAL = TS_BYTES_NOSPACE | TS_BYTE_JOINER | TS_BYTE_COMMA
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

/* Scratch of hash_words: numbers of words. */
#define TS_KERNEL_ORDER 5120

/*
 * The byte class for a class of code points (unicode.h), after a byte of class
 * 'before': a mark is what it stands on.
 */
static inline uint8_t ts_byte_class(unsigned code_class, uint8_t before)
{
    static const uint8_t plain[8] = {
        TS_BYTE_SEPARATOR, TS_BYTE_LETTER,  TS_BYTE_DIGIT,  TS_BYTE_OTHER,
        TS_BYTE_OTHER,     TS_BYTE_NOSPACE, TS_BYTE_JOINER, TS_BYTE_COMMA,
    };
    if (code_class == TS_CLASS_MARK && (before & TS_BYTES_WORD))
        return before & TS_BYTES_NOSPACE ? TS_BYTE_NOSPACE_MORE : before;
    return plain[code_class];
}

/* The class of the bytes after the first of the same character. */
static inline uint8_t ts_byte_class_more(uint8_t first)
{
    return first == TS_BYTE_NOSPACE ? TS_BYTE_NOSPACE_MORE : first;
}

/*
 * What fold_run needs to know of the options: tables of all characters of two
 * and of three bytes.  Those of three are filled in as they are met.
 */
typedef struct ts_fold_table {
    ts_case letter_case;
    uint8_t upper_bit;   /* what folding sets in ASCII letters: 0x20, or 0 */
    uint8_t leave;       /* flags (unicode.h) of characters left to segments */
    uint8_t leave_class; /* and a class of such, or TS_FOLD_NO_CLASS */
    /*
     * By the low half of the first of three bytes: where the second one is not
     * less than 'row_from', characters stay as they are, with these classes.
     */
    uint8_t row_from[16];
    uint8_t row_first[16];
    uint8_t row_more[16];
    /* UTF-8 of the folded character, and its class twice; or TS_FOLD_LEAVE. */
    uint32_t two_bytes[0x800];
    /* The class of a character that stays as it is, or one of the codes below. */
    uint8_t three_bytes[0x10000];
} ts_fold_table;

#define TS_FOLD_LEAVE UINT32_MAX
#define TS_FOLD_NO_CLASS UINT8_MAX

enum {
    TS_THREE_UNKNOWN = 0xFF, /* not met yet */
    TS_THREE_LEAVE = 0xFE,   /* to others */
    TS_THREE_CHANGES = 0xFD  /* to another, of the same size; or a mark */
};

typedef struct ts_kernels {
    const char *name;

    /*
     * Fold and classify a run of characters whose size does not change, or that
     * separate: up to 'size' bytes of 'text', or the first character that is
     * ill-formed, not assigned, expands, combines, or folds to another size.
     * Returns how many bytes.  classes[-1] is read.
     */
    size_t (*fold_run)(const uint8_t *text, size_t size, ts_fold_table *table,
                       uint8_t *bytes, uint8_t *classes);

    /*
     * Find the words of a piece of folded text; the TS_KERNEL_SLACK classes from
     * classes[size] on must be 0.  Each array of 'spans' has room for
     * size / 2 + TS_KERNEL_SLACK entries.
     */
    void (*find_words)(const uint8_t *classes, size_t size, ts_spans *spans);

    /*
     * XXH3-64 of the words in 'bytes', of which up to TS_KERNEL_SLACK beyond the
     * last word are read.  'order' is scratch for TS_KERNEL_ORDER + 2n
     * numbers; 'hashes' and the spans have TS_KERNEL_SLACK entries more than n.
     */
    void (*hash_words)(const uint8_t *bytes, const ts_spans *words, uint64_t seed,
                       uint32_t *order, uint64_t *hashes);

    /*
     * The shingle hashes of all windows of k among n token hashes, n >= k:
     * n - k + 1 of them.  Overwrites the tokens; both arrays have
     * TS_KERNEL_SLACK entries beyond, which are read and written too.
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
