/*
 * Tokens of a text: words, or characters of the normalized text.
 */
#ifndef TS_TOKENS_H
#define TS_TOKENS_H

#include "buffer.h"
#include "params.h"
#include "status.h"
#include "words.h"

/* One token, and the span of the given text that it came from. */
typedef struct ts_token {
    uint32_t offset; /* in ts_token_list.text, bytes */
    uint32_t size;   /* bytes */
    uint32_t start;  /* first character in the given text, from 0 */
    uint32_t length; /* characters of the given text */
} ts_token;

/*
 * All tokens of a text, with their spans: for those who show them.  (Sketches
 * and sets use the pipeline in shingles.h, which keeps none of this.)
 * Characters are counted as SQLite's substr() does, ill-formed bytes included.
 * A zeroed list is a valid empty one.
 */
typedef struct ts_token_list {
    ts_bytes text;    /* owned: the folded bytes of the tokens */
    ts_token *tokens; /* owned */
    size_t n_tokens;
    size_t capacity;
    ts_words *words; /* owned: scratch, kept from text to text */
    ts_poll *poll;   /* borrowed: asked while the list is built; NULL: nobody is */
} ts_token_list;

/*
 * Set 'list' to the tokens of a text, by params->unit, letter_case and marks.
 * TS_NOMEM; TS_STOPPED; TS_TOO_BIG for texts of 2^31 bytes.  Linear in the text: about
 * 24 bytes per token and twice the folded text.
 */
ts_status ts_token_list_build(ts_token_list *list, const ts_params *params,
                              const uint8_t *text, size_t size);

/* Free the memory; the list is empty and usable again. */
void ts_token_list_clear(ts_token_list *list);

#endif
