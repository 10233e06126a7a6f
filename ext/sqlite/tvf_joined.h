/*
 * The documents of an index, as a call of textsim_pairs or textsim_clusters needs
 * them: to be looked up one by one, or all read.
 */
#ifndef TS_TVF_JOINED_H
#define TS_TVF_JOINED_H

#include "index_partners.h"
#include "pulse.h"
#include "values.h"

#include "../core/clusters.h"
#include "../core/join.h"

#define TS_JOIN_ARGUMENTS 3

typedef struct ts_joined {
    ts_value_copy arguments[TS_JOIN_ARGUMENTS]; /* owned */
    ts_index *index;                            /* owned */
    double threshold;
    ts_partners lookups; /* owned */

    /* Made when it is first needed; 'sets' first of all, until when all is empty. */
    bool is_read;          /* whether it was made to the end */
    ts_join_sets *sets;    /* owned */
    ts_hashes rowids;      /* owned; by number of a document, ascending */
    ts_join *partners;     /* owned */
    ts_clusters *clusters; /* owned */
    ts_pulse pulse;        /* owned: begun when the index is open */
    ts_poll poll;          /* that goes by it */
} ts_joined;

/*
 * Open the index that the arguments name: index, threshold, schema, of which the
 * last two may be NULL.  Owned; NULL on an error.  No document is read.
 */
ts_joined *ts_joined_open(sqlite3 *db, sqlite3_value *const *arguments,
                          ts_error *error);
/* NULL is allowed. */
void ts_joined_free(ts_joined *documents);

/* Whether reading all documents was begun, and an error ended it. */
static inline bool ts_joined_has_failed(const ts_joined *documents)
{
    return documents->sets != NULL && !documents->is_read;
}

/* Are these the documents of a call with the same arguments?  Of NULL, no. */
bool ts_joined_is_of(const ts_joined *documents, sqlite3_value *const *arguments);

/*
 * Whether it still pays to look up documents one by one, if that takes so many
 * readings of a document more: the sum of all lookups stays under a fraction of what
 * it costs to read all, which is then done once.  False on an error, too.
 */
bool ts_joined_may_look_up(ts_joined *documents, size_t n_readings, ts_error *error);

/* Read all documents that can have a partner, if that was not done; false on an error.
 */
bool ts_joined_read(ts_joined *documents, ts_error *error);

/* Was the work interrupted?  Then that is the error. */
bool ts_joined_pulse(ts_joined *documents, ts_error *error);

/* The first document whose rowid is not less; n_documents if there is none. */
uint32_t ts_joined_find(const ts_joined *documents, sqlite3_int64 rowid);

static inline sqlite3_int64 ts_joined_rowid(const ts_joined *documents,
                                            uint32_t document)
{
    return (sqlite3_int64)documents->rowids.data[document];
}

#endif
