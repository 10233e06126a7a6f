/*
 * Which documents can meet the bounds of a query: see index_candidates.h, and
 * index_sample.h for what is promised.
 *
 *   1. Look the sampled hashes of the query up.  Those in very many documents,
 *      which are boilerplate, are only noted.
 *   2. A document needs so many hits that few hashes can be left out: only when
 *      more than that are boilerplate, some of those are read after all.
 *   3. Sort the hits by document and count; the size of a document says how much
 *      it must share to meet the bounds, and so how many hits it must have.
 */
#include "index_candidates.h"

#include "../core/sets.h"

#include "index_postings.h"
#include "index_sample.h"

#include <stdlib.h>
#include <string.h>
SQLITE_EXTENSION_INIT3

/* Of very long queries so many hashes are enough, but for doc_in_query. */
#define ENOUGH_HASHES 128

/* Looking at a document costs as much as looking so many hashes up. */
#define HASHES_FOR_DOCUMENT 2

/* Read sizes one after the other where they are this close, in numbers. */
#define CLOSE_NUMBERS 8

/* A bound of 1.0 - 1e-16 must not round to one more shingle than it asks for. */
#define ROUNDING (1.0 - 1e-9)

/* Which promise holds: what is looked up, and what a hit must be. */
typedef enum promise { PROMISE_NONE, PROMISE_SAMPLE, PROMISE_ALL } promise;

typedef struct search {
    ts_index *index;
    const ts_query *query;
    ts_error *error;
    ts_lookup lookup;
    uint32_t *hashes;  /* owned: of the lookup */
    size_t n_sampled;  /* of them, the sample that a cutoff is about */
    size_t n_left_out; /* of those, not looked up */
    uint32_t *cutoffs; /* owned: by shared hashes, +1; 0 where not known yet */
} search;

void ts_rowids_clear(ts_rowids *rowids)
{
    sqlite3_free(rowids->data);
    *rowids = (ts_rowids){0};
}

static bool append_rowid(ts_rowids *rowids, sqlite3_int64 rowid)
{
    if (rowids->size == rowids->capacity) {
        const size_t capacity = rowids->capacity + rowids->capacity / 2 + 32;
        sqlite3_int64 *data = sqlite3_realloc64(rowids->data, capacity * sizeof *data);
        if (data == NULL) return false;
        rowids->data = data;
        rowids->capacity = capacity;
    }
    rowids->data[rowids->size++] = rowid;
    return true;
}

size_t ts_sample_size(const ts_index *index, const ts_hashes *set)
{
    const size_t below = ts_sample_below(set->data, set->size);
    const size_t least = ts_sample_smallest(index->config.threshold);
    if (below >= least) return below;
    return least < set->size ? least : set->size;
}

/* --- what a document must share -----------------------------------------------------
 */

/* At least, of a document with n shingles; the largest uint64 if it cannot. */
static uint64_t shared_needed(const ts_query *query, uint64_t n_document)
{
    const double q = (double)query->set.size, d = (double)n_document;
    const double *least = query->least;
    double need = 1.0;
    const double similar =
        least[TS_SIMILARITY] / (1.0 + least[TS_SIMILARITY]) * (q + d) * ROUNDING;
    const double of_query = least[TS_QUERY_IN_DOC] * q * ROUNDING;
    const double of_document = least[TS_DOC_IN_QUERY] * d * ROUNDING;
    if (similar > need) need = similar;
    if (of_query > need) need = of_query;
    if (of_document > need) need = of_document;
    if (need > q || need > d) return UINT64_MAX;
    return (uint64_t)need;
}

/* The least that any document must share: of the smallest that is similar enough. */
static uint64_t shared_by_any(const ts_query *query)
{
    const double q = (double)query->set.size;
    double need = query->least[TS_SIMILARITY] * q * ROUNDING;
    if (query->least[TS_QUERY_IN_DOC] * q * ROUNDING > need)
        need = query->least[TS_QUERY_IN_DOC] * q * ROUNDING;
    return need < 1.0 ? 1 : need > q ? query->set.size : (uint64_t)need;
}

static uint32_t cutoff(search *s, uint64_t shared)
{
    if (s->cutoffs[shared] == 0) {
        const uint32_t c = ts_sample_cutoff(s->query->set.size, shared, s->n_sampled);
        /* One hit is always needed, and where the sample says less, enough. */
        s->cutoffs[shared] = (c > 1 ? c : 1) + 1;
    }
    return s->cutoffs[shared] - 1;
}

static promise find_promise(const search *s)
{
    const ts_query *query = s->query;
    const uint32_t m = ts_sample_smallest(s->index->config.threshold);
    const size_t below = ts_sample_below(query->set.data, query->set.size);
    if (query->is_sketch) return PROMISE_NONE;
    if (ts_sample_promises(query->least[TS_SIMILARITY], m)) return PROMISE_SAMPLE;
    const uint64_t n_sampled = below < ENOUGH_HASHES ? below : ENOUGH_HASHES;
    if (query->least[TS_QUERY_IN_DOC] > 0.0 &&
        ts_sample_cutoff(query->set.size, shared_by_any(query), n_sampled) > 0)
        return PROMISE_SAMPLE;
    if (ts_sample_promises(query->least[TS_DOC_IN_QUERY], m)) return PROMISE_ALL;
    return PROMISE_NONE;
}

/* --- looking up ----------------------------------------------------------------------
 */

/* Decide what is looked up: the first hashes of the set, without repeats. */
static void choose_hashes(search *s, promise promised)
{
    const ts_hashes *set = &s->query->set;
    const size_t least = ts_sample_smallest(s->index->config.threshold);
    size_t n = ts_sample_below(set->data, set->size);
    if (n > ENOUGH_HASHES && promised == PROMISE_SAMPLE) n = ENOUGH_HASHES;
    s->n_sampled = n;
    if (n < least) n = least < set->size ? least : set->size;
    if (promised == PROMISE_ALL) n = set->size;
    s->hashes = sqlite3_malloc64((n + 1) * sizeof *s->hashes);
    s->cutoffs = sqlite3_malloc64((set->size + 1) * sizeof *s->cutoffs);
    if (s->hashes == NULL || s->cutoffs == NULL) {
        ts_error_nomem(s->error);
        return;
    }
    memset(s->cutoffs, 0, (set->size + 1) * sizeof *s->cutoffs);
    size_t n_distinct = 0;
    for (size_t i = 0; i < n; i++) {
        const uint32_t hash = (uint32_t)(set->data[i] >> 32);
        if (n_distinct == 0 || s->hashes[n_distinct - 1] != hash)
            s->hashes[n_distinct++] = hash;
    }
    /* Two that agree in 32 bits are found as one; so much less is needed. */
    const size_t n_repeats = n - n_distinct;
    s->n_sampled -= n_repeats < s->n_sampled ? n_repeats : s->n_sampled;
    s->lookup.hashes = s->hashes;
    s->lookup.n = n_distinct;
}

/*
 * Look a part of the hashes up that no document can avoid which has enough of all:
 * the others may be left out, if only few documents were found.
 */
static void look_up(search *s, size_t spare)
{
    ts_lookup *lookup = &s->lookup;
    const size_t n_first = s->n_sampled - spare;
    if (spare > 0 && lookup->n == s->n_sampled) {
        if (!ts_lookup_run(s->index, lookup, 0, n_first, s->error)) return;
        if (lookup->hits.size * HASHES_FOR_DOCUMENT <= spare &&
            lookup->long_ones.size == 0) {
            s->n_left_out = spare;
            return;
        }
        ts_lookup_run(s->index, lookup, n_first, spare, s->error);
    } else {
        ts_lookup_run(s->index, lookup, 0, lookup->n, s->error);
    }
}

/* Leave out long lists, if so many can be; add the others. */
static void look_up_long(search *s, size_t spare)
{
    ts_lookup *lookup = &s->lookup;
    for (size_t i = 0; i < lookup->long_ones.size; i++) {
        const size_t number = (size_t)lookup->long_ones.data[i];
        if (s->n_left_out < spare && number < s->n_sampled)
            s->n_left_out++;
        else
            ts_lookup_long(s->index, lookup, number, s->error);
    }
}

static void find_hits(search *s, promise promised)
{
    const size_t cutoff_of_any = cutoff(s, shared_by_any(s->query));
    size_t spare = promised == PROMISE_SAMPLE ? cutoff_of_any - 1 : 0;
    if (spare >= s->n_sampled) spare = 0;
    look_up(s, spare);
    look_up_long(s, spare);
    ts_set_sort(&s->lookup.hits);
}

/* --- documents with enough hits ------------------------------------------------------
 */

/* A document that was hit: its number, and how often. */
static uint64_t counted(uint32_t docno, uint64_t n_hits)
{
    return (uint64_t)docno << 32 | n_hits;
}

/* Make the hits one number a document, ascending; drop those with too few. */
static void count_hits(search *s)
{
    ts_hashes *hits = &s->lookup.hits;
    const uint64_t fewest = shared_by_any(s->query);
    const uint32_t least = cutoff(s, fewest);
    size_t n = 0;
    for (size_t i = 0; i < hits->size;) {
        const uint32_t docno = ts_hit_docno(hits->data[i]);
        size_t j = i + 1;
        while (j < hits->size && hits->data[j] >> 32 == hits->data[i] >> 32)
            j++;
        if (j - i + s->n_left_out >= least) hits->data[n++] = counted(docno, j - i);
        i = j;
    }
    hits->size = n;
    ts_set_sort(hits);
}

/* The row of a document, in 'statement' if it is the next there; false if it is gone.
 */
static bool find_number(search *s, sqlite3_stmt *statement, sqlite3_int64 docno,
                        sqlite3_int64 *reached)
{
    if (*reached < docno && docno - *reached > CLOSE_NUMBERS) {
        sqlite3_reset(statement);
        sqlite3_bind_int64(statement, 1, docno);
        sqlite3_bind_int64(statement, 2, (sqlite3_int64)TS_DOCNO_MAX);
        *reached = docno - 1;
    }
    while (*reached < docno) {
        if (!ts_statement_row(s->index, statement, s->error)) {
            *reached = INT64_MAX;
            return false;
        }
        *reached = sqlite3_column_int64(statement, 0);
    }
    return *reached == docno;
}

static void take_rowids(search *s, ts_rowid_range range, ts_rowids *found)
{
    sqlite3_stmt *numbers = ts_statement_take(s->index, TS_NUMBERS_RANGE, s->error);
    sqlite3_int64 reached = INT64_MIN / 2;
    for (size_t i = 0; i < s->lookup.hits.size && s->error->code == SQLITE_OK; i++) {
        const uint64_t hit = s->lookup.hits.data[i];
        if (!find_number(s, numbers, (sqlite3_int64)(hit >> 32), &reached)) continue;
        const sqlite3_int64 rowid = sqlite3_column_int64(numbers, 1);
        const sqlite3_int64 n = sqlite3_column_int64(numbers, 2);
        if (rowid < range.first || rowid > range.last) continue;
        const uint64_t shared =
            n > 0 ? shared_needed(s->query, (uint64_t)n) : UINT64_MAX;
        if (shared == UINT64_MAX) continue;
        if ((hit & UINT32_MAX) + s->n_left_out < cutoff(s, shared)) continue;
        if (!append_rowid(found, rowid)) ts_error_nomem(s->error);
    }
    ts_statement_give(s->index, TS_NUMBERS_RANGE, numbers);
}

static int compare_rowids(const void *x, const void *y)
{
    const sqlite3_int64 a = *(const sqlite3_int64 *)x, b = *(const sqlite3_int64 *)y;
    return (a > b) - (a < b);
}

bool ts_candidates_find(ts_index *index, const ts_query *query, ts_rowid_range range,
                        ts_rowids *found, ts_error *error)
{
    search s = {.index = index, .query = query, .error = error};
    const promise promised = find_promise(&s);
    if (promised == PROMISE_NONE) return false;
    found->size = 0;
    if (query->set.size == 0) return true; /* shares nothing */
    choose_hashes(&s, promised);
    if (error->code == SQLITE_OK) find_hits(&s, promised);
    if (error->code == SQLITE_OK) {
        count_hits(&s);
        take_rowids(&s, range, found);
    }
    if (error->code == SQLITE_OK && found->size > 0)
        qsort(found->data, found->size, sizeof *found->data, compare_rowids);
    ts_lookup_clear(&s.lookup);
    sqlite3_free(s.hashes);
    sqlite3_free(s.cutoffs);
    return error->code == SQLITE_OK;
}
