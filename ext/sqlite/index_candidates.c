/*
 * Which documents can meet the bounds of a query: see index_candidates.h, and
 * sample.h for what is promised.
 *
 *   1. Look the sampled hashes of the query up, the least ones first, and twice as
 *      many each time, until few documents have as many hits as one that meets the
 *      bounds would have.  Hashes in very many documents, which are boilerplate,
 *      are only noted.
 *   2. A document needs so many hits that few hashes can be left out: only when
 *      more than that are boilerplate, some of those are read after all, and only
 *      counted, by document.
 *   3. Sort the hits by document and count; the size of a document says how much
 *      it must share to meet the bounds, and so how many hits it must have: that
 *      is in index_sizes.c.
 */
#include "index_candidates.h"

#include "../core/sample.h"
#include "../core/sets.h"

#include "index_search.h"

#include <stdlib.h>
#include <string.h>
SQLITE_EXTENSION_INIT3

/* Of very long queries so many hashes are enough, but for doc_in_query. */
#define ENOUGH_HASHES 128

/* So many are looked up at first. */
#define FIRST_HASHES 16

/* Lists of at least this part of the documents are counted by document. */
#define LISTS_TO_COUNT 16

/* So many long lists, the first, lead to a document that is typical of who is in them.
 */
#define LISTS_TO_TYPICAL 4

/* A bound of 1.0 - 1e-16 must not round to one more shingle than it asks for. */
#define ROUNDING (1.0 - 1e-9)

void ts_rowids_clear(ts_rowids *rowids)
{
    sqlite3_free(rowids->data);
    *rowids = (ts_rowids){0};
}

bool ts_rowids_append(ts_rowids *rowids, sqlite3_int64 rowid)
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

static int compare_rowids(const void *x, const void *y)
{
    const sqlite3_int64 a = *(const sqlite3_int64 *)x, b = *(const sqlite3_int64 *)y;
    return (a > b) - (a < b);
}

size_t ts_rowids_sort(ts_rowids *rowids)
{
    const size_t n_all = rowids->size;
    size_t n = 0;
    if (rowids->size > 0)
        qsort(rowids->data, rowids->size, sizeof *rowids->data, compare_rowids);
    for (size_t i = 0; i < rowids->size; i++)
        if (n == 0 || rowids->data[n - 1] != rowids->data[i])
            rowids->data[n++] = rowids->data[i];
    rowids->size = n;
    return n_all - n;
}

void ts_rowids_keep(ts_rowids *rowids, const ts_rowids *others)
{
    size_t n = 0, at = 0;
    for (size_t i = 0; i < rowids->size; i++) {
        while (at < others->size && others->data[at] < rowids->data[i])
            at++;
        if (at < others->size && others->data[at] == rowids->data[i])
            rowids->data[n++] = rowids->data[i];
    }
    rowids->size = n;
}

size_t ts_sample_size(const ts_index *index, const ts_hashes *set)
{
    const size_t below = ts_sample_below(set->data, set->size);
    const size_t least = ts_sample_smallest(index->config.threshold);
    if (below >= least) return below;
    return least < set->size ? least : set->size;
}

/* --- what a document must share --------------------------------------------------- */

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

uint64_t ts_search_shared(const ts_query *query, uint64_t n_document)
{
    const double q = (double)query->set.size, d = (double)n_document;
    const double *least = query->least;
    double need = least[TS_SIMILARITY] / (1.0 + least[TS_SIMILARITY]) * (q + d);
    need = larger(need, least[TS_QUERY_IN_DOC] * q);
    need = larger(need, least[TS_DOC_IN_QUERY] * d);
    if (!(need * ROUNDING <= q && need * ROUNDING <= d)) return UINT64_MAX;
    return need > 1.0 ? whole(need) : 1;
}

uint64_t ts_search_shared_by_any(const ts_query *query)
{
    const double q = (double)query->set.size;
    const double need =
        q * larger(query->least[TS_SIMILARITY], query->least[TS_QUERY_IN_DOC]);
    if (need >= q) return query->set.size;
    return need > 1.0 ? whole(need) : 1;
}

uint64_t ts_search_hits_among(const ts_search *s, uint64_t n_of, uint64_t shared,
                              uint64_t n)
{
    if (s->is_certain) return n + shared > n_of ? n + shared - n_of : 0;
    return ts_sample_cutoff(n_of, shared, n);
}

/* How many of n hashes of the query that were looked up. */
static uint64_t hits_of(const ts_search *s, uint64_t shared, uint64_t n)
{
    return ts_search_hits_among(s, s->query->set.size, shared, n);
}

uint32_t ts_search_cutoff(ts_search *s, uint64_t shared)
{
    if (s->cutoffs[shared] == 0) {
        const uint64_t c = hits_of(s, shared, s->n_tried);
        s->cutoffs[shared] = (uint32_t)(c > 1 ? c : 1) + 1;
    }
    return s->cutoffs[shared] - 1;
}

/*
 * Point 5. of sample.h, for the largest document that can meet the bounds: it
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

static void find_promise(ts_search *s)
{
    const ts_query *query = s->query;
    const size_t n = query->set.size;
    const uint32_t m = ts_sample_smallest(s->index->config.threshold);
    const size_t below = ts_sample_below(query->set.data, n);
    const uint64_t enough = below < ENOUGH_HASHES ? below : ENOUGH_HASHES;
    const uint64_t shared = ts_search_shared_by_any(query);
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

/* --- looking up ------------------------------------------------------------------- */

sqlite3_int64 ts_search_last_number(ts_search *s)
{
    sqlite3_int64 last = 0;
    sqlite3_stmt *statement = ts_statement_take(s->index, TS_NUMBERS_LAST, s->error);
    if (statement != NULL && ts_statement_row(s->index, statement, s->error))
        last = sqlite3_column_int64(statement, 0);
    ts_statement_give(s->index, TS_NUMBERS_LAST, statement);
    if (last < 0 || last > (sqlite3_int64)TS_DOCNO_MAX)
        ts_error_corrupt(s->error, "numbers", last);
    return s->error->code == SQLITE_OK ? last : 0;
}

/* Decide what is looked up: the first hashes of the set, without repeats. */
static void choose_hashes(ts_search *s)
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

/* Go on from *at in the sorted hits; false at their end. */
static bool next_document(const ts_search *s, size_t n_hashes, size_t *at,
                          ts_document_hits *document)
{
    const ts_hashes *hits = &s->lookup.hits;
    size_t i = *at;
    if (i == hits->size) return false;
    const uint64_t which = hits->data[i] >> 32;
    *document = (ts_document_hits){.docno = ts_hit_docno(hits->data[i])};
    for (; i < hits->size && hits->data[i] >> 32 == which; i++)
        document->n += (hits->data[i] & UINT32_MAX) < n_hashes;
    *at = i;
    return true;
}

/* So many hashes of the sample were tried. */
static void set_tried(ts_search *s, size_t n)
{
    s->n_tried = n;
    memset(s->cutoffs, 0, (s->query->set.size + 1) * sizeof *s->cutoffs);
}

/*
 * After a part of the sample: are there so few documents with enough hits that it
 * would cost more to look 'n_next' more hashes up?
 */
static bool is_enough(ts_search *s, size_t n_next)
{
    const uint64_t shared = ts_search_shared_by_any(s->query);
    const uint64_t needed = hits_of(s, shared, s->n_tried);
    const size_t n_long = s->lookup.long_ones.size;
    if (needed <= n_long) return false;
    size_t at = 0, n_documents = 0;
    ts_document_hits document;
    ts_set_sort(&s->lookup.hits);
    while (next_document(s, s->n_tried, &at, &document))
        n_documents += document.n + n_long >= needed;
    return n_documents * HASHES_FOR_DOCUMENT <= n_next;
}

/*
 * The last hits, from 'first' on, are all those of one hash: if they are of a good
 * part of the documents, count them instead.
 */
static void count_list(ts_search *s, size_t first)
{
    ts_hashes *hits = &s->lookup.hits;
    if (s->counts == NULL) {
        const sqlite3_int64 last = ts_search_last_number(s);
        if (s->error->code != SQLITE_OK) return;
        s->n_counts = (size_t)last + 1;
    }
    if (hits->size - first < s->n_counts / LISTS_TO_COUNT || s->n_counted == UINT16_MAX)
        return;
    if (s->counts == NULL) {
        s->counts = sqlite3_malloc64(s->n_counts * sizeof *s->counts);
        if (s->counts == NULL) {
            ts_error_nomem(s->error);
            return;
        }
        memset(s->counts, 0, s->n_counts * sizeof *s->counts);
    }
    for (size_t i = first; i < hits->size; i++) {
        const uint32_t docno = ts_hit_docno(hits->data[i]);
        if (docno >= s->n_counts) {
            ts_error_corrupt(s->error, "numbers", (sqlite3_int64)docno);
            return;
        }
        s->counts[docno]++;
    }
    hits->size = first;
    s->n_counted++;
}

/*
 * Read the long lists, but for so many as may be left out: all, if they are not more,
 * else the last of them, as the first lead to a typical document.
 */
static void look_up_long(ts_search *s)
{
    ts_lookup *lookup = &s->lookup;
    const size_t spare =
        s->promise == PROMISE_ALL
            ? 0
            : ts_search_cutoff(s, ts_search_shared_by_any(s->query)) - 1;
    const ts_hashes *long_ones = &lookup->long_ones;
    size_t n = 0; /* of the sample: what is beyond it all counts */
    while (n < long_ones->size && long_ones->data[n] < s->n_sampled)
        n++;
    size_t first = n > spare ? n - spare : 0;
    if (first > 0 && first < LISTS_TO_TYPICAL)
        first = n < LISTS_TO_TYPICAL ? n : LISTS_TO_TYPICAL;
    s->n_left_out = n - first;
    ts_lookup_leave_out(lookup, first, s->n_left_out);
    for (size_t i = 0; i < long_ones->size; i++) {
        if (i == first) i += s->n_left_out;
        if (i == long_ones->size) break;
        const size_t number = (size_t)long_ones->data[i], at = lookup->hits.size;
        if (!ts_lookup_long(s->index, lookup, number, s->error)) return;
        count_list(s, at);
        if (i + 1 == LISTS_TO_TYPICAL && s->n_counted > 0 &&
            s->error->code == SQLITE_OK)
            ts_search_find_typical(s, number + 1);
    }
}

/* Look all up, or so much of the sample as is enough. */
static void find_hits(ts_search *s)
{
    ts_lookup *lookup = &s->lookup;
    const size_t n = s->n_sampled;
    /* If nothing need be in the sample, what is beyond it is needed, too. */
    const bool by_sample =
        s->promise != PROMISE_ALL &&
        (lookup->n == n || hits_of(s, ts_search_shared_by_any(s->query), n));
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
            ts_lookup_leave_out(lookup, 0, s->n_left_out);
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

/* --- documents with enough hits --------------------------------------------------- */

/*
 * Make the hits one number a document, ascending: its number, and how many it has.
 * Drop those with too few.  What is left in the counts is of documents
 * that have nothing but what nearly all have.
 */
static void count_hits(ts_search *s)
{
    ts_hashes *hits = &s->lookup.hits;
    const uint32_t least = ts_search_cutoff(s, ts_search_shared_by_any(s->query));
    /* Beyond the sample, each hit counts: there, all hashes were looked up. */
    const size_t n_hashes = s->n_tried < s->n_sampled ? s->n_tried : s->lookup.n;
    size_t at = 0, n = 0;
    ts_document_hits document;
    while (next_document(s, n_hashes, &at, &document)) {
        if (document.docno < s->n_counts && s->counts != NULL) {
            document.n += s->counts[document.docno];
            s->counts[document.docno] = 0;
        }
        if (document.n + s->n_left_out >= least)
            hits->data[n++] = (uint64_t)document.docno << 32 | document.n;
    }
    hits->size = n;
    ts_set_sort(hits);
}

/* Look the query up; false on an error. */
static bool take_found(ts_search *s, ts_rowid_range range, ts_rowids *found)
{
    choose_hashes(s);
    if (s->error->code == SQLITE_OK) find_hits(s);
    if (s->error->code == SQLITE_OK) {
        count_hits(s);
        ts_search_take(s, range, found);
    }
    ts_lookup_clear(&s->lookup);
    sqlite3_free(s->hashes);
    sqlite3_free(s->counts);
    sqlite3_free(s->cutoffs);
    ts_hashes_clear(&s->typical);
    return s->error->code == SQLITE_OK;
}

bool ts_candidates_find(ts_index *index, const ts_query *query, ts_rowid_range range,
                        ts_rowids *found, ts_error *error)
{
    ts_search s = {.index = index, .query = query, .error = error};
    found->size = 0;
    if (query->is_sketch) return false;
    if (query->set.size == 0) return true; /* shares nothing */
    find_promise(&s);
    const bool good =
        s.promise == PROMISE_NONE
            ? ts_search_take_by_size(&s, range, found)
            : ts_search_take_instead(&s, range, found) || take_found(&s, range, found);
    /* Two numbers that have one rowid would give it twice. */
    if (good && ts_rowids_sort(found) > 0) ts_error_twice(error);
    return good && error->code == SQLITE_OK;
}
