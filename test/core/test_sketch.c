/*
 * Exact properties of sketches, and how well they estimate.
 *
 *     test_sketch --deep    all trials of the errors, with tables (seconds);
 *                           likewise if TEXTSIM_DEEP is in the environment
 */
#include "core/hash.h"
#include "core/sketch.h"

#include "alloc_test.h"
#include "random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N = TS_NUM_PERM_DEFAULT };

static bool deep;

/* --- what a sketch is ---------- */

static void sketch(uint32_t *slots, uint32_t n, const uint64_t *hashes, size_t count)
{
    ts_sketch_clear(slots, n);
    ts_sketch_add(slots, n, hashes, count);
}

/* The definition in format.h, slot by slot. */
static uint32_t slot_plainly(const uint64_t *hashes, size_t count, uint32_t n,
                             uint32_t slot)
{
    uint32_t least = TS_SLOT_EMPTY;
    for (size_t i = 0; i < count; i++) {
        if (ts_mul_high_portable(hashes[i], n) != slot) continue;
        uint64_t value = (hashes[i] * (uint64_t)n) >> 33;
        if (value < least) least = (uint32_t)value;
    }
    return least;
}

/* Of mix(1), mix(2), ..., by a reading in Python. */
static void test_known(void **state)
{
    (void)state;
    static const uint32_t known_16[] = {0xFFFFFFFF, 0x18FEA489, 0x41D3952D, 0x5D0CE370,
                                        0x1185A89B, 0x6897456B, 0x573F8B82, 0xFFFFFFFF,
                                        0xFFFFFFFF, 0x152CD2F6, 0xFFFFFFFF, 0xFFFFFFFF,
                                        0x43500C94, 0x4654FE6E, 0xFFFFFFFF, 0x47BA9A42};
    static const uint32_t known_17[] = {
        0x464AF939, 0x228E8ED2, 0x05D98C4E, 0x25121AD4, 0x02FB8F0B, 0x4E79DA90,
        0x1720B9C2, 0x0CB3843A, 0x2ED62E69, 0x3399D4B2, 0x484DB48F, 0x3123C9FD,
        0xFFFFFFFF, 0x27850D5D, 0x24FD5C99, 0x0E050052, 0x443643E6};
    uint64_t hashes[40];
    uint32_t slots[17];
    for (uint64_t i = 0; i < 40; i++)
        hashes[i] = ts_hash_mix(i + 1);
    sketch(slots, 16, hashes, 12);
    assert_memory_equal(slots, known_16, sizeof known_16);
    sketch(slots, 17, hashes, 40);
    assert_memory_equal(slots, known_17, sizeof known_17);
}

static void test_against_definition(void **state)
{
    (void)state;
    static const uint32_t ns[] = {16, 17, 100, 128, 1000, 1024, 4095, 4096};
    static uint64_t hashes[400];
    static uint32_t slots[TS_NUM_PERM_MAX];
    random_state r = {11};
    for (size_t s = 0; s < sizeof ns / sizeof *ns; s++) {
        random_fill(&r, hashes, 400);
        hashes[0] = 0; /* the first value of the first slot */
        hashes[1] = UINT64_MAX;
        sketch(slots, ns[s], hashes, 400);
        for (uint32_t i = 0; i < ns[s]; i++)
            assert_int_equal(slots[i], slot_plainly(hashes, 400, ns[s], i));
        assert_int_equal(slots[0], 0);
        assert_int_not_equal(slots[ns[s] - 1], TS_SLOT_EMPTY);
    }
}

/* The greatest hash has a value, too, and it is not TS_SLOT_EMPTY. */
static void test_ends_of_the_range(void **state)
{
    (void)state;
    uint32_t slots[TS_NUM_PERM_MAX];
    for (uint32_t n = TS_NUM_PERM_MIN; n <= TS_NUM_PERM_MAX; n += 1 + n / 3) {
        const uint64_t ends[] = {0, UINT64_MAX};
        sketch(slots, n, ends, 2);
        assert_int_equal(slots[0], 0);
        assert_int_equal(slots[n - 1], (UINT64_MAX * n) >> 33);
        assert_true(slots[n - 1] <= INT32_MAX);
        for (uint32_t i = 1; i < n - 1; i++)
            assert_int_equal(slots[i], TS_SLOT_EMPTY);
    }
}

static void test_order_and_repeats_do_not_matter(void **state)
{
    (void)state;
    uint64_t hashes[600];
    uint32_t slots[N], other[N];
    random_state r = {12};
    random_fill(&r, hashes, 300);
    sketch(slots, N, hashes, 300);
    for (int trial = 0; trial < 100; trial++) {
        memcpy(hashes + 300, hashes, 300 * sizeof *hashes);
        random_shuffle(&r, hashes, 600);
        sketch(other, N, hashes, 600);
        assert_memory_equal(slots, other, sizeof slots);
        sort_plainly(hashes, 600);
    }
}

static void test_union_of_pieces_is_the_whole(void **state)
{
    (void)state;
    uint64_t hashes[500];
    uint32_t whole[N], all[N], piece[N], empty[N];
    random_state r = {13};
    ts_sketch_clear(empty, N);
    for (int trial = 0; trial < 200; trial++) {
        random_fill(&r, hashes, 500);
        sketch(whole, N, hashes, 500);

        /* Pieces of any size, some of them empty, and they may overlap. */
        ts_sketch_clear(all, N);
        for (size_t begin = 0; begin < 500;) {
            size_t size = (size_t)(random_next(&r) % 120);
            size = size > 500 - begin ? 500 - begin : size;
            sketch(piece, N, hashes + begin, size);
            ts_sketch_union(all, piece, N);
            begin += size - size / 4;
        }
        assert_memory_equal(all, whole, sizeof whole);

        ts_sketch_union(all, whole, N); /* idempotent; empty is the identity */
        ts_sketch_union(all, empty, N);
        assert_memory_equal(all, whole, sizeof whole);
        ts_sketch_union(piece, whole, N); /* commutative */
        assert_memory_equal(piece, whole, sizeof whole);
    }
}

/* --- overlap ---------- */

static void test_overlap_against_definition(void **state)
{
    (void)state;
    random_state r = {14};
    uint32_t a[1000], b[1000];
    for (int trial = 0; trial < 2000; trial++) {
        uint32_t n = 16 + (uint32_t)(random_next(&r) % 985);
        ts_overlap o, wanted = {0};
        for (uint32_t i = 0; i < n; i++) { /* few values, so that they often meet */
            static const uint32_t values[] = {0, 1, 0x7FFFFFFF, TS_SLOT_EMPTY};
            a[i] = values[trial % 7 == 0 ? 3 : random_next(&r) % 4];
            b[i] = values[trial % 11 == 0 ? 3 : random_next(&r) % 4];
            bool in_a = a[i] != TS_SLOT_EMPTY, in_b = b[i] != TS_SLOT_EMPTY;
            wanted.a += in_a && (!in_b || a[i] <= b[i]);
            wanted.b += in_b && (!in_a || b[i] <= a[i]);
            wanted.both += in_a && in_b && a[i] == b[i];
        }
        ts_sketch_overlap(a, b, n, &o);
        assert_true(o.a == wanted.a && o.b == wanted.b && o.both == wanted.both);
    }
}

static void test_same_and_different(void **state)
{
    (void)state;
    random_state r = {15};
    uint64_t hashes[100];
    uint32_t a[N], b[N], empty[N];
    ts_overlap o;
    double value;
    ts_sketch_clear(empty, N);
    random_fill(&r, hashes, 100);
    sketch(a, N, hashes, 50);
    sketch(b, N, hashes + 50, 50);
    ts_sketch_overlap(a, a, N, &o);
    assert_true(ts_measure_jaccard(&o, &value) && value == 1.0);
    ts_sketch_overlap(a, b, N, &o);
    assert_true(ts_measure_jaccard(&o, &value) && value == 0.0);
    ts_sketch_overlap(a, empty, N, &o);
    assert_true(ts_measure_jaccard(&o, &value) && value == 0.0);
    assert_false(ts_measure_overlap_coefficient(&o, &value));
    ts_sketch_overlap(empty, empty, N, &o);
    assert_false(ts_measure_jaccard(&o, &value));
}

/* --- errors of estimates ---------- */

static const size_t unions[] = {10, 20, 50, 100, 200, 1000, 10000};
enum { N_UNIONS = sizeof unions / sizeof *unions, FULL_TRIALS = 20000 };

typedef struct errors {
    double mean;
    double rms;
} errors;

/* Of pairs with 'n_union' elements, 'n_both' of them in both. */
static errors measure_errors(random_state *r, uint32_t n, size_t n_union, size_t n_both,
                             int n_trials)
{
    static uint64_t hashes[10000];
    uint32_t a[TS_NUM_PERM_MAX], b[TS_NUM_PERM_MAX];
    const double exact = (double)n_both / (double)n_union;
    const size_t n_a = n_both + (n_union - n_both) / 3; /* of unlike sizes */
    double sum = 0, sum_of_squares = 0;
    for (int trial = 0; trial < n_trials; trial++) {
        random_fill(r, hashes, n_union);
        sketch(a, n, hashes, n_a);
        sketch(b, n, hashes + n_a, n_union - n_a);
        ts_sketch_add(b, n, hashes, n_both);

        ts_overlap o;
        double value = 0;
        ts_sketch_overlap(a, b, n, &o);
        assert_true(ts_measure_jaccard(&o, &value));
        sum += value - exact;
        sum_of_squares += (value - exact) * (value - exact);
    }
    return (errors){.mean = sum / n_trials, .rms = sqrt(sum_of_squares / n_trials)};
}

static void check_errors(errors e, uint32_t n, double jaccard, int n_trials)
{
    /* Less trials than all know the error itself less well. */
    double slack = n_trials < FULL_TRIALS ? 1 + 3 / sqrt(2.0 * n_trials) : 1;
    double classic = sqrt(jaccard * (1 - jaccard) / n);
    assert_true(e.rms <= 1.03 * classic * slack);
    assert_true(fabs(e.mean) < 4 * e.rms / sqrt(n_trials));
}

static void test_errors(void **state)
{
    (void)state;
    random_state r = {16};
    if (deep) {
        printf("# root-mean-square error of jaccard, %d trials, %d slots,\n",
               FULL_TRIALS, N);
        printf("# as a multiple of the classic sqrt(J(1-J)/%d)\n# %8s", N, "union");
        for (int tenths = 1; tenths <= 9; tenths++)
            printf("  J=.%d", tenths);
        printf("  largest |mean| / standard error\n");
    }
    for (size_t u = 0; u < N_UNIONS; u++) {
        int n_trials =
            deep || unions[u] <= 200 ? FULL_TRIALS : (int)(2000000 / unions[u]);
        double worst = 0;
        if (deep) printf("# %8zu", unions[u]);
        for (int tenths = 1; tenths <= 9; tenths++) {
            const double jaccard = tenths / 10.0;
            size_t n_both = unions[u] / 10 * (size_t)tenths;
            errors e = measure_errors(&r, N, unions[u], n_both, n_trials);
            double bias = fabs(e.mean) / (e.rms / sqrt(n_trials));
            worst = bias > worst ? bias : worst;
            if (deep) printf("%6.3f", e.rms / sqrt(jaccard * (1 - jaccard) / N));
            check_errors(e, N, jaccard, n_trials);
        }
        if (deep) printf("%6.2f\n", worst);
    }
}

static void test_errors_of_other_sizes(void **state)
{
    (void)state;
    static const uint32_t ns[] = {16, 100, 512, 4096};
    random_state r = {17};
    for (size_t s = 0; s < sizeof ns / sizeof *ns; s++)
        for (size_t n_union = 40; n_union <= 4000; n_union *= 10)
            check_errors(measure_errors(&r, ns[s], n_union, n_union / 4, 1000), ns[s],
                         0.25, 1000);
}

/* All four from the same samples: 900 and 400 elements, 300 of them in both. */
static void test_all_measures(void **state)
{
    (void)state;
    enum { TRIALS = 2000 };
    uint64_t hashes[1000];
    uint32_t a[N], b[N];
    double sums[4] = {0};
    random_state r = {18};
    for (int trial = 0; trial < TRIALS; trial++) {
        ts_overlap o;
        double values[4];
        random_fill(&r, hashes, 1000);
        sketch(a, N, hashes, 900);
        sketch(b, N, hashes + 600, 400);
        ts_sketch_overlap(a, b, N, &o);
        assert_true(ts_measure_jaccard(&o, &values[0]));
        assert_true(ts_measure_containment(&o, &values[1]));
        assert_true(ts_measure_overlap_coefficient(&o, &values[2]));
        assert_true(ts_measure_dice(&o, &values[3]));
        for (int i = 0; i < 4; i++)
            sums[i] += values[i];
    }
    static const double exact[] = {0.3, 1.0 / 3, 0.75, 6.0 / 13};
    for (int i = 0; i < 4; i++) /* a standard error is at most 0.0015 */
        assert_true(fabs(sums[i] / TRIALS - exact[i]) < 0.006);
}

/* --- counts ---------- */

static void test_known_counts(void **state)
{
    (void)state;
    uint64_t hashes[200];
    uint32_t slots[TS_NUM_PERM_MAX];
    for (uint64_t i = 0; i < 200; i++)
        hashes[i] = ts_hash_mix(i + 1);
    sketch(slots, 16, hashes, 12);
    assert_int_equal(ts_sketch_count(slots, 16), 15);
    sketch(slots, 16, hashes, 200);
    assert_int_equal(ts_sketch_count(slots, 16), 142);
    sketch(slots, 128, hashes, 200);
    assert_int_equal(ts_sketch_count(slots, 128), 207);
    sketch(slots, 4096, hashes, 200);
    assert_int_equal(ts_sketch_count(slots, 4096), 199);
}

static void test_ends_of_counts(void **state)
{
    (void)state;
    uint32_t slots[TS_NUM_PERM_MAX];
    for (uint32_t n = TS_NUM_PERM_MIN; n <= TS_NUM_PERM_MAX; n *= 2) {
        ts_sketch_clear(slots, n);
        assert_int_equal(ts_sketch_count(slots, n), 0);
        for (uint32_t i = 0; i < n; i++) {
            slots[i] = INT32_MAX; /* as few hashes as possible: one for each slot */
            assert_int_equal(ts_sketch_count(slots, n), i + 1);
        }
        for (uint32_t i = 0; i < n; i++)
            slots[i] = 0; /* as many as possible, and no division by zero */
        assert_true(ts_sketch_count(slots, n) == (uint64_t)n << 32);
    }
}

static void check_counts(random_state *r, uint32_t n, size_t count, int n_trials)
{
    static uint64_t hashes[10000];
    uint32_t slots[TS_NUM_PERM_MAX];
    double sum = 0, sum_of_squares = 0;
    for (int trial = 0; trial < n_trials; trial++) {
        random_fill(r, hashes, count);
        sketch(slots, n, hashes, count);
        uint64_t used = 0, estimate = ts_sketch_count(slots, n);
        for (uint32_t i = 0; i < n; i++)
            used += slots[i] != TS_SLOT_EMPTY;
        assert_true(estimate >= used);
        double error = (double)estimate - (double)count;
        sum += error;
        sum_of_squares += error * error;
    }
    double size = (double)count, mean = sum / n_trials;
    double rms = sqrt(sum_of_squares / n_trials);
    double slack = 1.05 * (1 + 3 / sqrt(2.0 * n_trials)), rounding = 0.5;
    assert_true(rms <= slack * size / sqrt(n - 3) + rounding);
    /* A maximum of likelihood is biased, by less than a slot's share. */
    assert_true(fabs(mean) <= size / (n - 1) + rounding + 4 * rms / sqrt(n_trials));
    if (count == 1) assert_true(rms == 0);
    if (n >= 128 && count <= n / 4) /* all there is to miss is who met in a slot */
        assert_true(rms <= slack * size / sqrt(2 * n) + rounding);
    if (deep)
        printf("# count of %5zu in %4u slots: mean error %7.3f, rms %8.3f\n", count, n,
               mean, rms);
}

static void test_counts(void **state)
{
    (void)state;
    static const size_t counts[] = {25, 50, 100, 200, 1000, 10000};
    random_state r = {19};
    for (uint32_t n = 16; n <= 4096; n *= n == 128 ? 32 : 8) {
        for (size_t count = 1; count <= 20; count++)
            check_counts(&r, n, count, deep ? 10000 : 300);
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
            check_counts(&r, n, counts[i], deep ? 5000 : 200);
    }
}

/* --- BLOBs ---------- */

static ts_params params_with(uint32_t num_perm)
{
    ts_params params = TS_PARAMS_DEFAULT;
    params.num_perm = num_perm;
    return params;
}

static void test_blob_returns(void **state)
{
    (void)state;
    random_state r = {20};
    uint64_t hashes[300];
    uint32_t slots[TS_NUM_PERM_MAX], found[TS_NUM_PERM_MAX];
    for (uint32_t n = TS_NUM_PERM_MIN; n <= TS_NUM_PERM_MAX; n += 1 + n / 3) {
        const ts_params params = params_with(n);
        random_fill(&r, hashes, 300);
        sketch(slots, n, hashes, n % 2 ? 300 : 0);
        size_t size = (size_t)ts_format_size(TS_KIND_SKETCH, n);
        uint8_t *blob = malloc(size + 1);
        assert_non_null(blob);
        ts_sketch_encode(&params, slots, blob + 1); /* at any alignment */
        ts_header header;
        assert_int_equal(ts_sketch_decode(&header, found, blob + 1, size), TS_OK);
        assert_int_equal(header.kind, TS_KIND_SKETCH);
        assert_int_equal(header.count, n);
        assert_int_equal(header.params.num_perm, n);
        assert_int_equal(header.params.k, TS_K_DEFAULT);
        assert_memory_equal(found, slots, n * sizeof *slots);
        free(blob);
    }
}

/* Decode where that has to fail, and to leave everything alone. */
static ts_status decode_bad(const uint8_t *blob, size_t size)
{
    uint32_t slots[TS_NUM_PERM_MAX], slots_before[TS_NUM_PERM_MAX];
    ts_header header, header_before;
    memset(slots, 0x5A, sizeof slots);
    memcpy(slots_before, slots, sizeof slots);
    memset(&header, 0x5A, sizeof header);
    header_before = header;
    uint8_t *copy = malloc(size + (size == 0));
    assert_non_null(copy);
    memcpy(copy, blob, size);
    ts_status rc = ts_sketch_decode(&header, slots, copy, size);
    free(copy);
    assert_int_not_equal(rc, TS_OK);
    assert_memory_equal(slots, slots_before, sizeof slots);
    assert_memory_equal(&header, &header_before, sizeof header);
    return rc;
}

enum { SMALL_SIZE = TS_HEADER_SIZE + 4 * TS_NUM_PERM_MIN };

/* One of the slots, 'at', is set to 'value'. */
static void make_small(uint8_t *blob, size_t at, uint32_t value)
{
    const ts_params params = params_with(TS_NUM_PERM_MIN);
    uint32_t slots[TS_NUM_PERM_MIN];
    random_state r = {21};
    uint64_t hashes[10];
    random_fill(&r, hashes, 10);
    sketch(slots, TS_NUM_PERM_MIN, hashes, 10);
    slots[at] = value;
    ts_sketch_encode(&params, slots, blob);
}

static void test_damaged_blob(void **state)
{
    (void)state;
    uint8_t blob[SMALL_SIZE];
    make_small(blob, 5, 7);
    for (size_t size = 0; size < SMALL_SIZE; size++)
        decode_bad(blob, size);
    for (size_t bit = 0; bit < 8 * SMALL_SIZE; bit++) {
        blob[bit / 8] ^= (uint8_t)(1 << bit % 8);
        decode_bad(blob, SMALL_SIZE);
        blob[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

/* Slots that no hash gives, under a right checksum. */
static void test_impossible_slots(void **state)
{
    (void)state;
    static const uint32_t bad[] = {0x80000000, 0x80000001, 0xBFFFFFFF, 0xFFFFFFFE};
    static const uint32_t good[] = {0, 1, 0x7FFFFFFF, TS_SLOT_EMPTY};
    uint8_t blob[SMALL_SIZE];
    for (size_t i = 0; i < 4 * TS_NUM_PERM_MIN; i++) {
        uint32_t slots[TS_NUM_PERM_MAX];
        ts_header header;
        make_small(blob, i / 4, bad[i % 4]);
        assert_int_equal(decode_bad(blob, SMALL_SIZE), TS_CORRUPT);
        make_small(blob, i / 4, good[i % 4]);
        assert_int_equal(ts_sketch_decode(&header, slots, blob, SMALL_SIZE), TS_OK);
        assert_int_equal(slots[i / 4], good[i % 4]);
    }
}

static void test_set_is_no_sketch(void **state)
{
    (void)state;
    uint8_t blob[TS_HEADER_SIZE + 8 * 16] = {0};
    const ts_header header = {
        .kind = TS_KIND_SET, .params = TS_PARAMS_DEFAULT, .count = 16};
    ts_format_seal(&header, blob);
    assert_int_equal(decode_bad(blob, sizeof blob), TS_NOT_OURS);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_against_definition),
        cmocka_unit_test(test_ends_of_the_range),
        cmocka_unit_test(test_order_and_repeats_do_not_matter),
        cmocka_unit_test(test_union_of_pieces_is_the_whole),
        cmocka_unit_test(test_overlap_against_definition),
        cmocka_unit_test(test_same_and_different),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_errors_of_other_sizes),
        cmocka_unit_test(test_all_measures),
        cmocka_unit_test(test_known_counts),
        cmocka_unit_test(test_ends_of_counts),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_blob_returns),
        cmocka_unit_test(test_damaged_blob),
        cmocka_unit_test(test_impossible_slots),
        cmocka_unit_test(test_set_is_no_sketch),
        cmocka_unit_test(ts_alloc_test_no_allocation),
    };
    deep = getenv("TEXTSIM_DEEP") || (argc > 1 && strcmp(argv[1], "--deep") == 0);
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("sketch", tests, NULL, NULL);
}
