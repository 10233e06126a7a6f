/*
 * Which documents can meet the bounds of a query: see index_candidates.h, and
 * index_sample.h for what is promised.
 *
 *   1. Look the sampled hashes of the query up, the least ones first, and twice as
 *      many each time, until few documents have as many hits as one that meets the
 *      bounds would have.  Hashes in very many documents, which are boilerplate,
 *      are only noted.
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

/* So many are looked up at first. */
#define FIRST_HASHES 16

/* Looking at a document costs as much as looking so many hashes up. */
#define HASHES_FOR_DOCUMENT 4

/* Read sizes one after the other where they are this close, in numbers. */
#define CLOSE_NUMBERS 8

/* A bound of 1.0 - 1e-16 must not round to one more shingle than it asks for. */
#define ROUNDING (1.0 - 1e-9)

/* Which promise holds, and so what is looked up. */
typedef enum promise {
    PROMISE_NONE,
    PROMISE_SIMILAR, /* 1. of index_sample.h: what is sampled of a document */
    PROMISE_SHARED,  /* 2. or 4.: what is below the limit */
    PROMISE_ALL      /* 3. or 5.: all hashes */
} promise;

typedef struct search {
    ts_index *index;
    const ts_query *query;
    ts_error *error;
    promise promise;
    bool is_certain; /* nothing is left to chance */
    ts_lookup lookup;
    uint32_t *hashes;  /* owned: of the lookup */
    size_t n_sampled;  /* of them: the first, which a cutoff is about */
    size_t n_tried;    /* of those: looked up by now */
    size_t n_left_out; /* of those: long lists that were not read */
    uint32_t *cutoffs; /* owned: for n_tried, by shared hashes, +1; 0: not known yet */
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

/* The least whole number that may be what is needed. */
static uint64_t whole(double needed)
{
    const double least = needed * ROUNDING;
    const uint64_t below = (uint64_t)least;
    return below + ((double)below < least);
}

static double larger(double x, double y)
{
    return x > y ? x : y;
}

/* At least, of a document with n shingles; the largest uint64 if it cannot. */
static uint64_t shared_needed(const ts_query *query, uint64_t n_document)
{
    const double q = (double)query->set.size, d = (double)n_document;
    const double *least = query->least;
    double need = least[TS_SIMILARITY] / (1.0 + least[TS_SIMILARITY]) * (q + d);
    need = larger(need, least[TS_QUERY_IN_DOC] * q);
    need = larger(need, least[TS_DOC_IN_QUERY] * d);
    if (!(need * ROUNDING <= q && need * ROUNDING <= d)) return UINT64_MAX;
    return need > 1.0 ? whole(need) : 1;
}

/*
 * The least that any document must share: similarity is a share of at least the
 * query, and of the document.
 */
static uint64_t shared_by_any(const ts_query *query)
{
    const double q = (double)query->set.size;
    const double need =
        q * larger(query->least[TS_SIMILARITY], query->least[TS_QUERY_IN_DOC]);
    if (need >= q) return query->set.size;
    return need > 1.0 ? whole(need) : 1;
}

/*
 * How many of n hashes of the query that were looked up are found in a document that
 * shares so many of all.
 */
static uint64_t hits_of(const search *s, uint64_t shared, uint64_t n)
{
    const uint64_t n_query = s->query->set.size;
    if (s->is_certain) return n + shared > n_query ? n + shared - n_query : 0;
    return ts_sample_cutoff(n_query, shared, n);
}

/* How many hits are needed with what was tried: at least one. */
static uint32_t cutoff(search *s, uint64_t shared)
{
    if (s->cutoffs[shared] == 0) {
        const uint64_t c = hits_of(s, shared, s->n_tried);
        s->cutoffs[shared] = (uint32_t)(c > 1 ? c : 1) + 1;
    }
    return s->cutoffs[shared] - 1;
}

/*
 * Point 5. of index_sample.h, for the largest document that can meet the bounds: it
 * has the most hashes that the query does not share.
 */
static bool finds_all_by_document(const ts_query *query, uint32_t m)
{
    const double share =
        larger(query->least[TS_SIMILARITY], query->least[TS_DOC_IN_QUERY]);
    if (!(share > 0.0)) return false;
    const double largest = (double)query->set.size / (share * ROUNDING);
    if (largest > (double)UINT32_MAX) return false;
    const uint64_t n = (uint64_t)largest;
    return n - whole(share * (double)n) < m;
}

static void find_promise(search *s)
{
    const ts_query *query = s->query;
    const uint64_t n = query->set.size;
    const uint32_t m = ts_sample_smallest(s->index->config.threshold);
    const size_t below = ts_sample_below(query->set.data, n);
    const uint64_t enough = below < ENOUGH_HASHES ? below : ENOUGH_HASHES;
    const uint64_t shared = shared_by_any(query);
    const bool is_short = n < TS_SAMPLE_SHARED;

    s->is_certain = is_short;
    if (ts_sample_promises(query->least[TS_SIMILARITY], m)) {
        s->promise = PROMISE_SIMILAR;
    } else if (!is_short && query->least[TS_QUERY_IN_DOC] > 0.0 &&
               ts_sample_cutoff(n, shared, enough) > 0) {
        s->promise = PROMISE_SHARED;
    } else if (!is_short && ts_sample_promises(query->least[TS_DOC_IN_QUERY], m)) {
        s->promise = PROMISE_ALL;
    } else {
        s->is_certain = true;
        s->promise = below + shared > n                ? PROMISE_SHARED
                     : finds_all_by_document(query, m) ? PROMISE_ALL
                                                       : PROMISE_NONE;
    }
}

/* --- looking up ----------------------------------------------------------------------
 */

/* Decide what is looked up: the first hashes of the set, without repeats. */
static void choose_hashes(search *s)
{
    const ts_hashes *set = &s->query->set;
    const size_t least = ts_sample_smallest(s->index->config.threshold);
    size_t n = ts_sample_below(set->data, set->size);
    if (n > ENOUGH_HASHES && s->promise != PROMISE_ALL && !s->is_certain)
        n = ENOUGH_HASHES;
    s->n_sampled = n;
    if (n < least && s->promise == PROMISE_SIMILAR)
        n = least < set->size ? least : set->size;
    if (s->promise == PROMISE_ALL) n = set->size;
    s->hashes = sqlite3_malloc64((n + 1) * sizeof *s->hashes);
    s->cutoffs = sqlite3_malloc64((set->size + 1) * sizeof *s->cutoffs);
    if (s->hashes == NULL || s->cutoffs == NULL) {
        ts_error_nomem(s->error);
        return;
    }
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

/* The hits of one document, those of hashes that were not tried left out. */
typedef struct document_hits {
    uint32_t docno;
    uint32_t n;
} document_hits;

/* Go on from *at in the sorted hits; false at their end. */
static bool next_document(const search *s, size_t n_hashes, size_t *at,
                          document_hits *document)
{
    const ts_hashes *hits = &s->lookup.hits;
    size_t i = *at;
    if (i == hits->size) return false;
    const uint64_t which = hits->data[i] >> 32;
    *document = (document_hits){.docno = ts_hit_docno(hits->data[i])};
    for (; i < hits->size && hits->data[i] >> 32 == which; i++)
        document->n += (hits->data[i] & UINT32_MAX) < n_hashes;
    *at = i;
    return true;
}

/* So many hashes of the sample were tried. */
static void set_tried(search *s, size_t n)
{
    s->n_tried = n;
    memset(s->cutoffs, 0, (s->query->set.size + 1) * sizeof *s->cutoffs);
}

/*
 * After a part of the sample: are there so few documents with enough hits that it
 * would cost more to look 'n_next' more hashes up?
 */
static bool is_enough(search *s, size_t n_next)
{
    const uint64_t shared = shared_by_any(s->query);
    const uint64_t needed = hits_of(s, shared, s->n_tried);
    const size_t n_long = s->lookup.long_ones.size;
    if (needed <= n_long) return false;
    size_t at = 0, n_documents = 0;
    document_hits document;
    ts_set_sort(&s->lookup.hits);
    while (next_document(s, s->n_tried, &at, &document))
        n_documents += document.n + n_long >= needed;
    return n_documents * HASHES_FOR_DOCUMENT <= n_next;
}

/* Read the long lists, but for so many as may be left out. */
static void look_up_long(search *s)
{
    ts_lookup *lookup = &s->lookup;
    const size_t spare =
        s->promise == PROMISE_ALL ? 0 : cutoff(s, shared_by_any(s->query)) - 1;
    for (size_t i = 0; i < lookup->long_ones.size; i++) {
        const size_t number = (size_t)lookup->long_ones.data[i];
        if (s->n_left_out < spare && number < s->n_sampled)
            s->n_left_out++;
        else
            ts_lookup_long(s->index, lookup, number, s->error);
    }
}

/* Look all up, or so much of the sample as is enough. */
static void find_hits(search *s)
{
    ts_lookup *lookup = &s->lookup;
    const size_t n = s->n_sampled;
    /* If nothing need be in the sample, what is beyond it is needed, too. */
    const bool by_sample = s->promise != PROMISE_ALL &&
                           (lookup->n == n || hits_of(s, shared_by_any(s->query), n));
    if (by_sample) lookup->n = n;
    ts_lookup_tail(s->index, lookup, s->error);
    for (size_t tried = 0; by_sample && tried < n && s->error->code == SQLITE_OK;) {
        size_t n_next = tried > 0 ? tried : FIRST_HASHES;
        if (n_next > n - tried) n_next = n - tried;
        ts_lookup_levels(s->index, lookup, tried, n_next, s->error);
        tried += n_next;
        set_tried(s, tried);
        n_next = tried < n - tried ? tried : n - tried;
        if (n_next > 0 && s->error->code == SQLITE_OK && is_enough(s, n_next)) {
            s->n_left_out = lookup->long_ones.size;
            return;
        }
    }
    if (!by_sample) {
        ts_lookup_levels(s->index, lookup, 0, lookup->n, s->error);
        set_tried(s, n);
    }
    if (s->error->code == SQLITE_OK) look_up_long(s);
    ts_set_sort(&lookup->hits);
}

/* --- documents with enough hits ------------------------------------------------------
 */

/*
 * Make the hits one number a document, ascending: its number, and how many it has.
 * Drop those with too few.
 */
static void count_hits(search *s)
{
    ts_hashes *hits = &s->lookup.hits;
    const uint32_t least = cutoff(s, shared_by_any(s->query));
    /* Beyond the sample, each hit counts: there, all hashes were looked up. */
    const size_t n_hashes = s->n_tried < s->n_sampled ? s->n_tried : s->lookup.n;
    size_t at = 0, n = 0;
    document_hits document;
    while (next_document(s, n_hashes, &at, &document))
        if (document.n + s->n_left_out >= least)
            hits->data[n++] = (uint64_t)document.docno << 32 | document.n;
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

/*
 * Where nothing is promised, the documents that have the size for it: with a bound
 * on doc_in_query, a short query has only short ones.  False if that is most of
 * them, which are faster read one after the other, or on an error.
 */
static bool take_by_size(search *s, ts_rowid_range range, ts_rowids *found)
{
    const double *least = s->query->least;
    const bool has_bound = least[TS_SIMILARITY] > 0.0 || least[TS_QUERY_IN_DOC] > 0.0 ||
                           least[TS_DOC_IN_QUERY] > 0.0;
    if (!has_bound) return false;
    sqlite3_stmt *numbers = ts_statement_take(s->index, TS_NUMBERS_RANGE, s->error);
    size_t n_others = 0;
    if (numbers != NULL) {
        sqlite3_bind_int64(numbers, 1, 1);
        sqlite3_bind_int64(numbers, 2, (sqlite3_int64)TS_DOCNO_MAX);
    }
    while (numbers != NULL && ts_statement_row(s->index, numbers, s->error)) {
        const sqlite3_int64 rowid = sqlite3_column_int64(numbers, 1);
        const sqlite3_int64 n = sqlite3_column_int64(numbers, 2);
        if (rowid < range.first || rowid > range.last) continue;
        if (n <= 0 || shared_needed(s->query, (uint64_t)n) == UINT64_MAX)
            n_others++;
        else if (!append_rowid(found, rowid))
            ts_error_nomem(s->error);
    }
    ts_statement_give(s->index, TS_NUMBERS_RANGE, numbers);
    return s->error->code == SQLITE_OK && found->size <= n_others;
}

static int compare_rowids(const void *x, const void *y)
{
    const sqlite3_int64 a = *(const sqlite3_int64 *)x, b = *(const sqlite3_int64 *)y;
    return (a > b) - (a < b);
}

/* Look the query up; false on an error. */
static bool take_found(search *s, ts_rowid_range range, ts_rowids *found)
{
    choose_hashes(s);
    if (s->error->code == SQLITE_OK) find_hits(s);
    if (s->error->code == SQLITE_OK) {
        count_hits(s);
        take_rowids(s, range, found);
    }
    ts_lookup_clear(&s->lookup);
    sqlite3_free(s->hashes);
    sqlite3_free(s->cutoffs);
    return s->error->code == SQLITE_OK;
}

bool ts_candidates_find(ts_index *index, const ts_query *query, ts_rowid_range range,
                        ts_rowids *found, ts_error *error)
{
    search s = {.index = index, .query = query, .error = error};
    found->size = 0;
    if (query->is_sketch) return false;
    if (query->set.size == 0) return true; /* shares nothing */
    find_promise(&s);
    const bool good = s.promise == PROMISE_NONE ? take_by_size(&s, range, found)
                                                : take_found(&s, range, found);
    if (good && found->size > 0)
        qsort(found->data, found->size, sizeof *found->data, compare_rowids);
    return good;
}
