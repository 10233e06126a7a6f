#include "token_hashes.h"

#include "alloc.h"
#include "hash.h"

#include <string.h>

/*
 * Folded bytes at a time.  All arrays of a piece together should stay in the
 * first-level cache: about eight times this.
 */
#define PIECE_SIZE 4096

/* XXH3 wants its state aligned; ts_malloc promises less. */
#define STATE_ALIGNMENT 64

/*
 * All memory is taken here, so that next can only fail where ts_words_next does,
 * and loses no word.
 */
ts_status ts_token_hashes_init(ts_token_hashes *t)
{
    memset(t, 0, sizeof *t);
    ts_status rc = ts_words_init(&t->words, PIECE_SIZE, TS_FOLD_PLAIN);
    if (rc != TS_OK) return rc;

    /* Characters: all bytes may be some, and a space goes before each word. */
    size_t words = t->words.fold.capacity / 2 + TS_KERNEL_SLACK;
    t->room = t->words.fold.capacity + words;
    t->order = ts_malloc((TS_KERNEL_ORDER + 2 * words) * sizeof *t->order);
    t->hashes = ts_malloc((TS_K_MAX + t->room + TS_KERNEL_SLACK) * sizeof *t->hashes);
    t->long_word = ts_malloc(sizeof(XXH3_state_t) + STATE_ALIGNMENT);
    if (t->order == NULL || t->hashes == NULL || t->long_word == NULL) {
        ts_token_hashes_clear(t);
        return TS_NOMEM;
    }
    return TS_OK;
}

void ts_token_hashes_clear(ts_token_hashes *t)
{
    ts_words_clear(&t->words);
    ts_free(t->hashes);
    ts_free(t->order);
    ts_free(t->long_word);
    memset(t, 0, sizeof *t);
}

void ts_token_hashes_begin(ts_token_hashes *t, const ts_params *params,
                           const uint8_t *text, size_t size)
{
    ts_words_begin(&t->words, params, text, size);
    t->unit = params->unit;
    t->seed = params->seed;
    t->n = 0;
    t->at_start = 1;
    if (t->unit == TS_UNIT_CHAR) {
        for (uint32_t c = 0; c < 128; c++) {
            uint8_t byte = (uint8_t)c;
            t->ascii[c] = ts_hash(&byte, 1, t->seed);
        }
    }
}

/* ---- words ------------------------------------------------------------------ */

static XXH3_state_t *long_word_state(const ts_token_hashes *t)
{
    uintptr_t p = (uintptr_t)t->long_word + STATE_ALIGNMENT - 1;
    return (XXH3_state_t *)(p - p % STATE_ALIGNMENT);
}

/* Take in the first span, which is a part of a word. */
static void add_part(ts_token_hashes *t)
{
    const ts_words *w = &t->words;
    XXH3_state_t *state = long_word_state(t);
    if (w->part == TS_WORDS_BEGUN) XXH3_64bits_reset_withSeed(state, t->seed);
    XXH3_64bits_update(state, w->fold.bytes + w->spans.start[0],
                       w->spans.end[0] - w->spans.start[0]);
}

static void hash_words(ts_token_hashes *t)
{
    const ts_words *w = &t->words;
    uint64_t *hashes = t->hashes + TS_K_MAX;

    t->n = w->spans.n;
    if (w->part == TS_WORDS_WHOLE || w->part == TS_WORDS_ENDED)
        w->fold.kernels->hash_words(w->fold.bytes, &w->spans, t->seed, t->order,
                                    hashes);
    if (w->part != TS_WORDS_WHOLE) {
        add_part(t);
        if (w->part == TS_WORDS_ENDED)
            hashes[0] = XXH3_64bits_digest(long_word_state(t));
        else
            t->n = 0;
    }
}

/* ---- characters ---------------------------------------------------------------- */

static void hash_characters(ts_token_hashes *t)
{
    const ts_words *w = &t->words;
    uint64_t *out = t->hashes + TS_K_MAX;

    for (uint32_t i = 0; i < w->spans.n; i++) {
        int further =
            i == 0 && (w->part == TS_WORDS_CONTINUED || w->part == TS_WORDS_ENDED);
        if (!further && !t->at_start) *out++ = t->ascii[' '];
        t->at_start = 0;
        const uint8_t *p = w->fold.bytes + w->spans.start[i];
        const uint8_t *end = w->fold.bytes + w->spans.end[i];
        while (p < end) {
            if (*p < 0x80) {
                *out++ = t->ascii[*p++];
            } else if (*p < 0xE0) {
                *out++ = ts_hash(p, 2, t->seed);
                p += 2;
            } else if (*p < 0xF0) {
                *out++ = ts_hash(p, 3, t->seed);
                p += 3;
            } else {
                *out++ = ts_hash(p, 4, t->seed);
                p += 4;
            }
        }
    }
    t->n = (size_t)(out - (t->hashes + TS_K_MAX));
}

ts_status ts_token_hashes_next(ts_token_hashes *t)
{
    do {
        ts_status rc = ts_words_next(&t->words);
        if (rc != TS_OK) return rc;
        if (t->words.spans.n == 0) {
            t->n = 0;
            return TS_OK;
        }
        if (t->unit == TS_UNIT_CHAR)
            hash_characters(t);
        else
            hash_words(t);
    } while (t->n == 0);
    return TS_OK;
}
