/*
 * Passages: against a plain search where there are no gaps, and by their properties
 * where there are; gaps against a plain alignment.
 */
#include "core/passages.h"
#include "core/paths.h"

#include "alloc_test.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_WORDS = 400 };

/* A text as token hashes; small numbers do as well as any. */
typedef struct words {
    uint64_t data[MAX_WORDS];
    uint32_t n;
} words;

static void add(words *w, uint64_t word)
{
    assert_true(w->n < MAX_WORDS);
    w->data[w->n++] = word;
}

static void add_random(words *w, random_state *r, uint32_t n, uint32_t vocabulary)
{
    while (n-- > 0)
        add(w, random_next(r) % vocabulary);
}

/* Words that no other text has. */
static void add_new(words *w, random_state *r, uint32_t n)
{
    while (n-- > 0)
        add(w, random_next(r) | UINT64_C(1) << 63);
}

static ts_hashes hashes_of(words *w)
{
    return (ts_hashes){.data = w->data, .size = w->n, .capacity = w->n};
}

static ts_passages find(const ts_passage_params *params, words *a, words *b)
{
    ts_passages found = {0};
    ts_poll poll = {0};
    const ts_hashes of_a = hashes_of(a), of_b = hashes_of(b);
    assert_int_equal(ts_passages_find(&found, params, &of_a, &of_b, &poll), TS_OK);
    return found;
}

/* --- a plain alignment ---------- */

/* The most words that match, in order. */
static uint32_t longest_common(const uint64_t *a, uint32_t n_a, const uint64_t *b,
                               uint32_t n_b)
{
    uint32_t *row = calloc((size_t)n_b + 1, sizeof *row);
    assert_non_null(row);
    for (uint32_t i = 0; i < n_a; i++) {
        uint32_t diagonal = 0;
        for (uint32_t j = 0; j < n_b; j++) {
            const uint32_t above = row[j + 1];
            uint32_t best = above > row[j] ? above : row[j];
            if (a[i] == b[j] && diagonal + 1 > best) best = diagonal + 1;
            diagonal = above;
            row[j + 1] = best;
        }
    }
    const uint32_t result = row[n_b];
    free(row);
    return result;
}

/* The fewest columns of an alignment with so many matches; or UINT32_MAX. */
static uint32_t fewest_columns(const uint64_t *a, uint32_t n_a, const uint64_t *b,
                               uint32_t n_b, uint32_t matches)
{
    if (n_a == 0 || n_b == 0) return matches == 0 ? n_a + n_b : UINT32_MAX;
    uint32_t best = fewest_columns(a + 1, n_a - 1, b + 1, n_b - 1,
                                   a[0] == b[0] && matches > 0 ? matches - 1 : matches);
    const uint32_t without_a = fewest_columns(a + 1, n_a - 1, b, n_b, matches);
    const uint32_t without_b = fewest_columns(a, n_a, b + 1, n_b - 1, matches);
    if (without_a < best) best = without_a;
    if (without_b < best) best = without_b;
    return best == UINT32_MAX ? best : best + 1;
}

static void test_gaps(void **state)
{
    (void)state;
    random_state r = {1};
    for (int trial = 0; trial < 2000; trial++) {
        words a = {.n = 0}, b = {.n = 0};
        const uint32_t n_a = (uint32_t)(random_next(&r) % 6),
                       n_b = (uint32_t)(random_next(&r) % 6);
        add_random(&a, &r, n_a + 2, 4);
        add_random(&b, &r, n_b + 2, 4);
        const ts_sides sides = {a.data, b.data, a.n, b.n, 6};
        const ts_run before = {0, 0, 1}, after = {n_a + 1, n_b + 1, 1};
        const ts_gap gap = ts_gap_align(&sides, &before, &after);
        const uint32_t matches = longest_common(a.data + 1, n_a, b.data + 1, n_b);
        assert_int_equal(gap.matches, matches);
        assert_int_equal(gap.matches + gap.edits,
                         fewest_columns(a.data + 1, n_a, b.data + 1, n_b, matches));
    }
}

/* --- properties ---------- */

static void check(const ts_passage_params *params, const words *a, const words *b,
                  const ts_passages *found)
{
    bool covered[MAX_WORDS] = {false};
    uint64_t n_covered = 0;
    for (size_t i = 0; i < found->n; i++) {
        const ts_passage *p = &found->items[i];
        assert_true(p->a < p->a_end && p->a_end <= a->n);
        assert_true(p->b < p->b_end && p->b_end <= b->n);
        for (uint32_t j = p->a; j < p->a_end; j++) {
            assert_false(covered[j]);
            covered[j] = true;
            n_covered++;
        }
        const uint32_t n_a = p->a_end - p->a, n_b = p->b_end - p->b;
        assert_true(p->words >= params->min_words);
        assert_true(p->words <=
                    longest_common(a->data + p->a, n_a, b->data + p->b, n_b));
        assert_true(p->aligned >= n_a && p->aligned >= n_b);
        assert_true(p->aligned <= n_a + n_b - p->words);
        assert_int_equal(a->data[p->a], b->data[p->b]);
        assert_int_equal(a->data[p->a_end - 1], b->data[p->b_end - 1]);
        if (i == 0) continue;
        const ts_passage *before = p - 1;
        assert_true(before->words > p->words ||
                    (before->words == p->words && before->a < p->a));
    }
    assert_int_equal(ts_passages_words(found), n_covered);

    /* The words next to it are other ones, or of another passage. */
    for (size_t i = 0; i < found->n; i++) {
        const ts_passage *p = &found->items[i];
        if (p->a > 0 && p->b > 0 && !covered[p->a - 1])
            assert_int_not_equal(a->data[p->a - 1], b->data[p->b - 1]);
        if (p->a_end < a->n && p->b_end < b->n && !covered[p->a_end])
            assert_int_not_equal(a->data[p->a_end], b->data[p->b_end]);
    }
}

/* A copy with some words replaced, dropped, inserted. */
static void add_edited(words *w, random_state *r, const uint64_t *from, uint32_t n,
                       uint32_t one_in)
{
    for (uint32_t i = 0; i < n; i++) {
        const uint64_t edit = random_next(r) % one_in ? 3 : random_next(r) % 3;
        if (edit == 0 || edit == 2) add_new(w, r, 1);
        if (edit == 2 || edit == 3) add(w, from[i]);
    }
}

static void test_edited_copies(void **state)
{
    (void)state;
    random_state r = {2};
    for (int trial = 0; trial < 3000; trial++) {
        words a = {.n = 0}, b = {.n = 0};
        const uint32_t vocabulary = trial % 3 == 0 ? 5 : trial % 3 == 1 ? 60 : 1000000;
        add_random(&b, &r, 20 + (uint32_t)(random_next(&r) % 100), vocabulary);
        for (int piece = 0; piece < 3; piece++) {
            const uint32_t from = (uint32_t)(random_next(&r) % b.n);
            uint32_t n = (uint32_t)(random_next(&r) % (b.n - from + 1));
            add_random(&a, &r, (uint32_t)(random_next(&r) % 20), vocabulary);
            if (n > 60) n = 60;
            add_edited(&a, &r, b.data + from, n, 3 + (uint32_t)(random_next(&r) % 10));
        }
        const ts_passage_params params = {
            .anchor = 1 + (uint32_t)(random_next(&r) % 4),
            .min_words = 1 + (uint32_t)(random_next(&r) % 12),
            .max_gap = (uint32_t)(random_next(&r) % 9),
        };
        ts_passages found = find(&params, &a, &b);
        check(&params, &a, &b, &found);
        ts_passages_clear(&found);
    }
}

/* --- without gaps: the longest runs, one after the other ---------- */

static ts_passage longest_run(const ts_passage_params *params, const words *a,
                              const words *b, const bool *covered)
{
    ts_passage best = {0};
    for (uint32_t i = 0; i < a->n; i++)
        for (uint32_t j = 0; j < b->n; j++) {
            uint32_t n = 0;
            while (i + n < a->n && j + n < b->n && !covered[i + n] &&
                   a->data[i + n] == b->data[j + n])
                n++;
            /* Runs are cut where others are, but must be whole to be noticed. */
            if (n > best.words && n >= params->min_words)
                best = (ts_passage){i, i + n, j, j + n, n, n};
        }
    return best;
}

static void test_longest_runs(void **state)
{
    (void)state;
    random_state r = {3};
    size_t n_found = 0;
    for (int trial = 0; trial < 3000; trial++) {
        words a = {.n = 0}, b = {.n = 0};
        /* So few words that an anchor has not too many places. */
        const uint32_t vocabulary = 3 + (uint32_t)(random_next(&r) % 6);
        add_random(&a, &r, (uint32_t)(random_next(&r) % 100), vocabulary);
        add_random(&b, &r, (uint32_t)(random_next(&r) % 100), vocabulary);
        const ts_passage_params params = {.anchor = 3, .min_words = 4, .max_gap = 0};
        ts_passages found = find(&params, &a, &b);
        bool covered[MAX_WORDS] = {false};
        for (size_t i = 0; i < found.n; i++) {
            const ts_passage *p = &found.items[i];
            const ts_passage wanted = longest_run(&params, &a, &b, covered);
            assert_int_equal(p->words, wanted.words);
            assert_int_equal(p->aligned, p->words);
            assert_int_equal(p->a, wanted.a);
            assert_int_equal(p->b, wanted.b);
            for (uint32_t j = p->a; j < p->a_end; j++)
                covered[j] = true;
        }
        assert_int_equal(longest_run(&params, &a, &b, covered).words, 0);
        n_found += found.n;
        ts_passages_clear(&found);
    }
    assert_true(n_found > 1000);
}

/* --- texts that change places ---------- */

static int compare_passages(const void *x, const void *y)
{
    const ts_passage *p = x, *q = y;
    return (p->a > q->a) - (p->a < q->a);
}

static void test_swapped(void **state)
{
    (void)state;
    const ts_passage_params params = {.anchor = 3, .min_words = 8, .max_gap = 6};
    random_state r = {4};
    for (int trial = 0; trial < 1000; trial++) {
        words a = {.n = 0}, b = {.n = 0};
        uint32_t at[4];
        add_new(&b, &r, 160);
        for (uint32_t i = 0; i < 4; i++)
            at[i] = 40 * i;
        for (uint32_t i = 0; i < 4; i++) { /* moved */
            const uint32_t j = (uint32_t)(random_next(&r) % 4), other = at[j];
            at[j] = at[i];
            at[i] = other;
        }
        for (uint32_t i = 0; i < 4; i++) {
            add_new(&a, &r, 10);
            add_edited(&a, &r, b.data + at[i], 8 + (uint32_t)(random_next(&r) % 25),
                       5 + (uint32_t)(random_next(&r) % 10));
        }
        ts_passages x = find(&params, &a, &b), y = find(&params, &b, &a);
        assert_int_equal(x.n, y.n);
        for (size_t i = 0; i < y.n; i++) {
            const ts_passage p = y.items[i];
            y.items[i] = (ts_passage){p.b, p.b_end, p.a, p.a_end, p.words, p.aligned};
        }
        if (x.n > 0) qsort(x.items, x.n, sizeof *x.items, compare_passages);
        if (y.n > 0) qsort(y.items, y.n, sizeof *y.items, compare_passages);
        if (x.n > 0) assert_memory_equal(x.items, y.items, x.n * sizeof *x.items);
        ts_passages_clear(&x);
        ts_passages_clear(&y);
    }
}

/* --- work ---------- */

/* Texts of any size, which are alike, and how many words they have. */
typedef struct alike {
    uint64_t *a, *b;
    uint32_t n;
} alike;

typedef void maker(alike *texts, random_state *r);

static uint64_t word_of(uint64_t kind, uint64_t number)
{
    return kind << 32 | number;
}

/* Again and again four words, three times, so that runs lie next to the long one. */
static void make_side_runs(alike *texts, random_state *r)
{
    for (uint32_t i = 0; i < texts->n; i++) {
        const uint32_t block = i / 22, at = i % 22;
        texts->a[i] = word_of(1, block * 22 + (at < 12 ? at % 4 : at));
        texts->b[i] = random_next(r) % 200 ? texts->a[i] : word_of(2, i);
    }
}

/* A line again and again, each one behind words of its own; in b in another order. */
static void make_lines_in_disorder(alike *texts, random_state *r)
{
    const uint32_t n_lines = texts->n / 13;
    uint32_t *order = malloc((n_lines + 1) * sizeof *order);
    assert_non_null(order);
    for (uint32_t i = 0; i <= n_lines; i++) {
        const uint32_t j = (uint32_t)(random_next(r) % (i + 1));
        order[i] = order[j];
        order[j] = i;
    }
    for (uint32_t i = 0; i < texts->n; i++) {
        const uint32_t line = i / 13, at = i % 13;
        texts->a[i] = at < 3 ? word_of(1, line * 3 + at) : word_of(2, at);
        texts->b[i] = at < 3 ? word_of(1, order[line] * 3 + at) : word_of(2, at);
    }
    free(order);
}

/* So few words that there are paths everywhere. */
static void make_four_words(alike *texts, random_state *r)
{
    for (uint32_t i = 0; i < texts->n; i++) {
        texts->a[i] = random_next(r) % 4;
        texts->b[i] = random_next(r) % 4;
    }
}

/* Steps of about a nanosecond for a word, where min_words is too much for any passage.
 */
static size_t steps_for_nothing(maker *make, uint32_t n)
{
    random_state r = {8};
    const ts_passage_params params = {.anchor = 3, .min_words = n, .max_gap = 6};
    alike texts = {malloc(n * sizeof *texts.a), malloc(n * sizeof *texts.b), n};
    assert_true(texts.a != NULL && texts.b != NULL);
    make(&texts, &r);
    const ts_hashes a = {.data = texts.a, .size = n}, b = {.data = texts.b, .size = n};
    ts_passages found = {0};
    ts_poll poll = {0}; /* which nobody asks, and which counts on */
    assert_int_equal(ts_passages_find(&found, &params, &a, &b, &poll), TS_OK);
    assert_int_equal(found.n, 0);
    free(texts.a);
    free(texts.b);
    return poll.spent / n;
}

/* Each of these took time that grew with the square of the texts, or nearly so. */
static void test_work_for_nothing(void **state)
{
    (void)state;
    static maker *const makers[] = {make_side_runs, make_lines_in_disorder,
                                    make_four_words};
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
        assert_in_range(steps_for_nothing(makers[i], 80000), 1, 5000);
}

/* --- by example ---------- */

#define CHECK_ONE(found, a1, a2, b1, b2, n_words, n_aligned)                           \
    do {                                                                               \
        assert_int_equal((found).n, 1);                                                \
        const ts_passage one = {a1, a2, b1, b2, n_words, n_aligned};                   \
        assert_memory_equal((found).items, &one, sizeof one);                          \
        ts_passages_clear(&(found));                                                   \
    } while (0)

/* Ten words, a gap, ten words. */
static ts_passages find_bridge(uint32_t max_gap, uint32_t gap_a, uint32_t gap_b)
{
    const ts_passage_params params = {.anchor = 3, .min_words = 8, .max_gap = max_gap};
    random_state r = {5};
    words a = {.n = 0}, b = {.n = 0};
    add_new(&a, &r, 10);
    memcpy(b.data, a.data, sizeof b.data);
    b.n = 10;
    add_new(&a, &r, gap_a);
    add_new(&b, &r, gap_b);
    random_state same = r;
    add_new(&a, &r, 10);
    add_new(&b, &same, 10);
    return find(&params, &a, &b);
}

static void test_bridges(void **state)
{
    (void)state;
    for (uint32_t max_gap = 0; max_gap <= TS_MAX_GAP_MAX; max_gap += 4)
        for (uint32_t gap_a = 0; gap_a <= max_gap + 1; gap_a++) {
            const uint32_t gap_b = max_gap - gap_a % (max_gap + 1);
            const uint32_t most = gap_a > gap_b ? gap_a : gap_b;
            ts_passages found = find_bridge(max_gap, gap_a, gap_b);
            if (most > max_gap) {
                assert_int_equal(found.n, 2);
                ts_passages_clear(&found);
            } else {
                CHECK_ONE(found, 0, 20 + gap_a, 0, 20 + gap_b, 20, 20 + most);
            }
        }
}

/* The same line, and the same word, again and again. */
static void test_repetition(void **state)
{
    (void)state;
    const ts_passage_params params = {.anchor = 3, .min_words = 8, .max_gap = 6};
    for (uint32_t period = 1; period < 12; period++) {
        words a = {.n = 0}, b = {.n = 0};
        for (uint32_t i = 0; i < 300; i++) {
            add(&a, i % period);
            if (i < 200) add(&b, i % period);
        }
        ts_passages found = find(&params, &b, &a);
        CHECK_ONE(found, 0, 200, 0, 200, 200, 200);
        found = find(&params, &a, &b);
        check(&params, &a, &b, &found);
        assert_int_equal(ts_passages_words(&found), 300);
        ts_passages_clear(&found);
    }
}

static void test_short_texts(void **state)
{
    (void)state;
    random_state r = {6};
    for (uint32_t n = 0; n < 12; n++)
        for (uint32_t min_words = 1; min_words < 12; min_words++) {
            const ts_passage_params params = {.anchor = min_words < 3 ? min_words : 3,
                                              .min_words = min_words};
            words a = {.n = 0};
            add_new(&a, &r, n);
            ts_passages found = find(&params, &a, &a);
            if (n >= min_words)
                CHECK_ONE(found, 0, n, 0, n, n, n);
            else
                assert_int_equal(found.n, 0);
        }
}

/* --- memory and interrupts ---------- */

typedef struct job {
    words a, b;
    ts_passages found;
    ts_poll poll;
} job;

static void job_init(job *j)
{
    random_state r = {7};
    *j = (job){.found = {0}};
    add_random(&j->b, &r, 300, 50);
    for (uint32_t i = 0; i < 3; i++)
        add_edited(&j->a, &r, j->b.data + 90 * i, 90, 8);
}

static ts_status job_run(void *arg)
{
    job *j = arg;
    const ts_passage_params params = {.anchor = 3, .min_words = 8, .max_gap = 6};
    const ts_hashes a = hashes_of(&j->a), b = hashes_of(&j->b);
    ts_status rc = ts_passages_find(&j->found, &params, &a, &b, &j->poll);
    if (rc != TS_OK) assert_int_equal(j->found.n, 0);
    return rc;
}

static void test_out_of_memory(void **state)
{
    (void)state;
    job j;
    job_init(&j);
    assert_true(ts_alloc_test_fail_each(job_run, &j) > 6);
    assert_true(j.found.n > 0);
    ts_passages_clear(&j.found);
}

/* Go on so often, and then stop. */
static int countdown(void *context)
{
    int *left = context;
    return (*left)-- == 0;
}

static void test_stopped(void **state)
{
    (void)state;
    job j;
    job_init(&j);
    for (int left = 0; left < 2; left++) {
        int n = left;
        /* As if enough had been done already to ask at once. */
        j.poll = (ts_poll){.stop = countdown, .context = &n, .spent = TS_POLL_STEPS};
        assert_int_equal(job_run(&j), left == 0 ? TS_STOPPED : TS_OK);
        assert_int_equal(n, left - 1);
    }
    assert_true(j.found.n > 0);
    ts_passages_clear(&j.found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gaps),
        cmocka_unit_test(test_edited_copies),
        cmocka_unit_test(test_longest_runs),
        cmocka_unit_test(test_swapped),
        cmocka_unit_test(test_bridges),
        cmocka_unit_test(test_repetition),
        cmocka_unit_test(test_short_texts),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_work_for_nothing),
        cmocka_unit_test(test_stopped),
        cmocka_unit_test(ts_alloc_test_no_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
