#include "core/measures.h"

#include "alloc_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* NONE stands for "no value", which is what SQL calls NULL. */
#define NONE (-1.0)

typedef bool measure(const ts_overlap *overlap, double *value);

static double of(measure *m, ts_overlap overlap)
{
    double value = 123.0;
    if (m(&overlap, &value)) return value;
    assert_true(value == 123.0); /* without a value, nothing is written */
    return NONE;
}

static ts_overlap counts(uint64_t a, uint64_t b, uint64_t both)
{
    return (ts_overlap){.a = a, .b = b, .both = both};
}

static void test_known(void **state)
{
    (void)state;
    ts_overlap o = counts(4, 6, 3);
    assert_true(of(ts_measure_jaccard, o) == 3.0 / 7.0);
    assert_true(of(ts_measure_containment, o) == 0.75);
    assert_true(of(ts_measure_overlap_coefficient, o) == 0.75);
    assert_true(of(ts_measure_dice, o) == 0.6);
    o = counts(6, 4, 3);
    assert_true(of(ts_measure_jaccard, o) == 3.0 / 7.0);
    assert_true(of(ts_measure_containment, o) == 0.5);
    assert_true(of(ts_measure_overlap_coefficient, o) == 0.75);
    assert_true(of(ts_measure_dice, o) == 0.6);
}

/* Every pair of subsets of five things, against counting them one by one. */
static void test_all_small_sets(void **state)
{
    (void)state;
    for (unsigned a = 0; a < 32; a++) {
        for (unsigned b = 0; b < 32; b++) {
            unsigned n_a = 0, n_b = 0, n_both = 0, n_any = 0;
            for (unsigned i = 0; i < 5; i++) {
                n_a += a >> i & 1;
                n_b += b >> i & 1;
                n_both += (a & b) >> i & 1;
                n_any += (a | b) >> i & 1;
            }
            unsigned n_min = n_a < n_b ? n_a : n_b;
            ts_overlap o = counts(n_a, n_b, n_both);
            assert_true(of(ts_measure_jaccard, o) ==
                        (n_any ? (double)n_both / n_any : NONE));
            assert_true(of(ts_measure_containment, o) ==
                        (n_a ? (double)n_both / n_a : NONE));
            assert_true(of(ts_measure_overlap_coefficient, o) ==
                        (n_min ? (double)n_both / n_min : NONE));
            assert_true(of(ts_measure_dice, o) ==
                        (n_any ? 2.0 * n_both / (n_a + n_b) : NONE));
        }
    }
}

/* An empty document pairs with nothing; but it differs from one that is not. */
static void test_empty(void **state)
{
    (void)state;
    assert_true(of(ts_measure_jaccard, counts(0, 0, 0)) == NONE);
    assert_true(of(ts_measure_jaccard, counts(0, 5, 0)) == 0.0);
    assert_true(of(ts_measure_jaccard, counts(5, 0, 0)) == 0.0);
    assert_true(of(ts_measure_containment, counts(0, 5, 0)) == NONE);
    assert_true(of(ts_measure_containment, counts(5, 0, 0)) == 0.0);
    assert_true(of(ts_measure_overlap_coefficient, counts(0, 5, 0)) == NONE);
    assert_true(of(ts_measure_overlap_coefficient, counts(5, 0, 0)) == NONE);
    assert_true(of(ts_measure_dice, counts(0, 0, 0)) == NONE);
    assert_true(of(ts_measure_dice, counts(0, 5, 0)) == 0.0);
}

/* The largest sets that there are do not overflow, and no share exceeds 1. */
static void test_largest(void **state)
{
    (void)state;
    const uint64_t n = UINT32_MAX;
    assert_true(of(ts_measure_jaccard, counts(n, n, n)) == 1.0);
    assert_true(of(ts_measure_dice, counts(n, n, n)) == 1.0);
    assert_true(of(ts_measure_containment, counts(n, n, n - 1)) < 1.0);
    assert_true(of(ts_measure_jaccard, counts(n, n, n - 1)) < 1.0);
    assert_true(of(ts_measure_jaccard, counts(n, 1, 1)) == 1.0 / (double)n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_all_small_sets),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_largest),
        cmocka_unit_test(ts_alloc_test_no_allocation),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("measures", tests, NULL, NULL);
}
