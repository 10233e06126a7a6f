/*
 * From text to shingle hashes: the pipeline that all else stands on.
 *
 *     ts_shingler *s = ts_shingler_new();  scratch memory, kept between texts
 *     ts_shingler_begin(s, &params, text, size);
 *     while ((rc = ts_shingler_next(s, &hashes, &n)) == TS_OK && n > 0)
 *         ...                              some hundreds at a time, in text order
 *
 * The text is borrowed and never copied; it passes through in pieces that stay
 * in the first-level cache, so memory does not grow with the text.
 */
#ifndef TS_SHINGLES_H
#define TS_SHINGLES_H

#include "buffer.h"
#include "params.h"
#include "status.h"
#include "tokens.h"

typedef struct ts_shingler ts_shingler;

/*
 * Owned scratch memory, NULL if there is none: 180 kB at first, 260 kB when the
 * first text is through, and 75 kB more for each other case and marks.
 */
ts_shingler *ts_shingler_new(void);
void ts_shingler_free(ts_shingler *s);

/*
 * Who is asked from now on whether to go on, by all that reads texts; borrowed, NULL:
 * nobody.  It is then that the functions below give TS_STOPPED.
 */
void ts_shingler_poll(ts_shingler *s, ts_poll *poll);

/* Start on a text, which must stay in place until the last call of next. */
void ts_shingler_begin(ts_shingler *s, const ts_params *params, const uint8_t *text,
                       size_t size);

/*
 * The next shingle hashes, repeats included; *n is 0 at the end of the text.
 * The array belongs to the shingler and holds until the next call.
 */
ts_status ts_shingler_next(ts_shingler *s, const uint64_t **hashes, size_t *n);

/* Set 'set' to the distinct shingles of a text, sorted. */
ts_status ts_shingles_set(ts_shingler *s, const ts_params *params, const uint8_t *text,
                          size_t size, ts_hashes *set);

/*
 * The sketch of a text: params->num_perm slots (sketch.h).
 */
ts_status ts_shingles_sketch(ts_shingler *s, const ts_params *params,
                             const uint8_t *text, size_t size, uint32_t *slots);

/*
 * Hash of the whole token sequence of a text; *n_tokens says how many there
 * are, and *hash is untouched if none.
 */
ts_status ts_shingles_fingerprint(ts_shingler *s, const ts_params *params,
                                  const uint8_t *text, size_t size, uint64_t *hash,
                                  uint64_t *n_tokens);

/*
 * The same hashes with their places, for shingles(): call after
 * ts_token_list_build (tokens.h) and get one hash for every position.
 * Position i (from 0) covers the tokens i to i + k - 1, or all of them if the
 * text has less than k.  tokens->poll is asked.
 */
ts_status ts_shingles_of_tokens(const ts_params *params, const ts_token_list *tokens,
                                ts_hashes *hashes);

#endif
