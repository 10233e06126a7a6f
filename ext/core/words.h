/*
 * The words of a text, piece by piece.
 *
 *     ts_words_begin(&w, &params, text, size);
 *     while ((rc = ts_words_next(&w)) == TS_OK && w.spans.n > 0)
 *         ...    w.fold.bytes + w.spans.start[i] to w.spans.end[i]
 *
 * A word that does not fit into a piece (a genome in one line) comes in parts,
 * so that memory does not grow with the text.
 */
#ifndef TS_WORDS_H
#define TS_WORDS_H

#include "fold.h"
#include "kernels.h"
#include "params.h"
#include "poll.h"
#include "status.h"

typedef enum ts_words_part {
    TS_WORDS_WHOLE,     /* nothing but whole words */
    TS_WORDS_BEGUN,     /* one span: the first part of a word */
    TS_WORDS_CONTINUED, /* one span: a further part of it, not the last */
    TS_WORDS_ENDED      /* the first span is its last part, whole words follow */
} ts_words_part;

typedef struct ts_words {
    ts_fold fold;   /* owned; the bytes that the spans are in */
    ts_spans spans; /* owned; joiners are deleted already */
    ts_words_part part;

    size_t n_consumed; /* folded bytes that the next call need not see again */

    ts_poll *poll; /* borrowed: asked by ts_words_next; NULL: nobody is */
} ts_words;

/* Room for pieces of about 'capacity' bytes, at least 256; TS_NOMEM. */
ts_status ts_words_init(ts_words *w, size_t capacity, ts_fold_sources sources);
void ts_words_clear(ts_words *w);

/* Start on a text, which must stay in place. */
void ts_words_begin(ts_words *w, const ts_params *params, const uint8_t *text,
                    size_t size);

/*
 * Set w->spans to the next words, none at the end of the text.  TS_NOMEM, where
 * ts_fold_more has it; TS_STOPPED, and then the rest is lost.
 */
ts_status ts_words_next(ts_words *w);

#endif
