#include "core/sample.h"

#include "alloc_test.h"
#include "random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* (1 - t)^m, as the powers of <math.h> have it. */
static void test_smallest(void **state)
{
    (void)state;
    assert_int_equal(ts_sample_smallest(0.5), 14);
    assert_int_equal(ts_sample_smallest(1.0), 1);
    assert_int_equal(ts_sample_smallest(1e-9), 4096);
    for (int percent = 1; percent < 100; percent++) {
        const double t = percent / 100.0;
        const uint32_t m = ts_sample_smallest(t);
        assert_true(pow(1.0 - t, m) <= TS_SAMPLE_MISS * (1 + 1e-9));
        assert_true(pow(1.0 - t, m - 1) > TS_SAMPLE_MISS * (1 - 1e-9));
        assert_true(ts_sample_promises(t, m));
        assert_true(ts_sample_promises(t, m + 1));
        assert_false(ts_sample_promises(t, m - 1));
    }
    assert_false(ts_sample_promises(1.0, 0));
}

static void test_below(void **state)
{
    (void)state;
    const uint64_t limit = (uint64_t)TS_SAMPLE_LIMIT << 32;
    uint64_t set[40];
    for (size_t n = 0; n <= 40; n++) {
        for (size_t below = 0; below <= n; below++) {
            for (size_t i = 0; i < n; i++)
                set[i] = i < below ? limit - (below - i) : limit + (i - below);
            assert_int_equal(ts_sample_below(set, n), below);
        }
    }
}

static long double log_choose(uint64_t n, uint64_t k)
{
    return lgammal((long double)n + 1) - lgammal((long double)k + 1) -
           lgammal((long double)(n - k) + 1);
}

/* P(X = x), where n are drawn from N of which K are good. */
static long double chance(uint64_t N, uint64_t K, uint64_t n, uint64_t x)
{
    if (x > K || x > n || n - x > N - K) return 0;
    return expl(log_choose(K, x) + log_choose(N - K, n - x) - log_choose(N, n));
}

/* The largest c with P(X < c) <= TS_SAMPLE_MISS, unless rounding could tell. */
static void check_cutoff(uint64_t N, uint64_t K, uint64_t n)
{
    const uint32_t c = ts_sample_cutoff(N, K, n);
    long double less = 0;
    for (uint64_t x = 0; x < c; x++)
        less += chance(N, K, n, x);
    assert_true(less <= TS_SAMPLE_MISS * (1 + 1e-6L));
    assert_true(less + chance(N, K, n, c) > TS_SAMPLE_MISS * (1 - 1e-6L));
}

static void test_cutoff(void **state)
{
    (void)state;
    assert_int_equal(ts_sample_cutoff(56, 40, 19), 8);
    for (uint64_t N = 1; N <= 48; N++)
        for (uint64_t K = 0; K <= N; K++)
            for (uint64_t n = 0; n <= N; n++)
                check_cutoff(N, K, n);
    random_state r = {1};
    for (int i = 0; i < 2000; i++) {
        const uint64_t N = 1 + random_next(&r) % 20000;
        check_cutoff(N, random_next(&r) % (N + 1), random_next(&r) % (N + 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_smallest),
        cmocka_unit_test(test_below),
        cmocka_unit_test(test_cutoff),
        cmocka_unit_test(ts_alloc_test_no_allocation),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("sample", tests, NULL, NULL);
}
