/*
 * Exact sets of shingles: sorted distinct 64-bit hashes.
 */
#ifndef TS_SETS_H
#define TS_SETS_H

#include "buffer.h"
#include "format.h"
#include "measures.h"
#include "poll.h"

/*
 * Sort the hashes and drop repeats, in place.  They should be uniform, as
 * shingle hashes are, for speed, not for the result: about 4 ns per hash, 12 for
 * ten millions; made to be slow, eight times that.  Needs up to 60 kB of stack.
 */
void ts_set_sort(ts_hashes *hashes);

/* The same; TS_STOPPED if 'poll' says so, which may be NULL: it is not asked. */
ts_status ts_set_sort_polled(ts_hashes *hashes, ts_poll *poll);

/* |A|, |B| and |A and B| of two sorted sets; linear, or n log m if one is small. */
void ts_set_overlap(const uint64_t *a, size_t n_a, const uint64_t *b, size_t n_b,
                    ts_overlap *overlap);

/* The same; TS_STOPPED if 'poll' says so. */
ts_status ts_set_overlap_polled(const ts_hashes *a, const ts_hashes *b,
                                ts_overlap *overlap, ts_poll *poll);

/* Write the BLOB of a sorted set; 'blob' has ts_format_size() bytes. */
void ts_set_encode(const ts_params *params, const uint64_t *hashes, uint32_t count,
                   uint8_t *blob);

/* The same; TS_STOPPED if 'poll' says so, which may be NULL: it is not asked. */
ts_status ts_set_encode_polled(const ts_params *params, const uint64_t *hashes,
                               uint32_t count, uint8_t *blob, ts_poll *poll);

/*
 * Check a set BLOB and append its hashes to 'hashes', which must be empty.
 * 'header' gets its options.  TS_NOT_OURS (also for a sketch), TS_NEWER,
 * TS_CORRUPT (also if the hashes do not ascend), TS_NOMEM.
 */
ts_status ts_set_decode(ts_header *header, ts_hashes *hashes, const uint8_t *blob,
                        size_t size);

#endif
