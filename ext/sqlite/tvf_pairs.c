/*
 * textsim_pairs(index [, threshold [, schema]]): see tvf_join.h and core/join.h.
 */
#include "tvf_join.h"

#include "../core/measures.h"

SQLITE_EXTENSION_INIT3

/* Pairs that are left out, before it is asked whether to go on. */
#define PAIRS_LEFT_OUT 10000

enum { COLUMN_A, COLUMN_B, COLUMN_SIMILARITY, COLUMN_A_IN_B, COLUMN_B_IN_A, N_COLUMNS };

/* Look up the partners of one of two documents; false if that does not pay. */
static bool look_up(ts_join_cursor *cursor, int column, ts_error *error)
{
    const sqlite3_int64 rowid = cursor->ranges[column].first;
    const ts_join_range other = cursor->ranges[1 - column];
    if (ts_join_is_one(other))
        return ts_partner_list_begin_one(&cursor->partners, cursor->documents, rowid,
                                         other.first, error);
    return ts_partner_list_begin(&cursor->partners, cursor->documents, rowid, error);
}

/* The partners of a document among those that were read. */
static void find_partners(ts_join_cursor *cursor, sqlite3_int64 rowid, ts_error *error)
{
    ts_joined *documents = cursor->documents;
    const uint32_t document = ts_joined_find(documents, rowid);
    if (document == documents->sets->n_documents ||
        ts_joined_rowid(documents, document) != rowid) {
        cursor->at_end = true;
        return;
    }
    if (documents->partners == NULL)
        documents->partners =
            ts_join_new(documents->sets, documents->threshold, TS_JOIN_PARTNERS);
    if (documents->partners == NULL)
        ts_error_nomem(error);
    else
        ts_join_partners(documents->partners, document);
}

static void pairs_begin(ts_join_cursor *cursor, ts_error *error)
{
    ts_joined *documents = cursor->documents;
    const bool is_one = ts_join_is_one(cursor->ranges[COLUMN_A]) ||
                        ts_join_is_one(cursor->ranges[COLUMN_B]);
    const int column = ts_join_is_one(cursor->ranges[COLUMN_A]) ? COLUMN_A : COLUMN_B;
    if (is_one) cursor->is_looked_up = look_up(cursor, column, error);
    if (cursor->is_looked_up || error->code != SQLITE_OK) return;
    ts_partner_list_end(&cursor->partners);

    if (!ts_joined_read(documents, error)) return;
    if (is_one) {
        find_partners(cursor, cursor->ranges[column].first, error);
        return;
    }
    cursor->pairs = ts_join_new(documents->sets, documents->threshold, TS_JOIN_PAIRS);
    if (cursor->pairs == NULL) ts_error_nomem(error);
}

static bool is_in_ranges(const ts_join_cursor *cursor)
{
    return ts_join_in_range(cursor->ranges[COLUMN_A], cursor->rowids[COLUMN_A]) &&
           ts_join_in_range(cursor->ranges[COLUMN_B], cursor->rowids[COLUMN_B]);
}

/* The next of the pairs that are looked up. */
static bool next_partner(ts_join_cursor *cursor, ts_error *error)
{
    ts_partner_list *list = &cursor->partners;
    while (ts_partner_list_next(list, error)) {
        const sqlite3_int64 rowid = list->rowid, other = list->reader.rowid;
        const bool is_first = rowid < other;
        cursor->rowids[COLUMN_A] = is_first ? rowid : other;
        cursor->rowids[COLUMN_B] = is_first ? other : rowid;
        cursor->overlap = list->overlap;
        if (!is_first) {
            cursor->overlap.a = list->overlap.b;
            cursor->overlap.b = list->overlap.a;
        }
        if (is_in_ranges(cursor)) return true;
    }
    return false;
}

static bool pairs_next(ts_join_cursor *cursor, ts_error *error)
{
    if (cursor->is_looked_up) return next_partner(cursor, error);
    ts_joined *documents = cursor->documents;
    ts_join *join = cursor->pairs != NULL ? cursor->pairs : documents->partners;
    for (unsigned n_left_out = 0;;) {
        ts_join_state state = TS_JOIN_END;
        ts_join_pair pair;
        ts_error_status(error, ts_join_next(join, &pair, &state), 1);
        if (error->code != SQLITE_OK || state == TS_JOIN_END) return false;
        if (state == TS_JOIN_PAIR) {
            cursor->rowids[COLUMN_A] = ts_joined_rowid(documents, pair.a);
            cursor->rowids[COLUMN_B] = ts_joined_rowid(documents, pair.b);
            cursor->overlap =
                (ts_overlap){.a = pair.n_a, .b = pair.n_b, .both = pair.both};
            if (is_in_ranges(cursor)) return true;
            if (++n_left_out % PAIRS_LEFT_OUT != 0) continue;
        }
        if (!ts_joined_pulse(documents, error)) return false;
    }
}

static void pairs_column(ts_join_cursor *cursor, int column, sqlite3_context *context)
{
    ts_overlap overlap = cursor->overlap;
    double value = 0.0;
    if (column == COLUMN_SIMILARITY) {
        ts_measure_jaccard(&overlap, &value);
    } else {
        if (column == COLUMN_B_IN_A) overlap.a = overlap.b;
        ts_measure_containment(&overlap, &value);
    }
    sqlite3_result_double(context, value);
}

const ts_join_function ts_tvf_pairs = {
    .schema = "CREATE TABLE x(a INTEGER, b INTEGER, similarity REAL, a_in_b REAL, "
              "b_in_a REAL, textsim_index TEXT HIDDEN, textsim_threshold REAL HIDDEN, "
              "textsim_schema TEXT HIDDEN, PRIMARY KEY(a, b, textsim_index)) "
              "WITHOUT ROWID",
    .n_columns = N_COLUMNS,
    .rows_found = 4,
    .begin = pairs_begin,
    .next = pairs_next,
    .column = pairs_column,
};
