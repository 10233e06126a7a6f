#include "passages.h"

#include "alloc.h"
#include "anchors.h"
#include "paths.h"

#include <string.h>

/*
 * Places of an anchor in b that are tried.  In a text of a million words one anchor
 * in eight has more, and hardly a passage of eight words has no other.
 */
#define MAX_PLACES 16

/*
 * No more is tried for a while where so many steps were spent, for each word of a up to
 * there, on paths that were not kept.  That is many times what prose takes; but where
 * texts repeat themselves there are paths everywhere, and a large min_words keeps none.
 */
#define MAX_IDLE_STEPS 1500

#define MAX_TOKENS (UINT32_C(1) << 30)

typedef struct finder {
    ts_anchors anchors;
    ts_paths paths;
    uint64_t *covered; /* owned: a bit for each word of a that is in a passage */
    uint32_t *heap;    /* owned: numbers of paths, the best first */
    size_t heap_n;
    size_t heap_capacity;
    ts_poll *poll;
} finder;

/* --- paths ------------------------------------------------------------------------ */

/* The first of the places that is not before 'b', or 0. */
static uint32_t place_from(const ts_anchor_places *places, uint32_t b)
{
    uint32_t low = 0, end = places->n;
    while (low < end) {
        const uint32_t middle = low + (end - low) / 2;
        if ((uint32_t)places->entries[middle] < b)
            low = middle + 1;
        else
            end = middle;
    }
    return low < places->n ? low : 0;
}

static int same_words(const uint64_t *x, const uint64_t *y, uint32_t n)
{
    while (n > 0 && x[n - 1] == y[n - 1])
        n--;
    return n == 0;
}

/* How many places of an anchor, which is at a, are tried. */
static uint32_t places_tried(const finder *f, const ts_anchor_places *places,
                             uint32_t a, uint32_t covered_to)
{
    if (f->paths.idle_steps > MAX_IDLE_STEPS * ((uint64_t)a + 256)) return 0;
    if (places->n <= MAX_PLACES) return places->n;
    return a < covered_to ? 0 : MAX_PLACES;
}

/* Words of a whose anchors are looked up at a time. */
#define BATCH 32

/*
 * Look up the next anchors of a, and what will be read of their places: in texts of a
 * million words each of those reads is a wait for memory, and these waits overlap.
 */
static uint32_t find_batch(const finder *f, ts_anchor_windows *windows, uint32_t a,
                           ts_anchor_places *batch)
{
    const ts_paths *paths = &f->paths;
    const uint32_t n = windows->n < BATCH ? windows->n : BATCH;
    uint32_t hashes[BATCH];
    for (uint32_t i = 0; i < n; i++) {
        hashes[i] = ts_anchor_windows_next(windows);
        ts_anchors_expect(&f->anchors, hashes[i]);
    }
    for (uint32_t i = 0; i < n; i++)
        ts_anchors_expect_places(&f->anchors, hashes[i]);
    for (uint32_t i = 0; i < n; i++) {
        batch[i] = ts_anchors_find(&f->anchors, hashes[i]);
        for (uint32_t j = 0; j < batch[i].n && batch[i].n <= MAX_PLACES; j++)
            ts_paths_expect(paths, a + i, (uint32_t)batch[i].entries[j]);
    }
    return n;
}

/* Where the last path ended that goes furthest in a. */
typedef struct last_path {
    uint32_t a_end, b_end;
} last_path;

/*
 * Grow paths from an anchor.  Where it has too many places, those are tried that
 * follow the last path that was found, as lines that many of both texts have come in
 * the same order more often than not; the first path found will do.
 */
static ts_status find_paths_from(finder *f, uint32_t a, const ts_anchor_places *places,
                                 uint32_t anchor, last_path *last)
{
    ts_paths *paths = &f->paths;
    const ts_sides *sides = &paths->sides;
    ts_status rc = TS_OK;
    const uint32_t n_tried = places_tried(f, places, a, last->a_end);
    uint32_t n = n_tried;
    uint32_t at = places->n > MAX_PLACES ? place_from(places, last->b_end) : 0;
    for (; n > 0 && rc == TS_OK; n--, at = at + 1 < places->n ? at + 1 : 0) {
        const uint32_t b = (uint32_t)places->entries[at];
        const size_t n_paths = paths->n;
        if (ts_paths_tried(paths, a, b) ||
            !same_words(sides->a + a, sides->b + b, anchor))
            continue;
        rc = ts_paths_try(paths, a, b);
        if (rc != TS_OK || paths->n == n_paths) continue;
        const ts_path *path = &paths->items[n_paths];
        if (path->a_end > last->a_end)
            *last = (last_path){path->a_end, ts_path_b_end(paths, path)};
        if (places->n > MAX_PLACES) break;
    }
    if (rc == TS_OK) rc = ts_poll_spend(f->poll, 20 + (size_t)n_tried * 10);
    return rc;
}

/* Grow paths from all anchors. */
static ts_status find_paths(finder *f, uint32_t anchor)
{
    const ts_sides *sides = &f->paths.sides;
    ts_anchor_windows windows;
    ts_anchor_windows_begin(&windows, sides->a, sides->n_a, anchor);
    ts_status rc = TS_OK;
    last_path last = {0};
    for (uint32_t a = 0; windows.n > 0 && rc == TS_OK;) {
        ts_anchor_places batch[BATCH];
        const uint32_t n = find_batch(f, &windows, a, batch);
        for (uint32_t i = 0; i < n && rc == TS_OK; i++, a++)
            rc = find_paths_from(f, a, &batch[i], anchor, &last);
    }
    return rc;
}

/* --- the best paths, by a heap ---------------------------------------------------- */

static int is_before(const finder *f, uint32_t x, uint32_t y)
{
    const ts_path *p = &f->paths.items[x], *q = &f->paths.items[y];
    if (p->score != q->score) return p->score > q->score;
    if (p->a != q->a) return p->a < q->a;
    return ts_path_b(&f->paths, p) < ts_path_b(&f->paths, q);
}

static ts_status heap_push(finder *f, uint32_t path)
{
    if (f->heap_n == f->heap_capacity) {
        const size_t capacity = f->heap_capacity + f->heap_capacity / 4 + 64;
        uint32_t *heap = ts_realloc(f->heap, capacity * sizeof *heap);
        if (heap == NULL) return TS_NOMEM;
        f->heap = heap;
        f->heap_capacity = capacity;
    }
    size_t at = f->heap_n++;
    while (at > 0 && is_before(f, path, f->heap[(at - 1) / 2])) {
        f->heap[at] = f->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    f->heap[at] = path;
    return TS_OK;
}

static uint32_t heap_pop(finder *f)
{
    const uint32_t top = f->heap[0], last = f->heap[--f->heap_n];
    size_t at = 0;
    for (size_t child = 1; child < f->heap_n; child = 2 * at + 1) {
        if (child + 1 < f->heap_n && is_before(f, f->heap[child + 1], f->heap[child]))
            child++;
        if (!is_before(f, f->heap[child], last)) break;
        f->heap[at] = f->heap[child];
        at = child;
    }
    if (f->heap_n > 0) f->heap[at] = last;
    return top;
}

/* --- choosing --------------------------------------------------------------------- */

static int is_covered(const finder *f, uint32_t a)
{
    return f->covered[a / 64] >> a % 64 & 1;
}

/* The first word from a on that is covered, or is not; at most 'end'. */
static uint32_t find_word(const finder *f, uint32_t a, uint32_t end, int covered)
{
    const uint64_t all = covered ? 0 : UINT64_MAX; /* a word that has none of them */
    while (a < end && is_covered(f, a) != covered)
        a += a % 64 == 0 && f->covered[a / 64] == all ? 64 : 1;
    return a < end ? a : end;
}

/*
 * Put the parts of a path that are not covered into the heap; the first of them takes
 * its place in the list.
 */
static ts_status divide(finder *f, uint32_t number)
{
    ts_paths *paths = &f->paths;
    const ts_path whole = paths->items[number];
    uint32_t a = find_word(f, whole.a, whole.a_end, 0);
    size_t place = number;
    ts_status rc = TS_OK;
    while (a < whole.a_end && rc == TS_OK) {
        const uint32_t a_end = find_word(f, a, whole.a_end, 1);
        ts_path part;
        rc = ts_paths_part(paths, &whole, a, a_end, &part);
        if (rc == TS_OK && part.n_runs > 0) {
            if (place == number)
                paths->items[number] = part;
            else
                rc = ts_paths_add(paths, &part);
            if (rc == TS_OK) rc = heap_push(f, (uint32_t)place);
            place = paths->n;
        }
        a = find_word(f, a_end, whole.a_end, 0);
    }
    return rc;
}

/*
 * Widen a passage by the words next to it that match: where a path was cut, more of
 * them may, on another way through the texts than its own.
 */
static void widen(const finder *f, ts_passage *p)
{
    const ts_sides *sides = &f->paths.sides;
    const uint32_t a = p->a, a_end = p->a_end;
    while (p->a > 0 && p->b > 0 && !is_covered(f, p->a - 1) &&
           sides->a[p->a - 1] == sides->b[p->b - 1]) {
        p->a--;
        p->b--;
    }
    while (p->a_end < sides->n_a && p->b_end < sides->n_b && !is_covered(f, p->a_end) &&
           sides->a[p->a_end] == sides->b[p->b_end]) {
        p->a_end++;
        p->b_end++;
    }
    const uint32_t n = a - p->a + (p->a_end - a_end);
    p->words += n;
    p->aligned += n;
}

static ts_status take(finder *f, ts_passages *found, size_t *capacity,
                      const ts_path *path)
{
    if (found->n == *capacity) {
        const size_t larger = *capacity + *capacity / 4 + 16;
        ts_passage *items = ts_realloc(found->items, larger * sizeof *items);
        if (items == NULL) return TS_NOMEM;
        found->items = items;
        *capacity = larger;
    }
    ts_passage *p = &found->items[found->n++];
    *p = (ts_passage){.a = path->a,
                      .a_end = path->a_end,
                      .b = ts_path_b(&f->paths, path),
                      .b_end = ts_path_b_end(&f->paths, path),
                      .words = path->words,
                      .aligned = path->aligned};
    widen(f, p);
    for (uint32_t a = p->a; a < p->a_end; a++)
        f->covered[a / 64] |= UINT64_C(1) << a % 64;
    return TS_OK;
}

/* Take the best path that is left, again and again, as far as it is not covered. */
static ts_status choose(finder *f, ts_passages *found)
{
    const ts_sides *sides = &f->paths.sides;
    const size_t covered_size = ((size_t)sides->n_a / 64 + 1) * sizeof *f->covered;
    size_t capacity = 0;
    f->covered = ts_malloc(covered_size);
    if (f->covered == NULL) return TS_NOMEM;
    memset(f->covered, 0, covered_size);
    ts_status rc = TS_OK;
    for (uint32_t i = 0; i < f->paths.n && rc == TS_OK; i++) {
        rc = heap_push(f, i);
        if (rc == TS_OK) rc = ts_poll_spend(f->poll, 20);
    }
    while (f->heap_n > 0 && rc == TS_OK) {
        const uint32_t number = heap_pop(f);
        const ts_path *path = &f->paths.items[number];
        rc = ts_poll_spend(f->poll, 200 + (size_t)path->a_end - path->a);
        if (rc != TS_OK) break;
        if (find_word(f, path->a, path->a_end, 1) < path->a_end)
            rc = divide(f, number);
        else
            rc = take(f, found, &capacity, path);
    }
    return rc;
}

/* --- sorting ---------------------------------------------------------------------- */

/* Whether x comes before y. */
typedef int order(const ts_passage *x, const ts_passage *y);

static int is_longer(const ts_passage *x, const ts_passage *y)
{
    return x->words != y->words ? x->words > y->words : x->a < y->a;
}

static int is_earlier(const ts_passage *x, const ts_passage *y)
{
    return x->a < y->a;
}

/* Let an item of a heap sink, whose root is the last in order. */
static void sink(ts_passage *items, size_t at, size_t n, order *before)
{
    const ts_passage item = items[at];
    for (size_t child = 2 * at + 1; child < n; child = 2 * at + 1) {
        if (child + 1 < n && before(&items[child], &items[child + 1])) child++;
        if (!before(&item, &items[child])) break;
        items[at] = items[child];
        at = child;
    }
    items[at] = item;
}

/*
 * Heapsort (Williams 1964, Floyd 1964): there may be as many passages as words, and
 * unlike qsort() it needs no memory and can be stopped.
 */
static ts_status sort(ts_passages *passages, order *before, ts_poll *poll)
{
    ts_passage *items = passages->items;
    ts_status rc = TS_OK;
    for (size_t i = passages->n / 2; i > 0 && rc == TS_OK; i--) {
        sink(items, i - 1, passages->n, before);
        rc = ts_poll_spend(poll, 50);
    }
    for (size_t n = passages->n; n > 1 && rc == TS_OK; n--) {
        const ts_passage last = items[0];
        items[0] = items[n - 1];
        items[n - 1] = last;
        sink(items, 0, n - 1, before);
        rc = ts_poll_spend(poll, 200);
    }
    return rc;
}

ts_status ts_passages_sort_by_place(ts_passages *passages, ts_poll *poll)
{
    return sort(passages, is_earlier, poll);
}

ts_status ts_passages_find(ts_passages *found, const ts_passage_params *params,
                           const ts_hashes *a, const ts_hashes *b, ts_poll *poll)
{
    finder f = {.poll = poll};
    ts_passages_clear(found);
    if (a->size >= MAX_TOKENS || b->size >= MAX_TOKENS) return TS_TOO_BIG;
    const uint32_t least =
        params->anchor > params->min_words ? params->anchor : params->min_words;
    if (a->size < least || b->size < least) return TS_OK;

    const ts_sides sides = {a->data, b->data, (uint32_t)a->size, (uint32_t)b->size,
                            params->max_gap};
    ts_status rc =
        ts_anchors_build(&f.anchors, sides.b, sides.n_b, params->anchor, poll);
    if (rc == TS_OK) rc = ts_paths_init(&f.paths, &sides, params->min_words, poll);
    if (rc == TS_OK) rc = find_paths(&f, params->anchor);
    ts_anchors_clear(&f.anchors);
    ts_paths_end(&f.paths);
    if (rc == TS_OK) rc = choose(&f, found);
    if (rc == TS_OK) rc = sort(found, is_longer, poll);
    ts_paths_clear(&f.paths);
    ts_free(f.covered);
    ts_free(f.heap);
    if (rc != TS_OK) ts_passages_clear(found);
    return rc;
}

void ts_passages_clear(ts_passages *passages)
{
    ts_free(passages->items);
    memset(passages, 0, sizeof *passages);
}

uint64_t ts_passages_words(const ts_passages *passages)
{
    uint64_t n = 0;
    for (size_t i = 0; i < passages->n; i++)
        n += passages->items[i].a_end - passages->items[i].a;
    return n;
}
