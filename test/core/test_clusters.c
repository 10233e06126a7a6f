#include "core/clusters.h"

#include "join_cases.h"

static const double thresholds[] = {0.01, 0.3, 1.0 / 3.0, 0.5, 0.55, 0.7, 0.8, 1.0};
#define N_THRESHOLDS (sizeof thresholds / sizeof *thresholds)

/* The clusters of sets; *n_steps, if not NULL, is how many steps that took. */
static ts_clusters *find(const ts_join_sets *sets, double threshold, size_t *n_steps)
{
    ts_clusters *clusters = ts_clusters_new(sets, threshold);
    assert_non_null(clusters);
    bool ready = false;
    size_t n = 0;
    for (; !ready; n++)
        assert_int_equal(ts_clusters_find(clusters, &ready), TS_OK);
    assert_int_equal(ts_clusters_find(clusters, &ready), TS_OK);
    assert_true(ready);
    if (n_steps != NULL) *n_steps = n;
    return clusters;
}

/* Connected components by passing on the smallest number until nothing changes. */
static void check_plainly(const collection *c, const ts_join_sets *sets,
                          double threshold)
{
    uint32_t *first = malloc((c->n + 1) * sizeof *first);
    uint32_t *size = calloc(c->n + 1, sizeof *size);
    bool *is_pair = calloc((size_t)c->n * c->n + 1, sizeof *is_pair);
    assert_true(first != NULL && size != NULL && is_pair != NULL);
    for (uint32_t a = 0; a < c->n; a++) {
        first[a] = a;
        for (uint32_t b = a + 1; b < c->n; b++) {
            uint64_t both;
            is_pair[(size_t)a * c->n + b] = pair_plainly(c, a, b, threshold, &both);
        }
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t a = 0; a < c->n; a++) {
            for (uint32_t b = a + 1; b < c->n; b++) {
                if (!is_pair[(size_t)a * c->n + b] || first[a] == first[b]) continue;
                first[a] = first[b] = first[a] < first[b] ? first[a] : first[b];
                changed = true;
            }
        }
    }
    for (uint32_t i = 0; i < c->n; i++)
        size[first[i]]++;

    ts_clusters *clusters = find(sets, threshold, NULL);
    for (uint32_t i = 0; i < c->n; i++) {
        const ts_cluster cluster = ts_clusters_of(clusters, i);
        assert_int_equal(cluster.first, first[i]);
        assert_int_equal(cluster.size, size[first[i]]);
        uint32_t next = i + 1;
        while (next < c->n && first[next] != first[i])
            next++;
        assert_int_equal(ts_clusters_next(clusters, i),
                         next < c->n ? next : TS_JOIN_NONE);
    }
    ts_clusters_free(clusters);
    free(first);
    free(size);
    free(is_pair);
}

static void check(collection *c)
{
    ts_join_sets *sets = cases_prepare(c);
    for (size_t i = 0; i < N_THRESHOLDS; i++)
        check_plainly(c, sets, thresholds[i]);
    cases_clear(c, sets);
}

static void test_families(void **state)
{
    (void)state;
    cases_families(check, 21);
}

static void test_nothing(void **state)
{
    (void)state;
    cases_nothing(check);
}

/* Each is like the next one, and the first is not at all like the last. */
static void test_chain(void **state)
{
    (void)state;
    enum { N = 200, SIZE = 20 };
    random_state r = {22};
    uint64_t hashes[N + SIZE];
    random_fill(&r, hashes, N + SIZE);
    collection c = {0};
    for (size_t i = 0; i < N; i++)
        collection_add(&c, hashes + i * 7 % N, SIZE);
    ts_join_sets *sets = cases_prepare(&c);
    /* 19 of 21 in common with the next. */
    ts_clusters *clusters = find(sets, 19.0 / 21.0, NULL);
    for (uint32_t i = 0; i < N; i++) {
        assert_int_equal(ts_clusters_of(clusters, i).first, 0);
        assert_int_equal(ts_clusters_of(clusters, i).size, N);
    }
    ts_clusters_free(clusters);
    clusters = find(sets, 0.905, NULL);
    for (uint32_t i = 0; i < N; i++)
        assert_int_equal(ts_clusters_of(clusters, i).size, 1);
    ts_clusters_free(clusters);
    ts_join_sets_free(sets);
    check(&c);
}

/*
 * n documents of 'size' hashes, most of which all have; 'own' are not, each of them
 * in one other document at least.
 */
static void add_variants(collection *c, random_state *r, uint32_t n, uint32_t n_own)
{
    enum { SIZE = 100 };
    uint64_t common[SIZE], set[SIZE + 10];
    random_fill(r, common, SIZE);
    for (uint32_t i = 0; i < n; i++) {
        const size_t size = SIZE - (size_t)(random_next(r) % 5);
        memcpy(set, common, sizeof common);
        for (uint32_t j = 0; j < n_own; j++)
            set[random_next(r) % size] = common[j] + i / 2 * 2 * (j + 1) + 1;
        collection_add(c, set, size);
    }
}

/* A dense family costs no look at each of its pairs. */
static void test_dense(void **state)
{
    (void)state;
    random_state r = {23};
    size_t steps[2];
    for (uint32_t i = 0; i < 2; i++) {
        const uint32_t n = 10000 * (i + 1);
        collection c = {0};
        add_variants(&c, &r, n, 3);
        ts_join_sets *sets = cases_prepare(&c);
        ts_clusters *clusters = find(sets, 0.8, &steps[i]);
        for (uint32_t d = 0; d < n; d++) {
            assert_int_equal(ts_clusters_of(clusters, d).first, 0);
            assert_int_equal(ts_clusters_of(clusters, d).size, n);
        }
        ts_clusters_free(clusters);
        cases_clear(&c, sets);
    }
    /* About 1 step for 1000 documents; for all pairs it would be 5000, and 20000. */
    assert_true(steps[0] < 100 && steps[1] < 3 * steps[0]);
}

static void test_identical(void **state)
{
    (void)state;
    enum { N = 10000, SIZE = 20 };
    random_state r = {24};
    collection c = {0};
    uint64_t set[SIZE];
    random_fill(&r, set, SIZE);
    for (uint32_t i = 0; i < N; i++)
        collection_add(&c, set, i % 2 == 0 ? SIZE : SIZE / 4);
    ts_join_sets *sets = cases_prepare(&c);
    size_t n_steps;
    ts_clusters *clusters = find(sets, 0.5, &n_steps);
    assert_true(n_steps < 20);
    for (uint32_t i = 0; i < N; i++) {
        assert_int_equal(ts_clusters_of(clusters, i).first, i % 2);
        assert_int_equal(ts_clusters_of(clusters, i).size, N / 2);
    }
    ts_clusters_free(clusters);
    cases_clear(&c, sets);
}

static ts_status run_failing(void *arg)
{
    const ts_join_sets *sets = arg;
    ts_clusters *clusters = ts_clusters_new(sets, 0.3);
    if (clusters == NULL) return TS_NOMEM;
    ts_status rc = TS_OK;
    bool ready = false;
    while (rc == TS_OK && !ready)
        rc = ts_clusters_find(clusters, &ready);
    if (rc == TS_OK && ts_clusters_of(clusters, 1).size != 9) abort();
    ts_clusters_free(clusters);
    return rc;
}

static void test_no_memory(void **state)
{
    (void)state;
    collection c = cases_small();
    ts_join_sets *sets = cases_prepare(&c);
    assert_true(ts_alloc_test_fail_each(run_failing, sets) >= 8);
    cases_clear(&c, sets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_families),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_chain),
        cmocka_unit_test(test_dense),
        cmocka_unit_test(test_identical),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(ts_alloc_test_no_leaks),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("clusters", tests, NULL, NULL);
}
