#include "sets.h"

#include <string.h>

/* Up to this many hashes, insertion sort is faster than a pass of buckets. */
#define SMALL 24

static void insertion_sort(uint64_t *a, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint64_t x = a[i];
        size_t j = i;
        for (; j > 0 && a[j - 1] > x; j--)
            a[j] = a[j - 1];
        a[j] = x;
    }
}

/*
 * American flag sort (McIlroy, Bostic, McIlroy 1993): count how many hashes
 * have each value of the byte at 'shift', then swap each into its bucket.
 */
static void flag_sort(uint64_t *a, size_t n, unsigned shift)
{
    size_t next[256], end[256];
    memset(end, 0, sizeof end);
    for (size_t i = 0; i < n; i++)
        end[a[i] >> shift & 255]++;
    size_t sum = 0;
    for (int b = 0; b < 256; b++) {
        next[b] = sum;
        sum += end[b];
        end[b] = sum;
    }
    for (int b = 0; b < 256; b++) {
        while (next[b] < end[b]) {
            uint64_t x = a[next[b]];
            size_t home = x >> shift & 255;
            while (home != (size_t)b) {
                size_t to = next[home]++;
                uint64_t other = a[to];
                a[to] = x;
                x = other;
                home = x >> shift & 255;
            }
            a[next[b]++] = x;
        }
    }
    size_t begin = 0;
    for (int b = 0; b < 256; b++) {
        size_t size = end[b] - begin;
        if (size > 1) {
            if (size <= SMALL)
                insertion_sort(a + begin, size);
            else if (shift > 0)
                flag_sort(a + begin, size, shift - 8);
        }
        begin = end[b];
    }
}

void ts_set_sort(ts_hashes *hashes)
{
    if (hashes->size < 2)
        return;
    if (hashes->size <= SMALL)
        insertion_sort(hashes->data, hashes->size);
    else
        flag_sort(hashes->data, hashes->size, 56);
    size_t n = 1;
    for (size_t i = 1; i < hashes->size; i++) {
        uint64_t x = hashes->data[i];
        hashes->data[n] = x;
        n += x != hashes->data[n - 1];
    }
    hashes->size = n;
}

static uint64_t count_common(const uint64_t *a, size_t n_a, const uint64_t *b, size_t n_b)
{
    uint64_t both = 0;
    size_t i = 0, j = 0;
    while (i < n_a && j < n_b) {
        uint64_t x = a[i], y = b[j];
        both += x == y;
        i += x <= y;
        j += y <= x;
    }
    return both;
}

void ts_set_overlap(const uint64_t *a, size_t n_a, const uint64_t *b, size_t n_b,
                    ts_overlap *overlap)
{
    *overlap = (ts_overlap){
        .a = n_a,
        .b = n_b,
        .both = count_common(a, n_a, b, n_b),
        .a_empty = n_a == 0,
        .b_empty = n_b == 0,
    };
}

void ts_set_encode(const ts_params *params, const uint64_t *hashes, uint32_t count,
                   uint8_t *blob)
{
    const ts_header header = {.kind = TS_KIND_SET, .params = *params, .count = count};
    for (uint32_t i = 0; i < count; i++)
        ts_store64(blob + TS_HEADER_SIZE + 8 * (size_t)i, hashes[i]);
    ts_format_seal(&header, blob);
}

ts_status ts_set_decode(ts_header *header, ts_hashes *hashes, const uint8_t *blob,
                        size_t size)
{
    ts_header found;
    ts_status rc = ts_format_open(&found, blob, size);
    if (rc != TS_OK)
        return rc;
    if (found.kind != TS_KIND_SET)
        return TS_NOT_OURS;

    const uint8_t *array = blob + TS_HEADER_SIZE;
    for (uint32_t i = 1; i < found.count; i++)
        if (ts_load64(array + 8 * (size_t)(i - 1)) >= ts_load64(array + 8 * (size_t)i))
            return TS_CORRUPT;

    rc = ts_hashes_reserve(hashes, found.count);
    if (rc != TS_OK)
        return rc;
    for (uint32_t i = 0; i < found.count; i++)
        hashes->data[i] = ts_load64(array + 8 * (size_t)i);
    hashes->size = found.count;
    *header = found;
    return TS_OK;
}
