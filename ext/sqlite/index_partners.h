/*
 * Which documents can be partners of one, by the postings: all that are, and
 * some others.
 *
 *     ts_partners partners;
 *     ts_partners_init(&partners, index, 0.8);
 *     if (ts_partners_find(&partners, set, &rowids, &error)) ... for each document
 *     ts_partners_clear(&partners);
 *
 * Unlike those of a MATCH (index_candidates.h), none is left to chance.  Two sets
 * of which o elements must be common share a posting if one of the two has less
 * than o unseen elements (index_survey.h); a posting is then found, and how many
 * there must be is known.  Of a sample that is a third, that is certain from a
 * similarity of about 0.75 on, but for short documents: of 118,517 documents of 280
 * hashes, 299 of 300 need no more than a lookup at 0.8, which takes 1 ms.  Below, it
 * holds for some sizes of the other set and not for all: the sizes of all documents
 * are read (index_survey.h), and where still many are in question, all postings,
 * once.  At 0.6 then no document is in question any more, at 0.5 of those of about
 * the same size one half, 2 % of all: they are candidates without a posting in
 * common.  At 0.4 it is 20 %.
 */
#ifndef TS_INDEX_PARTNERS_H
#define TS_INDEX_PARTNERS_H

#include "index_survey.h"

/* A zeroed one is valid for ts_partners_clear(). */
typedef struct ts_partners {
    ts_index *index; /* borrowed */
    double threshold;
    ts_survey survey; /* owned; made when it is first needed */
    bool is_sparse;   /* there can be none */
    bool is_counted;  /* whether the next is known */
    uint64_t n_documents;
    /* What was done so far, in readings of a document, about 10 us each. */
    uint64_t spent;
} ts_partners;

/* 'index' is borrowed until ts_partners_clear(). */
void ts_partners_init(ts_partners *partners, ts_index *index, double threshold);
void ts_partners_clear(ts_partners *partners);

/*
 * How many documents there are.  The first time, SQLite counts them, which takes
 * longer than a lookup.  False on an error.
 */
bool ts_partners_count(ts_partners *partners, uint64_t *n_documents, ts_error *error);

/*
 * Make 'rowids' those of the documents, sorted, that a document with this set can
 * have as partners; itself is one of them.  False on an error, and where it takes
 * no less than to look at all documents.
 */
bool ts_partners_find(ts_partners *partners, const ts_hashes *set, ts_hashes *rowids,
                      ts_error *error);

#endif
