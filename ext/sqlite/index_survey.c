/*
 * A pass over all postings in the order of their hashes, of all levels and the
 * tail: see index_survey.h.
 */
#include "index_survey.h"

#include "../core/join_bounds.h"
#include "../core/sample.h"
#include "../core/sets.h"

#include "index_documents.h"
#include "index_postings.h"

#include <string.h>
SQLITE_EXTENSION_INIT3

/* Numbers of documents may go this far above their count. */
#define SPARSE_FACTOR 16
#define SPARSE_LEAST 65536

/* In so many documents with a hash, each is compared with the others by size. */
#define SMALL_GROUP 32

/* What comes after all postings. */
#define NO_POSTING UINT64_MAX

void ts_survey_clear(ts_survey *survey)
{
    sqlite3_free(survey->rowids);
    sqlite3_free(survey->sizes);
    sqlite3_free(survey->least);
    sqlite3_free(survey->seen);
    sqlite3_free(survey->met);
    *survey = (ts_survey){0};
}

/* --- sizes ------------------------------------------------------------------------ */

static uint32_t *zeroed(uint32_t n, ts_error *error)
{
    uint32_t *array = sqlite3_malloc64((sqlite3_uint64)n * sizeof *array);
    if (array == NULL)
        ts_error_nomem(error);
    else
        memset(array, 0, (size_t)n * sizeof *array);
    return array;
}

/* Make the arrays; false where they would be too long, or on an error. */
static bool make_room(ts_survey *survey, ts_index *index, ts_error *error)
{
    sqlite3_int64 last = 0, n = 0;
    sqlite3_stmt *s = ts_statement_take(index, TS_NUMBERS_LAST, error);
    if (s != NULL && ts_statement_row(index, s, error))
        last = sqlite3_column_int64(s, 0);
    ts_statement_give(index, TS_NUMBERS_LAST, s);
    if (!ts_index_count(index, &n, error)) return false;
    if (last < 0 || last > (sqlite3_int64)TS_DOCNO_MAX)
        ts_error_corrupt(error, "numbers", last);
    if (error->code != SQLITE_OK ||
        last / SPARSE_FACTOR > n + SPARSE_LEAST / SPARSE_FACTOR)
        return false;
    survey->n = (uint32_t)last + 1;
    survey->rowids =
        sqlite3_malloc64((sqlite3_uint64)survey->n * sizeof *survey->rowids);
    if (survey->rowids == NULL) ts_error_nomem(error);
    survey->sizes = zeroed(survey->n, error);
    survey->least = zeroed(survey->n, error);
    return error->code == SQLITE_OK;
}

bool ts_survey_sizes(ts_survey *survey, ts_index *index, double threshold,
                     ts_error *error)
{
    if (!make_room(survey, index, error)) return false;
    sqlite3_stmt *s = ts_statement_take(index, TS_NUMBERS_RANGE, error);
    if (s != NULL) {
        sqlite3_bind_int64(s, 1, 1);
        sqlite3_bind_int64(s, 2, (sqlite3_int64)survey->n - 1);
    }
    while (s != NULL && ts_statement_row(index, s, error)) {
        ts_numbered row;
        if (!ts_documents_numbered(s, &row, error)) break;
        survey->rowids[row.docno] = row.rowid;
        survey->sizes[row.docno] = row.size;
        if (row.size == 0) continue;
        survey->least[row.docno] = (uint32_t)ts_join_least_size(threshold, row.size);
        survey->n_documents++;
    }
    ts_statement_give(index, TS_NUMBERS_RANGE, s);
    return error->code == SQLITE_OK;
}

/* --- postings --------------------------------------------------------------------- */

/* One of the levels; or the tail, which has no statement. */
typedef struct stream {
    sqlite3_stmt *statement; /* on the row of the block */
    ts_block block;
    uint64_t posting; /* the present one, or NO_POSTING */
} stream;

typedef struct pass {
    ts_survey *survey;
    ts_index *index;
    ts_error *error;
    ts_hashes tail; /* owned: its postings */
    size_t at;      /* in them: the next one */
    stream streams[TS_N_LEVELS + 1];
    uint32_t hash;   /* of the group */
    ts_hashes group; /* owned: numbers of the documents that have it */
} pass;

/* The first posting of the next block, which must go on where the last one ended. */
static void next_block(pass *p, stream *s, const ts_level *level)
{
    const uint64_t last = s->posting;
    s->posting = NO_POSTING;
    if (!ts_statement_row(p->index, s->statement, p->error)) return;
    const sqlite3_int64 key = sqlite3_column_int64(s->statement, 0);
    const void *bytes = sqlite3_column_blob(s->statement, 1);
    const size_t size = (size_t)sqlite3_column_bytes(s->statement, 1);
    if (!ts_block_open(&s->block, key, bytes, size) || s->block.posting <= last)
        ts_error_corrupt(p->error, level->suffix, key);
    else
        s->posting = s->block.posting;
}

static void next_posting(pass *p, int number)
{
    stream *s = &p->streams[number];
    if (number == TS_N_LEVELS) {
        s->posting = p->at < p->tail.size ? p->tail.data[p->at++] : NO_POSTING;
    } else if (ts_block_next(&s->block)) {
        s->posting = s->block.posting;
    } else if (s->block.is_damaged) {
        s->posting = NO_POSTING;
        ts_error_corrupt(p->error, ts_levels[number].suffix,
                         sqlite3_column_int64(s->statement, 0));
    } else {
        next_block(p, s, &ts_levels[number]);
    }
}

static void read_tail(pass *p)
{
    sqlite3_stmt *s = ts_statement_take(p->index, TS_TAIL_ALL, p->error);
    while (s != NULL && ts_statement_row(p->index, s, p->error)) {
        const sqlite3_int64 docno = sqlite3_column_int64(s, 0);
        const void *row = sqlite3_column_blob(s, 1);
        const size_t size = (size_t)sqlite3_column_bytes(s, 1);
        if (docno <= 0 || docno > (sqlite3_int64)TS_DOCNO_MAX ||
            !ts_tail_decode((uint32_t)docno, row, size, &p->tail, p->error))
            ts_error_corrupt(p->error, "tail", docno);
    }
    ts_statement_give(p->index, TS_TAIL_ALL, s);
    ts_set_sort(&p->tail);
}

static void begin(pass *p)
{
    read_tail(p);
    next_posting(p, TS_N_LEVELS);
    for (int i = 0; i < TS_N_LEVELS; i++) {
        stream *s = &p->streams[i];
        s->statement = ts_statement_take(p->index, ts_levels[i].seek, p->error);
        if (s->statement == NULL) return;
        sqlite3_bind_int64(s->statement, 1, 0);
        next_block(p, s, &ts_levels[i]);
    }
}

static void end(pass *p)
{
    for (int i = 0; i < TS_N_LEVELS; i++)
        ts_statement_give(p->index, ts_levels[i].seek, p->streams[i].statement);
    ts_hashes_clear(&p->tail);
    ts_hashes_clear(&p->group);
}

/* Can these be partners, by their sizes?  Those of 0 have no partners. */
static inline bool is_possible(const ts_survey *s, uint64_t a, uint64_t b)
{
    return s->sizes[a] >= s->least[b] && s->sizes[b] >= s->least[a];
}

/* Count the group.  A large one has somebody of a possible size for all. */
static void count_group(pass *p)
{
    const ts_survey *survey = p->survey;
    const uint64_t *docnos = p->group.data;
    const size_t n = p->group.size;
    for (size_t i = 0; i < n; i++)
        survey->seen[docnos[i]]++;
    if (n > SMALL_GROUP) {
        for (size_t i = 0; i < n; i++)
            survey->met[docnos[i]]++;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        size_t j = 0;
        while (j < n && (j == i || !is_possible(survey, docnos[i], docnos[j])))
            j++;
        survey->met[docnos[i]] += j < n;
    }
}

/* A posting of the next group, or of the same. */
static void take(pass *p, uint64_t posting)
{
    const uint64_t docno = ts_posting_docno(posting);
    if (ts_posting_hash(posting) != p->hash) {
        count_group(p);
        p->group.size = 0;
        p->hash = ts_posting_hash(posting);
    }
    /* Postings of documents that were deleted are left over. */
    if (docno >= p->survey->n || p->survey->sizes[docno] == 0) return;
    if (p->group.size == p->group.capacity && ts_hashes_reserve(&p->group, 1) != TS_OK)
        ts_error_nomem(p->error);
    else
        p->group.data[p->group.size++] = docno;
}

/* Take the postings of one stream, up to where another one has to go on. */
static bool merge(pass *p)
{
    const uint64_t limit = ts_posting(TS_SAMPLE_LIMIT, 0);
    int least = 0;
    uint64_t bound = limit;
    for (int i = 1; i <= TS_N_LEVELS; i++)
        if (p->streams[i].posting < p->streams[least].posting) least = i;
    for (int i = 0; i <= TS_N_LEVELS; i++)
        if (i != least && p->streams[i].posting < bound) bound = p->streams[i].posting;
    stream *s = &p->streams[least];
    if (s->posting >= limit) return false;
    do {
        take(p, s->posting);
        next_posting(p, least);
    } while (s->posting < bound && p->error->code == SQLITE_OK);
    return p->error->code == SQLITE_OK;
}

bool ts_survey_postings(ts_survey *survey, ts_index *index, ts_error *error)
{
    pass p = {.survey = survey, .index = index, .error = error};
    survey->seen = zeroed(survey->n, error);
    survey->met = zeroed(survey->n, error);
    if (error->code == SQLITE_OK) begin(&p);
    if (error->code == SQLITE_OK) {
        while (merge(&p)) {
        }
        count_group(&p);
    }
    end(&p);
    return error->code == SQLITE_OK;
}

/* --- what follows ----------------------------------------------------------------- */

void ts_survey_sort(ts_hashes *rowids)
{
    const uint64_t sign = (uint64_t)1 << 63;
    for (size_t i = 0; i < rowids->size; i++)
        rowids->data[i] ^= sign;
    ts_set_sort(rowids);
    for (size_t i = 0; i < rowids->size; i++)
        rowids->data[i] ^= sign;
}

/* A partner shares as many as the smallest one has; some of these are unseen. */
bool ts_survey_joinable(const ts_survey *survey, ts_hashes *rowids, ts_error *error)
{
    for (uint32_t docno = 0; docno < survey->n; docno++) {
        if (survey->sizes[docno] == 0 ||
            survey->met[docno] + ts_survey_unseen(survey, docno) < survey->least[docno])
            continue;
        const uint64_t rowid = (uint64_t)survey->rowids[docno];
        if (ts_hashes_append(rowids, &rowid, 1) != TS_OK) {
            ts_error_nomem(error);
            return false;
        }
    }
    const size_t n_documents = rowids->size;
    ts_survey_sort(rowids);
    if (rowids->size < n_documents) ts_error_twice(error);
    return error->code == SQLITE_OK;
}
