#include "bands.h"

#include "format.h"
#include "hash.h"
#include "sketch.h"

#include <assert.h>

/* The value that empty slot 'i' takes from one in use; bands.h has the formula. */
static uint32_t borrow(const uint32_t *slots, uint32_t n, uint32_t i)
{
    const uint32_t n_tries = TS_BANDS_TRIES * n;
    for (uint32_t j = 0;; j++) {
        uint64_t donor = ts_mul_high(ts_hash_mix((uint64_t)i << 32 | (j + 1)), n);
        if (j >= n_tries) /* visits every slot, so that the loop ends */
            /* unreachable: but by one slot in e^128 */
            donor = (i + j) % n;
        if (slots[donor] != TS_SLOT_EMPTY) return slots[donor];
    }
}

uint32_t ts_bands_count(uint32_t n, uint32_t rows)
{
    return rows == 0 ? 0 : n / rows;
}

uint32_t ts_bands_keys(const uint32_t *slots, uint32_t n, uint32_t rows, uint64_t *keys)
{
    assert(n <= TS_NUM_PERM_MAX);
    uint8_t filled[4 * TS_NUM_PERM_MAX];
    uint32_t n_used = 0, last = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (slots[i] != TS_SLOT_EMPTY) {
            n_used++;
            last = slots[i];
        }
    }
    if (n_used == 0) return 0;

    const uint32_t n_bands = ts_bands_count(n, rows);
    for (uint32_t i = 0; i < n_bands * rows; i++) {
        uint32_t value = slots[i];
        if (n_used == 1)
            value = last; /* there is but one donor: spares n tries for each slot */
        else if (value == TS_SLOT_EMPTY)
            value = borrow(slots, n, i);
        ts_store32(filled + 4 * (size_t)i, value);
    }
    for (uint32_t band = 0; band < n_bands; band++)
        keys[band] = ts_hash(filled + 4 * (size_t)rows * band, 4 * (size_t)rows, band);
    return n_bands;
}
