/*
 * Postings as bytes: see index_schema.c for the two formats.
 *
 * What is read may be damaged: numbers must ascend, stay in their ranges and end
 * with the bytes.
 */
#include "index_postings.h"

#include "../core/bytes.h"

SQLITE_EXTENSION_INIT3

const ts_level ts_levels[TS_N_LEVELS] = {
    {"recent", "recent slice", TS_RECENT_SEEK, TS_RECENT_PUT, TS_RECENT_DELETE},
    {"middle", "round slice", TS_MIDDLE_SEEK, TS_MIDDLE_PUT, TS_MIDDLE_DELETE},
    {"postings", "postings slice", TS_POSTINGS_SEEK, TS_POSTINGS_PUT,
     TS_POSTINGS_DELETE},
};

typedef struct byte_reader {
    const uint8_t *at;
    const uint8_t *end;
} byte_reader;

/* The next varint of at most 32 bits; false if there is none. */
static inline bool read_varint(byte_reader *r, uint32_t *value)
{
    uint64_t v = 0;
    for (unsigned shift = 0; shift <= 28; shift += 7) {
        if (r->at == r->end) return false;
        const uint8_t byte = *r->at++;
        v |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *value = (uint32_t)v;
            return v <= UINT32_MAX;
        }
    }
    return false;
}

bool ts_block_open(ts_block *block, sqlite3_int64 key, const void *bytes, size_t size)
{
    /* A block of one posting has no bytes, and no address. */
    const uint8_t *at = bytes, *end = size > 0 ? at + size : at;
    *block = (ts_block){.at = at, .end = end, .posting = (uint64_t)key};
    return key > 0 && ts_posting_docno(block->posting) != 0;
}

/*
 * A varint that is known to end within the bytes, as nearly all are: five of them
 * are left.  Four bytes at most are usual.
 */
static inline uint64_t read_inside(const uint8_t **at)
{
    const uint8_t *p = *at;
    uint64_t v = p[0];
    if (v < 0x80) {
        *at = p + 1;
        return v;
    }
    v = (v & 0x7F) | (uint64_t)p[1] << 7;
    if (p[1] < 0x80) {
        *at = p + 2;
        return v;
    }
    v = (v & 0x3FFF) | (uint64_t)p[2] << 14;
    if (p[2] < 0x80) {
        *at = p + 3;
        return v;
    }
    v = (v & 0x1FFFFF) | (uint64_t)p[3] << 21;
    if (p[3] < 0x80) {
        *at = p + 4;
        return v;
    }
    *at = p + 5;
    return (v & 0xFFFFFFF) | (uint64_t)p[4] << 28;
}

/* A step and a number, of whatever size; false if there are none. */
static inline bool read_pair(ts_block *block, uint64_t *step, uint64_t *number)
{
    if (block->end - block->at >= TS_POSTING_SIZE) {
        *step = read_inside(&block->at);
        *number = read_inside(&block->at);
        return true;
    }
    byte_reader r = {.at = block->at, .end = block->end};
    uint32_t x = 0, y = 0;
    const bool good = read_varint(&r, &x) && read_varint(&r, &y);
    block->at = r.at;
    *step = x;
    *number = y;
    return good;
}

bool ts_block_next(ts_block *block)
{
    uint64_t step = 0, number = 0;
    if (block->at == block->end) return false;
    block->is_damaged = true;
    if (!read_pair(block, &step, &number)) return false;
    const uint64_t hash = (block->posting >> TS_DOCNO_BITS) + step;
    if (step == 0) number += block->posting & TS_DOCNO_MAX;
    const uint64_t posting = hash << TS_DOCNO_BITS | number;
    /* A number of 0, or what does not fit, is no number. */
    if (number - 1 >= TS_DOCNO_MAX || hash > UINT32_MAX || posting <= block->posting)
        return false;
    block->posting = posting;
    block->is_damaged = false;
    return true;
}

/* Where the first byte of a varint's end is, of eight: the highest bit of each is set.
 */
#define VARINT_ENDS UINT64_C(0x8080808080808080)

/* How many bits are below the lowest one that is set; there is one. */
static inline unsigned bits_below(uint64_t x)
{
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(x);
#else
    unsigned n = 0;
    while ((x >> n & 1) == 0)
        n++;
    return n;
#endif
}

/* The groups of seven bits that are in the lower 'n_bits', at most five bytes. */
static inline uint64_t join_groups(uint64_t bytes, unsigned n_bits)
{
    const uint64_t x = bytes & ((UINT64_C(1) << n_bits) - 1);
    return (x & 0x7F) | (x >> 1 & 0x3F80) | (x >> 2 & 0x1FC000) | (x >> 3 & 0xFE00000) |
           (x >> 4 & 0x7F0000000);
}

/*
 * Of postings that are passed, only the steps are needed, and of the numbers where
 * they end: eight bytes at a time tell both, so that what a posting waits for is one
 * load.  The last one that was passed with a step has its whole number: from there
 * on they are read as usual.
 */
void ts_block_pass(ts_block *block, uint32_t hash, const uint8_t *limit)
{
    const uint8_t *at = block->at, *last_at = NULL;
    uint64_t reached = ts_posting_hash(block->posting), before = 0;
    while (limit - at >= 8) {
        const uint64_t bytes = ts_load64(at);
        const uint64_t ends = ~bytes & VARINT_ENDS;
        const uint64_t second = ends & (ends - 1);
        if (second == 0) break;
        const unsigned n_bits = bits_below(ends) + 1;
        if (n_bits > 40) break;
        const uint64_t step = join_groups(bytes, n_bits);
        if (reached + step >= hash) break;
        last_at = step > 0 ? at : last_at;
        before = step > 0 ? reached : before;
        reached += step;
        at += (bits_below(second) + 1) / 8;
    }
    if (last_at != NULL) {
        block->at = last_at;
        block->posting = ts_posting((uint32_t)before, 1);
    }
    while (block->at < at && ts_block_next(block))
        continue;
}

bool ts_block_skip(ts_block *block, uint32_t hash)
{
    if (ts_posting_hash(block->posting) < hash) ts_block_pass(block, hash, block->end);
    while (!block->is_damaged && ts_posting_hash(block->posting) < hash)
        if (!ts_block_next(block)) return false;
    return !block->is_damaged;
}

bool ts_block_decode(sqlite3_int64 key, const void *bytes, size_t size,
                     ts_hashes *postings, ts_error *error)
{
    ts_block block;
    if (!ts_block_open(&block, key, bytes, size)) return false;
    /* A posting takes two bytes at least. */
    if (ts_hashes_reserve(postings, size / 2 + 1) != TS_OK) {
        ts_error_nomem(error);
        return false;
    }
    do {
        postings->data[postings->size++] = block.posting;
    } while (ts_block_next(&block));
    return !block.is_damaged;
}

static size_t write_varint(uint8_t *out, uint32_t value)
{
    size_t n = 0;
    while (value >= 0x80) {
        out[n++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    out[n++] = (uint8_t)value;
    return n;
}

bool ts_tail_encode(const uint64_t *set, size_t n, ts_bytes *row, ts_error *error)
{
    row->size = 0;
    if (n > SIZE_MAX / 5 || ts_bytes_reserve(row, 5 * n) != TS_OK) {
        ts_error_nomem(error);
        return false;
    }
    uint32_t last = 0;
    for (size_t i = 0; i < n; i++) {
        const uint32_t hash = (uint32_t)(set[i] >> 32);
        if (i > 0 && hash == last) continue;
        row->size += write_varint(row->data + row->size, hash - last);
        last = hash;
    }
    return true;
}

bool ts_tail_decode(uint32_t docno, const uint8_t *row, size_t size,
                    ts_hashes *postings, ts_error *error)
{
    /* A row of a document without shingles has no bytes, and no address. */
    byte_reader r = {.at = row, .end = size > 0 ? row + size : row};
    if (ts_hashes_reserve(postings, size) != TS_OK) {
        ts_error_nomem(error);
        return false;
    }
    uint64_t hash = 0;
    for (bool first = true; r.at < r.end; first = false) {
        uint32_t step = 0;
        if (!read_varint(&r, &step) || (step == 0 && !first)) return false;
        hash += step;
        if (hash > UINT32_MAX) return false;
        postings->data[postings->size++] = ts_posting((uint32_t)hash, docno);
    }
    return true;
}

size_t ts_block_append(uint8_t *out, uint64_t before, uint64_t posting)
{
    const uint32_t step = ts_posting_hash(posting) - ts_posting_hash(before);
    const uint32_t docno = ts_posting_docno(posting);
    const size_t n = write_varint(out, step);
    return n +
           write_varint(out + n, step == 0 ? docno - ts_posting_docno(before) : docno);
}
