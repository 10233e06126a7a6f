#include "core/hash.h"
#include "core/sets.h"

#include "alloc_test.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* --- sorting ---------- */

/* Hash number i of n in an array of some kind. */
typedef uint64_t kind_of_array(random_state *r, size_t i, size_t n);

static uint64_t uniform(random_state *r, size_t i, size_t n)
{
    (void)i, (void)n;
    return random_next(r);
}

static uint64_t repeated(random_state *r, size_t i, size_t n)
{
    (void)i;
    return ts_hash_mix(random_next(r) % (n / 3 + 1));
}

static uint64_t all_equal(random_state *r, size_t i, size_t n)
{
    (void)r, (void)i, (void)n;
    return UINT64_C(0xABCDEF0123456789);
}

static uint64_t ascending(random_state *r, size_t i, size_t n)
{
    (void)r;
    return UINT64_MAX / n * i;
}

static uint64_t descending(random_state *r, size_t i, size_t n)
{
    (void)r;
    return UINT64_MAX / n * (n - i);
}

static uint64_t low_bits_descending(random_state *r, size_t i, size_t n)
{
    (void)r;
    return n - i;
}

static uint64_t low_bits_only(random_state *r, size_t i, size_t n)
{
    (void)i, (void)n;
    return random_next(r) & 0xFFFFF;
}

static uint64_t middle_bits_only(random_state *r, size_t i, size_t n)
{
    (void)i, (void)n;
    return random_next(r) & UINT64_C(0xFFFF000000);
}

static uint64_t one_bit(random_state *r, size_t i, size_t n)
{
    (void)i, (void)n;
    return UINT64_C(1) << (random_next(r) & 63);
}

/* Halves of halves: each cut of the array leaves half of it together. */
static uint64_t geometric(random_state *r, size_t i, size_t n)
{
    (void)i, (void)n;
    uint64_t h = random_next(r);
    return random_next(r) >> (h & 63);
}

/* As before, but among the greatest hashes. */
static uint64_t geometric_high(random_state *r, size_t i, size_t n)
{
    return ~geometric(r, i, n);
}

/* All but a few are the same in every byte, and each byte has its few. */
static uint64_t few_for_each_byte(random_state *r, size_t i, size_t n)
{
    (void)n;
    return i % 100 == 0 ? UINT64_C(1) << (i / 100 % 8 * 8) : random_next(r) & 1;
}

/* Few that are uniform hide the many that are not. */
static uint64_t mixed(random_state *r, size_t i, size_t n)
{
    (void)n;
    return i % 3 == 0 ? random_next(r)
                      : UINT64_C(0x8080) << 40 | (random_next(r) & 0xFFF);
}

static kind_of_array *const kinds[] = {
    uniform,          repeated,          all_equal,
    ascending,        descending,        low_bits_descending,
    low_bits_only,    one_bit,           geometric,
    geometric_high,   few_for_each_byte, mixed,
    middle_bits_only,
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

/* A copy that ends where its memory ends, so that reading on is noticed. */
static uint64_t *copy_of(const uint64_t *hashes, size_t n)
{
    uint64_t *copy = malloc(n > 0 ? n * sizeof *copy : 1);
    assert_non_null(copy);
    if (n > 0) memcpy(copy, hashes, n * sizeof *copy);
    return copy;
}

static void check_sort(kind_of_array *kind, size_t n, uint64_t seed)
{
    random_state r = {seed};
    uint64_t *wanted = malloc((n + 1) * sizeof *wanted);
    assert_non_null(wanted);
    for (size_t i = 0; i < n; i++)
        wanted[i] = kind(&r, i, n);
    uint64_t *given = copy_of(wanted, n);
    size_t n_wanted = sort_plainly(wanted, n);

    ts_hashes hashes = {.data = given, .size = n, .capacity = n};
    ts_set_sort(&hashes);
    assert_ptr_equal(hashes.data, given);
    assert_int_equal(hashes.capacity, n);
    assert_int_equal(hashes.size, n_wanted);
    assert_memory_equal(given, wanted, n_wanted * sizeof *given);

    ts_set_sort(&hashes); /* once more changes nothing */
    assert_int_equal(hashes.size, n_wanted);
    assert_memory_equal(given, wanted, n_wanted * sizeof *given);
    free(given);
    free(wanted);
}

/* The sizes at which the sort changes its method, and those beside them. */
static void test_sort_of_every_kind(void **state)
{
    (void)state;
    static const size_t sizes[] = {0,    1,    2,    3,    11,   12,   13,   25,
                                   64,   65,   256,  257,  350,  1000, 2047, 2048,
                                   2049, 3000, 4096, 4097, 8191, 20000};
    for (size_t kind = 0; kind < N_KINDS; kind++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
            check_sort(kinds[kind], sizes[s], s);
    for (size_t n = 0; n < 300; n++)
        check_sort(kinds[n % 2], n, n);
}

/* Seconds to sort n hashes of a kind, the best of nine times. */
static double time_of_sort(kind_of_array *kind, size_t n)
{
    uint64_t *hashes = malloc(n * sizeof *hashes);
    assert_non_null(hashes);
    double best = 1e9;
    for (int i = 0; i < 9; i++) {
        random_state r = {77};
        for (size_t j = 0; j < n; j++)
            hashes[j] = kind(&r, j, n);
        ts_hashes h = {.data = hashes, .size = n, .capacity = n};
        clock_t begin = clock();
        ts_set_sort(&h);
        double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
        best = seconds < best ? seconds : best;
    }
    free(hashes);
    return best;
}

/*
 * No kind takes much longer than uniform hashes: the worst about eight times as
 * long, where insertions alone would take fifty, cuts by one bit at a time over
 * twenty, and insertions into a hundred thousand minutes.
 */
static void test_sort_is_linear(void **state)
{
    (void)state;
    static const size_t sizes[] = {2000, 2100, 100000};
    const double unit = time_of_sort(uniform, 100000) / 100000;
    for (size_t kind = 0; kind < N_KINDS; kind++) {
        check_sort(kinds[kind], 100000, kind);
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
            assert_true(time_of_sort(kinds[kind], sizes[s]) <
                        18 * unit * (double)sizes[s]);
    }
}

static void test_sort_of_nothing(void **state)
{
    (void)state;
    ts_hashes hashes = {0};
    ts_set_sort(&hashes);
    assert_int_equal(hashes.size, 0);
    assert_null(hashes.data);
}

/* --- overlap ---------- */

static uint64_t common_plainly(const uint64_t *a, size_t n_a, const uint64_t *b,
                               size_t n_b)
{
    uint64_t both = 0;
    for (size_t i = 0; i < n_a; i++)
        both += bsearch(&a[i], b, n_b, sizeof *b, compare_hashes) != NULL;
    return both;
}

static void check_overlap(const uint64_t *a, size_t n_a, const uint64_t *b, size_t n_b)
{
    ts_overlap o;
    uint64_t both = n_b == 0 ? 0 : common_plainly(a, n_a, b, n_b);
    uint64_t *copy_a = copy_of(a, n_a), *copy_b = copy_of(b, n_b);
    ts_set_overlap(copy_a, n_a, copy_b, n_b, &o);
    assert_true(o.a == n_a && o.b == n_b && o.both == both);
    ts_set_overlap(copy_b, n_b, copy_a, n_a, &o);
    assert_true(o.a == n_b && o.b == n_a && o.both == both);
    free(copy_a);
    free(copy_b);
}

/* The elements of a subset of 0..63, times ten, ascending. */
static size_t members(uint64_t subset, uint64_t *hashes)
{
    size_t n = 0;
    for (uint64_t i = 0; i < 64; i++)
        if (subset >> i & 1) hashes[n++] = 10 * i;
    return n;
}

/* Every pair of subsets of eight things: all ways that a merge can go. */
static void test_overlap_of_all_small_sets(void **state)
{
    (void)state;
    uint64_t a[64], b[64];
    for (uint64_t i = 0; i < 256; i++) {
        size_t n_a = members(i, a);
        for (uint64_t j = 0; j <= i; j++) {
            size_t n_b = members(j, b);
            check_overlap(a, n_a, b, n_b);
        }
    }
}

/* One and two against many, in and between and beyond: all ways of a search. */
static void test_overlap_of_few_and_many(void **state)
{
    (void)state;
    uint64_t few[2], many[64];
    static const uint64_t subsets[] = {UINT64_MAX,
                                       UINT64_MAX >> 1,
                                       UINT64_MAX >> 20,
                                       UINT64_C(0x5555555555555555),
                                       UINT64_C(0xFFFFFFFF00000000),
                                       UINT64_C(0xF0F0F0F00F0F0F0F)};
    for (size_t s = 0; s < sizeof subsets / sizeof *subsets; s++) {
        size_t n = members(subsets[s], many);
        for (uint64_t x = 0; x < 650; x += 5) {
            few[0] = x;
            check_overlap(few, 1, many, n);
            for (few[1] = x + 5; few[1] < 650; few[1] += 5)
                check_overlap(few, 2, many, n);
        }
    }
    few[0] = UINT64_MAX;
    many[63] = UINT64_MAX;
    check_overlap(few, 1, many, 64);
}

static void test_overlap_of_random_sets(void **state)
{
    (void)state;
    enum { MOST = 6000 };
    static uint64_t pool[MOST], a[MOST], b[MOST];
    random_state r = {3};
    for (int trial = 0; trial < 600; trial++) {
        size_t n = (size_t)(random_next(&r) % (trial % 3 ? 400 : MOST)) + 1;
        /* Shares of all sizes, down to a thousandth: merge and search alike. */
        uint64_t share_a = UINT64_MAX >> (random_next(&r) % 10);
        uint64_t share_b = UINT64_MAX >> (random_next(&r) % 10);
        size_t n_a = 0, n_b = 0;
        random_fill(&r, pool, n);
        n = sort_plainly(pool, n);
        for (size_t i = 0; i < n; i++) {
            if (random_next(&r) <= share_a) a[n_a++] = pool[i];
            if (random_next(&r) <= share_b) b[n_b++] = pool[i];
        }
        check_overlap(a, n_a, b, n_b);
        check_overlap(a, n_a, pool, n);
    }
}

static int stop_at_second(void *context)
{
    return ++*(int *)context == 2;
}

/* Piece by piece it is the same; and can be stopped. */
static void test_overlap_in_pieces(void **state)
{
    (void)state;
    enum { N = 300000 };
    uint64_t *pool = malloc(N * sizeof *pool), *parts = malloc(2 * N * sizeof *parts);
    assert_true(pool != NULL && parts != NULL);
    random_state r = {4};
    random_fill(&r, pool, N);
    const size_t n = sort_plainly(pool, N);
    for (int trial = 0; trial < 60; trial++) {
        ts_hashes a = {.data = parts}, b = {.data = parts + N};
        const uint64_t share_a = UINT64_MAX >> (random_next(&r) % 20);
        const uint64_t share_b = UINT64_MAX >> (random_next(&r) % 20);
        const size_t end_b = trial % 2 ? n : (size_t)(random_next(&r) % n);
        for (size_t i = 0; i < n; i++) {
            if (random_next(&r) <= share_a) a.data[a.size++] = pool[i];
            if (i < end_b && random_next(&r) <= share_b) b.data[b.size++] = pool[i];
        }
        ts_overlap whole, pieces;
        ts_poll nobody = {0};
        ts_set_overlap(a.data, a.size, b.data, b.size, &whole);
        assert_int_equal(ts_set_overlap_polled(&a, &b, &pieces, &nobody), TS_OK);
        assert_memory_equal(&pieces, &whole, sizeof whole);
    }
    const ts_hashes all = {.data = pool, .size = n}, none = {0};
    ts_overlap overlap;
    int n_asked = 0;
    ts_poll poll = {.stop = stop_at_second, .context = &n_asked};
    assert_int_equal(ts_set_overlap_polled(&all, &all, &overlap, &poll), TS_STOPPED);
    assert_int_equal(ts_set_overlap_polled(&all, &none, &overlap, &poll), TS_OK);
    assert_true(overlap.a == n && overlap.b == 0 && overlap.both == 0);
    free(pool);
    free(parts);
}

/* --- BLOBs ---------- */

/* The set of mix(1), mix(2), mix(3), by a reading of format.h in Python. */
static const uint8_t known[] = {
    'T',  'S',  'S',  1,    0,    5,    0,    0,    0,    0,    0,    0,
    3,    0,    0,    0,    0xDC, 0xA2, 0x4A, 0x8A, 0xA2, 0xAC, 0x9F, 0xE8,
    0x37, 0x39, 0xEB, 0x2D, 0x91, 0xD4, 0x1F, 0x13, 0xD3, 0x93, 0xAB, 0xB9,
    0xA5, 0x72, 0x3A, 0x28, 0xFF, 0x77, 0x13, 0x61, 0x13, 0xB5, 0x30, 0x42};

static void test_known_blob(void **state)
{
    (void)state;
    uint64_t data[] = {ts_hash_mix(1), ts_hash_mix(2), ts_hash_mix(3), ts_hash_mix(1)};
    ts_hashes hashes = {.data = data, .size = 4, .capacity = 4};
    ts_set_sort(&hashes);
    assert_int_equal(hashes.size, 3);
    uint8_t blob[sizeof known];
    const ts_params params = TS_PARAMS_DEFAULT;
    ts_set_encode(&params, data, 3, blob);
    assert_memory_equal(blob, known, sizeof known);
}

static void test_blob_returns(void **state)
{
    (void)state;
    const ts_params params = {.unit = TS_UNIT_CHAR, .k = 7, .seed = 5, .num_perm = 999};
    random_state r = {4};
    ts_hashes hashes = {0}, found = {0};
    for (uint32_t n = 0; n < 500; n += 1 + n / 4) {
        assert_int_equal(ts_hashes_reserve(&hashes, n), TS_OK);
        hashes.size = n;
        random_fill(&r, hashes.data, n);
        ts_set_sort(&hashes);

        size_t size = (size_t)ts_format_size(TS_KIND_SET, n);
        uint8_t *blob = malloc(size + 1);
        assert_non_null(blob);
        ts_set_encode(&params, hashes.data, n, blob + 1); /* at any alignment */
        ts_header header;
        found.size = 0; /* its memory is kept */
        assert_int_equal(ts_set_decode(&header, &found, blob + 1, size), TS_OK);
        assert_int_equal(header.kind, TS_KIND_SET);
        assert_int_equal(header.count, n);
        assert_int_equal(header.params.unit, TS_UNIT_CHAR);
        assert_int_equal(header.params.k, 7);
        assert_int_equal(header.params.seed, 5);
        assert_int_equal(header.params.num_perm, TS_NUM_PERM_DEFAULT);
        assert_int_equal(found.size, n);
        if (n > 0)
            assert_memory_equal(found.data, hashes.data, n * sizeof *hashes.data);
        free(blob);
        hashes.size = 0;
    }
    ts_hashes_clear(&hashes);
    ts_hashes_clear(&found);
}

/* Decode where that has to fail, and to leave everything alone. */
static ts_status decode_bad(const uint8_t *blob, size_t size)
{
    ts_header header, header_before;
    memset(&header, 0x5A, sizeof header);
    header_before = header;
    ts_hashes hashes = {0};
    uint8_t *copy = malloc(size + (size == 0));
    assert_non_null(copy);
    memcpy(copy, blob, size);
    ts_status rc = ts_set_decode(&header, &hashes, copy, size);
    free(copy);
    assert_int_not_equal(rc, TS_OK);
    assert_memory_equal(&header, &header_before, sizeof header);
    assert_null(hashes.data);
    assert_int_equal(hashes.size, 0);
    return rc;
}

static void test_damaged_blob(void **state)
{
    (void)state;
    uint8_t blob[sizeof known];
    for (size_t size = 0; size < sizeof known; size++)
        decode_bad(known, size);
    for (size_t bit = 0; bit < 8 * sizeof known; bit++) {
        memcpy(blob, known, sizeof known);
        blob[bit / 8] ^= (uint8_t)(1 << bit % 8);
        decode_bad(blob, sizeof known);
    }
}

/* With a right checksum, because somebody made it: ts_set_encode() will do. */
static void test_blob_that_does_not_ascend(void **state)
{
    (void)state;
    static const uint64_t bad[][4] = {
        {1, 2, 2, 3}, {1, 1, 2, 3}, {1, 2, 3, 3}, {2, 1, 3, 4},
        {1, 2, 4, 3}, {0, 0, 0, 0}, {4, 3, 2, 1}, {UINT64_C(1) << 63, 1, 2, 3}};
    static const uint64_t good[] = {0, 1, UINT64_C(1) << 63, UINT64_MAX};
    const ts_params params = TS_PARAMS_DEFAULT;
    uint8_t blob[TS_HEADER_SIZE + 32];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ts_set_encode(&params, bad[i], 4, blob);
        assert_int_equal(decode_bad(blob, sizeof blob), TS_CORRUPT);
    }
    ts_header header;
    ts_hashes hashes = {0};
    ts_set_encode(&params, good, 4, blob);
    assert_int_equal(ts_set_decode(&header, &hashes, blob, sizeof blob), TS_OK);
    assert_memory_equal(hashes.data, good, sizeof good);
    ts_hashes_clear(&hashes);
}

static void test_sketch_is_no_set(void **state)
{
    (void)state;
    uint8_t blob[TS_HEADER_SIZE + 4 * 16] = {0};
    const ts_header header = {
        .kind = TS_KIND_SKETCH, .params = TS_PARAMS_DEFAULT, .count = 16};
    ts_format_seal(&header, blob);
    assert_int_equal(decode_bad(blob, sizeof blob), TS_NOT_OURS);
}

static ts_status decode_known(void *arg)
{
    ts_header header, before;
    memset(&header, 0x5A, sizeof header);
    before = header;
    ts_status rc = ts_set_decode(&header, arg, known, sizeof known);
    if (rc != TS_OK) {
        const ts_hashes *hashes = arg;
        assert_memory_equal(&header, &before, sizeof header);
        assert_int_equal(hashes->size, 0);
    }
    return rc;
}

static void test_failure_of_memory(void **state)
{
    (void)state;
    ts_hashes hashes = {0};
    assert_int_equal(ts_alloc_test_fail_each(decode_known, &hashes), 1);
    assert_int_equal(hashes.size, 3);
    assert_true(hashes.data[2] == ts_hash_mix(2));
    ts_hashes_clear(&hashes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sort_of_every_kind),
        cmocka_unit_test(test_sort_is_linear),
        cmocka_unit_test(test_sort_of_nothing),
        cmocka_unit_test(test_overlap_of_all_small_sets),
        cmocka_unit_test(test_overlap_of_few_and_many),
        cmocka_unit_test(test_overlap_of_random_sets),
        cmocka_unit_test(test_overlap_in_pieces),
        cmocka_unit_test(test_known_blob),
        cmocka_unit_test(test_blob_returns),
        cmocka_unit_test(test_damaged_blob),
        cmocka_unit_test(test_blob_that_does_not_ascend),
        cmocka_unit_test(test_sketch_is_no_set),
        cmocka_unit_test(test_failure_of_memory),
        cmocka_unit_test(ts_alloc_test_no_leaks),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("sets", tests, NULL, NULL);
}
