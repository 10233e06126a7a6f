#include "passages.h"

#include "alloc.h"
#include "anchors.h"
#include "paths.h"

#include <stdlib.h>
#include <string.h>

/*
 * Places of an anchor in b that are tried.  In a text of a million words one anchor
 * in eight has more, and hardly a passage of eight words has no other.
 */
#define MAX_PLACES 16

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

/* --- paths -------------------------------------------------------------------------
 */

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

/*
 * Grow paths from all anchors.  Where an anchor has too many places, those are tried
 * that follow the last path that was found, as lines that many of both texts have
 * come in the same order more often than not; the first path found will do.
 */
static ts_status find_paths(finder *f, uint32_t anchor)
{
    ts_paths *paths = &f->paths;
    const ts_sides *sides = &paths->sides;
    ts_anchor_windows windows;
    ts_anchor_windows_begin(&windows, sides->a, sides->n_a, anchor);
    ts_status rc = TS_OK;
    uint32_t covered_to = 0, expected = 0;
    for (uint32_t a = 0; windows.n > 0 && rc == TS_OK; a++) {
        const ts_anchor_places places =
            ts_anchors_find(&f->anchors, ts_anchor_windows_next(&windows));
        uint32_t at = 0, n = places.n;
        if (n > MAX_PLACES) {
            n = a < covered_to ? 0 : MAX_PLACES;
            at = place_from(&places, expected);
        }
        for (; n > 0 && rc == TS_OK; n--, at = at + 1 < places.n ? at + 1 : 0) {
            const uint32_t b = (uint32_t)places.entries[at];
            const size_t n_paths = paths->n;
            if (ts_paths_tried(paths, a, b) ||
                !same_words(sides->a + a, sides->b + b, anchor))
                continue;
            rc = ts_paths_try(paths, a, b, f->poll);
            if (rc != TS_OK || paths->n == n_paths) continue;
            const ts_path *path = &paths->items[n_paths];
            if (path->a_end > covered_to) {
                covered_to = path->a_end;
                expected = path->b_end;
            }
            if (places.n > MAX_PLACES) break;
        }
        if (rc == TS_OK) rc = ts_poll_spend(f->poll, 20 + places.n % MAX_PLACES * 10);
    }
    return rc;
}

/* --- the best paths, by a heap ------------------------------------------------------
 */

static int is_before(const finder *f, uint32_t x, uint32_t y)
{
    const ts_path *p = &f->paths.items[x], *q = &f->paths.items[y];
    if (p->score != q->score) return p->score > q->score;
    if (p->a != q->a) return p->a < q->a;
    return p->b < q->b;
}

static ts_status heap_push(finder *f, uint32_t path)
{
    if (f->heap_n == f->heap_capacity) {
        const size_t capacity = f->heap_capacity + f->heap_capacity / 2 + 64;
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

/* --- choosing ------------------------------------------------------------------------
 */

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

/* Put the parts of a path that are not covered into the heap. */
static ts_status divide(finder *f, uint32_t path)
{
    const uint32_t end = f->paths.items[path].a_end;
    uint32_t a = find_word(f, f->paths.items[path].a, end, 0);
    ts_status rc = TS_OK;
    while (a < end && rc == TS_OK) {
        const uint32_t a_end = find_word(f, a, end, 1);
        const size_t n = f->paths.n;
        rc = ts_paths_cut(&f->paths, path, a, a_end);
        if (rc == TS_OK && f->paths.n > n) rc = heap_push(f, (uint32_t)n);
        a = find_word(f, a_end, end, 0);
    }
    return rc;
}

static void take(finder *f, ts_passages *found, const ts_path *path)
{
    for (uint32_t a = path->a; a < path->a_end; a++)
        f->covered[a / 64] |= UINT64_C(1) << a % 64;
    found->items[found->n++] = (ts_passage){path->a,     path->a_end, path->b,
                                            path->b_end, path->words, path->aligned};
}

static int compare(const void *x, const void *y)
{
    const ts_passage *p = x, *q = y;
    if (p->words != q->words) return p->words > q->words ? -1 : 1;
    return p->a < q->a ? -1 : p->a > q->a;
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
    for (uint32_t i = 0; i < f->paths.n && rc == TS_OK; i++)
        rc = heap_push(f, i);
    while (f->heap_n > 0 && rc == TS_OK) {
        const uint32_t path = heap_pop(f);
        const ts_path *p = &f->paths.items[path];
        rc = ts_poll_spend(f->poll, (size_t)p->a_end - p->a);
        if (rc == TS_OK && find_word(f, p->a, p->a_end, 1) < p->a_end) {
            rc = divide(f, path);
        } else if (rc == TS_OK) {
            if (found->n == capacity) {
                capacity += capacity / 2 + 16;
                ts_passage *items = ts_realloc(found->items, capacity * sizeof *items);
                if (items == NULL) return TS_NOMEM;
                found->items = items;
            }
            take(f, found, p);
        }
    }
    if (found->n > 0) qsort(found->items, found->n, sizeof *found->items, compare);
    return rc;
}

ts_status ts_passages_find(ts_passages *found, const ts_passage_params *params,
                           const ts_hashes *a, const ts_hashes *b, ts_poll *poll)
{
    finder f = {.poll = poll};
    ts_passages_clear(found);
    if (a->size >= MAX_TOKENS || b->size >= MAX_TOKENS) return TS_TOO_BIG;
    if (a->size < params->anchor || b->size < params->anchor) return TS_OK;

    const ts_sides sides = {a->data, b->data, (uint32_t)a->size, (uint32_t)b->size,
                            params->max_gap};
    ts_status rc =
        ts_anchors_build(&f.anchors, sides.b, sides.n_b, params->anchor, poll);
    if (rc == TS_OK) rc = ts_paths_init(&f.paths, &sides, params->min_words);
    if (rc == TS_OK) rc = find_paths(&f, params->anchor);
    ts_anchors_clear(&f.anchors);
    if (rc == TS_OK) rc = choose(&f, found);
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
