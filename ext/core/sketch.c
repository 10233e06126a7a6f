#include "sketch.h"

#include "hash.h"

#include <assert.h>

/* Slot values have 31 bits, so that none of them is TS_SLOT_EMPTY. */
#define VALUE_BITS 31

void ts_sketch_clear(uint32_t *slots, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        slots[i] = TS_SLOT_EMPTY;
}

/*
 * One product deals with a hash: h * n as a number of 64 + 64 bits has the slot
 * in its upper half and, in the lower half, where in the slot's range h lies.
 * The store is unconditional: whether a hash is the least of its slot cannot be
 * predicted, and a branch on it costs half the speed.
 */
void ts_sketch_add(uint32_t *slots, uint32_t n, const uint64_t *hashes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t slot = ts_mul_high(hashes[i], n);
        uint32_t value = (uint32_t)((hashes[i] * n) >> (64 - VALUE_BITS));
        uint32_t least = slots[slot];
        slots[slot] = value < least ? value : least;
    }
}

ts_status ts_sketch_add_polled(uint32_t *slots, uint32_t n, const uint64_t *hashes,
                               size_t count, ts_poll *poll)
{
    for (size_t i = 0, stop; i < count; i = stop) {
        ts_status rc = ts_poll_piece(poll, 8, i, count, &stop);
        if (rc != TS_OK) return rc;
        ts_sketch_add(slots, n, hashes + i, stop - i);
    }
    return TS_OK;
}

void ts_sketch_union(uint32_t *slots, const uint32_t *other, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        slots[i] = other[i] < slots[i] ? other[i] : slots[i];
}

/*
 * A sample is one of A alone where a[i] < b[i], TS_SLOT_EMPTY being greater than
 * any value, of B alone where a[i] > b[i], and else of both, unless both are
 * empty.  All bits of TS_SLOT_EMPTY are set and the top bit of a value is not,
 * so that a conjunction finds the empty ones.  Three sums without a branch become
 * vector code where the compiler is allowed to.
 */
void ts_sketch_overlap(const uint32_t *a, const uint32_t *b, uint32_t n,
                       ts_overlap *overlap)
{
    uint32_t n_a_alone = 0, n_b_alone = 0, n_neither = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t x = a[i], y = b[i];
        n_a_alone += x < y;
        n_b_alone += x > y;
        n_neither += (x & y) == TS_SLOT_EMPTY;
    }
    uint32_t n_both = n - n_a_alone - n_b_alone - n_neither;
    *overlap = (ts_overlap){
        .a = n_a_alone + n_both,
        .b = n_b_alone + n_both,
        .both = n_both,
    };
}

/*
 * Points that fall on a slot's range, of length 1, at rate r: the distance from
 * its begin to the first is exponential with rate r, cut off at 1 where the
 * slot is empty.  The likelihood of all slots is greatest at r = slots in use /
 * sum of the distances, an empty slot's being 1, and n * r is the count.
 *
 * All in units of half a value, so that a value v stands for the middle of the
 * range [v, v + 1) that it was rounded down from, and the sum is never 0.
 * Integers: 12 bits of n, 12 of slots in use and 32 fit in 64, and the result
 * is the same everywhere.
 */
uint64_t ts_sketch_count(const uint32_t *slots, uint32_t n)
{
    assert(n > 0);
    const uint64_t one = UINT64_C(1) << (VALUE_BITS + 1);
    uint64_t used = 0, sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (slots[i] == TS_SLOT_EMPTY) {
            sum += one;
        } else {
            sum += 2 * (uint64_t)slots[i] + 1;
            used++;
        }
    }
    return (n * used * one + sum / 2) / sum;
}

void ts_sketch_encode(const ts_params *params, const uint32_t *slots, uint8_t *blob)
{
    const ts_header header = {
        .kind = TS_KIND_SKETCH, .params = *params, .count = params->num_perm};
    for (uint32_t i = 0; i < header.count; i++)
        ts_store32(blob + TS_HEADER_SIZE + 4 * (size_t)i, slots[i]);
    ts_format_seal(&header, blob);
}

ts_status ts_sketch_decode(ts_header *header, uint32_t *slots, const uint8_t *blob,
                           size_t size)
{
    ts_header found;
    ts_status rc = ts_format_open(&found, blob, size);
    if (rc != TS_OK) return rc;
    if (found.kind != TS_KIND_SKETCH) return TS_NOT_OURS;

    const uint8_t *array = blob + TS_HEADER_SIZE;
    for (uint32_t i = 0; i < found.count; i++) {
        uint32_t slot = ts_load32(array + 4 * (size_t)i);
        if (slot >> VALUE_BITS != 0 && slot != TS_SLOT_EMPTY) return TS_CORRUPT;
    }
    for (uint32_t i = 0; i < found.count; i++)
        slots[i] = ts_load32(array + 4 * (size_t)i);
    *header = found;
    return TS_OK;
}
