/*
 * Tokens and their spans: a span, cut out of the text as substr() cuts it, has
 * that token in it and no other.
 */
#include "core/tokens.h"

#include "alloc_test.h"
#include "plain.h"
#include "random.h"
#include "texts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const ts_params all_params[] = {
    {.letter_case = TS_CASE_FOLD, .marks = TS_MARKS_KEEP},
    {.letter_case = TS_CASE_KEEP, .marks = TS_MARKS_KEEP},
    {.letter_case = TS_CASE_FOLD, .marks = TS_MARKS_STRIP},
    {.letter_case = TS_CASE_KEEP, .marks = TS_MARKS_STRIP},
};
enum { N_PARAMS = sizeof all_params / sizeof *all_params };

static ts_params in_characters(const ts_params *params)
{
    ts_params p = *params;
    p.unit = TS_UNIT_CHAR;
    return p;
}

/* --- characters of a text ---------- */

/* Where each begins, as substr() counts; one more offset for the end. */
typedef struct places {
    size_t *offset;
    size_t n;
} places;

static places count_characters(const uint8_t *text, size_t size)
{
    places p = {malloc((size + 1) * sizeof *p.offset), 0};
    assert_non_null(p.offset);
    for (size_t i = 0; i < size;) {
        p.offset[p.n++] = i;
        if (text[i++] >= 0xC0)
            while (i < size && (text[i] & 0xC0) == 0x80)
                i++;
    }
    p.offset[p.n] = size;
    return p;
}

/* --- tokens ---------- */

static ts_token_list build(const ts_params *params, const uint8_t *text, size_t size)
{
    ts_token_list list = {0};
    uint8_t *exact = text_exact(text, size);
    assert_int_equal(ts_token_list_build(&list, params, exact, size), TS_OK);
    free(exact);
    return list;
}

static bool same_token(const ts_token_list *a, size_t i, const ts_token_list *b,
                       size_t j)
{
    const ts_token *x = &a->tokens[i], *y = &b->tokens[j];
    return x->size == y->size &&
           memcmp(a->text.data + x->offset, b->text.data + y->offset, x->size) == 0;
}

/* The tokens are those that the rules give, one behind the other in the text. */
static void check_tokens(const ts_params *params, const uint8_t *text, size_t size,
                         const ts_token_list *list)
{
    ts_bytes words = {0}, characters = {0};
    plain_words(params, text, size, &words);
    if (params->unit == TS_UNIT_CHAR) plain_characters(&words, &characters);
    const ts_bytes *wanted = params->unit == TS_UNIT_CHAR ? &characters : &words;
    size_t at = 0;
    for (size_t i = 0; i < list->n_tokens; i++) {
        const ts_token *t = &list->tokens[i];
        assert_int_equal(t->offset, at - i); /* without the line feeds */
        assert_true(t->size > 0 && t->size < wanted->size - at);
        assert_memory_equal(list->text.data + t->offset, wanted->data + at, t->size);
        at += t->size;
        assert_int_equal(wanted->data[at++], '\n');
    }
    assert_int_equal(at, wanted->size);
    assert_int_equal(list->text.size, at - list->n_tokens);
    ts_bytes_clear(&words);
    ts_bytes_clear(&characters);
}

/* Tokens of a part of the text; the list is used again by the next call. */
static ts_token_list part;

static void build_part(const ts_params *params, const uint8_t *text, const places *p,
                       const ts_token *span)
{
    size_t begin = p->offset[span->start],
           size = p->offset[span->start + span->length] - begin;
    uint8_t *exact = text_exact(text + begin, size);
    assert_int_equal(ts_token_list_build(&part, params, exact, size), TS_OK);
    free(exact);
}

static int clear_part(void **state)
{
    (void)state;
    ts_token_list_clear(&part);
    return 0;
}

/* Characters that become several tokens give all of them the same span, or a part. */
static bool overlaps_neighbour(const ts_token_list *list, size_t i)
{
    const ts_token *t = list->tokens;
    size_t before = i, after = i + 1;
    while (before > 0 && t[before - 1].length == 0) /* a space that has no room */
        before--;
    while (after < list->n_tokens && t[after].length == 0)
        after++;
    return (before > 0 && t[before - 1].start + t[before - 1].length > t[i].start) ||
           (after < list->n_tokens && t[after].start < t[i].start + t[i].length);
}

static void check_span(const ts_params *params, const uint8_t *text, const places *p,
                       const ts_token_list *list, size_t i)
{
    build_part(params, text, p, &list->tokens[i]);
    size_t found = 0;
    while (found < part.n_tokens && !same_token(&part, found, list, i))
        found++;
    assert_true(found < part.n_tokens);
    if (!overlaps_neighbour(list, i)) assert_int_equal(part.n_tokens, 1);
}

/* Spans go forward and lie within the text. */
static void check_order(const ts_token_list *list, const places *p)
{
    uint32_t start = 0, end = 0;
    for (size_t i = 0; i < list->n_tokens; i++) {
        const ts_token *t = &list->tokens[i];
        assert_true(t->start >= start);
        start = t->start;
        if (t->length == 0) continue; /* no room between two words */
        assert_true(t->start + t->length >= end);
        end = t->start + t->length;
    }
    assert_true(end <= p->n);
}

static void check_words(const ts_params *params, const uint8_t *text, size_t size)
{
    places p = count_characters(text, size);
    ts_token_list list = build(params, text, size);
    check_tokens(params, text, size, &list);
    check_order(&list, &p);
    for (size_t i = 0; i < list.n_tokens; i++) {
        assert_true(list.tokens[i].length > 0);
        check_span(params, text, &p, &list, i);
    }
    ts_token_list_clear(&list);
    free(p.offset);
}

static void check_characters(const ts_params *of_words, const uint8_t *text,
                             size_t size)
{
    const ts_params params = in_characters(of_words);
    places p = count_characters(text, size);
    ts_token_list list = build(&params, text, size);
    check_tokens(&params, text, size, &list);
    check_order(&list, &p);
    for (size_t i = 0; i < list.n_tokens; i++) {
        const ts_token *t = &list.tokens[i];
        if (list.text.data[t->offset] != ' ') {
            assert_true(t->length > 0);
            check_span(&params, text, &p, &list, i);
            continue;
        }
        /* The space between two words is all that is between them, if anything is. */
        const ts_token *before = t - 1, *after = t + 1;
        assert_int_equal(t->start + t->length, after->start);
        if (t->length > 0) {
            assert_int_equal(before->start + before->length, t->start);
            build_part(of_words, text, &p, t);
            assert_int_equal(part.n_tokens, 0);
        } else {
            assert_true(before->start + before->length >= after->start);
        }
    }
    ts_token_list_clear(&list);
    free(p.offset);
}

static void test_random_texts(void **state)
{
    (void)state;
    random_state r = {80};
    uint8_t text[400];
    for (int trial = 0; trial < 1500; trial++) {
        size_t room = random_next(&r) % (trial % 10 ? 100 : sizeof text);
        size_t size = text_random(&r, TEXT_ALL, text, room);
        check_words(&all_params[trial % N_PARAMS], text, size);
        check_characters(&all_params[trial % N_PARAMS], text, size);
    }
}

/* --- spans by example ---------- */

typedef struct wanted_token {
    const char *token;
    uint32_t start;
    uint32_t length;
} wanted_token;

static void check_example(ts_unit unit, const char *text, size_t n,
                          const wanted_token *wanted)
{
    ts_params params = TS_PARAMS_DEFAULT;
    params.unit = unit;
    ts_token_list list = build(&params, (const uint8_t *)text, strlen(text));
    assert_int_equal(list.n_tokens, n);
    for (size_t i = 0; i < n; i++) {
        const ts_token *t = &list.tokens[i];
        assert_int_equal(t->size, strlen(wanted[i].token));
        assert_memory_equal(list.text.data + t->offset, wanted[i].token, t->size);
        assert_int_equal(t->start, wanted[i].start);
        assert_int_equal(t->length, wanted[i].length);
    }
    ts_token_list_clear(&list);
}

#define CHECK_EXAMPLE(unit, text, ...)                                                 \
    do {                                                                               \
        static const wanted_token wanted[] = {__VA_ARGS__};                            \
        check_example(unit, text, sizeof wanted / sizeof *wanted, wanted);             \
    } while (0)
#define WORDS(text, ...) CHECK_EXAMPLE(TS_UNIT_WORD, text, __VA_ARGS__)
#define CHARACTERS(text, ...) CHECK_EXAMPLE(TS_UNIT_CHAR, text, __VA_ARGS__)

static void test_spans_of_words(void **state)
{
    (void)state;
    WORDS("a bc", {"a", 0, 1}, {"bc", 2, 2});
    WORDS("(U.S.) don't", {"us", 1, 3}, {"dont", 7, 5});
    WORDS(u8"\u00C9e\u0301 x", {u8"\u00E9\u00E9", 0, 3}, {"x", 4, 1});
    WORDS(u8"\u4E2D\u6587", {u8"\u4E2D", 0, 1}, {u8"\u6587", 1, 1});
    WORDS(u8"\uFB01ne", {"fine", 0, 3});
    WORDS(u8"1\u00BD", {"11", 0, 2}, {"2", 1, 1}); /* both of the one fraction */
    WORDS(u8"\u00ADco\u00ADop\u00AD!", {"coop", 1, 5});
    /* The bytes behind a character that substr() takes for parts of it. */
    WORDS("\xC3\xA9\x80 b", {u8"\u00E9", 0, 1}, {"b", 2, 1});
    WORDS("\x80\x80z", {"z", 2, 1});
    WORDS("\xF0\x9Fz \xE2z", {"z", 1, 1}, {"z", 4, 1});
}

static void test_spans_of_characters(void **state)
{
    (void)state;
    CHARACTERS(" a, b ", {"a", 1, 1}, {" ", 2, 2}, {"b", 4, 1});
    CHARACTERS("U.S", {"u", 0, 1}, {"s", 2, 1});
    CHARACTERS(u8"e\u0301x", {u8"\u00E9", 0, 2}, {"x", 2, 1});
    CHARACTERS(u8"\uFB01", {"f", 0, 1}, {"i", 0, 1});
    CHARACTERS(u8"\u4E2D\u6587", {u8"\u4E2D", 0, 1}, {" ", 1, 0}, {u8"\u6587", 1, 1});
    CHARACTERS(u8"\u00BD", {"1", 0, 1}, {" ", 0, 0}, {"2", 0, 1});
    CHARACTERS("a\xFF\xFF"
               "b",
               {"a", 0, 1}, {" ", 1, 2}, {"b", 3, 1});
}

/* --- large texts ---------- */

/* One word over many pieces, and what is around it. */
static void test_long_words(void **state)
{
    (void)state;
    static const char *const units[] = {"a",          "b.",           u8"\u00E9",
                                        u8"e\u0301'", u8"\U00010428", "1,"};
    for (size_t unit = 0; unit < sizeof units / sizeof *units; unit++)
        for (size_t length = 8170; length < 40000; length = length * 5 / 4 + 3) {
            text_buffer t = {0};
            text_add(&t, u8"\u00BF In ", unit % 3);
            uint32_t start = 5 * (uint32_t)(unit % 3);
            size_t n_words = 1 + unit % 3;
            text_add(&t, units[unit], length / strlen(units[unit]));
            text_add(&t, " end", 1);
            places p = count_characters(t.bytes, t.size);
            for (size_t i = 0; i < N_PARAMS; i++) {
                ts_token_list list = build(&all_params[i], t.bytes, t.size);
                check_tokens(&all_params[i], t.bytes, t.size, &list);
                check_order(&list, &p);
                assert_int_equal(list.n_tokens, n_words + 1);
                const ts_token *word = &list.tokens[n_words - 1];
                const ts_token *end = &list.tokens[n_words];
                assert_int_equal(word->start, start);
                assert_int_equal(end->start + end->length, p.n);
                assert_int_equal(end->length, 3);
                check_span(&all_params[i], t.bytes, &p, &list, n_words - 1);
                ts_token_list_clear(&list);
            }
            free(p.offset);
            free(t.bytes);
        }
}

static void test_long_mixture(void **state)
{
    (void)state;
    enum { SIZE = 30000 };
    random_state r = {81};
    uint8_t *text = malloc(SIZE);
    assert_non_null(text);
    for (int trial = 0; trial < 12; trial++) {
        size_t size = text_random(&r, TEXT_ALL, text, SIZE);
        check_words(&all_params[trial % N_PARAMS], text, size);
        check_characters(&all_params[trial % N_PARAMS], text, size);
    }
    free(text);
}

/* What is quadratic in the marks of one letter would not come to its end here. */
static void test_a_letter_under_many_marks(void **state)
{
    (void)state;
    enum { N = 500000 };
    text_buffer t = {0};
    text_add(&t, "x", 1);
    text_add(&t, u8"\u0301", N);
    for (int unit = 0; unit < 2; unit++) {
        ts_params params = TS_PARAMS_DEFAULT;
        if (unit == 1) params.unit = TS_UNIT_CHAR;
        ts_token_list list = build(&params, t.bytes, t.size);
        assert_int_equal(list.n_tokens, unit == 1 ? N + 1 : 1);
        for (size_t i = 0; i < list.n_tokens; i++) {
            assert_int_equal(list.tokens[i].start, 0);
            assert_int_equal(list.tokens[i].length, N + 1);
        }
        ts_token_list_clear(&list);
    }
    free(t.bytes);
}

static void test_too_big(void **state)
{
    (void)state;
    const ts_params params = TS_PARAMS_DEFAULT;
    ts_token_list list = {0};
    const uint8_t text[] = "a";
    size_t size = (size_t)INT32_MAX + 1; /* found out before anything is read */
    assert_int_equal(ts_token_list_build(&list, &params, text, size), TS_TOO_BIG);
    ts_token_list_clear(&list);
}

/* --- memory ---------- */

static void test_list_is_reused(void **state)
{
    (void)state;
    random_state r = {82};
    ts_token_list list = {0};
    uint8_t text[300];
    for (int trial = 0; trial < 200; trial++) {
        size_t size = text_random(&r, TEXT_ALL, text, random_next(&r) % sizeof text);
        ts_params params = all_params[trial % N_PARAMS];
        if (trial % 5 == 0) params = in_characters(&params);
        assert_int_equal(ts_token_list_build(&list, &params, text, size), TS_OK);
        check_tokens(&params, text, size, &list);
    }
    ts_token_list_clear(&list);
    assert_null(list.tokens);
    assert_null(list.text.data);
    assert_int_equal(list.n_tokens, 0);
}

typedef struct failing {
    const text_buffer *text;
    ts_params params;
    ts_token_list list;
    bool anew; /* with an empty list each time */
} failing;

static ts_status build_into(void *arg)
{
    failing *f = arg;
    if (f->anew) ts_token_list_clear(&f->list);
    return ts_token_list_build(&f->list, &f->params, f->text->bytes, f->text->size);
}

static void test_failure_of_memory(void **state)
{
    (void)state;
    text_buffer t = {0};
    text_add(&t, "Some words, U.S. and all; ", 100);
    text_add(&t, "oneword.", 3000);
    text_add(&t, u8" \u05D0", 1);
    text_add(&t, u8"\u05B8", 6000);
    for (int i = 0; i < 8; i++) {
        failing f = {.text = &t, .params = all_params[i % 4], .anew = i >= 4};
        if (i % 2 == 1) f.params = in_characters(&f.params);
        size_t n = ts_alloc_test_fail_each(build_into, &f);
        /* Of words and folding; the segment, tokens and their text, as they grow. */
        assert_true(n >= (f.anew ? 30 : 10));
        check_tokens(&f.params, t.bytes, t.size, &f.list);
        ts_token_list_clear(&f.list);
    }
    free(t.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_texts),
        cmocka_unit_test(test_spans_of_words),
        cmocka_unit_test(test_spans_of_characters),
        cmocka_unit_test(test_long_words),
        cmocka_unit_test_teardown(test_long_mixture, clear_part),
        cmocka_unit_test(test_a_letter_under_many_marks),
        cmocka_unit_test(test_too_big),
        cmocka_unit_test(test_list_is_reused),
        cmocka_unit_test(test_failure_of_memory),
        cmocka_unit_test(ts_alloc_test_no_leaks),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("tokens", tests, NULL, NULL);
}
