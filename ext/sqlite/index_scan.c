/*
 * Cursors: a SELECT from the table.
 *
 * What conditions on the rowid leave is read in its order, all of it or, where
 * the index can promise to find what meets the bounds, those documents that it
 * finds (index_candidates.h).  With MATCH each document that was read is then
 * measured, so that what comes out is true in any case.
 */
#include "index_table.h"

#include "index_candidates.h"
#include "index_config.h"
#include "index_documents.h"
#include "index_open.h"
#include "index_plan.h"
#include "index_query.h"

SQLITE_EXTENSION_INIT3

#define TWO_TO_63 9223372036854775808.0

/* So many documents are read and measured, and not first looked for. */
#define FEW_ROWIDS 16

typedef struct cursor {
    sqlite3_vtab_cursor base;
    ts_reader reader;
    bool has_query;
    ts_query query;
    double measures[TS_N_MEASURES]; /* of the present document */

    sqlite3_int64 first, last; /* the rowids that are wanted */
    bool has_list;             /* and those only: */
    ts_rowids list;            /* owned: ascending */
    ts_rowids found;           /* owned: candidates, ascending */
    size_t n_read;             /* of them */
    bool by_candidates;
    bool at_end;
} cursor;

static cursor *cursor_of(sqlite3_vtab_cursor *base)
{
    return (cursor *)(void *)base;
}

int ts_scan_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **base)
{
    cursor *c = sqlite3_malloc64(sizeof *c);
    if (c == NULL) return SQLITE_NOMEM;
    *c = (cursor){.at_end = true};
    ts_reader_init(&c->reader, ts_table_index(vtab));
    *base = &c->base;
    return SQLITE_OK;
}

int ts_scan_close(sqlite3_vtab_cursor *base)
{
    cursor *c = cursor_of(base);
    ts_reader_clear(&c->reader);
    ts_query_clear(&c->query);
    ts_rowids_clear(&c->list);
    ts_rowids_clear(&c->found);
    sqlite3_free(c);
    return SQLITE_OK;
}

/* --- conditions ------------------------------------------------------------------- */

/*
 * A bound from below on a measure, by which nothing is lost that SQLite would
 * find: text and BLOBs are larger than any number.
 */
static void bound_measure(cursor *c, ts_measure measure, sqlite3_value *value)
{
    const int type = sqlite3_value_numeric_type(value);
    const double least = sqlite3_value_double(value);
    if (type == SQLITE_INTEGER || type == SQLITE_FLOAT) {
        if (least > c->query.least[measure]) c->query.least[measure] = least;
    } else {
        c->at_end = true;
    }
}

static void bound_rank(cursor *c, sqlite3_value *value)
{
    const int type = sqlite3_value_numeric_type(value);
    const double least = -sqlite3_value_double(value);
    if (type == SQLITE_NULL)
        c->at_end = true;
    else if ((type == SQLITE_INTEGER || type == SQLITE_FLOAT) &&
             least > c->query.least[TS_SIMILARITY])
        c->query.least[TS_SIMILARITY] = least;
}

/*
 * Bounds on the rowid narrow [first, last].
 */
static void bound_rowid(cursor *c, char letter, sqlite3_value *value)
{
    const int type = sqlite3_value_numeric_type(value);
    sqlite3_int64 from = INT64_MIN, to = INT64_MAX;
    if (type == SQLITE_INTEGER) {
        from = to = sqlite3_value_int64(value);
    } else if (type == SQLITE_FLOAT) {
        /* Exactly, since what is said to be one row is not looked for any further. */
        const double x = sqlite3_value_double(value);
        if (x >= -TWO_TO_63 && x < TWO_TO_63) {
            const sqlite3_int64 whole = (sqlite3_int64)x;
            from = whole + ((double)whole < x);
            to = whole - ((double)whole > x);
            c->at_end = c->at_end || (letter == PLAN_ROWID && from > to);
        } else if (letter == PLAN_ROWID || (letter == PLAN_FROM) == (x > 0)) {
            c->at_end = true;
        }
    } else if (type == SQLITE_NULL || letter != PLAN_TO) {
        /* Text and BLOBs are larger than any rowid. */
        c->at_end = true;
    }
    if (letter != PLAN_TO && from > c->first) c->first = from;
    if (letter != PLAN_FROM && to < c->last) c->last = to;
}

/* Whoever opens an index by its name gets it from here: index_open.h. */
static bool answer_question(const ts_index *index, const char *letters,
                            sqlite3_value **argv, int *rc)
{
    if (letters == NULL || letters[0] != PLAN_MATCH) return false;
    ts_index **asked = sqlite3_value_pointer(argv[0], TS_INDEX_POINTER);
    if (asked == NULL) return false;
    /* The same cursor may be asked again. */
    if (*asked == NULL) *asked = ts_index_copy(index);
    *rc = *asked != NULL ? SQLITE_OK : SQLITE_NOMEM;
    return true;
}

/*
 * Of a list those values that a rowid can equal; as everywhere, a text that looks like
 * a number is one, and NULL equals nothing.
 */
static void read_list(cursor *c, sqlite3_value *list, ts_error *error)
{
    sqlite3_value *value = NULL;
    c->has_list = true;
    c->list.size = 0;
    int rc = sqlite3_vtab_in_first(list, &value);
    for (; rc == SQLITE_OK; rc = sqlite3_vtab_in_next(list, &value)) {
        const int type = sqlite3_value_numeric_type(value);
        const double x = sqlite3_value_double(value);
        if (type != SQLITE_INTEGER &&
            (type != SQLITE_FLOAT || !(x >= -TWO_TO_63 && x < TWO_TO_63)))
            continue;
        const sqlite3_int64 rowid = sqlite3_value_int64(value);
        if (type == SQLITE_FLOAT && (double)rowid != x) continue;
        if (!ts_rowids_append(&c->list, rowid)) ts_error_nomem(error);
    }
    if (rc != SQLITE_DONE) ts_error_sqlite(error, c->reader.index->db, rc);
    ts_rowids_sort(&c->list);
}

static void read_condition(cursor *c, char letter, sqlite3_value *value,
                           ts_error *error)
{
    switch (letter) {
    case PLAN_ROWIDS:
        read_list(c, value, error);
        break;
    case PLAN_SIMILARITY:
        bound_measure(c, TS_SIMILARITY, value);
        break;
    case PLAN_QUERY:
        bound_measure(c, TS_QUERY_IN_DOC, value);
        break;
    case PLAN_DOC:
        bound_measure(c, TS_DOC_IN_QUERY, value);
        break;
    case PLAN_RANK:
        bound_rank(c, value);
        break;
    case PLAN_MATCH:
        break;
    default:
        bound_rowid(c, letter, value);
        break;
    }
}

static void read_match(cursor *c, sqlite3_value *value, ts_error *error)
{
    c->has_query = true;
    if (sqlite3_value_type(value) == SQLITE_NULL)
        c->at_end = true;
    else
        ts_query_read(&c->query, c->reader.index, value, error);
}

/* --- rows ------------------------------------------------------------------------- */

static bool next_document(cursor *c, ts_error *error)
{
    if (!c->by_candidates) return ts_reader_next(&c->reader, error);
    while (c->n_read < c->found.size && error->code == SQLITE_OK) {
        const sqlite3_int64 rowid = c->found.data[c->n_read++];
        if (ts_reader_seek(&c->reader, rowid, error)) return true;
        if (error->code == SQLITE_OK) ts_documents_note_gone(c->reader.index, rowid);
    }
    return false;
}

/* Go to the next document that is found. */
static void advance(cursor *c, ts_error *error)
{
    while (next_document(c, error)) {
        if (!c->has_query) return;
        if (!ts_reader_set(&c->reader, error)) break;
        if (ts_query_measure(&c->query, &c->reader.set, c->measures)) return;
    }
    c->at_end = true;
    ts_reader_clear(&c->reader);
}

/* Find candidates for a query, in a range of more than one rowid. */
static void find_candidates(cursor *c, ts_error *error)
{
    const ts_rowid_range range = {.first = c->first, .last = c->last};
    c->by_candidates =
        ts_candidates_find(c->reader.index, &c->query, range, &c->found, error);
}

/* The same where there is a list: what is not looked for is read. */
static void find_in_list(cursor *c, ts_error *error)
{
    const ts_rowids *list = &c->list;
    size_t from = 0, to = list->size;
    while (from < to && list->data[from] < c->first)
        from++;
    while (from < to && list->data[to - 1] > c->last)
        to--;
    if (to - from > FEW_ROWIDS) {
        c->first = list->data[from];
        c->last = list->data[to - 1];
        find_candidates(c, error);
        if (c->by_candidates) ts_rowids_keep(&c->found, list);
    }
    if (c->by_candidates) return;
    c->by_candidates = true;
    c->found.size = 0;
    for (; from < to; from++)
        if (!ts_rowids_append(&c->found, list->data[from])) ts_error_nomem(error);
}

static void begin(cursor *c, ts_error *error)
{
    c->n_read = 0;
    c->by_candidates = false;
    if (c->first > c->last) {
        c->at_end = true;
        return;
    }
    if (c->has_list)
        find_in_list(c, error);
    else if (c->has_query && c->first < c->last)
        find_candidates(c, error);
    if (!c->by_candidates) ts_reader_range(&c->reader, c->first, c->last, error);
    advance(c, error);
    /* With a MATCH, it may only not be found. */
    if (c->at_end && c->first == c->last && error->code == SQLITE_OK &&
        (!c->has_query || ts_documents_is_gone(c->reader.index, c->first, error)))
        ts_documents_note_gone(c->reader.index, c->first);
}

int ts_scan_filter(sqlite3_vtab_cursor *base, int plan, const char *letters, int argc,
                   sqlite3_value **argv)
{
    cursor *c = cursor_of(base);
    ts_index *index = c->reader.index;
    ts_error error = ts_table_error(index);
    (void)plan;
    ts_reader_clear(&c->reader);
    ts_query_clear(&c->query);
    c->has_query = false;
    c->has_list = false;
    c->at_end = false;
    c->first = INT64_MIN;
    c->last = INT64_MAX;
    int rc = SQLITE_OK;
    if (answer_question(index, letters, argv, &rc)) {
        c->at_end = true;
        return rc;
    }
    if (ts_config_check(index, &error)) {
        if (argc > 0 && letters[0] == PLAN_MATCH) read_match(c, argv[0], &error);
        for (int i = 0; i < argc; i++)
            read_condition(c, letters[i], argv[i], &error);
        /* Without a MATCH the measures are NULL, which meets no bound. */
        for (int i = 0; i < TS_N_MEASURES; i++)
            if (c->query.least[i] > (c->has_query ? 1.0 : 0.0)) c->at_end = true;
    }
    if (error.code == SQLITE_OK && !c->at_end) begin(c, &error);
    if (error.code != SQLITE_OK) c->at_end = true;
    return ts_error_vtab(&error, base->pVtab);
}

int ts_scan_next(sqlite3_vtab_cursor *base)
{
    cursor *c = cursor_of(base);
    ts_error error = ts_table_error(c->reader.index);
    advance(c, &error);
    return ts_error_vtab(&error, base->pVtab);
}

int ts_scan_eof(sqlite3_vtab_cursor *base)
{
    return cursor_of(base)->at_end;
}

int ts_scan_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid)
{
    *rowid = cursor_of(base)->reader.rowid;
    return SQLITE_OK;
}

int ts_scan_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    cursor *c = cursor_of(base);
    const ts_index_config *config = &c->reader.index->config;
    if (column < config->n_columns) {
        /* UPDATE: what it does not set need not be known (index_write.c). */
        if (config->content == TS_CONTENT_NONE) return SQLITE_OK;
        sqlite3_result_value(context, ts_reader_column(&c->reader, column));
        return SQLITE_OK;
    }
    if (!c->has_query) return SQLITE_OK;
    switch (column - config->n_columns) {
    case TS_HIDDEN_SIMILARITY:
        sqlite3_result_double(context, c->measures[TS_SIMILARITY]);
        break;
    case TS_HIDDEN_QUERY_IN_DOC:
        sqlite3_result_double(context, c->measures[TS_QUERY_IN_DOC]);
        break;
    case TS_HIDDEN_DOC_IN_QUERY:
        sqlite3_result_double(context, c->measures[TS_DOC_IN_QUERY]);
        break;
    case TS_HIDDEN_RANK:
        sqlite3_result_double(context, -c->measures[TS_SIMILARITY]);
        break;
    default:
        break;
    }
    return SQLITE_OK;
}
