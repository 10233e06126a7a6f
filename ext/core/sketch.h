/*
 * MinHash sketches by one-permutation hashing.
 *
 * Li, Owen, Zhang, "One Permutation Hashing" (2012): the hash range is cut
 * into n slots, each keeps the least hash that falls into it.  One hash and one
 * minimum per shingle, whatever n is.  Slots that stay empty are kept so: two
 * sketches then merge by slot-wise minimum, and the estimate
 *
 *     matching slots / slots in which at least one of the two is not empty
 *
 * is unbiased, with an error below sqrt(J(1-J)/n), because the sampling is
 * without replacement.  (Densified values neither merge nor estimate as well;
 * bands.h densifies on the fly, for keys only.)
 *
 * Each slot that is not empty in both is one sample of the union: of both sets
 * if the values are equal, else of the set with the lesser one.  So the same
 * counts estimate all four measures (measures.h).
 *
 * In memory a sketch is an array of n 32-bit slots; format.h has the BLOB.
 */
#ifndef TS_SKETCH_H
#define TS_SKETCH_H

#include "format.h"
#include "measures.h"
#include "poll.h"

#define TS_SLOT_EMPTY UINT32_MAX

void ts_sketch_clear(uint32_t *slots, uint32_t n);

/* Add shingle hashes; repeats and order do not matter.  About 1 ns each. */
void ts_sketch_add(uint32_t *slots, uint32_t n, const uint64_t *hashes, size_t count);

/* The same; TS_STOPPED if the poll says so. */
ts_status ts_sketch_add_polled(uint32_t *slots, uint32_t n, const uint64_t *hashes,
                               size_t count, ts_poll *poll);

/* slots = the sketch of both texts together. */
void ts_sketch_union(uint32_t *slots, const uint32_t *other, uint32_t n);

/* Samples of A, of B and of both. */
void ts_sketch_overlap(const uint32_t *a, const uint32_t *b, uint32_t n,
                       ts_overlap *overlap);

/*
 * Estimate the number of distinct shingles: the maximum likelihood for points
 * that fall evenly on a range of which each slot shows the first.  Relative
 * error about 1/sqrt(n), 9 % for 128 slots; 1/sqrt(2n) for sets smaller than n.
 */
uint64_t ts_sketch_count(const uint32_t *slots, uint32_t n);

/* Write the BLOB; 'blob' has ts_format_size(TS_KIND_SKETCH, num_perm) bytes. */
void ts_sketch_encode(const ts_params *params, const uint32_t *slots, uint8_t *blob);

/*
 * Check a sketch BLOB and copy its slots; 'slots' has room for
 * TS_NUM_PERM_MAX.  TS_NOT_OURS (also for a set), TS_NEWER, TS_CORRUPT.
 */
ts_status ts_sketch_decode(ts_header *header, uint32_t *slots, const uint8_t *blob,
                           size_t size);

#endif
