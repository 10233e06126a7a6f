/*
 * A lookup under way: what index_candidates.c, which finds hits, and
 * index_sizes.c, which finds the documents that have enough of them, share.
 */
#ifndef TS_INDEX_SEARCH_H
#define TS_INDEX_SEARCH_H

#include "index_candidates.h"
#include "index_postings.h"

/* Which promise holds, and so what is looked up. */
typedef enum ts_promise {
    PROMISE_NONE,
    PROMISE_SIMILAR, /* 1. of sample.h: what is sampled of a document */
    PROMISE_SHARED,  /* 2. or 4.: what is below the limit */
    PROMISE_ALL      /* 3. or 5.: all hashes */
} ts_promise;

typedef struct ts_search {
    ts_index *index;
    const ts_query *query;
    ts_error *error;
    ts_promise promise;
    bool is_certain; /* nothing is left to chance */
    ts_lookup lookup;
    uint32_t *hashes;  /* owned: of the lookup */
    size_t n_sampled;  /* of them: the first, which a cutoff is about */
    size_t n_tried;    /* of those: looked up by now */
    size_t n_left_out; /* of those: long lists that were not read */
    /*
     * Of the lists that a good part of the documents is in: how many of them each
     * document is in, by its number, up to n_counts - 1.  The hits have the others.
     */
    uint16_t *counts; /* owned: NULL if there are no such lists */
    size_t n_counts;
    size_t n_counted; /* so many lists */
    /*
     * P of 6. of sample.h: the set of a document that is in the first few of
     * those lists, and how many hashes led to it.
     */
    ts_hashes typical; /* owned; empty if there is none */
    size_t n_typical;
    uint32_t *cutoffs; /* owned: for n_tried, by shared hashes, +1; 0: not known yet */
} ts_search;

/* The hits of one document, those of hashes that were not tried left out. */
typedef struct ts_document_hits {
    uint32_t docno;
    uint32_t n;
} ts_document_hits;

/* Looking at a document costs as much as looking so many hashes up. */
#define HASHES_FOR_DOCUMENT 4

/* --- index_candidates.c -------------------------------------------------------- */

/*
 * How many shingles a document of n must share at least to meet the bounds; UINT64_MAX
 * if it cannot.
 */
uint64_t ts_search_shared(const ts_query *query, uint64_t n_document);

/*
 * The least that any document must share: similarity is a share of at least the
 * query, and of the document.
 */
uint64_t ts_search_shared_by_any(const ts_query *query);

/*
 * How many of n hashes that were looked up, of n_of, are found in a document that
 * shares so many of all.
 */
uint64_t ts_search_hits_among(const ts_search *s, uint64_t n_of, uint64_t shared,
                              uint64_t n);

/* How many hits are needed with what was tried: at least one. */
uint32_t ts_search_cutoff(ts_search *s, uint64_t shared);

/* No document has a larger number. */
sqlite3_int64 ts_search_last_number(ts_search *s);

/* --- index_sizes.c ------------------------------------------------------------- */

/* After a few long lists were counted, of the first n hashes: find the typical
 * document. */
void ts_search_find_typical(ts_search *s, size_t n);

/*
 * Append the documents that have enough hits for their size.  The hits are here
 * one number a document, ascending: its number, and how many it has.
 */
void ts_search_take(ts_search *s, ts_rowid_range range, ts_rowids *found);

/*
 * Where nothing is promised, the documents that have the size for it: with a bound
 * on doc_in_query, a short query has only short ones.  False if that is most of
 * them, which are faster read one after the other, or on an error.
 */
bool ts_search_take_by_size(ts_search *s, ts_rowid_range range, ts_rowids *found);

/*
 * Where all hashes of a long query would be looked up: whether it costs less to look
 * at all documents that have the size for it, which are then found.  Sizes are only
 * read if that is little beside the lookup.
 */
bool ts_search_take_instead(ts_search *s, ts_rowid_range range, ts_rowids *found);

#endif
