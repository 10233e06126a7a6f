#include "paths.h"

#include "alloc.h"
#include "params.h"

#include <string.h>

/* A path ends where it is worth this much less than it was. */
#define MAX_LOSS 10

/* A path of so many words that was not kept is remembered by all its runs. */
#define LONG_PATH 64

/* So many runs may follow one another without making a path better. */
#define MAX_RUNS_PAST_BEST 32

/* How far the runs behind a gap are compared: more words all are long. */
#define LOOK_AHEAD 24

/*
 * What a path must be worth, for each 8 words that a passage must have: edits are
 * 3 in 8 then.
 */
#define MIN_SCORE_IN_8 5

/* What became of a run; a path does not go on along one that is SPENT or KEPT. */
enum { TRIED, WALKED_ONCE, SPENT, KEPT };

/* In pieces: these are the first to touch the array's pages. */
static ts_status clear(void *array, size_t size, ts_poll *poll)
{
    ts_status rc = TS_OK;
    for (size_t i = 0, stop; i < size && rc == TS_OK; i = stop) {
        rc = ts_poll_piece(poll, 1, i, size, &stop);
        memset((uint8_t *)array + i, 0, stop - i);
    }
    return rc;
}

ts_status ts_paths_init(ts_paths *paths, const ts_sides *sides, uint32_t min_words,
                        ts_poll *poll)
{
    *paths = (ts_paths){.sides = *sides, .min_words = min_words, .poll = poll};
    const size_t size = ((size_t)sides->n_a + sides->n_b + 1) * sizeof *paths->reach;
    paths->reach = ts_malloc(size);
    paths->depth = ts_malloc(sides->n_a);
    if (paths->reach == NULL || paths->depth == NULL) return TS_NOMEM;
    ts_status rc = clear(paths->reach, size, poll);
    if (rc == TS_OK) rc = clear(paths->depth, sides->n_a, poll);
    return rc;
}

void ts_paths_end(ts_paths *paths)
{
    ts_free(paths->reach);
    ts_free(paths->depth);
    paths->reach = NULL;
    paths->depth = NULL;
}

void ts_paths_clear(ts_paths *paths)
{
    ts_paths_end(paths);
    ts_free(paths->items);
    ts_free(paths->runs);
    memset(paths, 0, sizeof *paths);
}

/*
 * Make room for one more item in an array, which grows by a quarter: where texts
 * repeat themselves, these are most of the memory.
 */
static ts_status grow(void **items, size_t n, size_t item_size, size_t *capacity)
{
    if (n < *capacity) return TS_OK;
    const size_t larger = *capacity + *capacity / 4 + 64;
    if (larger > SIZE_MAX / 2 / item_size) return TS_TOO_BIG;
    void *moved = ts_realloc(*items, larger * item_size);
    if (moved == NULL) return TS_NOMEM;
    *items = moved;
    *capacity = larger;
    return TS_OK;
}

static ts_status add_run(ts_paths *paths, ts_run run)
{
    void *runs = paths->runs;
    if (paths->n_runs == UINT32_MAX) return TS_TOO_BIG;
    ts_status rc =
        grow(&runs, paths->n_runs, sizeof *paths->runs, &paths->runs_capacity);
    if (rc != TS_OK) return rc;
    paths->runs = runs;
    paths->runs[paths->n_runs++] = run;
    return TS_OK;
}

ts_status ts_paths_add(ts_paths *paths, const ts_path *path)
{
    void *items = paths->items;
    ts_status rc = grow(&items, paths->n, sizeof *paths->items, &paths->capacity);
    if (rc != TS_OK) return rc;
    paths->items = items;
    paths->items[paths->n++] = *path;
    return TS_OK;
}

/* --- gaps ------------------------------------------------------------------------ */

/* A match is worth more than all edits of a gap together. */
#define MATCH 256

_Static_assert(2 * TS_MAX_GAP_MAX < MATCH, "matches come first");

/*
 * Wagner, Fischer 1974, row by row, for the largest of MATCH * matches - edits: the
 * number of matches is that of a longest common subsequence.
 */
static ts_gap align(const uint64_t *a, uint32_t n_a, const uint64_t *b, uint32_t n_b)
{
    int32_t row[TS_MAX_GAP_MAX + 1];
    for (uint32_t j = 0; j <= n_b; j++)
        row[j] = -(int32_t)j;
    for (uint32_t i = 0; i < n_a; i++) {
        int32_t diagonal = row[0];
        row[0]--;
        for (uint32_t j = 0; j < n_b; j++) {
            int32_t best = diagonal + (a[i] == b[j] ? MATCH : -1);
            if (row[j] - 1 > best) best = row[j] - 1;
            if (row[j + 1] - 1 > best) best = row[j + 1] - 1;
            diagonal = row[j + 1];
            row[j + 1] = best;
        }
    }
    const uint32_t matches = (uint32_t)(row[n_b] + MATCH - 1) / MATCH;
    return (ts_gap){matches, matches * MATCH - (uint32_t)row[n_b]};
}

ts_gap ts_gap_align(const ts_sides *sides, const ts_run *before, const ts_run *after)
{
    const uint32_t a = before->a + before->n, b = before->b + before->n;
    const uint32_t n_a = after->a - a, n_b = after->b - b;
    if (n_a == 0 || n_b == 0) return (ts_gap){0, n_a + n_b};
    return align(sides->a + a, n_a, sides->b + b, n_b);
}

static int32_t cost_of(uint32_t edits)
{
    return edits < TS_GAP_COST_MAX ? (int32_t)edits : TS_GAP_COST_MAX;
}

/* --- growing --------------------------------------------------------------------- */

/* The words ahead, in either direction: number x of a is a[x * step]. */
typedef struct view {
    const uint64_t *a, *b;
    ptrdiff_t step;
    uint32_t n_a, n_b;
} view;

static view view_right(const ts_sides *sides, uint32_t a, uint32_t b)
{
    return (view){sides->a + a, sides->b + b, 1, sides->n_a - a, sides->n_b - b};
}

/* What is before a and b, from there to the beginning; both are more than 0. */
static view view_left(const ts_sides *sides, uint32_t a, uint32_t b)
{
    return (view){sides->a + a - 1, sides->b + b - 1, -1, a, b};
}

static int same(const view *v, uint32_t x, uint32_t y)
{
    return v->a[(ptrdiff_t)x * v->step] == v->b[(ptrdiff_t)y * v->step];
}

/* How many words are the same from x and y on. */
static uint32_t run_length(const view *v, uint32_t x, uint32_t y, uint32_t most)
{
    if (most > v->n_a - x) most = v->n_a - x;
    if (most > v->n_b - y) most = v->n_b - y;
    uint32_t n = 0;
    while (n < most && same(v, x + n, y + n))
        n++;
    return n;
}

/* A run behind a gap of x and y words. */
typedef struct continuation {
    uint32_t x, y;
    int32_t value;
    uint64_t word; /* the first of the run */
} continuation;

/*
 * Whether one of two continuations is the better one.  The last rule goes by the
 * words, so that it is the same for texts that change places.
 */
static int is_better(const continuation *c, const continuation *than)
{
    const uint32_t c_most = c->x > c->y ? c->x : c->y;
    const uint32_t than_most = than->x > than->y ? than->x : than->y;
    if (c->value != than->value) return c->value > than->value;
    if (c_most != than_most) return c_most < than_most;
    if (c->x + c->y != than->x + than->y) return c->x + c->y > than->x + than->y;
    return c->word > than->word;
}

/*
 * The best run that begins behind a gap of at most max_gap words in each text,
 * none of them behind words that are the same.  False if there is none.
 */
static int next_run(const view *v, uint32_t max_gap, continuation *best)
{
    const uint32_t end_x = v->n_a <= max_gap ? v->n_a : max_gap + 1;
    const uint32_t end_y = v->n_b <= max_gap ? v->n_b : max_gap + 1;
    *best = (continuation){.value = INT32_MIN};
    for (uint32_t x = 0; x < end_x; x++) {
        const uint64_t word = v->a[(ptrdiff_t)x * v->step];
        for (uint32_t y = 0; y < end_y; y++) {
            if (v->b[(ptrdiff_t)y * v->step] != word) continue;
            if (x > 0 && y > 0 && same(v, x - 1, y - 1)) continue;
            const int32_t n = (int32_t)run_length(v, x, y, LOOK_AHEAD);
            const continuation c = {x, y, n - cost_of(x > y ? x : y), word};
            if (is_better(&c, best)) *best = c;
        }
    }
    return best->value != INT32_MIN;
}

/* Where a path is, and how good it was at its best. */
typedef struct growth {
    ts_run run; /* the last one */
    int32_t score, best_score;
    uint32_t words, best_words;
    uint32_t edits, best_edits;
    size_t best_n_runs;
} growth;

static void note_best(growth *g, size_t n_runs)
{
    if (g->score <= g->best_score) return;
    g->best_score = g->score;
    g->best_words = g->words;
    g->best_edits = g->edits;
    g->best_n_runs = n_runs;
}

/* Whether enough paths go through here already, kept or not, or side by side. */
static int is_taken(const ts_paths *paths, uint32_t a, uint32_t b)
{
    if (paths->depth[a] >= TS_PATHS_DEPTH) return 1;
    const uint32_t reach = paths->reach[(size_t)b + paths->sides.n_a - a];
    return (reach & 3) >= SPENT && a < reach >> 2;
}

/* Widen the growth by one gap and one run, to the right or to the left. */
static ts_status step(ts_paths *paths, growth *g, int to_left, int *at_end)
{
    const ts_sides *sides = &paths->sides;
    const ts_run last = g->run;
    *at_end = 1;
    if (to_left && (last.a == 0 || last.b == 0)) return TS_OK;
    const view v = to_left ? view_left(sides, last.a, last.b)
                           : view_right(sides, last.a + last.n, last.b + last.n);

    /* A gap that costs all that the path is worth leaves nothing to connect. */
    uint32_t most = sides->max_gap;
    if (g->score <= TS_GAP_COST_MAX && most > (uint32_t)g->score - 1)
        most = (uint32_t)g->score - 1;
    continuation c;
    paths->idle_steps += ((uint64_t)most + 1) * (most + 1);
    if (!next_run(&v, most, &c)) return TS_OK;
    /* Not along another path: it may be long, and be met again and again. */
    if (to_left ? is_taken(paths, last.a - c.x - 1, last.b - c.y - 1)
                : is_taken(paths, last.a + last.n + c.x, last.b + last.n + c.y))
        return TS_OK;

    ts_run run; /* without its words, which may be many */
    ts_gap gap;
    if (to_left) {
        run = (ts_run){last.a - c.x, last.b - c.y, 0};
        gap = ts_gap_align(sides, &run, &last);
    } else {
        run = (ts_run){last.a + last.n + c.x, last.b + last.n + c.y, 0};
        gap = ts_gap_align(sides, &last, &run);
    }
    const int32_t after = g->score + (int32_t)gap.matches - cost_of(gap.edits);
    if (after <= 0 || g->best_score - after > MAX_LOSS) return TS_OK;

    run.n = run_length(&v, c.x, c.y, UINT32_MAX);
    if (to_left) {
        run.a -= run.n;
        run.b -= run.n;
    }
    paths->idle_steps += run.n;
    g->run = run;
    g->score = after + (int32_t)run.n;
    g->words += gap.matches + run.n;
    g->edits += gap.edits;
    *at_end = 0;
    return add_run(paths, run);
}

static ts_status grow_path(ts_paths *paths, growth *g, int to_left)
{
    int at_end = 0;
    while (!at_end && paths->n_runs - g->best_n_runs < MAX_RUNS_PAST_BEST) {
        ts_status rc = step(paths, g, to_left, &at_end);
        const size_t window = (size_t)paths->sides.max_gap + 1;
        if (rc == TS_OK) rc = ts_poll_spend(paths->poll, g->run.n + window * window);
        if (rc != TS_OK) return rc;
        if (!at_end) note_best(g, paths->n_runs);
    }
    /* Back to where it was best. */
    paths->n_runs = g->best_n_runs;
    g->score = g->best_score;
    g->words = g->best_words;
    g->edits = g->best_edits;
    return TS_OK;
}

static int is_passage(const ts_paths *paths, int32_t score, uint32_t words)
{
    return words >= paths->min_words &&
           (int64_t)score * 8 >= (int64_t)paths->min_words * MIN_SCORE_IN_8;
}

static void mark_run(ts_paths *paths, const ts_run *run, uint32_t outcome)
{
    uint32_t *reach = &paths->reach[(size_t)run->b + paths->sides.n_a - run->a];
    const uint32_t end = run->a + run->n;
    if (outcome == WALKED_ONCE && *reach == (end << 2 | WALKED_ONCE)) outcome = SPENT;
    if ((end << 2 | outcome) > *reach) *reach = end << 2 | outcome;
}

/*
 * Keep a path, whose runs are the last ones; but not one run if the same words are kept
 * already from a place before it in b, which is as good, cut or not.
 */
static ts_status keep(ts_paths *paths, const ts_path *path)
{
    for (size_t i = paths->first_of_word; path->n_runs == 1 && i < paths->n; i++) {
        const ts_path *other = &paths->items[i];
        if (other->n_runs != 1 || other->a != path->a || other->a_end != path->a_end)
            continue;
        paths->n_runs = path->first_run;
        return TS_OK;
    }
    return ts_paths_add(paths, path);
}

/* Turn round the order of the runs from that one on. */
static void reverse_runs(ts_paths *paths, size_t first)
{
    for (size_t i = first, j = paths->n_runs; i + 1 < j; i++) {
        const ts_run run = paths->runs[i];
        paths->runs[i] = paths->runs[--j];
        paths->runs[j] = run;
    }
}

/* The longest run of equal words that has a and b in it. */
static ts_run run_at(const ts_sides *sides, uint32_t a, uint32_t b)
{
    const view right = view_right(sides, a, b);
    ts_run run = {a, b, run_length(&right, 0, 0, UINT32_MAX)};
    if (a > 0 && b > 0) {
        const view left = view_left(sides, a, b);
        const uint32_t n = run_length(&left, 0, 0, UINT32_MAX);
        run = (ts_run){a - n, b - n, run.n + n};
    }
    return run;
}

ts_status ts_paths_try(ts_paths *paths, uint32_t a, uint32_t b)
{
    const size_t first = paths->n_runs;
    const ts_run run = run_at(&paths->sides, a, b);
    growth g = {.run = run, .score = (int32_t)run.n, .words = run.n};
    g.best_score = g.score;
    g.best_words = g.words;
    const uint64_t idle_steps = paths->idle_steps;
    if (a != paths->word) paths->first_of_word = paths->n;
    paths->word = a;

    /* To the left, the runs come the wrong way round; then the first one. */
    g.best_n_runs = first;
    ts_status rc = grow_path(paths, &g, 1);
    reverse_runs(paths, first);
    if (rc == TS_OK) rc = add_run(paths, run);
    g.run = run;
    g.best_n_runs = paths->n_runs;
    if (rc == TS_OK) rc = grow_path(paths, &g, 0);
    if (rc == TS_OK) rc = ts_poll_spend(paths->poll, run.n + 10);
    if (rc != TS_OK) return rc;

    if (!is_passage(paths, g.score, g.words)) {
        /* From another of its runs the path may be better, but a long one hardly. */
        mark_run(paths, &run, TRIED);
        for (size_t i = first; g.words >= LONG_PATH && i < paths->n_runs; i++)
            mark_run(paths, &paths->runs[i], WALKED_ONCE);
        paths->n_runs = first;
        return TS_OK;
    }
    paths->idle_steps = idle_steps;
    const ts_run *begin = &paths->runs[first], *end = &paths->runs[paths->n_runs - 1];
    const ts_path path = {
        .a = begin->a,
        .a_end = end->a + end->n,
        .first_run = (uint32_t)first,
        .n_runs = (uint32_t)(paths->n_runs - first),
        .words = g.words,
        .aligned = g.words + g.edits,
        .score = g.score,
    };
    for (size_t i = first; i < paths->n_runs; i++)
        mark_run(paths, &paths->runs[i], KEPT);
    for (uint32_t i = path.a; i < path.a_end; i++)
        if (paths->depth[i] < UINT8_MAX) paths->depth[i]++;
    return keep(paths, &path);
}

/* --- parts ------------------------------------------------------------------------ */

uint32_t ts_path_b(const ts_paths *paths, const ts_path *path)
{
    const ts_run *run = &paths->runs[path->first_run];
    return run->b + (path->a - run->a);
}

uint32_t ts_path_b_end(const ts_paths *paths, const ts_path *path)
{
    const ts_run *run = &paths->runs[path->first_run + path->n_runs - 1];
    return run->b + (path->a_end - run->a);
}

/* The first of a path's runs that ends behind a. */
static uint32_t run_behind(const ts_paths *paths, const ts_path *path, uint32_t a)
{
    uint32_t low = path->first_run, end = path->first_run + path->n_runs;
    while (low < end) {
        const uint32_t middle = low + (end - low) / 2;
        if (paths->runs[middle].a + paths->runs[middle].n <= a)
            low = middle + 1;
        else
            end = middle;
    }
    return low;
}

/* Kadane's method (Bentley 1984) by runs and gaps: the earliest of the best parts. */
ts_status ts_paths_part(const ts_paths *paths, const ts_path *whole, uint32_t a,
                        uint32_t a_end, ts_path *part)
{
    const uint32_t end = whole->first_run + whole->n_runs;
    ts_path best = {.score = 0}, path = {.score = 0};
    for (uint32_t i = run_behind(paths, whole, a); i < end; i++) {
        const ts_run *run = &paths->runs[i];
        if (run->a >= a_end) break;
        const uint32_t from = run->a < a ? a : run->a;
        const uint32_t to = run->a + run->n > a_end ? a_end : run->a + run->n;
        ts_gap gap = {0, 0};
        if (path.score > 0) gap = ts_gap_align(&paths->sides, run - 1, run);
        path.score += (int32_t)gap.matches - cost_of(gap.edits);
        if (path.score <= 0) {
            path = (ts_path){.a = from, .first_run = i};
            gap = (ts_gap){0, 0};
        }
        path.score += (int32_t)(to - from);
        path.words += gap.matches + (to - from);
        path.aligned += gap.matches + gap.edits + (to - from);
        path.a_end = to;
        path.n_runs++;
        if (path.score > best.score) best = path;
        const size_t size = gap.matches + gap.edits;
        ts_status rc = ts_poll_spend(paths->poll, 10 + size * size);
        if (rc != TS_OK) return rc;
    }
    *part = is_passage(paths, best.score, best.words) ? best : (ts_path){.n_runs = 0};
    return TS_OK;
}
