/*
 * Where words are in the text that they come from, for those few of them that are
 * to be shown: a text is compared by its token hashes alone.
 */
#ifndef TS_PLACES_H
#define TS_PLACES_H

#include "params.h"
#include "poll.h"
#include "status.h"
#include "words.h"

/* A word: its number, which is asked for, and the characters it came from. */
typedef struct ts_place {
    uint32_t word;   /* from 0 */
    uint32_t start;  /* of its first character, counted as substr() does, from 0 */
    uint32_t end;    /* behind the last */
    uint32_t offset; /* the same in bytes */
    uint32_t end_offset;
} ts_place;

/* What is asked for, and scratch memory; zeroed at first. */
typedef struct ts_places {
    uint64_t *asked; /* owned: a bit for each word of the text */
    size_t asked_capacity;
    uint32_t n_words;
    ts_place *items; /* owned; ascending */
    size_t n;
    size_t capacity;
    ts_words *words; /* owned */
} ts_places;

/* Ask for nothing yet, of a text with so many words; TS_NOMEM. */
ts_status ts_places_begin(ts_places *places, uint32_t n_words);

/* Ask for a word. */
void ts_places_add(ts_places *places, uint32_t word);

/*
 * Find the words that were asked for; they are in the order of the text then, each
 * once.  Linear in the text up to the last of them.  TS_NOMEM, TS_STOPPED; TS_TOO_BIG
 * for texts of 2^31 bytes.
 */
ts_status ts_places_find(ts_places *places, const ts_params *params,
                         const uint8_t *text, size_t size, ts_poll *poll);

/* The place of a word that was asked for. */
const ts_place *ts_places_of(const ts_places *places, uint32_t word);

void ts_places_clear(ts_places *places);

#endif
