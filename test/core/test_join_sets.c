#include "core/join_sets.h"

#include "alloc_test.h"
#include "families.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* In how many sets that differ a hash is; 'documents' are one of each set. */
static uint32_t frequency(const collection *c, const ts_join_sets *sets, uint64_t hash)
{
    uint32_t n_sets = 0;
    for (uint32_t set = 0; set < sets->n_sets; set++) {
        size_t n;
        const uint64_t *hashes =
            collection_set(c, sets->members[sets->sets[set].members], &n);
        n_sets += bsearch(&hash, hashes, n, sizeof hash, compare_hashes) != NULL;
    }
    return n_sets;
}

/* What join_sets.h says of the order of everything. */
static void check_order(const collection *c, const ts_join_sets *sets)
{
    uint32_t n_members = 0;
    assert_null(sets->build);
    assert_int_equal(sets->n_documents, c->n);
    for (uint32_t set = 0; set < sets->n_sets; set++) {
        const ts_join_set *x = &sets->sets[set];
        const uint32_t *ranks = sets->ranks + x->ranks;
        assert_true(set == 0 || sets->sizes[set - 1] <= sets->sizes[set]);
        assert_true(x->n_shared <= sets->sizes[set]);
        for (uint32_t i = 0; i < x->n_shared; i++) {
            assert_true(ranks[i] >= sets->first_rank && ranks[i] < sets->n_ranks);
            assert_true(i == 0 || ranks[i - 1] < ranks[i]);
        }
        assert_int_equal(x[0].members, n_members);
        assert_true(x[1].members > x[0].members);
        for (; n_members < x[1].members; n_members++) {
            const uint32_t document = sets->members[n_members];
            assert_true(document < c->n);
            assert_int_equal(sets->set_of[document], set);
            assert_true(n_members == x->members ||
                        sets->members[n_members - 1] < document);
        }
    }
    for (uint32_t i = 0; i < c->n; i++) {
        size_t n;
        collection_set(c, i, &n);
        assert_true((n == 0) == (sets->set_of[i] == TS_JOIN_NONE));
        n_members += n == 0;
    }
    assert_int_equal(n_members, c->n);
}

/* Rank by rank a set's hashes are as frequent as they are, those of one set none. */
static void check_ranks(const collection *c, const ts_join_sets *sets)
{
    uint32_t *frequencies = calloc((size_t)sets->n_ranks + 1, sizeof *frequencies);
    assert_non_null(frequencies);
    for (uint32_t set = 0; set < sets->n_sets; set++) {
        const ts_join_set *x = &sets->sets[set];
        for (uint32_t i = 0; i < x->n_shared; i++)
            frequencies[sets->ranks[x->ranks + i]]++;
    }
    for (uint32_t r = sets->first_rank; r < sets->n_ranks; r++) {
        assert_true(frequencies[r] >= 2);
        assert_true(r == sets->first_rank || frequencies[r - 1] <= frequencies[r]);
    }
    for (uint32_t set = 0; set < sets->n_sets; set++) {
        const ts_join_set *x = &sets->sets[set];
        size_t n;
        const uint64_t *hashes = collection_set(c, sets->members[x->members], &n);
        uint32_t n_shared = 0;
        uint64_t sum = 0;
        for (size_t i = 0; i < n; i++) {
            const uint32_t f = frequency(c, sets, hashes[i]);
            n_shared += f > 1;
            if (f > 1) sum += f;
        }
        assert_int_equal(sets->sizes[set], n);
        assert_int_equal(x->n_shared, n_shared);
        for (uint32_t i = 0; i < n_shared; i++)
            sum -= frequencies[sets->ranks[x->ranks + i]];
        assert_true(sum == 0);
    }
    free(frequencies);
}

static void check(collection *c)
{
    ts_join_sets *sets = collection_prepare(c);
    assert_non_null(sets);
    check_order(c, sets);
    check_ranks(c, sets);
    bool ready = false;
    assert_int_equal(ts_join_sets_prepare(sets, &ready), TS_OK); /* nothing to do */
    assert_true(ready);
    ts_join_sets_free(sets);
    collection_clear(c);
}

static void test_families(void **state)
{
    (void)state;
    static const family_options options[] = {
        {.n_documents = 150, .size = 60, .n_common = 30, .n_vocabulary = 200},
        {.n_documents = 150, .size = 8, .n_common = 6, .n_vocabulary = 40},
        {.n_documents = 150, .size = 40, .n_vocabulary = 1, .boilerplate = 40},
        {.n_documents = 40, .size = 800, .n_common = 700, .n_vocabulary = 2000},
    };
    random_state r = {31};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        collection c = {0};
        collection_add_families(&c, &r, &options[i]);
        check(&c);
    }
}

static void test_nothing(void **state)
{
    (void)state;
    collection c = {0};
    check(&c);
    for (int i = 0; i < 3; i++)
        collection_add(&c, NULL, 0);
    check(&c);
    collection_add(&c, NULL, 0);
    collection_add(&c, &(uint64_t){0}, 1);
    collection_add(&c, &(uint64_t){UINT64_MAX}, 1);
    collection_add(&c, &(uint64_t){0}, 1);
    check(&c);
}

/*
 * In the entries of a part, steps between documents have ten bits: more than that
 * from one document with a hash of the part to the next.
 */
static void test_far_apart(void **state)
{
    (void)state;
    static const uint32_t gaps[] = {1, 2, 1021, 1022, 1023, 1024, 1025, 3000};
    collection c = {0};
    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++) {
        const uint64_t set[] = {7, 8 + i / 2};
        collection_add(&c, set, 2);
        for (uint32_t j = 1; j < gaps[i]; j++)
            collection_add(&c, NULL, 0);
    }
    collection_add(&c, (const uint64_t[]){7, 8}, 2);
    check(&c);
}

/* Hashes whose upper bits are all the same, so that there is one part. */
static void test_one_part(void **state)
{
    (void)state;
    random_state r = {32};
    collection c = {0};
    for (uint64_t i = 0; i < 60; i++) {
        uint64_t set[500];
        for (size_t j = 0; j < 500; j++)
            set[j] = random_next(&r) % 3000;
        collection_add(&c, set, 1 + (size_t)(random_next(&r) % 500));
    }
    check(&c);
}

/* Steps are small: their number grows with the hashes. */
static void test_steps(void **state)
{
    (void)state;
    const family_options options = {
        .n_documents = 5000, .size = 200, .n_common = 100, .n_vocabulary = 5000};
    random_state r = {33};
    collection c = {0};
    collection_add_families(&c, &r, &options);
    ts_join_sets *sets = ts_join_sets_new();
    assert_non_null(sets);
    for (uint32_t i = 0; i < c.n; i++) {
        size_t n;
        const uint64_t *hashes = collection_set(&c, i, &n);
        assert_int_equal(ts_join_sets_add(sets, hashes, n), TS_OK);
    }
    bool ready = false;
    size_t n_steps = 0;
    for (; !ready; n_steps++)
        assert_int_equal(ts_join_sets_prepare(sets, &ready), TS_OK);
    /* Five phases of 50,000 hashes in a step, of which one does many at a time. */
    assert_true(n_steps > 2 * c.hashes.size / 50000 && n_steps < 200);
    check_order(&c, sets);
    ts_join_sets_free(sets);
    collection_clear(&c);
}

/* Documents are ordered in steps too, by all digits of their sizes. */
static void test_many_documents(void **state)
{
    (void)state;
    enum { N = 120000, N_LARGE = 70000 };
    static const size_t sizes[] = {N_LARGE, 300, 256, 255, 0, 65536, 257};
    random_state r = {36};
    collection c = {0};
    for (uint32_t i = 0; i < N; i++) {
        uint64_t set[3];
        random_fill(&r, set, 3);
        if (i % 3 == 0) set[0] = i % 1000;
        collection_add(&c, set, i % 7 == 0 ? 1 : i % 4);
    }
    uint64_t *large = malloc(N_LARGE * sizeof *large);
    assert_non_null(large);
    random_fill(&r, large, N_LARGE);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        collection_add(&c, large, sizes[i]);
        collection_add(&c, large + N_LARGE - sizes[i], sizes[i]);
    }
    free(large);
    size_t n_steps = 0;
    ts_join_sets *sets = ts_join_sets_new();
    assert_non_null(sets);
    for (uint32_t i = 0; i < c.n; i++) {
        size_t n;
        const uint64_t *hashes = collection_set(&c, i, &n);
        assert_int_equal(ts_join_sets_add(sets, hashes, n), TS_OK);
    }
    for (bool ready = false; !ready; n_steps++)
        assert_int_equal(ts_join_sets_prepare(sets, &ready), TS_OK);
    /* To list, and to count and to move by seven digits: each 50,000 in a step. */
    assert_true(n_steps > (1 + 2 * 7) * (N / 50000));
    check_order(&c, sets);
    ts_join_sets_free(sets);
    collection_clear(&c);
}

/* Sets can be freed at any time. */
static void test_freed_early(void **state)
{
    (void)state;
    ts_join_sets_free(NULL);
    for (size_t n_steps = 0; n_steps < 20; n_steps++) {
        ts_join_sets *sets = ts_join_sets_new();
        assert_non_null(sets);
        for (uint64_t i = 0; i < 5; i++)
            assert_int_equal(
                ts_join_sets_add(sets, (const uint64_t[]){1, 2 + i / 2, UINT64_MAX}, 3),
                TS_OK);
        bool ready = false;
        for (size_t i = 0; i < n_steps && !ready; i++)
            assert_int_equal(ts_join_sets_prepare(sets, &ready), TS_OK);
        ts_join_sets_free(sets);
    }
}

static void test_too_big(void **state)
{
    (void)state;
    if (SIZE_MAX <= UINT32_MAX) return;
    ts_join_sets *sets = ts_join_sets_new();
    assert_non_null(sets);
    const uint64_t hash = 1;
    assert_int_equal(ts_join_sets_add(sets, &hash, UINT32_MAX), TS_TOO_BIG);
    ts_join_sets_free(sets);
}

static ts_status run_failing(void *arg)
{
    ts_join_sets *sets = collection_prepare(arg);
    if (sets == NULL) return TS_NOMEM;
    ts_join_sets_free(sets);
    return TS_OK;
}

static void test_no_memory(void **state)
{
    (void)state;
    random_state r = {34};
    collection c = {0};
    uint64_t shared[20], set[20];
    random_fill(&r, shared, 20);
    for (size_t i = 0; i < 70; i++) {
        random_fill(&r, set, 2);
        memcpy(set + 2, shared + i % 10, 10 * sizeof *set);
        collection_add(&c, set, 12);
    }
    assert_true(ts_alloc_test_fail_each(run_failing, &c) > 100);
    collection_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_families),    cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_far_apart),   cmocka_unit_test(test_one_part),
        cmocka_unit_test(test_steps),       cmocka_unit_test(test_many_documents),
        cmocka_unit_test(test_freed_early), cmocka_unit_test(test_too_big),
        cmocka_unit_test(test_no_memory),   cmocka_unit_test(ts_alloc_test_no_leaks),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("join_sets", tests, NULL, NULL);
}
