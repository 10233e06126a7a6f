/*
 * A MATCH: see index_query.h.
 *
 * The measures are those of the functions, from the same counts of the same
 * sets, so that they are the same doubles.
 */
#include "index_query.h"

#include "../core/measures.h"
#include "../core/sets.h"

#include "blobs.h"

SQLITE_EXTENSION_INIT3

void ts_query_clear(ts_query *query)
{
    ts_hashes_clear(&query->set);
    sqlite3_free(query->slots);
    *query = (ts_query){0};
}

static void read_text(ts_query *query, ts_index *index, sqlite3_value *value,
                      ts_error *error)
{
    ts_view text;
    if (ts_value_text(value, 1, &text, error))
        ts_index_shingle(index, text, &query->set, error);
}

/* The BLOB must have been made with what the table was. */
static void agree(ts_query *query, const ts_index *index, const ts_header *header,
                  ts_error *error)
{
    const ts_options *options = &index->config.options;
    ts_difference difference;
    unsigned keys = TS_OPTIONS_OF_SHINGLES;
    if (header->kind == TS_KIND_SKETCH)
        keys |= options->given & TS_OPTION_BIT(TS_OPTION_NUM_PERM);
    if (ts_options_differ(&header->params, &options->params, keys, &difference))
        ts_error_set(error, "the query was made with %s=%s, the table with %s=%s",
                     difference.key, difference.x, difference.key, difference.y);
    query->is_sketch = header->kind == TS_KIND_SKETCH;
    query->params = header->params;
}

static void read_blob(ts_query *query, ts_index *index, sqlite3_value *value,
                      ts_error *error)
{
    query->slots = sqlite3_malloc64(2 * TS_NUM_PERM_MAX * sizeof *query->slots);
    if (query->slots == NULL) {
        ts_error_nomem(error);
        return;
    }
    ts_blob blob = {.slots = query->slots, .set = &query->set};
    const void *data = sqlite3_value_blob(value);
    const int size = sqlite3_value_bytes(value);
    const ts_view view = {.data = data, .size = data == NULL ? 0 : (size_t)size};
    switch (ts_blob_read(&blob, view)) {
    case TS_OK:
        agree(query, index, &blob.header, error);
        break;
    case TS_NOMEM:
        ts_error_nomem(error);
        break;
    case TS_NEWER:
        ts_error_set(error, "the query is a BLOB of a newer version of textsim");
        break;
    case TS_NOT_OURS:
        ts_error_set(error, "the query is a BLOB that is not of minhash() or "
                            "shingle_set()" TS_CAST_HINT);
        break;
    default:
        ts_error_set(error, "the query is a damaged BLOB of textsim");
        break;
    }
}

bool ts_query_read(ts_query *query, ts_index *index, sqlite3_value *value,
                   ts_error *error)
{
    ts_query_clear(query);
    if (sqlite3_value_type(value) == SQLITE_BLOB)
        read_blob(query, index, value, error);
    else
        read_text(query, index, value, error);
    return error->code == SQLITE_OK;
}

static void overlap_of(ts_query *query, const ts_hashes *set, ts_overlap *overlap)
{
    if (query->is_sketch) {
        const uint32_t n = query->params.num_perm;
        uint32_t *slots = query->slots + TS_NUM_PERM_MAX;
        ts_sketch_clear(slots, n);
        ts_sketch_add(slots, n, set->data, set->size);
        ts_sketch_overlap(query->slots, slots, n, overlap);
    } else {
        ts_set_overlap(query->set.data, query->set.size, set->data, set->size, overlap);
    }
}

bool ts_query_measure(ts_query *query, const ts_hashes *set,
                      double measures[TS_N_MEASURES])
{
    ts_overlap overlap;
    overlap_of(query, set, &overlap);
    if (overlap.both == 0) return false;
    const ts_overlap swapped = {.a = overlap.b, .b = overlap.a, .both = overlap.both};
    /* unreachable: what has something in common is not empty */
    if (!ts_measure_jaccard(&overlap, &measures[TS_SIMILARITY]) ||
        !ts_measure_containment(&overlap, &measures[TS_QUERY_IN_DOC]) ||
        !ts_measure_containment(&swapped, &measures[TS_DOC_IN_QUERY]))
        return false;
    for (int i = 0; i < TS_N_MEASURES; i++)
        if (measures[i] < query->least[i]) return false;
    return true;
}
