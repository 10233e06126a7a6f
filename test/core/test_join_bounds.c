#include "core/join_bounds.h"

#include "alloc_test.h"
#include "random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const double thresholds[] = {0.01,      0.1, 0.3, 1.0 / 3.0, 0.5,  0.55,
                                    2.0 / 3.0, 0.7, 0.8, 0.9,       0.95, 1.0};
#define N_THRESHOLDS (sizeof thresholds / sizeof *thresholds)

static void test_by_trying(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_THRESHOLDS; i++) {
        const double t = thresholds[i];
        for (uint64_t sum = 2; sum < 2000; sum++) {
            uint64_t least = 0;
            while ((double)least / (double)(sum - least) < t)
                least++;
            assert_true(ts_join_least_overlap(t, sum) == least);
        }
        for (uint64_t size = 1; size < 1000; size++) {
            uint64_t least = 1;
            while ((double)least / (double)size < t)
                least++;
            assert_true(ts_join_least_size(t, size) == least);
        }
    }
}

/* Where the formulas are off by rounding: 0.55 of 100 is 55.000000000000007. */
static void test_at_the_threshold(void **state)
{
    (void)state;
    assert_true(ts_join_least_size(0.55, 100) == 55);
    assert_true(ts_join_least_size(0.7, 10) == 7);
    assert_true(ts_join_least_overlap(0.55, 155) == 55);
    assert_true(ts_join_least_overlap(0.7, 17) == 7);
    assert_true(ts_join_least_overlap(1.0 / 3.0, 4) == 1);
    assert_true(ts_join_least_overlap(1.0, 8) == 4);
    assert_true(ts_join_least_overlap(1.0, 9) == 5);
    /* All fractions, as thresholds of themselves. */
    for (uint64_t d = 1; d < 300; d++) {
        for (uint64_t n = 1; n <= d; n++) {
            const double t = (double)n / (double)d;
            assert_true(ts_join_least_size(t, d) == n);
            assert_true(ts_join_least_overlap(t, n + d) == n);
        }
    }
}

static void test_large_sets(void **state)
{
    (void)state;
    random_state r = {1};
    for (int i = 0; i < 100000; i++) {
        const double t = (double)(1 + random_next(&r) % 1000000) / 1000000.0;
        const uint64_t size = 1 + random_next(&r) % UINT32_MAX;
        const uint64_t sum = size + 1 + random_next(&r) % UINT32_MAX;
        const uint64_t both = ts_join_least_overlap(t, sum);
        assert_true(ts_join_meets(t, sum, both) && !ts_join_meets(t, sum, both - 1));
        const uint64_t least = ts_join_least_size(t, size);
        assert_true((double)least / (double)size >= t);
        assert_true((double)(least - 1) / (double)size < t);
    }
    /* Next to fractions, from both sides. */
    for (int i = 0; i < 100000; i++) {
        const uint64_t d = 1 + random_next(&r) % UINT32_MAX,
                       n = 1 + random_next(&r) % d;
        const double at = (double)n / (double)d;
        const double near[] = {nextafter(at, 0.0), at, nextafter(at, 1.0)};
        for (size_t j = 0; j < 3; j++) {
            const uint64_t both = ts_join_least_overlap(near[j], n + d);
            assert_true(both <= n + 1 && ts_join_meets(near[j], n + d, both));
            assert_true(both == 0 || !ts_join_meets(near[j], n + d, both - 1));
            const uint64_t least = ts_join_least_size(near[j], d);
            assert_true(least <= n + 1 && ts_join_meets(near[j], d + least, least));
            assert_true(least == 0 ||
                        !ts_join_meets(near[j], d + least - 1, least - 1));
        }
    }
    assert_true(ts_join_least_overlap(1e-300, 2) == 1);
    assert_true(ts_join_least_size(1e-300, UINT32_MAX) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_trying),
        cmocka_unit_test(test_at_the_threshold),
        cmocka_unit_test(test_large_sets),
        cmocka_unit_test(ts_alloc_test_no_allocation),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("join_bounds", tests, NULL, NULL);
}
