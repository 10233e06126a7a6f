#include "simhash.h"

/*
 * Counting bits by columns
 *
 * 64 counters, one for each bit of the hashes, stand upright: plane[i] holds
 * bit i of all of them, and adding a hash is a binary addition in 64 columns at
 * once (the carry-save adder of Harley and Seal, in Warren, "Hacker's Delight",
 * 5-1).  Sixteen hashes go through a tree of fifteen adders, so that a carry
 * ripples into the higher planes once for sixteen hashes.
 */
#define BATCH 16

/* Three bits in each column to their sum of two bits. */
static void add(uint64_t *high, uint64_t *low, uint64_t x, uint64_t y)
{
    uint64_t half = *low ^ x;
    *high = (*low & x) | (half & y);
    *low = half ^ y;
}

/* Add one to the columns of 'carry', from plane 'i' up. */
static void ripple(uint64_t *plane, int i, uint64_t carry)
{
    for (; carry != 0; i++) {
        uint64_t next = plane[i] & carry;
        plane[i] ^= carry;
        carry = next;
    }
}

/* Add eight hashes to the planes 0 to 2; returns the carry into plane 3. */
static uint64_t add_eight(uint64_t *plane, const uint64_t *h)
{
    uint64_t twos_a, twos_b, fours_a, fours_b, eights;
    add(&twos_a, &plane[0], h[0], h[1]);
    add(&twos_b, &plane[0], h[2], h[3]);
    add(&fours_a, &plane[1], twos_a, twos_b);
    add(&twos_a, &plane[0], h[4], h[5]);
    add(&twos_b, &plane[0], h[6], h[7]);
    add(&fours_b, &plane[1], twos_a, twos_b);
    add(&eights, &plane[2], fours_a, fours_b);
    return eights;
}

uint64_t ts_simhash(const uint64_t *hashes, size_t n)
{
    uint64_t plane[64] = {0};
    size_t i = 0;
    for (; n - i >= BATCH; i += BATCH) {
        uint64_t eights_a = add_eight(plane, hashes + i);
        uint64_t eights_b = add_eight(plane, hashes + i + 8);
        uint64_t sixteens;
        add(&sixteens, &plane[3], eights_a, eights_b);
        ripple(plane, 4, sixteens);
    }
    if (n - i >= BATCH / 2) {
        ripple(plane, 3, add_eight(plane, hashes + i));
        i += BATCH / 2;
    }
    for (; i < n; i++)
        ripple(plane, 0, hashes[i]);

    /* Which columns are greater than n / 2, from the highest bit down. */
    uint64_t greater = 0, equal = UINT64_MAX;
    for (int bit = 63; bit >= 0; bit--) {
        uint64_t half = (uint64_t)(n / 2) >> bit & 1 ? UINT64_MAX : 0;
        greater |= equal & plane[bit] & ~half;
        equal &= ~(plane[bit] ^ half);
    }
    return greater;
}

int ts_simhash_distance(uint64_t x, uint64_t y)
{
    /* Bits of 2, 4 and 8 columns; the product sums up the bytes in the top one. */
    uint64_t v = x ^ y;
    v = v - (v >> 1 & UINT64_C(0x5555555555555555));
    v = (v & UINT64_C(0x3333333333333333)) + (v >> 2 & UINT64_C(0x3333333333333333));
    v = (v + (v >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F);
    return (int)(v * UINT64_C(0x0101010101010101) >> 56);
}
