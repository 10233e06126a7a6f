/*
 * What the index tells of all its documents without reading one: the sizes of
 * their sets, and what their samples have in common.
 *
 * The elements of a set that its sample has certainly are those below the limit
 * (sample.h), taken once where several agree in the 32 bits of a posting;
 * all others are "unseen".  Two sets that share more than either has unseen share
 * a hash that both have in postings: no chance is in that, unlike in what a MATCH
 * is promised.
 *
 * What is told is that of the texts as they were indexed.
 */
#ifndef TS_INDEX_SURVEY_H
#define TS_INDEX_SURVEY_H

#include "index.h"

/* By number of a document, below n.  A zeroed one is valid and empty. */
typedef struct ts_survey {
    uint32_t n;
    uint32_t n_documents;  /* that are not empty */
    sqlite3_int64 *rowids; /* owned */
    uint32_t *sizes;       /* owned; 0: there is no document, or an empty one */
    uint32_t *least;       /* owned: the smallest size that a partner can have */

    /* From the postings; NULL before ts_survey_postings(). */
    uint32_t *seen; /* owned: elements that are not unseen */
    uint32_t *met;  /* owned: of these, those in a set that has a possible size */
} ts_survey;

void ts_survey_clear(ts_survey *survey);

/*
 * Read t_numbers, about 0.1 us a document; partners are those at the threshold.
 * False on an error, and where numbers are so sparse that an array of them all
 * would be a waste, as after very many updates.
 */
bool ts_survey_sizes(ts_survey *survey, ts_index *index, double threshold,
                     ts_error *error);

/* Then all postings: 1.5 us a document of 280 hashes. */
bool ts_survey_postings(ts_survey *survey, ts_index *index, ts_error *error);

/* Elements of a document's set that its sample may not have. */
static inline uint32_t ts_survey_unseen(const ts_survey *survey, uint32_t docno)
{
    const uint32_t size = survey->sizes[docno], seen = survey->seen[docno];
    return seen < size ? size - seen : 0;
}

/*
 * Append to 'rowids', sorted, those of the documents that may have a partner: all
 * that have one, and others.
 */
bool ts_survey_joinable(const ts_survey *survey, ts_hashes *rowids, ts_error *error);

/* Sort rowids, kept as numbers without a sign; drop repeats. */
void ts_survey_sort(ts_hashes *rowids);

#endif
