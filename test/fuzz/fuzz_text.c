/*
 * Any text, with any options, through the pipeline: the ways that lead to the
 * same hashes agree, with the kernels of every instruction set of this machine.
 *
 * Input: one byte of options, one of k, one of num_perm, then the text.
 */
#include "check.h"
#include "core/kernels.h"
#include "core/shingles.h"
#include "core/sets.h"
#include "core/sketch.h"
#include "core/token_hashes.h"

#include <stdbool.h>
#include <string.h>

/* All hashes of a text, as the pipeline hands them out piece by piece. */
static void collect(ts_shingler *s, const ts_params *params, const uint8_t *text,
                    size_t size, ts_hashes *all)
{
    const uint64_t *piece;
    size_t n;

    ts_shingler_begin(s, params, text, size);
    for (;;) {
        CHECK(ts_shingler_next(s, &piece, &n) == TS_OK);
        if (n == 0) {
            return;
        }
        CHECK(ts_hashes_append(all, piece, n) == TS_OK);
    }
}

static int compare_hashes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The slow and obvious way from hashes to a set. */
static void sort_plainly(ts_hashes *h)
{
    size_t n = 0;
    if (h->size > 0) {
        qsort(h->data, h->size, sizeof h->data[0], compare_hashes);
    }
    for (size_t i = 0; i < h->size; i++) {
        if (i == 0 || h->data[i] != h->data[i - 1]) {
            h->data[n++] = h->data[i];
        }
    }
    h->size = n;
}

static bool same_hashes(const ts_hashes *a, const ts_hashes *b)
{
    return a->size == b->size &&
           (a->size == 0 || memcmp(a->data, b->data, a->size * sizeof a->data[0]) == 0);
}

static void check_tokens(const ts_token_list *list, ts_unit unit, size_t size)
{
    size_t text_end = 0, last_start = 0;
    for (size_t i = 0; i < list->n_tokens; i++) {
        const ts_token *t = &list->tokens[i];
        /* The space between two words that touch comes from no character. */
        CHECK(t->size > 0 && (t->length > 0 || unit == TS_UNIT_CHAR));
        CHECK((size_t)t->offset + t->size <= list->text.size);
        CHECK(t->offset >= text_end);
        CHECK(t->start >= last_start);
        CHECK((size_t)t->start + t->length <= size);
        text_end = (size_t)t->offset + t->size;
        last_start = t->start;
    }
}

/* The pipeline with the kernels of one instruction set, from folding to shingles. */
static void check_kernels(const ts_kernels *kernels, const ts_params *params,
                          const uint8_t *text, size_t size, const ts_hashes *all)
{
    ts_token_hashes t;
    ts_hashes tokens = {0}, shingles = {0};

    CHECK(ts_token_hashes_init(&t) == TS_OK);
    t.words.fold.kernels = kernels;
    ts_token_hashes_begin(&t, params, text, size);
    while (ts_token_hashes_next(&t) == TS_OK && t.n > 0) {
        CHECK(ts_hashes_append(&tokens, t.hashes + TS_K_MAX, t.n) == TS_OK);
    }
    const size_t n = tokens.size, k = params->k;
    CHECK(ts_hashes_reserve(&tokens, TS_KERNEL_SLACK) == TS_OK);
    CHECK(ts_hashes_reserve(&shingles, n + TS_KERNEL_SLACK) == TS_OK);
    if (n >= k) {
        kernels->hash_windows(tokens.data, n, params->k, shingles.data);
        shingles.size = n - k + 1;
        CHECK(same_hashes(&shingles, all));
    } else {
        CHECK(all->size == (n > 0));
    }
    ts_token_hashes_clear(&t);
    ts_hashes_clear(&tokens);
    ts_hashes_clear(&shingles);
}

/* The same sketch from the text, from its hashes in two halves, and from the set. */
static void check_sketches(ts_shingler *s, const ts_params *params, const uint8_t *text,
                           size_t size, const ts_hashes *all, const ts_hashes *set)
{
    static uint32_t direct[TS_NUM_PERM_MAX], half[TS_NUM_PERM_MAX],
        other[TS_NUM_PERM_MAX];
    uint32_t n = params->num_perm;

    CHECK(ts_shingles_sketch(s, params, text, size, direct) == TS_OK);
    ts_sketch_clear(half, n);
    ts_sketch_clear(other, n);
    if (all->size > 0) {
        size_t n_half = all->size / 2;
        ts_sketch_add(half, n, all->data, n_half);
        ts_sketch_add(other, n, all->data + n_half, all->size - n_half);
    }
    ts_sketch_union(half, other, n);
    CHECK(memcmp(direct, half, n * sizeof direct[0]) == 0);
    ts_sketch_clear(other, n);
    ts_sketch_add(other, n, set->data, set->size);
    CHECK(memcmp(direct, other, n * sizeof direct[0]) == 0);
    CHECK((ts_sketch_count(direct, n) == 0) == (set->size == 0));
}

/* A window over all tokens is the fingerprint. */
static void check_fingerprint(ts_shingler *s, const ts_params *params,
                              const uint8_t *text, size_t size,
                              const ts_token_list *tokens)
{
    uint64_t hash = 0, n_tokens = 0;
    CHECK(ts_shingles_fingerprint(s, params, text, size, &hash, &n_tokens) == TS_OK);
    CHECK(n_tokens == tokens->n_tokens);
    if (n_tokens > 0 && n_tokens <= TS_K_MAX) {
        ts_params whole = *params;
        ts_hashes one = {0};
        whole.k = (uint32_t)n_tokens;
        CHECK(ts_shingles_of_tokens(&whole, tokens, &one) == TS_OK);
        CHECK(one.size == 1 && one.data[0] == hash);
        ts_hashes_clear(&one);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ts_shingler *s; /* kept between texts, as the extension does */
    ts_params params = TS_PARAMS_DEFAULT;
    ts_token_list tokens = {0};
    ts_hashes all = {0}, shown = {0}, set = {0};
    size_t n_kernels;
    const ts_kernels *const *kernels = ts_kernels_all(&n_kernels);

    if (s == NULL) {
        s = ts_shingler_new();
        CHECK(s != NULL);
    }
    if (size < 3) {
        return 0;
    }
    params.unit = data[0] & 1 ? TS_UNIT_CHAR : TS_UNIT_WORD;
    params.letter_case = data[0] & 2 ? TS_CASE_KEEP : TS_CASE_FOLD;
    params.marks = data[0] & 4 ? TS_MARKS_STRIP : TS_MARKS_KEEP;
    params.seed = data[0] >> 3;
    params.k = TS_K_MIN + data[1] % TS_K_MAX;
    params.num_perm = TS_NUM_PERM_MIN + data[2] % 200u;

    /* A copy of its own, so that a read past the end is seen. */
    size -= 3;
    uint8_t *text = malloc(size > 0 ? size : 1);
    CHECK(text != NULL);
    memcpy(text, data + 3, size);

    CHECK(ts_token_list_build(&tokens, &params, text, size) == TS_OK);
    check_tokens(&tokens, params.unit, size);
    collect(s, &params, text, size, &all);
    CHECK(ts_shingles_of_tokens(&params, &tokens, &shown) == TS_OK);
    CHECK(same_hashes(&all, &shown));
    for (size_t i = 0; i < n_kernels; i++) {
        check_kernels(kernels[i], &params, text, size, &all);
    }

    sort_plainly(&shown);
    CHECK(ts_shingles_set(s, &params, text, size, &set) == TS_OK);
    CHECK(same_hashes(&set, &shown));
    check_sketches(s, &params, text, size, &all, &set);
    check_fingerprint(s, &params, text, size, &tokens);

    free(text);
    ts_token_list_clear(&tokens);
    ts_hashes_clear(&all);
    ts_hashes_clear(&shown);
    ts_hashes_clear(&set);
    return 0;
}
