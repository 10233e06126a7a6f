#include "join_index.h"

#include "alloc.h"
#include "join_bounds.h"

#include <string.h>

/*
 * Sums of sizes with their least overlap in a table: what most documents need,
 * and fits the first-level cache where they are short.
 */
#define LEAST_MAX 16384

/* In a list up to this long, entries that are too small are passed one by one. */
#define SHORT_LIST 16

/* Elements in a step of building, a few ns each. */
#define STEP_ITEMS 100000

enum { CLEAR, COUNT, ADD_UP, FILL, READY };

ts_status ts_join_index_init(ts_join_index *index, const ts_join_sets *sets,
                             double threshold, ts_join_reach reach)
{
    uint64_t most = 2;
    if (sets->n_sets > 0) most += 2 * (uint64_t)sets->sizes[sets->n_sets - 1];
    const uint32_t n_least = (uint32_t)(most < LEAST_MAX ? most : LEAST_MAX);
    const uint32_t n_begins = sets->n_ranks - sets->first_rank + 2;
    uint32_t *least = ts_malloc(n_least * sizeof *least);
    uint32_t *begins = ts_malloc(n_begins * sizeof *begins);
    if (least == NULL || begins == NULL) {
        ts_free(least);
        ts_free(begins);
        return TS_NOMEM;
    }
    least[0] = 0;
    for (uint32_t sum = 1; sum < n_least; sum++)
        least[sum] = (uint32_t)ts_join_least_overlap(threshold, sum);
    *index = (ts_join_index){
        .sets = sets,
        .threshold = threshold,
        .reach = reach,
        .begins = begins,
        .n_begins = n_begins,
        .least = least,
        .n_least = n_least,
    };
    return TS_OK;
}

void ts_join_index_clear(ts_join_index *index)
{
    ts_free(index->begins);
    ts_free(index->entries);
    ts_free(index->least);
    *index = (ts_join_index){0};
}

uint64_t ts_join_index_least_slow(const ts_join_index *index, uint64_t sum)
{
    return ts_join_least_overlap(index->threshold, sum);
}

/* Elements with a rank among the first ones, if 'least' must be in common. */
static uint32_t prefix(const ts_join_sets *sets, uint32_t set, uint64_t least)
{
    const uint32_t size = sets->sizes[set], n_shared = sets->sets[set].n_shared;
    const uint32_t n_own = size - n_shared;
    if (least > n_shared) return 0;
    return (uint32_t)(size - least + 1) - n_own;
}

uint32_t ts_join_index_probe(const ts_join_index *index, uint32_t set)
{
    const uint32_t size = index->sets->sizes[set];
    return prefix(index->sets, set, ts_join_least_size(index->threshold, size));
}

uint32_t ts_join_index_first(const ts_join_index *index, uint32_t set)
{
    const uint32_t *sizes = index->sets->sizes;
    const uint64_t least = ts_join_least_size(index->threshold, sizes[set]);
    uint32_t low = 0, n = set;
    while (n > 0) {
        const uint32_t half = n / 2;
        if (sizes[low + half] < least) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return low;
}

uint32_t ts_join_index_list(const ts_join_index *index, uint32_t rank, uint32_t first,
                            uint32_t *end)
{
    const uint32_t *begins = index->begins + (rank - index->sets->first_rank);
    const ts_join_entry *entries = index->entries;
    uint32_t low = begins[0], n = begins[1] - low;
    *end = begins[1];
    while (n > SHORT_LIST) {
        const uint32_t half = n / 2;
        if (entries[low + half].set < first) low += n - half;
        n = half;
    }
    while (low < *end && entries[low].set < first)
        low++;
    return low;
}

/* Elements with a rank in the prefix under which a set is found. */
static uint32_t found_under(const ts_join_index *index, uint32_t set)
{
    if (index->reach == TS_JOIN_ALL) return ts_join_index_probe(index, set);
    const uint64_t sum = 2 * (uint64_t)index->sets->sizes[set];
    return prefix(index->sets, set, ts_join_index_least(index, sum));
}

/*
 * begins[i + 2] counts the entries of list i; added up, begins[i + 1] is where it
 * begins, and moves to where it ends while it is filled.
 */
static void count_step(ts_join_index *index)
{
    const ts_join_sets *sets = index->sets;
    uint32_t *counts = index->begins + 2;
    size_t n_done = 0;
    while (index->at < sets->n_sets && n_done < STEP_ITEMS) {
        const uint32_t set = index->at++;
        const uint32_t *ranks = sets->ranks + sets->sets[set].ranks;
        const uint32_t n = found_under(index, set);
        for (uint32_t i = 0; i < n; i++)
            counts[ranks[i] - sets->first_rank]++;
        n_done += n + 10;
    }
}

static void fill_step(ts_join_index *index)
{
    const ts_join_sets *sets = index->sets;
    uint32_t *next = index->begins + 1;
    size_t n_done = 0;
    while (index->at < sets->n_sets && n_done < STEP_ITEMS) {
        const uint32_t set = index->at++;
        const uint32_t *ranks = sets->ranks + sets->sets[set].ranks;
        const uint32_t n = found_under(index, set);
        for (uint32_t i = 0; i < n; i++)
            index->entries[next[ranks[i] - sets->first_rank]++] = (ts_join_entry){
                .set = set,
                .left = sets->sets[set].n_shared - i,
            };
        n_done += n + 10;
    }
}

/* Set the counts to 0; or add them up, so that lists begin where others end. */
static ts_status sweep_step(ts_join_index *index)
{
    const uint32_t end = index->n_begins - index->at > STEP_ITEMS
                             ? index->at + STEP_ITEMS
                             : index->n_begins;
    uint32_t *begins = index->begins;
    if (index->phase == CLEAR) {
        memset(begins + index->at, 0, (end - index->at) * sizeof *begins);
    } else {
        for (uint32_t i = index->at; i < end; i++) {
            const uint64_t sum = (uint64_t)begins[i] + (i > 0 ? begins[i - 1] : 0);
            if (sum > UINT32_MAX) return TS_TOO_BIG;
            begins[i] = (uint32_t)sum;
        }
    }
    index->at = end;
    return TS_OK;
}

static ts_status begin_filling(ts_join_index *index)
{
    index->n_entries = index->begins[index->n_begins - 1];
    index->entries = ts_malloc(((size_t)index->n_entries + 1) * sizeof *index->entries);
    return index->entries == NULL ? TS_NOMEM : TS_OK;
}

ts_status ts_join_index_build(ts_join_index *index, bool *ready)
{
    uint32_t end = index->sets->n_sets;
    ts_status rc = TS_OK;

    switch (index->phase) {
    case CLEAR:
    case ADD_UP:
        end = index->n_begins;
        rc = sweep_step(index);
        break;
    case COUNT:
        count_step(index);
        break;
    case FILL:
        if (index->entries == NULL)
            rc = begin_filling(index);
        else
            fill_step(index);
        break;
    default:
        break;
    }
    if (rc != TS_OK) return rc;
    if (index->at >= end && index->phase != READY) {
        index->phase++;
        index->at = 0;
    }
    *ready = index->phase == READY;
    return TS_OK;
}

uint32_t ts_join_index_verify(const ts_join_index *index, uint32_t set, uint32_t left,
                              const ts_join_entry *entry)
{
    const ts_join_sets *sets = index->sets;
    const ts_join_set *x = &sets->sets[set], *y = &sets->sets[entry->set];
    const uint64_t sum = (uint64_t)sets->sizes[set] + sets->sizes[entry->set];
    return ts_join_count_common(sets->ranks + x->ranks + x->n_shared - left, left,
                                sets->ranks + y->ranks + y->n_shared - entry->left,
                                entry->left, ts_join_index_least(index, sum));
}
