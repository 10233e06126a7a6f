#include "words.h"

#include "alloc.h"

#include <string.h>

/* What a folded byte costs with all that is made of it, for the poll. */
#define STEPS_PER_BYTE 2

ts_status ts_words_init(ts_words *w, size_t capacity, ts_fold_sources sources)
{
    memset(w, 0, sizeof *w);
    ts_status rc = ts_fold_init(&w->fold, capacity, sources);

    /* Room for all words that the folded bytes may hold. */
    const size_t room = capacity / 2 + TS_KERNEL_SLACK;
    uint32_t **arrays[] = {&w->spans.start, &w->spans.end, &w->spans.joiner,
                           &w->spans.joined};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays && rc == TS_OK; i++) {
        *arrays[i] = ts_malloc(room * sizeof **arrays[i]);
        if (*arrays[i] == NULL) rc = TS_NOMEM;
    }
    if (rc != TS_OK) ts_words_clear(w);
    return rc;
}

void ts_words_clear(ts_words *w)
{
    ts_fold_clear(&w->fold);
    ts_free(w->spans.start);
    ts_free(w->spans.end);
    ts_free(w->spans.joiner);
    ts_free(w->spans.joined);
    memset(w, 0, sizeof *w);
}

void ts_words_begin(ts_words *w, const ts_params *params, const uint8_t *text,
                    size_t size)
{
    ts_fold_begin(&w->fold, params, text, size);
    w->part = TS_WORDS_WHOLE;
    w->spans.n = 0;
    w->n_consumed = 0;
}

/*
 * Delete the joiners: what is before them in their word moves up over them, so
 * that the word stays in one piece and nothing else moves.  From the last joiner
 * back, so that each byte moves once.
 */
static void delete_joiners(ts_words *w)
{
    ts_fold *f = &w->fold;
    const uint32_t *joiner = w->spans.joiner, *joined = w->spans.joined;

    for (uint32_t i = w->spans.n_joiners, n_deleted = 0; i-- > 0;) {
        uint32_t *start = &w->spans.start[joined[i]];
        int is_first = i == 0 || joined[i - 1] != joined[i];
        uint32_t from = is_first ? *start : joiner[i - 1] + 1, n = joiner[i] - from;
        n_deleted++;
        memmove(f->bytes + from + n_deleted, f->bytes + from, n);
        if (f->sources != NULL)
            memmove(f->sources + from + n_deleted, f->sources + from,
                    n * sizeof *f->sources);
        if (is_first) {
            *start += n_deleted;
            n_deleted = 0;
        }
    }
}

/*
 * Where a part of a word that fills the whole buffer may end: before a
 * character that the rules about the next one can still see.
 */
static size_t part_end(const ts_fold *f)
{
    size_t end = f->n - 2;
    if (!(f->classes[end] & TS_BYTES_WORD)) end--;
    while ((f->bytes[end] & 0xC0) == 0x80)
        end--;
    return end;
}

/*
 * Decide how much of the spans is final although the text goes on: the last
 * word may, and so may the last byte if it is a joiner.
 */
static void hold_back(ts_words *w)
{
    ts_spans *spans = &w->spans;
    const ts_fold *f = &w->fold;
    uint32_t last = spans->n - 1;
    int in_parts = w->part == TS_WORDS_BEGUN || w->part == TS_WORDS_CONTINUED;

    if (spans->n == 0) {
        /* Not even a joiner at the end matters: it has no letter before it. */
        w->n_consumed = f->n;
    } else if (spans->end[last] + 2 <= f->n) {
        w->n_consumed = f->n; /* the rest separates */
    } else if (spans->start[last] > 0 || f->n < f->capacity / 2) {
        w->n_consumed = spans->start[last];
        spans->n--;
        while (spans->n_joiners > 0 && spans->joined[spans->n_joiners - 1] == last)
            spans->n_joiners--;
    } else {
        size_t end = part_end(f);
        spans->end[0] = (uint32_t)end;
        while (spans->n_joiners > 0 && spans->joiner[spans->n_joiners - 1] >= end)
            spans->n_joiners--;
        w->n_consumed = end;
        w->part = in_parts ? TS_WORDS_CONTINUED : TS_WORDS_BEGUN;
        return;
    }
    w->part = in_parts && spans->n > 0 ? TS_WORDS_ENDED
              : in_parts               ? w->part
                                       : TS_WORDS_WHOLE;
}

ts_status ts_words_next(ts_words *w)
{
    ts_fold *f = &w->fold;

    if (f->position == f->size && w->n_consumed == f->n) {
        w->spans.n = 0;
        return TS_OK;
    }
    do {
        ts_fold_consume(f, w->n_consumed);
        w->n_consumed = 0;
        ts_status rc = TS_OK;
        /* A word held back may fill the buffer: then its first part comes before more.
         */
        f->poll = w->poll;
        if (f->capacity - f->n >= TS_FOLD_ROOM) rc = ts_fold_more(f);
        if (rc == TS_OK && w->poll != NULL)
            rc = ts_poll_spend(w->poll, f->n * STEPS_PER_BYTE);
        if (rc != TS_OK) return rc;

        memset(f->classes + f->n, 0, TS_KERNEL_SLACK);
        f->kernels->find_words(f->classes, f->n, &w->spans);
        if (f->position < f->size) {
            hold_back(w);
        } else {
            int in_parts = w->part == TS_WORDS_BEGUN || w->part == TS_WORDS_CONTINUED;
            w->part = in_parts ? TS_WORDS_ENDED : TS_WORDS_WHOLE;
            w->n_consumed = f->n;
        }
    } while (w->spans.n == 0 && f->position < f->size);

    delete_joiners(w);
    return TS_OK;
}
