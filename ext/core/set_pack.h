/*
 * Sets of shingle hashes in few bytes: what is kept of a document where its text
 * is not.
 *
 * Shingle hashes are uniform, so that a sorted set of n has no more redundancy
 * than its order: 64 - log2(n) + 1.44 bits a hash are the least.  Rice's code of
 * the distances (Rice, Plaunt 1971) takes 0.1 bits more, as measured over sets of
 * 280 on average; the two arrays of Elias and Fano (1974), which would allow to
 * read one hash alone, 0.5.  As there, the lower parts lie apart from the upper
 * ones, so that both are read without a branch for each bit: 2 ns a hash.
 *
 *     n           varint; nothing follows if it is 0
 *     more        varint: bytes of the upper parts beyond ceil(n / 8)
 *     lower parts n times l bits, l = 64 - the bits of the number n
 *     upper parts for each, so many bits 0 as it says, and a bit 1
 *
 * Of the first hash itself, and of the distance of each other one to what follows
 * the one before, the lower l bits are the lower part, and the rest is the upper
 * part.  Bits go from the least of a byte to the highest, both arrays end with
 * bits 0 up to a whole byte, and a varint is 7 bits a byte, the least first, the
 * highest bit set where more follow.
 *
 * There is one encoding of a set, and no other bytes are read.  There is no
 * checksum, because a caller that keeps one outside knows more: that it is the
 * right set.
 */
#ifndef TS_SET_PACK_H
#define TS_SET_PACK_H

#include "buffer.h"
#include "status.h"

#include <stddef.h>
#include <stdint.h>

/* ts_set_pack_size() knows from so many bytes, or fewer if there are no more. */
#define TS_SET_PACK_HEAD 10

/* Append the bytes of a sorted set.  TS_NOMEM; TS_TOO_BIG from 2^32 hashes on. */
ts_status ts_set_pack_append(ts_bytes *out, const uint64_t *set, size_t n);

/* How many bytes the set takes that 'bytes' begin with.  TS_CORRUPT. */
ts_status ts_set_pack_size(const uint8_t *bytes, size_t available, uint64_t *size);

/*
 * Make 'set' what the bytes say, all of them.  TS_CORRUPT, TS_NOMEM; room is made
 * for twice as much as the bytes are, at most.
 */
ts_status ts_set_pack_decode(const uint8_t *bytes, size_t size, ts_hashes *set);

#endif
