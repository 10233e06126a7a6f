/*
 * Which documents can be partners of one: see index_partners.h.
 *
 * 1. Look up the hashes of the set that are below the limit.  Where a partner may be
 *    so small that its sample is all of it, look up the whole set.
 * 2. A document that is found must have hits enough for its size, which t_numbers
 *    has.
 * 3. Sizes for which no hit is certain are one range, that of the smaller partners:
 *    the more two sets have together, the more must be common.  Documents of these
 *    sizes are candidates, unless the postings of all say that few of their elements
 *    are unseen.
 */
#include "index_partners.h"

#include "../core/join_bounds.h"
#include "../core/sets.h"

#include "../core/sample.h"

#include "index_documents.h"
#include "index_postings.h"

SQLITE_EXTENSION_INIT3

/*
 * In readings of a document: what a lookup costs before the first hash, as reading
 * the tail.  Looking up one hash takes as long as a reading; so do so many hits.
 */
#define COST_OF_LOOKUP 32
#define HITS_FOR_DOCUMENT 512

/* Of how many documents the survey takes as long as reading one of them. */
#define SIZES_FOR_DOCUMENT 100
#define POSTINGS_FOR_DOCUMENT 8

typedef struct search {
    ts_partners *partners;
    const ts_hashes *set;
    ts_hashes *rowids;
    ts_error *error;
    ts_lookup lookup;
    uint32_t *hashes;     /* owned: of the lookup */
    uint64_t n_low;       /* of them, below the limit */
    uint64_t n_left_out;  /* of them, not looked up */
    uint64_t unseen;      /* elements of the set that are not in n_low */
    uint64_t n_repeats;   /* that are in no hash of their own, if all are looked up */
    uint64_t whole_up_to; /* a set of this size is looked up as a whole, or 0 */
    /* Sizes of partners: all, and those for which no hit is certain. */
    uint64_t least, first_open, last_open;
} search;

void ts_partners_init(ts_partners *partners, ts_index *index, double threshold)
{
    *partners = (ts_partners){.index = index, .threshold = threshold};
}

void ts_partners_clear(ts_partners *partners)
{
    ts_survey_clear(&partners->survey);
}

bool ts_partners_count(ts_partners *partners, uint64_t *n_documents, ts_error *error)
{
    sqlite3_int64 n = 0;
    if (!partners->is_counted) {
        if (!ts_index_count(partners->index, &n, error)) return false;
        partners->n_documents = (uint64_t)n;
        partners->is_counted = true;
    }
    *n_documents = partners->n_documents;
    return true;
}

/* --- what is certain -------------------------------------------------------------- */

/* How much a set of this size must share with ours. */
static uint64_t needed(const search *s, uint64_t size)
{
    return ts_join_least_overlap(s->partners->threshold, s->set->size + size);
}

/* The largest size for which not more than 'most' need be shared; 0 if none. */
static uint64_t largest_with(const search *s, uint64_t most)
{
    uint64_t low = 0, high = UINT32_MAX;
    while (low < high) {
        const uint64_t middle = low + (high - low + 1) / 2;
        if (needed(s, middle) <= most)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* Choose what to look up; and say for which sizes that is certain. */
static void choose_hashes(search *s)
{
    const ts_hashes *set = s->set;
    const size_t n_below = ts_sample_below(set->data, set->size);
    const uint32_t smallest = ts_sample_smallest(s->partners->index->config.threshold);
    s->least = ts_join_least_size(s->partners->threshold, set->size);
    s->whole_up_to = s->least <= smallest ? smallest : 0;

    const size_t n = s->whole_up_to > 0 ? set->size : n_below;
    s->hashes = sqlite3_malloc64((n + 1) * sizeof *s->hashes);
    if (s->hashes == NULL) {
        ts_error_nomem(s->error);
        return;
    }
    size_t n_distinct = 0;
    for (size_t i = 0; i < n; i++) {
        const uint32_t hash = (uint32_t)(set->data[i] >> 32);
        if (n_distinct > 0 && s->hashes[n_distinct - 1] == hash) continue;
        s->hashes[n_distinct++] = hash;
        if (i < n_below) s->n_low = n_distinct;
    }
    s->lookup.hashes = s->hashes;
    s->lookup.n = n_distinct;
    s->unseen = set->size - s->n_low;
    s->n_repeats = n - n_distinct;

    /* As large a partner as there can be has all of ours. */
    s->first_open = s->whole_up_to >= s->least ? s->whole_up_to + 1 : s->least;
    s->last_open = largest_with(s, s->unseen < set->size ? s->unseen : set->size);
    if (s->whole_up_to > 0 && s->n_repeats > 0) s->first_open = s->least;
}

static bool has_open_sizes(const search *s)
{
    return s->first_open <= s->last_open;
}

/* --- hits ------------------------------------------------------------------------- */

/* Long lists are boilerplate: where more must be shared, leave some of them out. */
static void look_up(search *s)
{
    ts_index *index = s->partners->index;
    ts_lookup *lookup = &s->lookup;
    uint64_t spare = 0;
    if (!has_open_sizes(s) && s->whole_up_to == 0)
        spare = needed(s, s->least) - s->unseen - 1;
    ts_lookup_tail(index, lookup, s->error);
    ts_lookup_levels(index, lookup, 0, lookup->n, s->error);
    for (size_t i = 0; i < lookup->long_ones.size; i++) {
        if (s->n_left_out < spare)
            s->n_left_out++;
        else
            ts_lookup_long(index, lookup, (size_t)lookup->long_ones.data[i], s->error);
    }
    ts_set_sort(&lookup->hits);
    s->partners->spent +=
        COST_OF_LOOKUP + lookup->n + lookup->hits.size / HITS_FOR_DOCUMENT;
}

static void append_rowid(search *s, sqlite3_int64 rowid)
{
    const uint64_t number = (uint64_t)rowid;
    if (ts_hashes_append(s->rowids, &number, 1) != TS_OK) ts_error_nomem(s->error);
}

/* The rowid and the size of a document; false if there is none, or on an error. */
static bool find_size(search *s, sqlite3_stmt *numbers, uint32_t docno,
                      sqlite3_int64 *rowid, uint64_t *size)
{
    const ts_survey *survey = &s->partners->survey;
    if (survey->n > 0) {
        if (docno >= survey->n) return false;
        *rowid = survey->rowids[docno];
        *size = survey->sizes[docno];
        return *size > 0;
    }
    if (numbers == NULL) return false;
    sqlite3_reset(numbers);
    sqlite3_bind_int64(numbers, 1, docno);
    if (!ts_statement_row(s->partners->index, numbers, s->error)) return false;
    ts_numbered row;
    if (!ts_documents_numbered(numbers, &row, s->error)) return false;
    *rowid = row.rowid;
    *size = row.size;
    return row.size > 0;
}

/* Elements in common that a document of a size may have without a hit. */
static uint64_t may_be_unseen(const search *s, uint32_t docno, uint64_t size)
{
    const ts_survey *survey = &s->partners->survey;
    uint64_t unseen = s->unseen;
    if (size <= s->whole_up_to && s->n_repeats < unseen) unseen = s->n_repeats;
    if (survey->seen != NULL && ts_survey_unseen(survey, docno) < unseen)
        unseen = ts_survey_unseen(survey, docno);
    return unseen;
}

/* Take those documents that have hits enough. */
static void take_hits(search *s)
{
    ts_index *index = s->partners->index;
    const ts_hashes *hits = &s->lookup.hits;
    sqlite3_stmt *numbers = ts_statement_take(index, TS_NUMBERS_GET, s->error);
    const uint64_t a = s->set->size;
    for (size_t i = 0, j; i < hits->size && s->error->code == SQLITE_OK; i = j) {
        for (j = i + 1; j < hits->size && hits->data[j] >> 32 == hits->data[i] >> 32;)
            j++;
        const uint32_t docno = ts_hit_docno(hits->data[i]);
        sqlite3_int64 rowid;
        uint64_t size;
        const uint64_t n_hits = j - i + s->n_left_out;
        const uint64_t most = n_hits + s->unseen;
        if (most < needed(s, s->least)) continue;
        if (!find_size(s, numbers, docno, &rowid, &size)) continue;
        const uint64_t need = needed(s, size);
        if (need > a || need > size) continue;
        if (n_hits + may_be_unseen(s, docno, size) >= need) append_rowid(s, rowid);
    }
    ts_statement_give(index, TS_NUMBERS_GET, numbers);
}

/* --- where no hit is certain ------------------------------------------------------ */

static bool is_open(const search *s, uint64_t size)
{
    return size >= s->first_open && size <= s->last_open;
}

/* How many documents have sizes for which no hit is certain. */
static uint64_t count_open(const search *s)
{
    const ts_survey *survey = &s->partners->survey;
    uint64_t n = 0;
    for (uint32_t docno = 0; docno < survey->n; docno++)
        n += is_open(s, survey->sizes[docno]);
    return n;
}

/* Know as much of all documents as pays; false if nothing can be known. */
static bool survey_documents(search *s)
{
    ts_partners *partners = s->partners;
    ts_survey *survey = &partners->survey;
    if (survey->n == 0 && !partners->is_sparse) {
        if (!ts_survey_sizes(survey, partners->index, partners->threshold, s->error)) {
            partners->is_sparse = true;
            return false;
        }
        partners->spent += survey->n_documents / SIZES_FOR_DOCUMENT;
    }
    if (partners->is_sparse) return false;
    const uint64_t n_passed = survey->n_documents / POSTINGS_FOR_DOCUMENT;
    if (survey->seen == NULL && count_open(s) > n_passed) {
        ts_survey_postings(survey, partners->index, s->error);
        partners->spent += n_passed;
    }
    return s->error->code == SQLITE_OK;
}

/* Take those that can be partners without a hit. */
static void take_open(search *s)
{
    const ts_survey *survey = &s->partners->survey;
    for (uint32_t docno = 0; docno < survey->n; docno++) {
        const uint64_t size = survey->sizes[docno];
        if (is_open(s, size) && may_be_unseen(s, docno, size) >= needed(s, size))
            append_rowid(s, survey->rowids[docno]);
    }
}

bool ts_partners_find(ts_partners *partners, const ts_hashes *set, ts_hashes *rowids,
                      ts_error *error)
{
    search s = {.partners = partners, .set = set, .rowids = rowids, .error = error};
    bool found = false;
    rowids->size = 0;
    if (set->size == 0) return true;
    choose_hashes(&s);
    if (error->code == SQLITE_OK && (!has_open_sizes(&s) || survey_documents(&s))) {
        look_up(&s);
        take_hits(&s);
        /* A document is found once by its hits, and perhaps once by its size. */
        const size_t n_hit = rowids->size;
        ts_survey_sort(rowids);
        if (rowids->size < n_hit) ts_error_twice(error);
        if (has_open_sizes(&s)) take_open(&s);
        ts_survey_sort(rowids);
        found = error->code == SQLITE_OK;
    }
    ts_lookup_clear(&s.lookup);
    sqlite3_free(s.hashes);
    return found;
}
