/*
 * textsim_clusters(index [, threshold [, schema]]): see tvf_join.h and
 * core/clusters.h.
 *
 * Rows come in the order of the rowids.  Of one cluster, its documents are read
 * along their chain, and of one document there is one row.
 */
#include "tvf_join.h"

#include "../core/measures.h"

SQLITE_EXTENSION_INIT3

/* Documents that are left out, before it is asked whether to go on. */
#define DOCUMENTS_LEFT_OUT 10000

enum { COLUMN_CLUSTER, COLUMN_ROWID, COLUMN_SIZE, COLUMN_SIMILARITY, N_COLUMNS };

static bool find_clusters(ts_joined *documents, ts_error *error)
{
    if (documents->clusters != NULL) return true;
    ts_clusters *clusters = ts_clusters_new(documents->sets, documents->threshold);
    if (clusters == NULL) ts_error_nomem(error);
    for (bool ready = false; error->code == SQLITE_OK && !ready;) {
        ts_error_status(error, ts_clusters_find(clusters, &ready), 1);
        ts_joined_pulse(documents, error);
    }
    if (error->code == SQLITE_OK)
        documents->clusters = clusters;
    else
        ts_clusters_free(clusters);
    return error->code == SQLITE_OK;
}

/*
 * Look up the cluster of the one document that a condition is about, if there is one
 * and that pays.  Then cursor->members are the rows, but for those out of range.
 */
static bool look_up(ts_join_cursor *cursor, ts_error *error)
{
    const ts_join_range *ranges = cursor->ranges;
    ts_hashes *members = &cursor->members;
    const bool by_cluster = ts_join_is_one(ranges[COLUMN_CLUSTER]);
    if (!by_cluster && !ts_join_is_one(ranges[COLUMN_ROWID])) return false;
    const sqlite3_int64 rowid =
        ranges[by_cluster ? COLUMN_CLUSTER : COLUMN_ROWID].first;
    if (!ts_partners_connected(cursor->documents, rowid, members, error)) return false;

    cursor->rowids[COLUMN_CLUSTER] = (sqlite3_int64)members->data[0];
    cursor->cluster.size = (uint32_t)members->size;
    if (members->size < 2 ||
        !ts_join_in_range(ranges[COLUMN_CLUSTER], cursor->rowids[COLUMN_CLUSTER]))
        cursor->at_end = true;
    else
        ts_partner_list_open(&cursor->partners, cursor->documents,
                             cursor->rowids[COLUMN_CLUSTER], error);
    return true;
}

static void clusters_begin(ts_join_cursor *cursor, ts_error *error)
{
    ts_joined *documents = cursor->documents;
    cursor->is_looked_up = look_up(cursor, error);
    if (cursor->is_looked_up || error->code != SQLITE_OK) return;
    if (!ts_joined_read(documents, error) || !find_clusters(documents, error)) return;
    /* No document of a cluster is before the one that names it. */
    const ts_join_range *cluster = &cursor->ranges[COLUMN_CLUSTER];
    const ts_join_range *rowid = &cursor->ranges[COLUMN_ROWID];
    cursor->in_chain =
        cluster->first == cluster->last && rowid->first <= cluster->first;
    const sqlite3_int64 first =
        rowid->first > cluster->first ? rowid->first : cluster->first;
    cursor->document = ts_joined_find(documents, first);
}

/* The next of the documents that were looked up. */
static bool next_member(ts_join_cursor *cursor, ts_error *error)
{
    const ts_hashes *members = &cursor->members;
    while (cursor->next_member < members->size) {
        const sqlite3_int64 rowid = (sqlite3_int64)members->data[cursor->next_member++];
        cursor->rowids[COLUMN_ROWID] = rowid;
        if (!ts_join_in_range(cursor->ranges[COLUMN_ROWID], rowid)) continue;
        if (!ts_partner_list_measure(&cursor->partners, rowid, error)) break;
        cursor->overlap = cursor->partners.overlap;
        return true;
    }
    return false;
}

/* The document of the row that is read after this one. */
static uint32_t following(const ts_join_cursor *cursor)
{
    const ts_joined *documents = cursor->documents;
    if (!cursor->in_chain) return cursor->document + 1;
    const uint32_t next = ts_clusters_next(documents->clusters, cursor->document);
    return next == TS_JOIN_NONE ? documents->sets->n_documents : next;
}

static bool clusters_next(ts_join_cursor *cursor, ts_error *error)
{
    if (cursor->is_looked_up) return next_member(cursor, error);
    ts_joined *documents = cursor->documents;
    const uint32_t n_documents = documents->sets->n_documents;
    unsigned n_left_out = 0;
    if (cursor->number > 1) cursor->document = following(cursor);
    for (; cursor->document < n_documents; cursor->document = following(cursor)) {
        const sqlite3_int64 rowid = ts_joined_rowid(documents, cursor->document);
        if (rowid > cursor->ranges[COLUMN_ROWID].last) return false;
        cursor->cluster = ts_clusters_of(documents->clusters, cursor->document);
        cursor->rowids[COLUMN_CLUSTER] =
            ts_joined_rowid(documents, cursor->cluster.first);
        cursor->rowids[COLUMN_ROWID] = rowid;
        if (cursor->cluster.size > 1 &&
            ts_join_in_range(cursor->ranges[COLUMN_CLUSTER],
                             cursor->rowids[COLUMN_CLUSTER]))
            return true;
        if (cursor->in_chain) return false;
        if (++n_left_out % DOCUMENTS_LEFT_OUT == 0 &&
            !ts_joined_pulse(documents, error))
            return false;
    }
    return false;
}

static void clusters_column(ts_join_cursor *cursor, int column,
                            sqlite3_context *context)
{
    if (column == COLUMN_SIZE) {
        sqlite3_result_int64(context, cursor->cluster.size);
        return;
    }
    double similarity = 0.0;
    if (!cursor->is_looked_up)
        ts_join_sets_overlap(cursor->documents->sets, cursor->document,
                             cursor->cluster.first, &cursor->overlap);
    ts_measure_jaccard(&cursor->overlap, &similarity);
    sqlite3_result_double(context, similarity);
}

const ts_join_function ts_tvf_clusters = {
    .schema =
        "CREATE TABLE x(cluster INTEGER, rowid INTEGER, size INTEGER, "
        "similarity REAL, textsim_index TEXT HIDDEN, textsim_threshold REAL HIDDEN, "
        "textsim_schema TEXT HIDDEN, PRIMARY KEY(rowid, textsim_index)) "
        "WITHOUT ROWID",
    .n_columns = N_COLUMNS,
    .rows_found = 2,
    .begin = clusters_begin,
    .next = clusters_next,
    .column = clusters_column,
};
