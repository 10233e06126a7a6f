/*
 * The hashes of the tokens of a text, piece by piece: XXH3-64 of the UTF-8 of
 * each, seeded.  A token is a word, or with unit=char a character of the words
 * joined by single spaces.
 */
#ifndef TS_TOKEN_HASHES_H
#define TS_TOKEN_HASHES_H

#include "params.h"
#include "status.h"
#include "words.h"

typedef struct ts_token_hashes {
    ts_words words; /* owned */
    ts_unit unit;
    uint64_t seed;

    /*
     * Owned.  The hashes follow TS_K_MAX places that stay free for the caller:
     * hashes[TS_K_MAX] is the first of n.
     */
    uint64_t *hashes;
    size_t n;
    size_t room; /* of the array, without those places */

    uint32_t *order;     /* owned; scratch of the kernel */
    void *long_word;     /* owned; XXH3 state of a word that comes in parts */
    uint64_t ascii[128]; /* unit=char: of each ASCII character */
    int at_start;        /* no word has been seen yet */
} ts_token_hashes;

/* TS_NOMEM. */
ts_status ts_token_hashes_init(ts_token_hashes *t);
void ts_token_hashes_clear(ts_token_hashes *t);

/* Start on a text, which must stay in place. */
void ts_token_hashes_begin(ts_token_hashes *t, const ts_params *params,
                           const uint8_t *text, size_t size);

/* The next hashes; t->n is 0 at the end of the text.  TS_NOMEM, TS_STOPPED. */
ts_status ts_token_hashes_next(ts_token_hashes *t);

#endif
