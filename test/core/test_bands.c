#include "core/bands.h"
#include "core/format.h"
#include "core/hash.h"
#include "core/sketch.h"

#include "alloc_test.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The sketch of the first n_hashes outputs of a generator. */
static void sketch_random(random_state *r, uint32_t *slots, uint32_t n, size_t n_hashes)
{
    ts_sketch_clear(slots, n);
    for (size_t i = 0; i < n_hashes; i++) {
        uint64_t h = random_next(r);
        ts_sketch_add(slots, n, &h, 1);
    }
}

/* Key number 'band', slot by slot, as bands.h has it. */
static uint64_t key_plainly(const uint32_t *slots, uint32_t n, uint32_t rows,
                            uint32_t band)
{
    static uint8_t bytes[4 * TS_NUM_PERM_MAX];
    for (uint32_t row = 0; row < rows; row++) {
        uint64_t i = (uint64_t)band * rows + row, j = 0, donor = i;
        while (slots[donor] == TS_SLOT_EMPTY)
            donor = ts_mul_high_portable(ts_hash_mix((i << 32) + ++j), n);
        ts_store32(bytes + 4 * (size_t)row, slots[donor]);
    }
    return ts_hash(bytes, 4 * (size_t)rows, band);
}

/* Of mix(1) to mix(12) in 16 slots, 6 of them empty, by a reading in Python. */
static void test_known(void **state)
{
    (void)state;
    static const uint64_t threes[] = {
        UINT64_C(0x18D34F55534806D9), UINT64_C(0x84DE18113012C5A6),
        UINT64_C(0x2E36CE2F6EB565AD), UINT64_C(0xE6716EFA59769858),
        UINT64_C(0x8D00CD50DAC85A0B)};
    uint32_t slots[16];
    uint64_t keys[5];
    ts_sketch_clear(slots, 16);
    for (uint64_t i = 1; i <= 12; i++) {
        uint64_t h = ts_hash_mix(i);
        ts_sketch_add(slots, 16, &h, 1);
    }
    assert_int_equal(ts_bands_keys(slots, 16, 3, keys), 5);
    assert_memory_equal(keys, threes, sizeof threes);
    assert_int_equal(ts_bands_keys(slots, 16, 16, keys), 1);
    assert_true(keys[0] == UINT64_C(0x170933D7E96F9F73));
}

static void test_count(void **state)
{
    (void)state;
    assert_int_equal(ts_bands_count(128, 1), 128);
    assert_int_equal(ts_bands_count(128, 3), 42);
    assert_int_equal(ts_bands_count(128, 4), 32);
    assert_int_equal(ts_bands_count(128, 127), 1);
    assert_int_equal(ts_bands_count(128, 128), 1);
    assert_int_equal(ts_bands_count(128, 129), 0);
    assert_int_equal(ts_bands_count(128, UINT32_MAX), 0);
    assert_int_equal(ts_bands_count(128, 0), 0);
}

/* Sketches from one slot in use to none empty, and all numbers of rows. */
static void test_against_formula(void **state)
{
    (void)state;
    static const uint32_t ns[] = {16, 17, 128, 1000};
    static const size_t fills[] = {1, 2, 3, 10, 100, 10000};
    random_state r = {9};
    uint32_t slots[1000];
    uint64_t keys[1001];
    for (size_t s = 0; s < 4; s++) {
        const uint32_t n = ns[s];
        for (size_t f = 0; f < 6; f++) {
            sketch_random(&r, slots, n, fills[f]);
            for (uint32_t rows = 1; rows <= n + 1; rows += 1 + rows / 8) {
                const uint32_t n_bands = ts_bands_count(n, rows);
                keys[n_bands] = 4711; /* not to be written */
                assert_int_equal(ts_bands_keys(slots, n, rows, keys), n_bands);
                assert_true(keys[n_bands] == 4711);
                for (uint32_t band = 0; band < n_bands; band++)
                    assert_true(keys[band] == key_plainly(slots, n, rows, band));
            }
        }
    }
}

static void test_empty_sketch_has_none(void **state)
{
    (void)state;
    uint32_t slots[TS_NUM_PERM_MAX];
    uint64_t key = 4711;
    ts_sketch_clear(slots, TS_NUM_PERM_MAX);
    assert_int_equal(ts_bands_keys(slots, TS_NUM_PERM_MAX, 3, &key), 0);
    assert_true(key == 4711);
}

/* The least and the most that there can be to fill, in the largest sketch. */
static void test_nearly_empty_sketches(void **state)
{
    (void)state;
    enum { N = TS_NUM_PERM_MAX };
    static uint32_t slots[N];
    static uint64_t keys[N];
    ts_sketch_clear(slots, N);
    slots[N - 1] = 0;
    assert_int_equal(ts_bands_keys(slots, N, 1, keys), N);
    for (uint32_t band = 0; band < N; band++)
        assert_true(keys[band] == ts_hash("\0\0\0", 4, band));
    slots[0] = 1;
    assert_int_equal(ts_bands_keys(slots, N, 4, keys), N / 4);
    for (uint32_t band = 0; band < N / 4; band += 100)
        assert_true(keys[band] == key_plainly(slots, N, 4, band));
}

/*
 * The banding curve: a pair has a key in common with probability
 * 1 - (1 - J^rows)^bands, also where most slots are empty and filled.
 */
static void test_candidates(void **state)
{
    (void)state;
    enum { TRIALS = 400, N = 128 };
    static const struct {
        size_t n_union;
        size_t n_both;
        uint32_t rows;
        double lowest, highest;
    } cases[] = {
        {2000, 1000, 3, 0.98, 1.0}, /* 0.996 */
        {2000, 400, 3, 0.21, 0.37}, /* 0.286 */
        {2000, 1600, 8, 0.89, 1.0}, /* 0.947 */
        {2000, 40, 3, 0.0, 0.01},   /* 0.0003 */
        {40, 32, 4, 0.93, 1.0},     /* 1.0, if all slots were independent */
        {40, 0, 4, 0.0, 0.0},
    };
    random_state r = {10};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        int found = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            uint32_t a[N], b[N];
            uint64_t keys_a[N], keys_b[N];
            ts_sketch_clear(a, N);
            ts_sketch_clear(b, N);
            for (size_t i = 0; i < cases[c].n_union; i++) {
                uint64_t h = random_next(&r);
                if (i < cases[c].n_both || i % 2 == 0) ts_sketch_add(a, N, &h, 1);
                if (i < cases[c].n_both || i % 2 == 1) ts_sketch_add(b, N, &h, 1);
            }
            uint32_t n_bands = ts_bands_keys(a, N, cases[c].rows, keys_a);
            assert_int_equal(ts_bands_keys(b, N, cases[c].rows, keys_b), n_bands);
            int common = 0;
            for (uint32_t band = 0; band < n_bands; band++)
                common |= keys_a[band] == keys_b[band];
            found += common;
        }
        double share = (double)found / TRIALS;
        assert_true(share >= cases[c].lowest && share <= cases[c].highest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_count),
        cmocka_unit_test(test_against_formula),
        cmocka_unit_test(test_empty_sketch_has_none),
        cmocka_unit_test(test_nearly_empty_sketches),
        cmocka_unit_test(test_candidates),
        cmocka_unit_test(ts_alloc_test_no_allocation),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("bands", tests, NULL, NULL);
}
