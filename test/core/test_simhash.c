#include "core/hash.h"
#include "core/simhash.h"

#include "alloc_test.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* One counter for each bit. */
static uint64_t simhash_plainly(const uint64_t *hashes, size_t n)
{
    uint64_t bits = 0;
    for (int bit = 0; bit < 64; bit++) {
        size_t count = 0;
        for (size_t i = 0; i < n; i++)
            count += hashes[i] >> bit & 1;
        if (count > n - count) bits |= UINT64_C(1) << bit;
    }
    return bits;
}

/* Of mix(1), mix(2), ..., by a few lines of Python. */
static void test_known(void **state)
{
    (void)state;
    uint64_t hashes[200];
    for (uint64_t i = 0; i < 200; i++)
        hashes[i] = ts_hash_mix(i + 1);
    assert_true(ts_simhash(hashes, 7) == UINT64_C(0x1836D09571A313D3));
    assert_true(ts_simhash(hashes, 8) == UINT64_C(0x18329004312311D3));
    assert_true(ts_simhash(hashes, 200) == UINT64_C(0x9E1C0405F985F439));
}

static void test_few(void **state)
{
    (void)state;
    const uint64_t x = UINT64_C(0x0123456789ABCDEF), y = UINT64_C(0xF0F0F0F00F0F0F0F);
    const uint64_t two[] = {x, y}, three[] = {x, y, ~y};
    assert_true(ts_simhash(NULL, 0) == 0);
    assert_true(ts_simhash(&x, 1) == x);
    assert_true(ts_simhash(two, 2) == (x & y)); /* half is not more than half */
    assert_true(ts_simhash(three, 3) == x);
}

/* All sizes around the eights and sixteens that are counted at once. */
static void test_against_counters(void **state)
{
    (void)state;
    enum { MOST = 3000 };
    static uint64_t hashes[MOST];
    random_state r = {5};
    for (size_t n = 0; n <= MOST; n += n < 200 ? 1 : 98) {
        for (int kind = 0; kind < 3; kind++) {
            for (size_t i = 0; i < n; i++) {
                hashes[i] = random_next(&r);
                if (kind == 1) /* bits that are rare, and ones that are frequent */
                    hashes[i] = (hashes[i] & random_next(&r)) | random_next(&r) << 32;
                if (kind == 2) /* as many ones as zeros, or one more or less */
                    hashes[i] = i % 2 ? ~hashes[i - 1] : hashes[i];
            }
            assert_true(ts_simhash(hashes, n) == simhash_plainly(hashes, n));
        }
    }
}

/* Sums that carry through all planes: exactly half, and one more, of 2^17. */
static void test_carry(void **state)
{
    (void)state;
    const size_t n = (size_t)1 << 17;
    uint64_t *hashes = malloc((n + 1) * sizeof *hashes);
    assert_non_null(hashes);
    for (size_t i = 0; i < n; i++)
        hashes[i] = i < n / 2 ? UINT64_MAX : 0;
    assert_true(ts_simhash(hashes, n) == 0);
    hashes[n] = UINT64_C(0x8000000000000001);
    assert_true(ts_simhash(hashes, n + 1) == UINT64_C(0x8000000000000001));
    for (size_t i = 0; i < n; i++)
        hashes[i] = UINT64_MAX;
    for (size_t m = n - 20; m <= n; m++)
        assert_true(ts_simhash(hashes, m) == UINT64_MAX);
    free(hashes);
}

static void test_order_does_not_matter(void **state)
{
    (void)state;
    uint64_t hashes[350];
    random_state r = {6};
    random_fill(&r, hashes, 350);
    const uint64_t simhash = ts_simhash(hashes, 350);
    for (int trial = 0; trial < 100; trial++) {
        random_shuffle(&r, hashes, 350);
        assert_true(ts_simhash(hashes, 350) == simhash);
    }
}

/*
 * Charikar: a bit differs with probability angle / pi, where the cosine of sets
 * of one size is their share in common.
 */
static void test_distance_tells_likeness(void **state)
{
    (void)state;
    enum { N = 400, TRIALS = 500 };
    static const struct {
        size_t common;
        double angle_by_pi;
    } cases[] = {{0, 0.5}, {200, 1.0 / 3}, {346, 1.0 / 6}, {400, 0.0}};
    uint64_t a[N], b[N];
    random_state r = {7};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        long sum = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            random_fill(&r, a, N);
            random_fill(&r, b, N);
            for (size_t i = 0; i < cases[c].common; i++)
                b[i] = a[i];
            sum += ts_simhash_distance(ts_simhash(a, N), ts_simhash(b, N));
        }
        /* 32,000 bits have a standard error under 0.003; ties make a little. */
        double share = (double)sum / (64.0 * TRIALS);
        assert_true(share > cases[c].angle_by_pi - 0.02);
        assert_true(share < cases[c].angle_by_pi + 0.02);
    }
}

static void test_distance(void **state)
{
    (void)state;
    random_state r = {8};
    assert_int_equal(ts_simhash_distance(0, 0), 0);
    assert_int_equal(ts_simhash_distance(0, UINT64_MAX), 64);
    for (int bit = 0; bit < 64; bit++)
        assert_int_equal(ts_simhash_distance(0, UINT64_C(1) << bit), 1);
    for (int trial = 0; trial < 20000; trial++) {
        uint64_t x = random_next(&r), y = random_next(&r) & random_next(&r);
        int distance = 0;
        for (int bit = 0; bit < 64; bit++)
            distance += (x >> bit & 1) != (y >> bit & 1);
        assert_int_equal(ts_simhash_distance(x, y), distance);
        assert_int_equal(ts_simhash_distance(y, x), distance);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_few),
        cmocka_unit_test(test_against_counters),
        cmocka_unit_test(test_carry),
        cmocka_unit_test(test_order_does_not_matter),
        cmocka_unit_test(test_distance_tells_likeness),
        cmocka_unit_test(test_distance),
        cmocka_unit_test(ts_alloc_test_no_allocation),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("simhash", tests, NULL, NULL);
}
