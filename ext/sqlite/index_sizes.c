/*
 * Which documents have enough hits: see index_search.h.
 *
 * How many a document needs depends on its size, which t_numbers has.  Where some
 * boilerplate is in nearly all documents, nearly all have hits, and most of them no
 * other ones: of these, a size is found that none with so few hits may exceed, and
 * SQLite is asked for smaller ones alone.
 */
#include "index_search.h"

#include "../core/sets.h"

#include "index_documents.h"

SQLITE_EXTENSION_INIT3

/*
 * Looking a hash up in a block of its own costs as much as passing so many, be it
 * hashes of the query on a walk along the blocks, or shingles of a document.
 */
#define SHINGLES_FOR_HASH 64

/* A block has the sample of so many shingles. */
#define SHINGLES_FOR_BLOCK 2400

/* Read sizes one after the other where they are this close, in numbers. */
#define CLOSE_NUMBERS 8

/* So many documents are tried for a typical one: some may be gone. */
#define TYPICAL_TRIED 1000

/* Documents by number, in a range of sizes. */
typedef struct numbers {
    sqlite3_stmt *statement; /* TS_NUMBERS_SIZES */
    sqlite3_int64 reached;   /* its row */
    uint64_t least, most;    /* shingles */
} numbers;

/* Go to a document, by numbers that ascend; false if it has not the size, or is gone.
 */
static bool find_number(ts_search *s, numbers *at, sqlite3_int64 docno)
{
    if (at->reached < docno && docno - at->reached > CLOSE_NUMBERS) {
        sqlite3_reset(at->statement);
        sqlite3_bind_int64(at->statement, 1, docno);
        sqlite3_bind_int64(at->statement, 2, (sqlite3_int64)TS_DOCNO_MAX);
        sqlite3_bind_int64(at->statement, 3, (sqlite3_int64)at->least);
        sqlite3_bind_int64(at->statement, 4, (sqlite3_int64)at->most);
        at->reached = docno - 1;
    }
    while (at->reached < docno) {
        if (!ts_statement_row(s->index, at->statement, s->error)) {
            at->reached = INT64_MAX;
            return false;
        }
        at->reached = sqlite3_column_int64(at->statement, 0);
    }
    return at->reached == docno;
}

/* Take a document with so many hits, if it can meet the bounds. */
static void take_document(ts_search *s, numbers *at, ts_document_hits document,
                          ts_rowid_range range, ts_rowids *found)
{
    if (!find_number(s, at, (sqlite3_int64)document.docno)) return;
    ts_numbered row;
    if (!ts_documents_numbered(at->statement, &row, s->error)) return;
    if (row.rowid < range.first || row.rowid > range.last) return;
    const uint64_t shared =
        row.size > 0 ? ts_search_shared(s->query, row.size) : UINT64_MAX;
    if (shared == UINT64_MAX ||
        document.n + s->n_left_out < ts_search_cutoff(s, shared))
        return;
    if (!ts_rowids_append(found, row.rowid)) ts_error_nomem(s->error);
}

/*
 * What documents with nothing but common hashes can share with the query: that, and
 * what a typical one of them tells, see 6. of sample.h.
 */
typedef struct common {
    uint64_t most_hits; /* that one of them has */
    uint64_t n_shared;  /* of the query with the typical one; 0: not known */
    /* Of the hashes that led to the typical one, and of the others that were tried: */
    uint64_t n_led, n_tried;           /* those that it has not */
    uint64_t n_led_long, n_tried_long; /* of these: those of long lists */
} common;

/* Whether a document of at least the least size can meet the bounds: not if too large.
 */
static bool is_enough_common(ts_search *s, const common *c, uint64_t size)
{
    const uint64_t n_query = s->query->set.size;
    const uint64_t shared = ts_search_shared(s->query, size);
    if (shared == UINT64_MAX) return size < n_query;
    if (c->most_hits + s->n_left_out < ts_search_cutoff(s, shared)) return false;
    const uint64_t known = c->n_shared + c->n_led_long;
    if (c->n_shared == 0 || shared <= known) return true;
    const uint64_t n_of = n_query - c->n_shared - c->n_led, others = shared - known;
    return others <= n_of &&
           c->n_tried_long >= ts_search_hits_among(s, n_of, others, c->n_tried);
}

/* The sizes that they can have, from the least on; false if there are none. */
static bool limit_sizes(ts_search *s, const common *c, numbers *at)
{
    at->least = ts_search_shared_by_any(s->query);
    at->most = INT64_MAX;
    at->reached = INT64_MIN / 2;
    if (is_enough_common(s, c, UINT32_MAX)) return true;
    uint64_t low = at->least, high = UINT32_MAX;
    while (low < high) {
        const uint64_t half = low + (high - low) / 2;
        if (is_enough_common(s, c, half))
            low = half + 1;
        else
            high = half;
    }
    at->most = low - 1;
    return at->least <= at->most;
}

/* Go to the next document with common hashes alone, and enough of them. */
static bool next_common(const ts_search *s, uint32_t least, ts_document_hits *document)
{
    while (++document->docno < s->n_counts) {
        document->n = s->counts[document->docno];
        if (document->n > 0 && document->n + s->n_left_out >= least) return true;
    }
    return false;
}

/* The first document from *docno on that is in so many of the lists; false at the end.
 */
static bool next_in_lists(const ts_search *s, uint16_t n_lists, uint32_t *docno)
{
    while (*docno < s->n_counts && s->counts[*docno] != n_lists)
        ++*docno;
    return *docno < s->n_counts;
}

void ts_search_find_typical(ts_search *s, size_t n)
{
    uint16_t most = 0;
    for (size_t i = 0; i < s->n_counts; i++)
        if (s->counts[i] > most) most = s->counts[i];
    /* Of any size: which sizes can meet the bounds is told by other hashes, too. */
    numbers at = {.reached = INT64_MIN / 2, .most = INT64_MAX};
    at.statement = ts_statement_take(s->index, TS_NUMBERS_SIZES, s->error);
    ts_reader reader;
    ts_reader_init(&reader, s->index);
    uint32_t docno = 0;
    for (int i = 0; i < TYPICAL_TRIED && next_in_lists(s, most, &docno); i++, docno++) {
        if (s->error->code != SQLITE_OK) break;
        if (!find_number(s, &at, (sqlite3_int64)docno)) continue;
        ts_numbered row;
        if (!ts_documents_numbered(at.statement, &row, s->error)) break;
        if (!ts_reader_seek(&reader, row.rowid, s->error) ||
            !ts_reader_set(&reader, s->error))
            continue;
        if (ts_hashes_append(&s->typical, reader.set.data, reader.set.size) != TS_OK)
            ts_error_nomem(s->error);
        s->n_typical = n;
        break;
    }
    ts_reader_clear(&reader);
    ts_statement_give(s->index, TS_NUMBERS_SIZES, at.statement);
}

/* What the typical document tells of the query. */
static void compare_typical(const ts_search *s, common *c)
{
    const ts_hashes *set = &s->typical, *long_ones = &s->lookup.long_ones;
    ts_overlap overlap;
    ts_set_overlap(s->query->set.data, s->query->set.size, set->data, set->size,
                   &overlap);
    size_t at = 0, at_long = 0;
    *c = (common){.most_hits = c->most_hits, .n_shared = overlap.both};
    for (size_t i = 0; i < s->n_tried; i++) {
        while (at < set->size && (uint32_t)(set->data[at] >> 32) < s->hashes[i])
            at++;
        while (at_long < long_ones->size && long_ones->data[at_long] < i)
            at_long++;
        if (at < set->size && (uint32_t)(set->data[at] >> 32) == s->hashes[i]) continue;
        const bool is_long = at_long < long_ones->size && long_ones->data[at_long] == i;
        if (i < s->n_typical) {
            c->n_led++;
            c->n_led_long += is_long;
        } else {
            c->n_tried++;
            c->n_tried_long += is_long;
        }
    }
}

/* Take those that have nothing but common hashes: by size, they may be very many. */
static void take_common(ts_search *s, numbers *at, ts_rowid_range range,
                        ts_rowids *found)
{
    const uint32_t least = ts_search_cutoff(s, ts_search_shared_by_any(s->query));
    common c = {.most_hits = s->n_counted};
    if (s->typical.size > 0) compare_typical(s, &c);
    if (!limit_sizes(s, &c, at)) return;
    ts_document_hits document = {0};
    while (s->error->code == SQLITE_OK && next_common(s, least, &document))
        take_document(s, at, document, range, found);
}

void ts_search_take(ts_search *s, ts_rowid_range range, ts_rowids *found)
{
    numbers at = {.reached = INT64_MIN / 2, .most = INT64_MAX};
    at.statement = ts_statement_take(s->index, TS_NUMBERS_SIZES, s->error);
    const ts_hashes *hits = &s->lookup.hits;
    for (size_t i = 0; i < hits->size && s->error->code == SQLITE_OK; i++) {
        const ts_document_hits document = {.docno = (uint32_t)(hits->data[i] >> 32),
                                           .n = (uint32_t)hits->data[i]};
        take_document(s, &at, document, range, found);
    }
    if (s->counts != NULL && s->error->code == SQLITE_OK)
        take_common(s, &at, range, found);
    ts_statement_give(s->index, TS_NUMBERS_SIZES, at.statement);
}

/* What the sizes of all documents tell. */
typedef struct by_size {
    ts_rowids fit;       /* owned: those that can meet the bounds */
    size_t n_others;     /* those that cannot */
    uint64_t n_shingles; /* of those that can, in all */
    uint64_t n_all;      /* of all documents */
} by_size;

static void look_at_sizes(ts_search *s, ts_rowid_range range, by_size *sizes)
{
    sqlite3_stmt *statement = ts_statement_take(s->index, TS_NUMBERS_RANGE, s->error);
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, 1);
        sqlite3_bind_int64(statement, 2, (sqlite3_int64)TS_DOCNO_MAX);
    }
    while (statement != NULL && ts_statement_row(s->index, statement, s->error)) {
        ts_numbered row;
        if (!ts_documents_numbered(statement, &row, s->error)) break;
        sizes->n_all += row.size;
        if (row.rowid < range.first || row.rowid > range.last) continue;
        if (row.size == 0 || ts_search_shared(s->query, row.size) == UINT64_MAX) {
            sizes->n_others++;
            continue;
        }
        sizes->n_shingles += row.size;
        if (!ts_rowids_append(&sizes->fit, row.rowid)) ts_error_nomem(s->error);
    }
    ts_statement_give(s->index, TS_NUMBERS_RANGE, statement);
}

bool ts_search_take_by_size(ts_search *s, ts_rowid_range range, ts_rowids *found)
{
    const double *least = s->query->least;
    const bool has_bound = least[TS_SIMILARITY] > 0.0 || least[TS_QUERY_IN_DOC] > 0.0 ||
                           least[TS_DOC_IN_QUERY] > 0.0;
    if (!has_bound) return false;
    by_size sizes = {.fit = *found};
    look_at_sizes(s, range, &sizes);
    *found = sizes.fit;
    return s->error->code == SQLITE_OK && found->size <= sizes.n_others;
}

bool ts_search_take_instead(ts_search *s, ts_rowid_range range, ts_rowids *found)
{
    const uint64_t n = s->query->set.size;
    if (s->promise != PROMISE_ALL || (uint64_t)ts_search_last_number(s) > n)
        return false;
    by_size sizes = {.fit = *found};
    if (s->error->code == SQLITE_OK) look_at_sizes(s, range, &sizes);
    *found = sizes.fit;
    const uint64_t n_blocks = sizes.n_all / SHINGLES_FOR_BLOCK + 1;
    const uint64_t lookup = n / SHINGLES_FOR_HASH + (n < n_blocks ? n : n_blocks);
    const uint64_t others =
        found->size * HASHES_FOR_DOCUMENT + sizes.n_shingles / SHINGLES_FOR_HASH;
    if (s->error->code == SQLITE_OK && others <= lookup) return true;
    found->size = 0;
    return false;
}
