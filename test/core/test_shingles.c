/* Shingles, against the formula over the tokens that the rules give. */
#include "core/hash.h"
#include "core/shingles.h"
#include "core/sketch.h"

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

static ts_shingler *shingler;

static int new_shingler(void **state)
{
    (void)state;
    shingler = ts_shingler_new();
    return shingler == NULL;
}

static int free_shingler(void **state)
{
    (void)state;
    ts_shingler_free(shingler);
    return 0;
}

static ts_params random_params(random_state *r)
{
    static const uint32_t seeds[] = {0, 1, UINT32_MAX};
    static const uint32_t ks[] = {1, 2, 3, 4, 5, 7, 8, 31, 63, 64};
    ts_params params = TS_PARAMS_DEFAULT;
    params.k = ks[random_next(r) % 10];
    params.unit = random_next(r) & 1 ? TS_UNIT_CHAR : TS_UNIT_WORD;
    params.letter_case = random_next(r) & 1 ? TS_CASE_KEEP : TS_CASE_FOLD;
    params.marks = random_next(r) & 1 ? TS_MARKS_STRIP : TS_MARKS_KEEP;
    params.seed = seeds[random_next(r) % 3];
    params.num_perm = 16 + (uint32_t)(random_next(r) % 300);
    return params;
}

/* --- by the formula ---------- */

static void add_hash(ts_hashes *out, uint64_t h)
{
    assert_int_equal(ts_hashes_append(out, &h, 1), TS_OK);
}

static uint64_t join(const uint64_t *tokens, size_t n)
{
    uint64_t h = tokens[0];
    for (size_t i = 1; i < n; i++)
        h = h * UINT64_C(0x9E3779B97F4A7C15) + tokens[i];
    return ts_hash_mix(h);
}

/* Set 'tokens' to the hashes of the tokens, 'shingles' to those of all windows. */
static void shingle_plainly(const ts_params *params, const uint8_t *text, size_t size,
                            ts_hashes *tokens, ts_hashes *shingles)
{
    ts_bytes words = {0}, characters = {0};
    plain_words(params, text, size, &words);
    if (params->unit == TS_UNIT_CHAR) plain_characters(&words, &characters);
    const ts_bytes *all = params->unit == TS_UNIT_CHAR ? &characters : &words;
    tokens->size = shingles->size = 0;
    for (size_t begin = 0, i = 0; i < all->size; i++) {
        if (all->data[i] != '\n') continue;
        add_hash(tokens,
                 XXH3_64bits_withSeed(all->data + begin, i - begin, params->seed));
        begin = i + 1;
    }
    size_t k = params->k < tokens->size ? params->k : tokens->size;
    for (size_t i = 0; tokens->size > 0 && i + k <= tokens->size; i++)
        add_hash(shingles, join(tokens->data + i, k));
    ts_bytes_clear(&words);
    ts_bytes_clear(&characters);
}

/* --- each way to them ---------- */

static void check_stream(const ts_params *params, const uint8_t *text, size_t size,
                         const ts_hashes *wanted)
{
    const uint64_t *hashes;
    size_t n, done = 0;
    ts_shingler_begin(shingler, params, text, size);
    for (;; done += n) {
        assert_int_equal(ts_shingler_next(shingler, &hashes, &n), TS_OK);
        if (n == 0) break;
        assert_true(n <= wanted->size - done);
        assert_memory_equal(hashes, wanted->data + done, n * sizeof *hashes);
    }
    assert_int_equal(done, wanted->size);
    n = 1;
    assert_int_equal(ts_shingler_next(shingler, &hashes, &n), TS_OK);
    assert_int_equal(n, 0); /* the end stays the end */
}

static void check_of_tokens(const ts_params *params, const uint8_t *text, size_t size,
                            const ts_hashes *wanted)
{
    static ts_hashes found;
    ts_token_list list = {0};
    assert_int_equal(ts_token_list_build(&list, params, text, size), TS_OK);
    add_hash(&found, 77); /* what was in it goes */
    assert_int_equal(ts_shingles_of_tokens(params, &list, &found), TS_OK);
    assert_int_equal(found.size, wanted->size);
    if (found.size > 0)
        assert_memory_equal(found.data, wanted->data, found.size * sizeof *found.data);
    ts_token_list_clear(&list);
    ts_hashes_clear(&found);
}

/* Sorts 'shingles'. */
static void check_set_and_sketch(const ts_params *params, const uint8_t *text,
                                 size_t size, ts_hashes *shingles)
{
    uint32_t found[TS_NUM_PERM_MAX], wanted[TS_NUM_PERM_MAX];
    ts_hashes set = {0};
    shingles->size = sort_plainly(shingles->data, shingles->size);
    add_hash(&set, 77);
    assert_int_equal(ts_shingles_set(shingler, params, text, size, &set), TS_OK);
    assert_int_equal(set.size, shingles->size);
    if (set.size > 0)
        assert_memory_equal(set.data, shingles->data, set.size * sizeof *set.data);

    ts_sketch_clear(wanted, params->num_perm);
    ts_sketch_add(wanted, params->num_perm, shingles->data, shingles->size);
    memset(found, 0xEE, sizeof found);
    assert_int_equal(ts_shingles_sketch(shingler, params, text, size, found), TS_OK);
    assert_memory_equal(found, wanted, params->num_perm * sizeof *found);
    assert_true(params->num_perm == TS_NUM_PERM_MAX ||
                found[params->num_perm] == 0xEEEEEEEE);
    ts_hashes_clear(&set);
}

static void check_fingerprint(const ts_params *params, const uint8_t *text, size_t size,
                              const ts_hashes *tokens)
{
    uint64_t hash = 77, n_tokens = 78;
    assert_int_equal(
        ts_shingles_fingerprint(shingler, params, text, size, &hash, &n_tokens), TS_OK);
    assert_int_equal(n_tokens, tokens->size);
    assert_true(hash == (tokens->size > 0 ? join(tokens->data, tokens->size) : 77));
}

static void check_shingles(const ts_params *params, const uint8_t *text, size_t size)
{
    ts_hashes tokens = {0}, shingles = {0};
    shingle_plainly(params, text, size, &tokens, &shingles);
    check_stream(params, text, size, &shingles);
    check_of_tokens(params, text, size, &shingles);
    check_set_and_sketch(params, text, size, &shingles);
    check_fingerprint(params, text, size, &tokens);
    ts_hashes_clear(&tokens);
    ts_hashes_clear(&shingles);
}

static void check_string(const ts_params *params, const char *text)
{
    check_shingles(params, (const uint8_t *)text, strlen(text));
}

/* --- texts ---------- */

/* By a reading of the rules in Python, with python3-xxhash. */
static void test_known(void **state)
{
    (void)state;
    static const char text[] =
        "Trump\xE2\x80\x99s caf\xC3\xA9 sold 1,000 teas in the U.S.";
    static const uint64_t by_5[] = {
        UINT64_C(0x3D207FE47D2DABED), UINT64_C(0x2BED5B13C9974E95),
        UINT64_C(0x917ADB13B04CDC6D), UINT64_C(0x68A5DF5FE9D5C6D9)};
    static const uint64_t by_chars[] = {UINT64_C(0x824195C3DD5FB00E),
                                        UINT64_C(0x30676D6FCBC9A291),
                                        UINT64_C(0x756262EB3D57CFCB)};
    ts_params params = TS_PARAMS_DEFAULT;
    const uint64_t *hashes;
    size_t n;
    ts_shingler_begin(shingler, &params, (const uint8_t *)text, strlen(text));
    assert_int_equal(ts_shingler_next(shingler, &hashes, &n), TS_OK);
    assert_int_equal(n, sizeof by_5 / sizeof *by_5);
    assert_memory_equal(hashes, by_5, sizeof by_5);

    params.unit = TS_UNIT_CHAR;
    params.k = 34;
    params.seed = 42;
    ts_shingler_begin(shingler, &params, (const uint8_t *)text, strlen(text));
    assert_int_equal(ts_shingler_next(shingler, &hashes, &n), TS_OK);
    assert_int_equal(n, sizeof by_chars / sizeof *by_chars);
    assert_memory_equal(hashes, by_chars, sizeof by_chars);
}

static void test_random_texts(void **state)
{
    (void)state;
    random_state r = {90};
    static uint8_t text[30000];
    for (int trial = 0; trial < 1200; trial++) {
        size_t room = trial % 50 ? random_next(&r) % 800 : sizeof text;
        size_t size = text_random(&r, TEXT_ALL, text, room);
        uint8_t *exact = text_exact(text, size);
        ts_params params = random_params(&r);
        check_shingles(&params, exact, size);
        free(exact);
    }
}

/* Every k, with texts of k tokens and of one more and one less. */
static void test_every_k(void **state)
{
    (void)state;
    for (uint32_t k = TS_K_MIN; k <= TS_K_MAX; k++)
        for (size_t n = k > 2 ? k - 2 : 0; n < k + 3; n++)
            for (int unit = 0; unit < 2; unit++) {
                ts_params params = TS_PARAMS_DEFAULT;
                params.unit = unit ? TS_UNIT_CHAR : TS_UNIT_WORD;
                params.k = k;
                text_buffer t = {0};
                text_add(&t, ",", 1);
                for (size_t i = 0; i < n; i++) {
                    static const char *const some[] = {"z ", "y, ", "xy-", "w "};
                    text_add(&t, some[i % 4], 1);
                }
                check_shingles(&params, t.bytes, t.size);
                free(t.bytes);
            }
}

static void test_few_tokens(void **state)
{
    (void)state;
    random_state r = {91};
    for (int trial = 0; trial < 50; trial++) {
        const ts_params params = random_params(&r);
        check_string(&params, "");
        check_string(&params, " -- . '");
        check_string(&params, "one");
        check_string(&params, "one, two");
        check_string(&params, "the same the same the same the same the same the same");
    }
}

/* A window may reach over pieces that give no token: what is long comes in parts. */
static void test_windows_across_pieces(void **state)
{
    (void)state;
    random_state r = {92};
    for (int trial = 0; trial < 60; trial++) {
        const ts_params params = random_params(&r);
        text_buffer t = {0};
        for (int i = 0; i < 12; i++) {
            text_add(&t, "a few words, ", random_next(&r) % 30);
            text_add(&t, "verylong'", random_next(&r) % 4 ? 1 : random_next(&r) % 2000);
            text_add(&t, " ", random_next(&r) % 4 ? 1 : random_next(&r) % 6000);
            text_add(&t, u8"\u4E2D", random_next(&r) % 3);
        }
        check_shingles(&params, t.bytes, t.size);
        free(t.bytes);
    }
}

/* A text left in its middle leaves nothing behind. */
static void test_begin_again(void **state)
{
    (void)state;
    const ts_params params = TS_PARAMS_DEFAULT;
    text_buffer t = {0};
    text_add(&t, "Some words of a text; ", 2000);
    const uint64_t *hashes;
    size_t n;
    for (size_t size = 0; size < 30; size++) {
        ts_shingler_begin(shingler, &params, t.bytes, t.size - size);
        assert_int_equal(ts_shingler_next(shingler, &hashes, &n), TS_OK);
        check_shingles(&params, t.bytes, size);
    }
    free(t.bytes);
}

/* --- memory ---------- */

static void test_memory_does_not_grow(void **state)
{
    (void)state;
    const ts_params params = TS_PARAMS_DEFAULT;
    uint32_t slots[TS_NUM_PERM_DEFAULT];
    text_buffer t = {0};
    text_add(&t, "Some words of a text that U.S. readers may know, 1,000 times; ",
             20000);
    size_t small = t.size / 100;
    assert_int_equal(ts_shingles_sketch(shingler, &params, t.bytes, small, slots),
                     TS_OK);
    size_t asked = ts_alloc_test_asked();
    assert_int_equal(ts_shingles_sketch(shingler, &params, t.bytes, t.size, slots),
                     TS_OK);
    assert_int_equal(ts_alloc_test_asked(), asked);
    free(t.bytes);
}

/* Whom shingle_anew() asks; NULL: nobody. */
static ts_poll *asked_anew;

static ts_status shingle_anew(void *arg)
{
    const text_buffer *t = arg;
    const ts_params params = TS_PARAMS_DEFAULT;
    ts_hashes set = {0};
    uint32_t slots[TS_NUM_PERM_DEFAULT];
    uint64_t hash, n_tokens;
    ts_shingler *s = ts_shingler_new();
    if (s == NULL) return TS_NOMEM;
    ts_shingler_poll(s, asked_anew);
    ts_status rc = ts_shingles_set(s, &params, t->bytes, t->size, &set);
    if (rc == TS_OK) rc = ts_shingles_sketch(s, &params, t->bytes, t->size, slots);
    if (rc == TS_OK)
        rc = ts_shingles_fingerprint(s, &params, t->bytes, t->size, &hash, &n_tokens);
    ts_token_list list = {.poll = asked_anew};
    if (rc == TS_OK) rc = ts_token_list_build(&list, &params, t->bytes, t->size);
    if (rc == TS_OK) rc = ts_shingles_of_tokens(&params, &list, &set);
    ts_token_list_clear(&list);
    ts_hashes_clear(&set);
    ts_shingler_free(s);
    return rc;
}

/* The time has come when it has been asked so often. */
static int count_down(void *n_left)
{
    return --*(int *)n_left == 0;
}

/* Whoever is asked and wants to stop is obeyed at once, whenever that is. */
static void test_stopping(void **state)
{
    (void)state;
    text_buffer t = {0};
    text_add(&t, "Words enough to be asked some times; ", 12000);
    int nth = 0, n_left = 0;
    ts_poll poll = {.stop = count_down, .context = &n_left};
    asked_anew = &poll;
    do {
        n_left = ++nth;
        poll.spent = 0;
        const ts_status rc = shingle_anew(&t);
        assert_int_equal(rc, n_left > 0 ? TS_OK : TS_STOPPED);
        assert_true(n_left >= 0); /* it is not asked again */
    } while (n_left == 0);
    assert_true(nth > 5);
    asked_anew = NULL;
    free(t.bytes);
}

static void test_failure_of_memory(void **state)
{
    (void)state;
    text_buffer t = {0};
    text_add(&t, "Words enough for more than a piece; ", 300);
    text_add(&t, "joined.", 2000);
    text_add(&t, " \xD7\x90", 1);
    text_add(&t, u8"\u05B8", 5000);
    size_t n_failures = ts_alloc_test_fail_each(shingle_anew, &t);
    assert_true(n_failures > 60);

    /* After any failure the same shingler is right about the next text. */
    const ts_params params = TS_PARAMS_DEFAULT;
    for (size_t nth = 1; nth < n_failures; nth += 3) {
        ts_hashes set = {0};
        ts_shingler_free(shingler);
        shingler = ts_shingler_new();
        ts_alloc_test_fail(nth);
        ts_status rc = ts_shingles_set(shingler, &params, t.bytes, t.size, &set);
        ts_alloc_test_fail(0);
        assert_true(rc == TS_OK || rc == TS_NOMEM);
        ts_hashes_clear(&set);
        check_shingles(&params, t.bytes, t.size);
    }
    free(t.bytes);
}

/* Nothing is lost by a call that fails: those that follow give what was missing. */
static void test_reading_on_after_a_failure(void **state)
{
    (void)state;
    text_buffer t = {0};
    text_add(&t, "Words enough for more than a piece; ", 300);
    text_add(&t, "joined.", 2000);
    text_add(&t, " and \xD7\x90", 1);
    text_add(&t, u8"\u05B8", 500);
    for (int unit = 0; unit < 2; unit++) {
        ts_params params = TS_PARAMS_DEFAULT;
        if (unit == 1) params.unit = TS_UNIT_CHAR;
        ts_hashes tokens = {0}, wanted = {0};
        shingle_plainly(&params, t.bytes, t.size, &tokens, &wanted);
        for (size_t nth = 1, n_failures = 1; n_failures > 0; nth++) {
            ts_shingler *s = ts_shingler_new();
            const uint64_t *hashes;
            size_t n = 0, done = 0;
            ts_status rc;
            assert_non_null(s);
            ts_shingler_begin(s, &params, t.bytes, t.size);
            n_failures = 0;
            ts_alloc_test_fail(nth);
            while ((rc = ts_shingler_next(s, &hashes, &n)) == TS_NOMEM || n > 0) {
                n_failures += rc == TS_NOMEM;
                if (rc == TS_NOMEM) continue;
                assert_true(n <= wanted.size - done);
                assert_memory_equal(hashes, wanted.data + done, n * sizeof *hashes);
                done += n;
            }
            ts_alloc_test_fail(0);
            assert_int_equal(done, wanted.size);
            ts_shingler_free(s);
        }
        ts_hashes_clear(&tokens);
        ts_hashes_clear(&wanted);
    }
    free(t.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_random_texts),
        cmocka_unit_test(test_every_k),
        cmocka_unit_test(test_few_tokens),
        cmocka_unit_test(test_windows_across_pieces),
        cmocka_unit_test(test_begin_again),
        cmocka_unit_test(test_memory_does_not_grow),
        cmocka_unit_test(test_stopping),
        cmocka_unit_test_teardown(test_failure_of_memory, free_shingler),
        cmocka_unit_test(test_reading_on_after_a_failure),
        cmocka_unit_test(ts_alloc_test_no_leaks),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("shingles", tests, new_shingler, NULL);
}
