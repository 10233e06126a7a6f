/*
 * Postings as bytes: see index_schema.c for the two formats.
 *
 * What is read may be damaged: numbers must ascend, stay in their ranges and end
 * with the bytes.
 */
#include "index_postings.h"

SQLITE_EXTENSION_INIT3

const ts_level ts_level_recent = {"recent", TS_RECENT_SEEK, TS_RECENT_PUT,
                                  TS_RECENT_DELETE};
const ts_level ts_level_postings = {"postings", TS_POSTINGS_SEEK, TS_POSTINGS_PUT,
                                    TS_POSTINGS_DELETE};

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

bool ts_block_decode(uint64_t key, const uint8_t *block, size_t size,
                     ts_hashes *postings, ts_error *error)
{
    byte_reader r = {.at = block, .end = block + size};
    uint64_t hash = key >> TS_DOCNO_BITS, docno = key & TS_DOCNO_MAX;
    /* A posting takes two bytes at least. */
    if (ts_hashes_reserve(postings, size / 2 + 1) != TS_OK) {
        ts_error_nomem(error);
        return false;
    }
    uint64_t *out = postings->data + postings->size;
    bool good = docno != 0 && hash <= UINT32_MAX;
    *out++ = key;
    while (r.at < r.end && good) {
        uint32_t step = 0, number = 0;
        good = read_varint(&r, &step) && read_varint(&r, &number) && number != 0;
        hash += step;
        docno = step == 0 ? docno + number : number;
        good = good && hash <= UINT32_MAX && docno <= TS_DOCNO_MAX;
        *out++ = hash << TS_DOCNO_BITS | (docno & TS_DOCNO_MAX);
    }
    postings->size = (size_t)(out - postings->data);
    return good;
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
    byte_reader r = {.at = row, .end = row + size};
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
