#include "core/hash.h"
#include "core/join.h"
#include "core/join_parts.h"

#include "join_cases.h"

static const double thresholds[] = {0.01,      0.1, 0.3, 1.0 / 3.0, 0.5,  0.55,
                                    2.0 / 3.0, 0.7, 0.8, 0.9,       0.95, 1.0};
#define N_THRESHOLDS (sizeof thresholds / sizeof *thresholds)

/* What a join said of all pairs: both + 1 of a < b at [a * n + b], or 0. */
typedef struct result {
    uint32_t *both; /* owned */
    size_t n_pairs;
    size_t n_waits;
} result;

/* Take the next pair of a join that is not at its end, and see that it is new. */
static bool take(ts_join *join, const collection *c, result *r)
{
    ts_join_pair pair;
    ts_join_state state = TS_JOIN_END;
    for (;; r->n_waits++) {
        assert_int_equal(ts_join_next(join, &pair, &state), TS_OK);
        if (state == TS_JOIN_END) return false;
        if (state == TS_JOIN_PAIR) break;
    }
    size_t n_a, n_b;
    assert_true(pair.a < pair.b && pair.b < c->n);
    collection_set(c, pair.a, &n_a);
    collection_set(c, pair.b, &n_b);
    assert_true(pair.n_a == n_a && pair.n_b == n_b);
    uint32_t *both = &r->both[(size_t)pair.a * c->n + pair.b];
    assert_true(*both == 0);
    *both = pair.both + 1;
    r->n_pairs++;
    return true;
}

static result take_all(ts_join *join, const collection *c)
{
    result r = {.both = calloc((size_t)c->n * c->n + 1, sizeof *r.both)};
    assert_non_null(r.both);
    while (take(join, c, &r)) {
    }
    assert_false(take(join, c, &r)); /* the end is the end */
    return r;
}

/* All pairs are those of brute force; how many. */
static size_t check_pairs(const collection *c, const ts_join_sets *sets,
                          double threshold)
{
    ts_join *join = ts_join_new(sets, threshold, TS_JOIN_PAIRS);
    assert_non_null(join);
    result r = take_all(join, c);
    ts_join_free(join);
    size_t n_pairs = 0;
    for (uint32_t a = 0; a < c->n; a++) {
        for (uint32_t b = a + 1; b < c->n; b++) {
            uint64_t both;
            const bool is_pair = pair_plainly(c, a, b, threshold, &both);
            assert_true(r.both[(size_t)a * c->n + b] == (is_pair ? both + 1 : 0));
            n_pairs += is_pair;
        }
    }
    assert_true(n_pairs == r.n_pairs);
    free(r.both);
    return n_pairs;
}

/* The partners of each document are the pairs that it is in. */
static void check_partners(const collection *c, const ts_join_sets *sets,
                           double threshold)
{
    ts_join *join = ts_join_new(sets, threshold, TS_JOIN_PARTNERS);
    assert_non_null(join);
    for (uint32_t i = 0; i < c->n; i++) {
        const uint32_t document = (i * 7 + 3) % c->n;
        ts_join_partners(join, document);
        result r = take_all(join, c);
        size_t n_pairs = 0;
        for (uint32_t other = 0; other < c->n; other++) {
            const uint32_t a = other < document ? other : document;
            const uint32_t b = other < document ? document : other;
            uint64_t both;
            if (a == b || !pair_plainly(c, a, b, threshold, &both)) continue;
            assert_true(r.both[(size_t)a * c->n + b] == both + 1);
            n_pairs++;
        }
        assert_true(n_pairs == r.n_pairs);
        free(r.both);
    }
    ts_join_free(join);
}

static void check_overlaps(const collection *c, const ts_join_sets *sets)
{
    for (uint32_t a = 0; a < c->n; a++) {
        for (uint32_t b = 0; b < c->n; b++) {
            ts_overlap overlap, expected;
            size_t n_a, n_b;
            const uint64_t *set_a = collection_set(c, a, &n_a);
            const uint64_t *set_b = collection_set(c, b, &n_b);
            ts_set_overlap(set_a, n_a, set_b, n_b, &expected);
            ts_join_sets_overlap(sets, a, b, &overlap);
            assert_true(overlap.a == expected.a && overlap.b == expected.b);
            assert_true(overlap.both == expected.both);
        }
    }
}

/* All of it, at all thresholds; and the collection is cleared. */
static void check(collection *c)
{
    ts_join_sets *sets = cases_prepare(c);
    assert_int_equal(sets->n_documents, c->n);
    check_overlaps(c, sets);
    for (size_t i = 0; i < N_THRESHOLDS; i++) {
        check_pairs(c, sets, thresholds[i]);
        if (c->n < 100) check_partners(c, sets, thresholds[i]);
    }
    cases_clear(c, sets);
}

static void test_families(void **state)
{
    (void)state;
    cases_families(check, 2);
}

/* All sets of up to ten of the smallest hashes there are, and copies of some. */
static void test_small_sets(void **state)
{
    (void)state;
    random_state r = {3};
    collection c = {0};
    for (uint64_t bits = 0; bits < 64; bits++) {
        uint64_t set[10];
        size_t n = 0;
        for (uint64_t i = 0; i < 6; i++)
            if (bits >> i & 1) set[n++] = i;
        collection_add(&c, set, n);
    }
    for (int i = 0; i < 200; i++) {
        uint64_t set[10];
        const size_t n = random_next(&r) % 11;
        for (size_t j = 0; j < n; j++)
            set[j] = random_next(&r) % 12;
        collection_add(&c, set, n);
    }
    check(&c);
}

static void test_nothing(void **state)
{
    (void)state;
    cases_nothing(check);
}

static void test_disjoint(void **state)
{
    (void)state;
    random_state r = {4};
    collection c = {0};
    uint64_t set[50];
    for (size_t i = 0; i < 200; i++) {
        random_fill(&r, set, i % 50);
        collection_add(&c, set, i % 50);
    }
    ts_join_sets *sets = cases_prepare(&c);
    assert_int_equal(check_pairs(&c, sets, 1e-9), 0);
    cases_clear(&c, sets);
}

/*
 * A table of 64 slots, with as many hashes as it ever gets, made so that all of them
 * belong in every other one: each finds a slot.
 */
static void test_slots_of_one_kind(void **state)
{
    (void)state;
    enum { N = 42, HASH_BITS = 64 - TS_JOIN_PART_BITS };
    uint64_t hashes[N];
    size_t n = 0;
    for (uint64_t hash = 0; n < N; hash++) {
        assert_true(hash >> HASH_BITS == 0); /* all are in one part */
        if ((hash * TS_HASH_MULTIPLIER >> 58) % 2 == 0) hashes[n++] = hash;
    }
    collection c = {0};
    collection_add(&c, hashes, N / 3);
    collection_add(&c, hashes + N / 3, N - N / 3);
    check(&c);
}

/* Pairs that are exactly at a threshold are pairs, one element less is none. */
static void test_at_the_threshold(void **state)
{
    (void)state;
    static const struct {
        double threshold;
        uint32_t both, all;
    } cases[] = {{0.55, 11, 20}, {0.7, 7, 10},  {1.0 / 3.0, 1, 3}, {0.5, 1, 2},
                 {0.8, 4, 5},    {0.3, 3, 10},  {0.9, 9, 10},      {1.0, 1, 1},
                 {0.35, 7, 20},  {0.15, 3, 20}, {0.6, 3, 5},       {0.07, 7, 100}};
    random_state r = {5};
    uint64_t hashes[1000];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (uint32_t factor = 1; factor * cases[i].all <= 200; factor++) {
            const uint32_t both = factor * cases[i].both, all = factor * cases[i].all;
            for (uint32_t only_a = 0; only_a <= all - both; only_a++) {
                /* only a, both, only b; and an element of 'both' that b lacks */
                random_fill(&r, hashes, all);
                collection c = {0};
                collection_add(&c, hashes, only_a + both);
                collection_add(&c, hashes + only_a, all - only_a);
                collection_add(&c, hashes + only_a + 1, all - only_a - 1);
                ts_join_sets *sets = cases_prepare(&c);
                ts_join *join = ts_join_new(sets, cases[i].threshold, TS_JOIN_PAIRS);
                assert_non_null(join);
                result found = take_all(join, &c);
                assert_true(found.both[1] == both + 1);
                assert_true(found.both[2] == 0);
                free(found.both);
                ts_join_free(join);
                cases_clear(&c, sets);
            }
        }
    }
}

/* One large set, its parts, and sets that it cannot be a partner of. */
static void test_giant(void **state)
{
    (void)state;
    enum { N = 100000 };
    random_state r = {6};
    collection c = {0};
    uint64_t *hashes = malloc(N * sizeof *hashes);
    assert_non_null(hashes);
    random_fill(&r, hashes, N);
    collection_add(&c, hashes, N);
    for (size_t n = N - 1; n > 0; n /= 3) {
        collection_add(&c, hashes, n);
        collection_add(&c, hashes + N - n, n);
    }
    free(hashes);
    check(&c);
}

/* The number that is v where its bytes are read as XXH3 reads them, everywhere. */
static uint64_t as_read(uint64_t v)
{
    return XXH_readLE64(&v);
}

/*
 * Two sets with the same digest are not taken for copies.  XXH3 adds its two
 * words, each changed by a constant, and their product: where one of them is 0,
 * so is the product, and the other one decides.
 */
static void test_digests_collide(void **state)
{
    (void)state;
    const uint64_t flip_first =
        XXH_readLE64(XXH3_kSecret + 24) ^ XXH_readLE64(XXH3_kSecret + 32);
    const uint64_t flip_second =
        XXH_readLE64(XXH3_kSecret + 40) ^ XXH_readLE64(XXH3_kSecret + 48);
    random_state r = {7};
    uint64_t x[3], y[3];
    do {
        const uint64_t v = random_next(&r);
        x[0] = as_read(flip_first);
        x[1] = as_read(flip_second ^ v);
        y[0] = as_read(flip_first ^ XXH_swap64(v));
        y[1] = as_read(flip_second);
    } while (x[0] >= x[1] || y[0] >= y[1]);
    assert_true(ts_hash(x, 16, 0) == ts_hash(y, 16, 0));
    x[2] = random_next(&r);
    y[2] = random_next(&r);

    collection c = {0};
    collection_add(&c, x, 2);
    collection_add(&c, y, 2);
    collection_add(&c, y, 2);
    collection_add(&c, x, 2);
    collection_add(&c, x, 3);
    collection_add(&c, y, 3);
    check(&c);
}

/* Pairs of copies stream: whatever their number, nothing is allocated for them. */
static void test_identical(void **state)
{
    (void)state;
    enum { N = 10000, SIZE = 20 };
    random_state r = {8};
    collection c = {0};
    uint64_t set[SIZE];
    random_fill(&r, set, SIZE);
    for (int i = 0; i < N; i++)
        collection_add(&c, set, SIZE);
    ts_join_sets *sets = cases_prepare(&c);
    assert_int_equal(sets->n_sets, 1);
    ts_join *join = ts_join_new(sets, 1.0, TS_JOIN_PAIRS);
    assert_non_null(join);

    size_t n_pairs = 0, asked = 0;
    uint64_t sum = 0;
    for (;;) {
        ts_join_pair pair;
        ts_join_state now = TS_JOIN_END;
        assert_int_equal(ts_join_next(join, &pair, &now), TS_OK);
        if (now == TS_JOIN_END) break;
        if (now != TS_JOIN_PAIR) continue;
        if (n_pairs == 0) asked = ts_alloc_test_asked();
        n_pairs++;
        sum += pair.b - pair.a;
        if (pair.both != SIZE || pair.a >= pair.b) break;
    }
    assert_int_equal(n_pairs, (size_t)N * (N - 1) / 2);
    assert_true(sum == (uint64_t)(N - 1) * N * (N + 1) / 6);
    assert_int_equal(ts_alloc_test_asked(), asked);
    ts_join_free(join);
    cases_clear(&c, sets);
}

/* Documents of which each has some boilerplate and hashes of its own. */
static void add_documents(collection *c, random_state *r, size_t n_documents,
                          size_t n_own, size_t n_boilerplate)
{
    uint64_t set[200];
    for (size_t i = 0; i < n_documents; i++) {
        random_fill(r, set, n_own);
        for (size_t j = 0; j < n_boilerplate; j++)
            set[n_own + j] = ts_hash_mix(j);
        collection_add(c, set, n_own + n_boilerplate);
    }
}

/* How often a join at 0.5 waits, each time after the same work; and is cleared. */
static size_t count_waits(collection *c, size_t n_pairs)
{
    ts_join_sets *sets = cases_prepare(c);
    ts_join *join = ts_join_new(sets, 0.5, TS_JOIN_PAIRS);
    assert_non_null(join);
    size_t n_waits = 0;
    ts_join_state now = TS_JOIN_WORKING;
    for (; now != TS_JOIN_END; n_waits += now == TS_JOIN_WORKING) {
        ts_join_pair pair;
        assert_int_equal(ts_join_next(join, &pair, &now), TS_OK);
        assert_true(now != TS_JOIN_PAIR || n_pairs-- > 0);
    }
    assert_int_equal(n_pairs, 0);
    ts_join_free(join);
    cases_clear(c, sets);
    return n_waits;
}

/* Boilerplate in each document does not cost a look at each pair. */
static void test_boilerplate(void **state)
{
    (void)state;
    enum { N = 10000, N_SHORT = 300 };
    random_state r = {9};
    collection c = {0};
    add_documents(&c, &r, N, 50, 0);
    const size_t without = count_waits(&c, 0);

    add_documents(&c, &r, N, 50, 50);
    assert_true(count_waits(&c, 0) <= 2 * without + 2);
    add_documents(&c, &r, N, 35, 65);
    assert_true(count_waits(&c, 0) <= 3 * without + 2);

    /* Short ones are pairs by it, but are too short for the long ones. */
    add_documents(&c, &r, N_SHORT, 10, 50);
    const size_t n_pairs = N_SHORT * (N_SHORT - 1) / 2;
    const size_t of_short = count_waits(&c, n_pairs);
    add_documents(&c, &r, N_SHORT, 10, 50);
    add_documents(&c, &r, N, 50, 50);
    assert_true(count_waits(&c, n_pairs) <= of_short + 2 * without + 2);
}

/* The numbers of documents are all that their order changes. */
static void test_order_of_documents(void **state)
{
    (void)state;
    const family_options options = {
        .n_documents = 200, .size = 30, .n_common = 20, .n_vocabulary = 100};
    random_state r = {10};
    collection c = {0};
    collection_add_families(&c, &r, &options);
    ts_join_sets *sets = cases_prepare(&c);
    for (int round = 0; round < 5; round++) {
        uint64_t order[200];
        for (uint64_t i = 0; i < c.n; i++)
            order[i] = i;
        random_shuffle(&r, order, c.n);
        collection shuffled = {0};
        collection_add_permuted(&shuffled, &c, order);
        ts_join_sets *other = cases_prepare(&shuffled);
        assert_int_equal(other->n_sets, sets->n_sets);
        for (size_t i = 0; i < N_THRESHOLDS; i++)
            assert_int_equal(check_pairs(&shuffled, other, thresholds[i]),
                             check_pairs(&c, sets, thresholds[i]));
        cases_clear(&shuffled, other);
    }
    cases_clear(&c, sets);
}

/* A document can be asked for when pairs of another one are left, and twice. */
static void test_partners_anew(void **state)
{
    (void)state;
    collection c = {0};
    for (uint64_t i = 0; i < 6; i++)
        collection_add(&c, (const uint64_t[]){1, 2, i / 3, 5}, 4);
    collection_add(&c, NULL, 0);
    ts_join_sets *sets = cases_prepare(&c);
    ts_join *join = ts_join_new(sets, 0.1, TS_JOIN_PARTNERS);
    assert_non_null(join);
    result r = take_all(join, &c);
    assert_int_equal(r.n_pairs, 0); /* none was asked for */
    for (uint32_t i = 0; i < 20; i++) {
        ts_join_partners(join, i % 6);
        memset(r.both, 0, sizeof *r.both * c.n * c.n);
        for (uint32_t n = 0; n < i % 5; n++)
            assert_true(take(join, &c, &r));
    }
    ts_join_partners(join, 5);
    memset(r.both, 0, sizeof *r.both * c.n * c.n);
    for (uint32_t n = 0; n < 5; n++)
        assert_true(take(join, &c, &r));
    assert_false(take(join, &c, &r));
    ts_join_partners(join, 6);
    assert_false(take(join, &c, &r));
    free(r.both);
    ts_join_free(join);
    cases_clear(&c, sets);
}

typedef struct failing {
    const ts_join_sets *sets;
    ts_join_kind kind;
    size_t n_pairs;
} failing;

static ts_status run_failing(void *arg)
{
    failing *f = arg;
    ts_join *join = ts_join_new(f->sets, 0.3, f->kind);
    if (join == NULL) return TS_NOMEM;
    if (f->kind == TS_JOIN_PARTNERS) ts_join_partners(join, 0);
    ts_join_pair pair;
    ts_join_state now = TS_JOIN_WORKING;
    ts_status rc = TS_OK;
    f->n_pairs = 0;
    while (rc == TS_OK && now != TS_JOIN_END) {
        rc = ts_join_next(join, &pair, &now);
        f->n_pairs += rc == TS_OK && now == TS_JOIN_PAIR;
    }
    ts_join_free(join);
    return rc;
}

static void test_no_memory(void **state)
{
    (void)state;
    collection c = cases_small();
    ts_join_sets *sets = cases_prepare(&c);
    failing f = {.sets = sets, .kind = TS_JOIN_PAIRS};
    assert_true(ts_alloc_test_fail_each(run_failing, &f) >= 5);
    assert_int_equal(f.n_pairs, check_pairs(&c, sets, 0.3));
    f.kind = TS_JOIN_PARTNERS;
    assert_true(ts_alloc_test_fail_each(run_failing, &f) >= 5);
    assert_true(f.n_pairs > 0);
    cases_clear(&c, sets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_families),
        cmocka_unit_test(test_small_sets),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_disjoint),
        cmocka_unit_test(test_slots_of_one_kind),
        cmocka_unit_test(test_at_the_threshold),
        cmocka_unit_test(test_giant),
        cmocka_unit_test(test_digests_collide),
        cmocka_unit_test(test_identical),
        cmocka_unit_test(test_boilerplate),
        cmocka_unit_test(test_order_of_documents),
        cmocka_unit_test(test_partners_anew),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(ts_alloc_test_no_leaks),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("join", tests, NULL, NULL);
}
