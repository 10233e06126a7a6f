/*
 * Which hashes do documents share?  The hashes of all documents, dealt out to
 * parts by their upper bits, so that each part can be counted in the cache.
 *
 * A document's hashes arrive sorted, so that the parts are written to in their
 * order; that is the only time a hash is moved.  A part is a list of chunks of
 * 8-byte entries: the lower 54 bits of a hash, and in the upper 10, which all
 * hashes of the part have in common, how far the document's number is from that
 * of the entry before.  (Where that is too far for 10 bits, an entry with the
 * largest step has the number itself in its lower bits.)
 *
 * Counting replaces the hash in each entry by its number among the hashes of the
 * part that occur in two documents or more, or by 0 for the many that do not:
 * they can be in no intersection.  A million documents need no more memory for
 * that than one part's hash table.
 */
#ifndef TS_JOIN_PARTS_H
#define TS_JOIN_PARTS_H

#include "status.h"

#include <stddef.h>
#include <stdint.h>

/*
 * With 1024 parts the table of one is 1 MB for 30 million hashes, and the ends
 * of all parts, where the next entries go, fit the second-level cache.
 */
#define TS_JOIN_PART_BITS 10
#define TS_JOIN_PARTS (1 << TS_JOIN_PART_BITS)

typedef struct ts_join_chunk {
    struct ts_join_chunk *next; /* owned */
    uint64_t *end;              /* of its entries; set when the next chunk begins */
    uint64_t entries[];
} ts_join_chunk;

typedef struct ts_join_part {
    uint64_t *at;                /* where the next entry goes, in 'last' */
    uint64_t *end;               /* of the room in 'last' */
    ts_join_chunk *first, *last; /* owned list */
    size_t n;                    /* entries, about */
    uint32_t document;           /* that of the last entry */

    /* After counting, of the shared hashes; after ranking, their ranks. */
    uint32_t n_shared;
    uint32_t *shared; /* owned */
} ts_join_part;

/* A slot of the table that counts a part. */
typedef struct ts_join_slot {
    uint64_t hash;
    uint32_t n_documents; /* with this hash; 0: the slot is empty */
    uint32_t n_counted;   /* of these, without the copies */
} ts_join_slot;

typedef struct ts_join_parts {
    ts_join_part parts[TS_JOIN_PARTS];
    ts_join_slot *slots; /* owned scratch */
    size_t n_slots;      /* a power of two */
} ts_join_parts;

/* A zeroed ts_join_parts is empty and valid.  Free what it holds. */
void ts_join_parts_clear(ts_join_parts *parts);

/*
 * Deal out the sorted distinct hashes of a document.  Numbers of documents
 * ascend.  After TS_NOMEM the parts can only be cleared.
 */
ts_status ts_join_parts_add(ts_join_parts *parts, uint32_t document,
                            const uint64_t *hashes, size_t n);

/* What counting is told and tells, by the number of a document. */
typedef struct ts_join_counts {
    const uint8_t *is_copy; /* 1: the document has the set of another one */
    uint32_t *n_shared;     /* of its hashes, those in two documents or more */
    /* How many shared hashes are in 0, 1, 2, ... documents that are no copies. */
    uint32_t *by_frequency;
} ts_join_counts;

/*
 * Count one part: add to 'counts', and set part->shared to the frequencies (in
 * documents that are no copies).  About 13 ns per entry.  TS_NOMEM.
 */
ts_status ts_join_parts_count(ts_join_parts *parts, size_t part,
                              const ts_join_counts *counts);

/*
 * Replace frequencies by ranks: next[f] is the rank of the next hash of
 * frequency f.
 */
void ts_join_parts_rank(ts_join_parts *parts, size_t part, uint32_t *next);

/*
 * Put the ranks of a part into 'ranks', those of document d at place[d], which
 * moves on; and free the part.
 */
void ts_join_parts_deal(ts_join_parts *parts, size_t part, size_t *place,
                        uint32_t *ranks);

#endif
