/*
 * textsim_pairs(index [, threshold [, schema]]): see tvf_join.h and core/join.h.
 */
#include "tvf_join.h"

#include "../core/measures.h"

SQLITE_EXTENSION_INIT3

/* Pairs that are left out, before it is asked whether to go on. */
#define PAIRS_LEFT_OUT 10000

enum { COLUMN_A, COLUMN_B, COLUMN_SIMILARITY, COLUMN_A_IN_B, COLUMN_B_IN_A, N_COLUMNS };

/* The one document that a range has; TS_JOIN_NONE if it is not one, or not there. */
static uint32_t document_in(const ts_joined *documents, ts_join_range range)
{
    const uint32_t document = ts_joined_find(documents, range.first);
    if (document == documents->sets->n_documents ||
        ts_joined_rowid(documents, document) > range.last)
        return TS_JOIN_NONE;
    return document;
}

static void pairs_begin(ts_join_cursor *cursor, ts_error *error)
{
    ts_joined *documents = cursor->documents;
    for (int i = 0; i < 2; i++) {
        if (cursor->ranges[i].first != cursor->ranges[i].last) continue;
        const uint32_t document = document_in(documents, cursor->ranges[i]);
        if (document == TS_JOIN_NONE) {
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
        return;
    }
    cursor->pairs = ts_join_new(documents->sets, documents->threshold, TS_JOIN_PAIRS);
    if (cursor->pairs == NULL) ts_error_nomem(error);
}

static sqlite3_int64 pairs_rowid(const ts_join_cursor *cursor, int column)
{
    return ts_joined_rowid(cursor->documents,
                           column == COLUMN_A ? cursor->pair.a : cursor->pair.b);
}

static bool pairs_next(ts_join_cursor *cursor, ts_error *error)
{
    ts_join *join = cursor->pairs != NULL ? cursor->pairs : cursor->documents->partners;
    for (unsigned n_left_out = 0;;) {
        ts_join_state state = TS_JOIN_END;
        ts_error_status(error, ts_join_next(join, &cursor->pair, &state), 1);
        if (error->code != SQLITE_OK || state == TS_JOIN_END) return false;
        if (state == TS_JOIN_PAIR) {
            if (ts_join_in_range(cursor->ranges[0], pairs_rowid(cursor, COLUMN_A)) &&
                ts_join_in_range(cursor->ranges[1], pairs_rowid(cursor, COLUMN_B)))
                return true;
            if (++n_left_out % PAIRS_LEFT_OUT != 0) continue;
        }
        if (!ts_joined_pulse(cursor->documents, error)) return false;
    }
}

static void pairs_column(const ts_join_cursor *cursor, int column,
                         sqlite3_context *context)
{
    const ts_join_pair *pair = &cursor->pair;
    ts_overlap overlap = {.a = pair->n_a, .b = pair->n_b, .both = pair->both};
    double value = 0.0;
    if (column == COLUMN_SIMILARITY) {
        ts_measure_jaccard(&overlap, &value);
    } else {
        if (column == COLUMN_B_IN_A) overlap.a = pair->n_b;
        ts_measure_containment(&overlap, &value);
    }
    sqlite3_result_double(context, value);
}

const ts_join_function ts_tvf_pairs = {
    .schema = "CREATE TABLE x(a INTEGER, b INTEGER, similarity REAL, a_in_b REAL, "
              "b_in_a REAL, textsim_index HIDDEN, textsim_threshold HIDDEN, "
              "textsim_schema HIDDEN)",
    .n_columns = N_COLUMNS,
    .rows_found = 4,
    .begin = pairs_begin,
    .next = pairs_next,
    .rowid = pairs_rowid,
    .column = pairs_column,
};
