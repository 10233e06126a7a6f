/*
 * A MATCH: what is looked for, and how a document compares.
 */
#ifndef TS_INDEX_QUERY_H
#define TS_INDEX_QUERY_H

#include "index.h"

#include "../core/sketch.h"

typedef enum ts_measure {
    TS_SIMILARITY,   /* Jaccard */
    TS_QUERY_IN_DOC, /* share of the query's shingles found in the document */
    TS_DOC_IN_QUERY, /* share of the document's found in the query */
    TS_N_MEASURES
} ts_measure;

/* A zeroed one is valid for ts_query_clear. */
typedef struct ts_query {
    bool is_sketch;   /* a BLOB of minhash(): all measures are estimates */
    ts_params params; /* of that BLOB */
    ts_hashes set;    /* owned: the distinct shingles, sorted */
    uint32_t *slots;  /* owned: of the sketch, and as many for a document's */
    /* What a document must have at least; 0 where there is no bound. */
    double least[TS_N_MEASURES];
} ts_query;

void ts_query_clear(ts_query *query);

/*
 * Read what stands right of MATCH: a text, or a BLOB with the options of the
 * table.  NULL is not for here: it finds nothing.  The bounds are 0.
 */
bool ts_query_read(ts_query *query, ts_index *index, sqlite3_value *value,
                   ts_error *error);

/*
 * Measure a document, by its set.  False if it does not share a shingle with the
 * query or does not meet the bounds.
 */
bool ts_query_measure(ts_query *query, const ts_hashes *set,
                      double measures[TS_N_MEASURES]);

#endif
