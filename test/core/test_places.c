/*
 * Places of words: those that the list of all tokens has; and anchors, which are
 * places as well, against a plain search.
 */
#include "core/anchors.h"
#include "core/characters.h"
#include "core/places.h"
#include "core/tokens.h"

#include "alloc_test.h"
#include "random.h"
#include "texts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The byte at which a character begins, as substr() counts; 'size' behind the last. */
static uint32_t offset_of(const uint8_t *text, size_t size, uint32_t character)
{
    ts_characters c = {.text = text, .size = size};
    while (character-- > 0)
        c.offset += ts_character_size(&c);
    return c.offset;
}

static void check(const ts_params *params, const uint8_t *text, size_t size,
                  random_state *r)
{
    ts_token_list list = {0};
    ts_places places = {0};
    ts_poll poll = {0};
    assert_int_equal(ts_token_list_build(&list, params, text, size), TS_OK);
    for (int turn = 0; turn < 2; turn++) {
        assert_int_equal(ts_places_begin(&places, (uint32_t)list.n_tokens), TS_OK);
        /* All, backwards; some, some of them twice. */
        for (size_t i = list.n_tokens; i > 0; i--) {
            const size_t word = turn == 0 ? i - 1 : random_next(r) % list.n_tokens;
            if (turn == 1 && random_next(r) % 3) continue;
            ts_places_add(&places, (uint32_t)word);
        }
        assert_int_equal(ts_places_find(&places, params, text, size, &poll), TS_OK);
        if (turn == 0) assert_int_equal(places.n, list.n_tokens);
        for (size_t i = 0; i < places.n; i++) {
            const ts_place *place = ts_places_of(&places, places.items[i].word);
            const ts_token *token = &list.tokens[place->word];
            assert_ptr_equal(place, &places.items[i]);
            assert_int_equal(place->start, token->start);
            assert_int_equal(place->end, token->start + token->length);
            assert_int_equal(place->offset, offset_of(text, size, place->start));
            assert_int_equal(place->end_offset, offset_of(text, size, place->end));
        }
    }
    ts_places_clear(&places);
    ts_token_list_clear(&list);
}

static void test_random_texts(void **state)
{
    (void)state;
    random_state r = {90};
    uint8_t text[400];
    for (int trial = 0; trial < 1500; trial++) {
        const ts_params params = {
            .letter_case = trial % 2 ? TS_CASE_FOLD : TS_CASE_KEEP,
            .marks = trial % 4 < 2 ? TS_MARKS_KEEP : TS_MARKS_STRIP};
        const size_t size = text_random(&r, TEXT_ALL, text, sizeof text);
        uint8_t *exact = text_exact(text, size);
        check(&params, exact, size, &r);
        free(exact);
    }
}

/* Words that come in parts, and pieces of words. */
static void test_long_texts(void **state)
{
    (void)state;
    const ts_params params = TS_PARAMS_DEFAULT;
    random_state r = {91};
    for (size_t n = 500; n < 9000; n = n * 3 / 2) {
        text_buffer t = {0};
        text_add(&t, u8"\u00BF In ", 3);
        text_add(&t, u8"e\u0301", n);
        text_add(&t, " end of it, ", n / 100);
        check(&params, t.bytes, t.size, &r);
        free(t.bytes);
    }
}

/* Words far apart: by separators, and by a lead byte with all that continues it. */
static void test_far_words(void **state)
{
    (void)state;
    enum { SIZE = 300000 };
    static const struct {
        uint8_t lead, filler;
    } cases[] = {{' ', ' '}, {0xC3, 0x80}, {0xF4, 0xBF}, {0x80, 0x80}, {0xC0, 0xC0}};
    random_state r = {91};
    const ts_params params = {.letter_case = TS_CASE_FOLD, .marks = TS_MARKS_KEEP};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t *text = malloc(SIZE);
        assert_non_null(text);
        memset(text, cases[i].filler, SIZE);
        for (size_t at = 0; at + 80 < SIZE; at += i + at * 3 / 2 + 65530) {
            memcpy(text + at, "two words ", 10);
            text[at + 10] = cases[i].lead;
            text[at + 70] = cases[i].lead;
        }
        memcpy(text + SIZE - 4, " end", 4);
        check(&params, text, SIZE, &r);
        free(text);
    }
}

static void test_anchors(void **state)
{
    (void)state;
    enum { N = 200 };
    random_state r = {92};
    for (int trial = 0; trial < 500; trial++) {
        uint64_t tokens[N];
        const uint32_t n = (uint32_t)(random_next(&r) % N),
                       k = 1 + (uint32_t)(random_next(&r) % 5);
        for (uint32_t i = 0; i < n; i++)
            tokens[i] = random_next(&r) % (1 + (uint32_t)trial % 7);
        ts_anchors anchors = {0};
        ts_poll poll = {0};
        assert_int_equal(ts_anchors_build(&anchors, tokens, n, k, &poll), TS_OK);
        ts_anchor_windows windows;
        ts_anchor_windows_begin(&windows, tokens, n, k);
        assert_int_equal(windows.n, n < k ? 0 : n - k + 1);
        for (uint32_t i = 0; windows.n > 0; i++) {
            const ts_anchor_places found =
                ts_anchors_find(&anchors, ts_anchor_windows_next(&windows));
            uint32_t at = 0;
            for (uint32_t j = 0; j + k <= n; j++)
                if (memcmp(tokens + i, tokens + j, k * sizeof *tokens) == 0) {
                    assert_true(at < found.n);
                    assert_int_equal((uint32_t)found.entries[at++], j);
                }
            assert_int_equal(at, found.n);
        }
        ts_anchors_clear(&anchors);
    }
}

static ts_status build_all(void *arg)
{
    static const uint8_t text[] = "one two three";
    const ts_params params = TS_PARAMS_DEFAULT;
    ts_places *places = arg;
    ts_poll poll = {0};
    ts_status rc = ts_places_begin(places, 3);
    if (rc != TS_OK) return rc;
    ts_places_add(places, 2);
    rc = ts_places_find(places, &params, text, sizeof text - 1, &poll);
    if (rc != TS_OK) ts_places_clear(places);
    return rc;
}

static void test_out_of_memory(void **state)
{
    (void)state;
    ts_places places = {0};
    assert_true(ts_alloc_test_fail_each(build_all, &places) > 4);
    assert_int_equal(places.items[0].start, 8);
    ts_places_clear(&places);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_texts),  cmocka_unit_test(test_long_texts),
        cmocka_unit_test(test_far_words),     cmocka_unit_test(test_anchors),
        cmocka_unit_test(test_out_of_memory), cmocka_unit_test(ts_alloc_test_no_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
