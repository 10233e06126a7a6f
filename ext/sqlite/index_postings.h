/*
 * Postings: which documents have a hash in their sample.  See index_schema.c for
 * the levels that they are on, and their bytes.
 */
#ifndef TS_INDEX_POSTINGS_H
#define TS_INDEX_POSTINGS_H

#include "index.h"

/*
 * A posting is a number of 63 bits, the hash (32 bits) before the number of the
 * document (31 bits, not 0), so that their order is that of the numbers.
 */
#define TS_DOCNO_BITS 31
#define TS_POSTING_BITS (32 + TS_DOCNO_BITS)
#define TS_DOCNO_MAX ((UINT64_C(1) << TS_DOCNO_BITS) - 1)

static inline uint64_t ts_posting(uint32_t hash, uint32_t docno)
{
    return (uint64_t)hash << TS_DOCNO_BITS | docno;
}

static inline uint32_t ts_posting_hash(uint64_t posting)
{
    return (uint32_t)(posting >> TS_DOCNO_BITS);
}

static inline uint32_t ts_posting_docno(uint64_t posting)
{
    return (uint32_t)(posting & TS_DOCNO_MAX);
}

/* A level that is made of blocks. */
typedef struct ts_level {
    const char *suffix; /* of the table; the key of t_config that counts its blocks */
    const char *slice;  /* the key of t_config that says where its next one begins */
    ts_statement seek, put, drop;
} ts_level;

/* From the youngest to the one at which all postings end. */
#define TS_N_LEVELS 3
extern const ts_level ts_levels[TS_N_LEVELS];

/* Keys of t_config: see index_levels.c. */
#define TS_TIME "time"
#define TS_DOCUMENTS "documents"

/*
 * The postings of a block, one after the other.  The bytes are borrowed.
 *
 *     ts_block_open(&b, key, bytes, size)
 *     do ... b.posting ... while (ts_block_next(&b));
 */
typedef struct ts_block {
    const uint8_t *at;
    const uint8_t *end;
    uint64_t posting;
    bool is_damaged; /* why there is no next one */
} ts_block;

/* False if there cannot be such a block. */
bool ts_block_open(ts_block *block, sqlite3_int64 key, const void *bytes, size_t size);
/* False at the end. */
bool ts_block_next(ts_block *block);
/*
 * Go towards the last posting of a smaller hash than 'hash', past none that ends
 * behind 'limit', which is within the block.  What is passed is not looked at
 * closely; the block may turn out to be damaged.
 */
void ts_block_pass(ts_block *block, uint32_t hash, const uint8_t *limit);
/* Go to the first posting of a hash or of a larger one; false at the end. */
bool ts_block_skip(ts_block *block, uint32_t hash);

/* Append the postings of a block to 'postings'; false if it is damaged. */
bool ts_block_decode(sqlite3_int64 key, const void *bytes, size_t size,
                     ts_hashes *postings, ts_error *error);

/*
 * Write what a block has for the posting that follows 'before'; how many bytes,
 * at most TS_POSTING_SIZE.
 */
#define TS_POSTING_SIZE 10
size_t ts_block_append(uint8_t *out, uint64_t before, uint64_t posting);

/* The row of a document in the tail, from and to postings; as above. */
bool ts_tail_encode(const uint64_t *set, size_t n, ts_bytes *row, ts_error *error);
bool ts_tail_decode(uint32_t docno, const uint8_t *row, size_t size,
                    ts_hashes *postings, ts_error *error);

/* --- writing: index_levels.c ------------------------------------------------------ */

/* Put the sample of a document, the first n of its set, where the others go. */
bool ts_postings_add(ts_index *index, uint32_t docno, const uint64_t *set, size_t n,
                     ts_error *error);

/* Remove what can be removed now; the rest is noted. */
bool ts_postings_remove(ts_index *index, uint32_t docno, ts_error *error);

/* Merge sorted postings into the lowest level, as 'rebuild' does. */
bool ts_postings_put(ts_index *index, const ts_hashes *postings, ts_error *error);

/* The tables of all levels are empty: note that. */
bool ts_postings_reset(ts_index *index, ts_error *error);

/* Bring all to the lowest level, without those of dead documents. */
bool ts_postings_optimize(ts_index *index, ts_error *error);

/* --- reading: index_lookup.c ------------------------------------------------------ */

/*
 * Look hashes up.  'hits' gets one number for each posting found, made by
 * ts_hit(), without an order; lists of more than TS_LONG_LIST postings on one level are
 * left out at first, on all levels but the tail, and listed instead.
 */
typedef struct ts_lookup {
    const uint32_t *hashes; /* borrowed: ascending, distinct */
    size_t n;
    ts_hashes hits;      /* owned */
    ts_hashes long_ones; /* owned: which of the hashes have long lists */
} ts_lookup;

#define TS_LONG_LIST 2000

/*
 * A document that has a hash.  The number of the document is mixed, by a bijection,
 * so that hits are sorted as fast as hashes are.
 */
static inline uint64_t ts_hit(uint32_t docno, uint32_t hash_number)
{
    return (uint64_t)(docno * UINT32_C(0x9E3779B1)) << 32 | hash_number;
}

static inline uint32_t ts_hit_docno(uint64_t hit)
{
    return (uint32_t)(hit >> 32) * UINT32_C(0x0E8B2F51);
}

/* All hashes in the tail. */
bool ts_lookup_tail(ts_index *index, ts_lookup *lookup, ts_error *error);
/* The hashes from 'first' on, n of them, in the blocks. */
bool ts_lookup_levels(ts_index *index, ts_lookup *lookup, size_t first, size_t n,
                      ts_error *error);
/* Add the hits of a hash that has a long list. */
bool ts_lookup_long(ts_index *index, ts_lookup *lookup, size_t hash_number,
                    ts_error *error);
/*
 * Of the hashes that have long lists, n are left out for good, from 'first' on: drop
 * what the tail has of them, so that all documents are alike.
 */
void ts_lookup_leave_out(ts_lookup *lookup, size_t first, size_t n);
void ts_lookup_clear(ts_lookup *lookup);

#endif
