/* The hashes of tokens, against XXH3 of the tokens that the rules give. */
#include "core/hash.h"
#include "core/token_hashes.h"

#include "alloc_test.h"
#include "plain.h"
#include "random.h"
#include "texts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static ts_token_hashes reader;

static int init_reader(void **state)
{
    (void)state;
    assert_int_equal(ts_token_hashes_init(&reader), TS_OK);
    return 0;
}

static int clear_reader(void **state)
{
    (void)state;
    ts_token_hashes_clear(&reader);
    return 0;
}

static ts_params random_params(random_state *r)
{
    static const uint32_t seeds[] = {0, 1, UINT32_MAX};
    ts_params params = TS_PARAMS_DEFAULT;
    params.unit = random_next(r) & 1 ? TS_UNIT_CHAR : TS_UNIT_WORD;
    params.letter_case = random_next(r) & 1 ? TS_CASE_KEEP : TS_CASE_FOLD;
    params.marks = random_next(r) & 1 ? TS_MARKS_STRIP : TS_MARKS_KEEP;
    params.seed = seeds[random_next(r) % 3];
    return params;
}

/* Append the hashes of tokens that each have a line feed behind them. */
static void add_plain_hashes(const ts_bytes *tokens, uint64_t seed, ts_hashes *out)
{
    size_t begin = 0;
    for (size_t i = 0; i < tokens->size; i++) {
        if (tokens->data[i] != '\n') continue;
        uint64_t h = XXH3_64bits_withSeed(tokens->data + begin, i - begin, seed);
        assert_int_equal(ts_hashes_append(out, &h, 1), TS_OK);
        begin = i + 1;
    }
}

static void hash_plainly(const ts_params *params, const uint8_t *text, size_t size,
                         ts_hashes *out)
{
    ts_bytes words = {0}, characters = {0};
    plain_words(params, text, size, &words);
    if (params->unit == TS_UNIT_CHAR) plain_characters(&words, &characters);
    add_plain_hashes(params->unit == TS_UNIT_CHAR ? &characters : &words, params->seed,
                     out);
    ts_bytes_clear(&words);
    ts_bytes_clear(&characters);
}

static void check_hashes(const ts_params *params, const uint8_t *text, size_t size)
{
    ts_hashes wanted = {0};
    size_t n = 0;
    hash_plainly(params, text, size, &wanted);
    ts_token_hashes_begin(&reader, params, text, size);
    for (;;) {
        assert_int_equal(ts_token_hashes_next(&reader), TS_OK);
        if (reader.n == 0) break;
        const uint64_t *hashes = reader.hashes + TS_K_MAX;
        assert_true(reader.n <= reader.room && reader.n <= wanted.size - n);
        assert_memory_equal(hashes, wanted.data + n, reader.n * sizeof *hashes);
        n += reader.n;
        memset(reader.hashes, 0xEE,
               TS_K_MAX * sizeof *reader.hashes); /* the caller's */
    }
    assert_int_equal(n, wanted.size);
    assert_int_equal(ts_token_hashes_next(&reader), TS_OK); /* the end stays the end */
    assert_int_equal(reader.n, 0);
    ts_hashes_clear(&wanted);
}

static void check_string(const ts_params *params, const char *text)
{
    check_hashes(params, (const uint8_t *)text, strlen(text));
}

/* By python3-xxhash, of "trumps" "us" and of "u" "s" " " U+00E9. */
static void test_known(void **state)
{
    (void)state;
    static const uint64_t words[] = {UINT64_C(0x239E3B4734E2CC53),
                                     UINT64_C(0x0C148472CE4BD39D)};
    static const uint64_t characters[] = {
        UINT64_C(0x82E56BD28B1FCF42), UINT64_C(0xC260F2A957C572F3),
        UINT64_C(0xD2165103C1B847CA), UINT64_C(0x021F3CB7266F8B4F)};
    ts_params params = TS_PARAMS_DEFAULT;
    ts_token_hashes_begin(&reader, &params, (const uint8_t *)"Trump's U.S.", 12);
    assert_int_equal(ts_token_hashes_next(&reader), TS_OK);
    assert_int_equal(reader.n, 2);
    assert_memory_equal(reader.hashes + TS_K_MAX, words, sizeof words);

    params.unit = TS_UNIT_CHAR;
    params.seed = 7;
    ts_token_hashes_begin(&reader, &params, (const uint8_t *)u8"US, \u00C9.", 7);
    assert_int_equal(ts_token_hashes_next(&reader), TS_OK);
    assert_int_equal(reader.n, 4);
    assert_memory_equal(reader.hashes + TS_K_MAX, characters, sizeof characters);
}

static void test_random_texts(void **state)
{
    (void)state;
    size_t n_kernels;
    const ts_kernels *const *kernels = ts_kernels_all(&n_kernels);
    random_state r = {70};
    static uint8_t text[20000];
    for (int trial = 0; trial < 2000; trial++) {
        size_t room = trial % 50 ? random_next(&r) % 500 : sizeof text;
        size_t size = text_random(&r, TEXT_ALL, text, room);
        uint8_t *exact = text_exact(text, size);
        ts_params params = random_params(&r);
        reader.words.fold.kernels = kernels[random_next(&r) % n_kernels];
        check_hashes(&params, exact, size);
        free(exact);
    }
}

/* Words of every length class, and beyond the piece: those come in parts. */
static void test_long_words(void **state)
{
    (void)state;
    static const size_t lengths[] = {1,    2,    3,    4,    8,    9,    16,    17,
                                     128,  129,  240,  241,  300,  4000, 4090,  4095,
                                     4096, 4097, 4100, 8190, 8192, 8200, 12300, 100000};
    static const char *const units[] = {
        "a", "Z.", u8"\u00E9", u8"e\u0301", u8"\U00010428", u8"\u4E2D\u0301", "1,"};
    random_state r = {71};
    for (size_t unit = 0; unit < sizeof units / sizeof *units; unit++)
        for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
            ts_params params = random_params(&r);
            text_buffer t = {0};
            for (int word = 0; word < 3; word++) {
                text_add(&t, &"short words, "[random_next(&r) % 14], 1);
                text_add(&t, units[unit],
                         (lengths[i] + strlen(units[unit]) - 1) / strlen(units[unit]));
                text_add(&t, &"x. "[random_next(&r) % 4], 1);
            }
            check_hashes(&params, t.bytes, t.size);
            free(t.bytes);
        }
}

/* The space goes between words alone, wherever pieces end. */
static void test_characters(void **state)
{
    (void)state;
    ts_params params = TS_PARAMS_DEFAULT;
    params.unit = TS_UNIT_CHAR;
    check_string(&params, "");
    check_string(&params, " -- ");
    check_string(&params, " a ");
    check_string(&params, u8"\u4E2D\u6587, \u00BD");
    for (size_t gap = 4080; gap < 4110; gap++) {
        text_buffer t = {0};
        text_add(&t, " ", gap);
        text_add(&t, "word.", 1);
        text_add(&t, "-", gap);
        text_add(&t, "b", 1);
        text_add(&t, " ", gap);
        check_hashes(&params, t.bytes, t.size);
        free(t.bytes);
    }
}

/* --- memory ---------- */

static void test_memory_does_not_grow(void **state)
{
    (void)state;
    ts_params params = TS_PARAMS_DEFAULT;
    text_buffer t = {0};
    text_add(&t, "Some words of a text that U.S. readers may know, 1,000 times; ",
             5000);
    ts_token_hashes_begin(&reader, &params, t.bytes, 1000);
    do
        assert_int_equal(ts_token_hashes_next(&reader), TS_OK);
    while (reader.n > 0);
    size_t asked = ts_alloc_test_asked();
    ts_token_hashes_begin(&reader, &params, t.bytes, t.size);
    size_t n = 0;
    do {
        assert_int_equal(ts_token_hashes_next(&reader), TS_OK);
        n += reader.n;
    } while (reader.n > 0);
    assert_int_equal(n, 12 * 5000);
    assert_int_equal(ts_alloc_test_asked(), asked);
    free(t.bytes);
}

static ts_status hash_anew(void *arg)
{
    const text_buffer *t = arg;
    const ts_params params = TS_PARAMS_DEFAULT;
    ts_token_hashes own;
    ts_status rc = ts_token_hashes_init(&own);
    if (rc != TS_OK) return rc;
    ts_token_hashes_begin(&own, &params, t->bytes, t->size);
    do
        rc = ts_token_hashes_next(&own);
    while (rc == TS_OK && own.n > 0);
    ts_token_hashes_clear(&own);
    return rc;
}

static ts_status hash_again(void *arg)
{
    const text_buffer *t = arg;
    const ts_params params = TS_PARAMS_DEFAULT;
    ts_status rc;
    ts_token_hashes_begin(&reader, &params, t->bytes, t->size);
    do
        rc = ts_token_hashes_next(&reader);
    while (rc == TS_OK && reader.n > 0);
    return rc;
}

static void test_failure_of_memory(void **state)
{
    (void)state;
    text_buffer t = {0};
    text_add(&t, "Words, and one in parts:", 1);
    text_add(&t, "abc.", 2000);
    text_add(&t, u8" q", 1);
    text_add(&t, u8"\u0301", 3000); /* a segment larger than the buffer */
    text_add(&t, " end", 1);

    /* All of init; the table; the state of a word in parts; the segment as it grows. */
    size_t n_failures = ts_alloc_test_fail_each(hash_anew, &t);
    assert_true(n_failures >= 20);

    /* After each, the same one is right about the next text. */
    for (size_t nth = 1; nth <= n_failures; nth++) {
        ts_token_hashes_clear(&reader);
        assert_int_equal(ts_token_hashes_init(&reader), TS_OK);
        ts_alloc_test_fail(nth);
        ts_status rc = hash_again(&t);
        ts_alloc_test_fail(0);
        assert_true(rc == TS_OK || rc == TS_NOMEM);
        const ts_params params = TS_PARAMS_DEFAULT;
        check_hashes(&params, t.bytes, t.size);
    }
    free(t.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_random_texts),
        cmocka_unit_test(test_long_words),
        cmocka_unit_test(test_characters),
        cmocka_unit_test(test_memory_does_not_grow),
        cmocka_unit_test_teardown(test_failure_of_memory, clear_reader),
        cmocka_unit_test(ts_alloc_test_no_leaks),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("token_hashes", tests, init_reader, NULL);
}
