/*
 * Any bytes as a BLOB: refused, or read; what was read is written as the same
 * bytes again.
 *
 * The checksum would keep a fuzzer out, so each input is tried as it is and with
 * its checksum made right.
 */
#include "check.h"
#include "core/bands.h"
#include "core/set_pack.h"
#include "core/sets.h"
#include "core/sketch.h"

#define XXH_INLINE_ALL
#include <string.h>
#include <xxhash.h>

static void read_set(const uint8_t *blob, size_t size)
{
    ts_header header;
    ts_hashes hashes = {0};
    ts_overlap overlap;

    if (ts_set_decode(&header, &hashes, blob, size) == TS_OK) {
        CHECK(header.kind == TS_KIND_SET && hashes.size == header.count);
        CHECK(ts_format_size(TS_KIND_SET, header.count) == size);
        for (size_t i = 1; i < hashes.size; i++) {
            CHECK(hashes.data[i - 1] < hashes.data[i]);
        }
        uint8_t *again = malloc(size);
        CHECK(again != NULL);
        ts_set_encode(&header.params, hashes.data, header.count, again);
        CHECK(memcmp(blob, again, size) == 0);
        free(again);
        ts_set_overlap(hashes.data, hashes.size, hashes.data, hashes.size / 2,
                       &overlap);
        CHECK(overlap.a == hashes.size && overlap.both == hashes.size / 2);
    } else {
        CHECK(hashes.size == 0);
    }
    ts_hashes_clear(&hashes);
}

static void read_sketch(const uint8_t *blob, size_t size)
{
    static uint32_t slots[TS_NUM_PERM_MAX];
    static uint64_t keys[TS_NUM_PERM_MAX];
    ts_header header;
    ts_overlap overlap;

    if (ts_sketch_decode(&header, slots, blob, size) != TS_OK) {
        return;
    }
    uint32_t n = header.count;
    CHECK(header.kind == TS_KIND_SKETCH && header.params.num_perm == n);
    CHECK(n >= TS_NUM_PERM_MIN && n <= TS_NUM_PERM_MAX);
    uint8_t *again = malloc(size);
    CHECK(again != NULL);
    ts_sketch_encode(&header.params, slots, again);
    CHECK(memcmp(blob, again, size) == 0);
    free(again);
    ts_sketch_overlap(slots, slots, n, &overlap);
    CHECK(overlap.a == overlap.both && overlap.b == overlap.both);
    CHECK((ts_sketch_count(slots, n) == 0) == (overlap.both == 0));
    uint32_t n_keys = ts_bands_keys(slots, n, 3, keys);
    CHECK(n_keys == (overlap.both == 0 ? 0 : ts_bands_count(n, 3)));
}

/* Packed sets have no checksum, and one encoding each. */
static void read_pack(const uint8_t *bytes, size_t size)
{
    ts_hashes hashes = {0};
    ts_bytes again = {0};
    uint64_t wanted = 0;

    ts_status status = ts_set_pack_decode(bytes, size, &hashes);
    CHECK(status == TS_OK || status == TS_CORRUPT);
    if (status == TS_OK) {
        CHECK(ts_set_pack_size(bytes, size, &wanted) == TS_OK && wanted == size);
        for (size_t i = 1; i < hashes.size; i++) {
            CHECK(hashes.data[i - 1] < hashes.data[i]);
        }
        CHECK(ts_set_pack_append(&again, hashes.data, hashes.size) == TS_OK);
        CHECK(again.size == size && memcmp(again.data, bytes, size) == 0);
    }
    ts_hashes_clear(&hashes);
    ts_bytes_clear(&again);
}

static void read_any(const uint8_t *blob, size_t size)
{
    ts_header header;
    ts_status status = ts_format_open(&header, blob, size);
    CHECK(status == TS_OK || status == TS_NOT_OURS || status == TS_NEWER ||
          status == TS_CORRUPT);
    read_set(blob, size);
    read_sketch(blob, size);
    read_pack(blob, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A copy of its own, so that a read past the end is seen. */
    uint8_t *blob = malloc(size > 0 ? size : 1);
    CHECK(blob != NULL);
    memcpy(blob, data, size);
    read_any(blob, size);
    if (size >= TS_HEADER_SIZE) {
        uint64_t sum = XXH3_64bits_withSeed(
            blob + TS_HEADER_SIZE, size - TS_HEADER_SIZE, XXH3_64bits(blob, 16));
        for (int i = 0; i < 8; i++) {
            blob[16 + i] = (uint8_t)(sum >> 8 * i);
        }
        read_any(blob, size);
    }
    free(blob);
    return 0;
}
