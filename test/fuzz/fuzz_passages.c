/*
 * Any two texts, with any options: passages are what they say.
 *
 * Input: one byte each of min_words, max_gap, words of an anchor, and of how much of
 * the rest is the first text; then both.
 */
#include "check.h"
#include "core/passages.h"
#include "core/places.h"
#include "core/shingles.h"
#include "core/tokens.h"

/* A token list's words, and their hashes, by another way than the search's. */
static ts_hashes hashes_of(const ts_token_list *list)
{
    ts_params params = TS_PARAMS_DEFAULT;
    ts_hashes hashes = {0};
    params.k = 1;
    CHECK(ts_hashes_reserve(&hashes, list->n_tokens + 1) == TS_OK);
    if (list->n_tokens > 0)
        CHECK(ts_shingles_of_tokens(&params, list, &hashes) == TS_OK);
    CHECK(hashes.size == list->n_tokens);
    return hashes;
}

/* Where words are agrees with the token list. */
static void check_places(const ts_passages *found, const ts_token_list *list,
                         const uint8_t *text, size_t size)
{
    const ts_params params = TS_PARAMS_DEFAULT;
    ts_places places = {0};
    ts_poll poll = {0};
    CHECK(ts_places_begin(&places, (uint32_t)list->n_tokens) == TS_OK);
    for (size_t i = 0; i < found->n; i++) {
        ts_places_add(&places, found->items[i].a);
        ts_places_add(&places, found->items[i].a_end - 1);
    }
    CHECK(ts_places_find(&places, &params, text, size, &poll) == TS_OK);
    for (size_t i = 0; i < found->n; i++) {
        const ts_place *place = ts_places_of(&places, found->items[i].a);
        const ts_token *token = &list->tokens[place->word];
        CHECK(place->start == token->start);
        CHECK(place->end == token->start + token->length);
        CHECK(place->offset < place->end_offset && place->end_offset <= size);
    }
    ts_places_clear(&places);
}

static void check_passages(const ts_passages *found, const ts_passage_params *params,
                           const ts_hashes *a, const ts_hashes *b)
{
    uint64_t n_words = 0;
    uint8_t *covered = calloc(a->size + 1, 1);
    CHECK(covered != NULL);
    for (size_t i = 0; i < found->n; i++) {
        const ts_passage *p = &found->items[i];
        CHECK(p->a < p->a_end && p->a_end <= a->size);
        CHECK(p->b < p->b_end && p->b_end <= b->size);
        const uint32_t n_a = p->a_end - p->a, n_b = p->b_end - p->b;
        CHECK(p->words >= params->min_words && p->words <= n_a && p->words <= n_b);
        CHECK(p->aligned >= n_a && p->aligned >= n_b);
        CHECK(p->aligned <= n_a + n_b - p->words);
        CHECK(a->data[p->a] == b->data[p->b]);
        CHECK(a->data[p->a_end - 1] == b->data[p->b_end - 1]);
        for (uint32_t j = p->a; j < p->a_end; j++) {
            CHECK(covered[j] == 0);
            covered[j] = 1;
            n_words++;
        }
    }
    CHECK(n_words == ts_passages_words(found));
    free(covered);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4) return 0;
    const ts_params params = TS_PARAMS_DEFAULT;
    const ts_passage_params wanted = {.anchor = 1 + data[2] % 5u,
                                      .min_words = 1 + data[0] % 20u,
                                      .max_gap = data[1] % (TS_MAX_GAP_MAX + 1u)};
    const size_t split = (size - 4) * data[3] / 255;
    const uint8_t *text_a = data + 4, *text_b = data + 4 + split;
    ts_token_list list_a = {0}, list_b = {0};
    CHECK(ts_token_list_build(&list_a, &params, text_a, split) == TS_OK);
    CHECK(ts_token_list_build(&list_b, &params, text_b, size - 4 - split) == TS_OK);
    ts_hashes a = hashes_of(&list_a), b = hashes_of(&list_b);
    ts_passages found = {0};
    ts_poll poll = {0};
    CHECK(ts_passages_find(&found, &wanted, &a, &b, &poll) == TS_OK);
    check_passages(&found, &wanted, &a, &b);
    check_places(&found, &list_a, text_a, split);
    ts_passages_clear(&found);
    ts_hashes_clear(&a);
    ts_hashes_clear(&b);
    ts_token_list_clear(&list_a);
    ts_token_list_clear(&list_b);
    return 0;
}
