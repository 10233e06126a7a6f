#include "shingles.h"

#include "alloc.h"
#include "hash.h"
#include "sets.h"
#include "sketch.h"
#include "token_hashes.h"

#include <string.h>

struct ts_shingler {
    ts_token_hashes tokens;
    uint32_t k;

    /* The last hashes of the piece before, fewer than k: windows cross pieces. */
    uint64_t carried[TS_K_MAX];
    size_t n_carried;
    uint64_t n_shingles; /* so far */

    uint64_t *shingles; /* owned; room for all of a piece and of 'carried' */
};

ts_shingler *ts_shingler_new(void)
{
    ts_shingler *s = ts_malloc(sizeof *s);
    if (s == NULL) return NULL;
    memset(s, 0, sizeof *s);
    if (ts_token_hashes_init(&s->tokens) == TS_OK) {
        size_t room = TS_K_MAX + s->tokens.room + TS_KERNEL_SLACK;
        s->shingles = ts_malloc(room * sizeof *s->shingles);
        if (s->shingles != NULL) return s;
        ts_token_hashes_clear(&s->tokens);
    }
    ts_free(s);
    return NULL;
}

void ts_shingler_free(ts_shingler *s)
{
    if (s == NULL) return;
    ts_token_hashes_clear(&s->tokens);
    ts_free(s->shingles);
    ts_free(s);
}

void ts_shingler_poll(ts_shingler *s, ts_poll *poll)
{
    s->tokens.words.poll = poll;
}

void ts_shingler_begin(ts_shingler *s, const ts_params *params, const uint8_t *text,
                       size_t size)
{
    ts_token_hashes_begin(&s->tokens, params, text, size);
    s->k = params->k;
    s->n_carried = 0;
    s->n_shingles = 0;
}

/* The one shingle of a text with fewer than k tokens: all of them. */
static uint64_t hash_short_text(const uint64_t *tokens, size_t n)
{
    uint64_t h = tokens[0];
    for (size_t i = 1; i < n; i++)
        h = h * TS_HASH_MULTIPLIER + tokens[i];
    return ts_hash_mix(h);
}

ts_status ts_shingler_next(ts_shingler *s, const uint64_t **hashes, size_t *n)
{
    ts_token_hashes *t = &s->tokens;
    ts_status rc;

    while ((rc = ts_token_hashes_next(t)) == TS_OK && t->n > 0) {
        uint64_t *tokens = t->hashes + TS_K_MAX - s->n_carried;
        size_t n_tokens = s->n_carried + t->n;
        memcpy(tokens, s->carried, s->n_carried * sizeof *tokens);
        size_t keep = n_tokens < s->k ? n_tokens : s->k - 1;
        memcpy(s->carried, tokens + n_tokens - keep, keep * sizeof *tokens);
        s->n_carried = keep;
        if (n_tokens < s->k) continue;

        t->words.fold.kernels->hash_windows(tokens, n_tokens, s->k, s->shingles);
        *n = n_tokens - s->k + 1;
        *hashes = s->shingles;
        s->n_shingles += *n;
        return TS_OK;
    }
    if (rc != TS_OK) return rc;

    *n = 0;
    if (s->n_shingles == 0 && s->n_carried > 0) {
        s->carried[0] = hash_short_text(s->carried, s->n_carried);
        s->n_carried = 0;
        *hashes = s->carried;
        *n = 1;
    }
    return TS_OK;
}

ts_status ts_shingles_set(ts_shingler *s, const ts_params *params, const uint8_t *text,
                          size_t size, ts_hashes *set)
{
    const uint64_t *hashes;
    size_t n;
    ts_status rc;

    set->size = 0;
    ts_shingler_begin(s, params, text, size);
    while ((rc = ts_shingler_next(s, &hashes, &n)) == TS_OK && n > 0) {
        rc = ts_hashes_append(set, hashes, n);
        if (rc != TS_OK) return rc;
    }
    if (rc == TS_OK) rc = ts_set_sort_polled(set, s->tokens.words.poll);
    return rc;
}

ts_status ts_shingles_sketch(ts_shingler *s, const ts_params *params,
                             const uint8_t *text, size_t size, uint32_t *slots)
{
    const uint64_t *hashes;
    size_t n;
    ts_status rc;

    ts_sketch_clear(slots, params->num_perm);
    ts_shingler_begin(s, params, text, size);
    while ((rc = ts_shingler_next(s, &hashes, &n)) == TS_OK && n > 0)
        ts_sketch_add(slots, params->num_perm, hashes, n);
    return rc;
}

ts_status ts_shingles_fingerprint(ts_shingler *s, const ts_params *params,
                                  const uint8_t *text, size_t size, uint64_t *hash,
                                  uint64_t *n_tokens)
{
    ts_token_hashes *t = &s->tokens;
    uint64_t h = 0, count = 0;
    ts_status rc;

    ts_token_hashes_begin(t, params, text, size);
    while ((rc = ts_token_hashes_next(t)) == TS_OK && t->n > 0) {
        const uint64_t *tokens = t->hashes + TS_K_MAX;
        for (size_t i = 0; i < t->n; i++)
            h = h * TS_HASH_MULTIPLIER + tokens[i];
        count += t->n;
    }
    if (rc != TS_OK) return rc;
    if (count > 0) *hash = ts_hash_mix(h);
    *n_tokens = count;
    return TS_OK;
}

ts_status ts_shingles_of_tokens(const ts_params *params, const ts_token_list *tokens,
                                ts_hashes *hashes)
{
    size_t n = tokens->n_tokens;
    uint64_t window[TS_K_MAX];

    hashes->size = 0;
    if (n == 0) return TS_OK;
    size_t k = params->k < n ? params->k : n;
    ts_status rc = ts_hashes_reserve(hashes, n - k + 1);
    if (rc != TS_OK) return rc;

    /* The last k token hashes go round in 'window'; each position joins them anew. */
    for (size_t i = 0; i < n; i++) {
        const ts_token *token = &tokens->tokens[i];
        window[i % k] =
            ts_hash(tokens->text.data + token->offset, token->size, params->seed);
        if (i + 1 < k) continue;
        uint64_t h = 0;
        for (size_t j = i + 1 - k; j <= i; j++)
            h = h * TS_HASH_MULTIPLIER + window[j % k];
        hashes->data[hashes->size++] = ts_hash_mix(h);
        if (tokens->poll != NULL) rc = ts_poll_spend(tokens->poll, k + 10);
        if (rc != TS_OK) return rc;
    }
    return TS_OK;
}
