#include "set_pack.h"

#include "bytes.h"

#include <string.h>

/* From where the lower part of a hash begins, so many bytes are loaded. */
#define LOAD_SIZE 9

typedef struct pack_header {
    uint64_t n;
    unsigned low_bits;
    size_t size; /* of the header itself */
    uint64_t low_size, high_size;
} pack_header;

/* --- the header ------------------------------------------------------------------- */

static size_t write_varint(uint8_t *out, uint64_t value)
{
    size_t n = 0;
    while (value >= 0x80) {
        out[n++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    out[n++] = (uint8_t)value;
    return n;
}

/* A varint of 32 bits as write_varint() writes it; false if there is none. */
static int read_varint(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
    uint64_t v = 0;
    for (unsigned shift = 0; shift <= 28 && *at < end; shift += 7) {
        const uint8_t byte = *(*at)++;
        v |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *value = v;
            return v <= UINT32_MAX && (byte != 0 || shift == 0);
        }
    }
    return 0;
}

/*
 * How much of a distance is its lower part: Rice's parameter, which is best where
 * upper parts are 0 or 1 on average; as distances are, for any n, 2^64 / n.
 */
static unsigned low_bits_of(uint64_t n)
{
    unsigned bits = 64;
    for (; n > 0; n >>= 1)
        bits--;
    return bits;
}

static ts_status read_header(pack_header *header, const uint8_t *bytes,
                             size_t available)
{
    const uint8_t *at = bytes, *end = bytes + available;
    uint64_t n = 0, more = 0;
    if (!read_varint(&at, end, &n)) return TS_CORRUPT;
    if (n > 0 && !read_varint(&at, end, &more)) return TS_CORRUPT;
    /* All upper parts together are less than 2^64 >> l, which is 2n at most. */
    if (more > n / 4 + 1) return TS_CORRUPT;
    const unsigned low_bits = low_bits_of(n);
    *header = (pack_header){.n = n,
                            .low_bits = low_bits,
                            .size = (size_t)(at - bytes),
                            .low_size = (n * low_bits + 7) / 8,
                            .high_size = (n + 7) / 8 + more};
    return TS_OK;
}

ts_status ts_set_pack_size(const uint8_t *bytes, size_t available, uint64_t *size)
{
    pack_header header;
    ts_status rc = read_header(&header, bytes, available);
    if (rc == TS_OK) *size = header.size + header.low_size + header.high_size;
    return rc;
}

/* --- writing ---------------------------------------------------------------------- */

/* Pack the lower parts of distances, which take whole bytes then. */
static void write_low(uint8_t *out, const uint64_t *set, const pack_header *header)
{
    const unsigned low_bits = header->low_bits;
    const uint64_t mask = (UINT64_C(1) << low_bits) - 1;
    uint64_t word = 0, next = 0;
    unsigned n_bits = 0;
    for (uint64_t i = 0; i < header->n; i++) {
        const uint64_t low = (set[i] - next) & mask;
        next = set[i] + 1;
        word |= low << n_bits;
        n_bits += low_bits;
        if (n_bits < 64) continue;
        ts_store64(out, word);
        out += 8;
        n_bits -= 64;
        word = low >> (low_bits - n_bits);
    }
    for (; n_bits > 0; n_bits = n_bits > 8 ? n_bits - 8 : 0) {
        *out++ = (uint8_t)word;
        word >>= 8;
    }
}

/* Where the bit 1 of the last hash is. */
static uint64_t last_high_bit(const uint64_t *set, size_t n, unsigned low_bits)
{
    uint64_t bit = 0, next = 0;
    for (size_t i = 0; i < n; i++) {
        bit += ((set[i] - next) >> low_bits) + (i > 0);
        next = set[i] + 1;
    }
    return bit;
}

static void write_high(uint8_t *out, const uint64_t *set, const pack_header *header)
{
    uint64_t bit = 0, next = 0;
    memset(out, 0, (size_t)header->high_size);
    for (uint64_t i = 0; i < header->n; i++) {
        bit += ((set[i] - next) >> header->low_bits) + (i > 0);
        next = set[i] + 1;
        out[bit / 8] |= (uint8_t)(1U << bit % 8);
    }
}

ts_status ts_set_pack_append(ts_bytes *out, const uint64_t *set, size_t n)
{
    if (n > UINT32_MAX) return TS_TOO_BIG;
    const uint64_t least = ((uint64_t)n + 7) / 8;
    pack_header header = {.n = n, .low_bits = low_bits_of(n)};
    header.low_size = (header.n * header.low_bits + 7) / 8;
    header.high_size = n == 0 ? 0 : last_high_bit(set, n, header.low_bits) / 8 + 1;
    uint8_t head[TS_SET_PACK_HEAD];
    header.size = write_varint(head, n);
    if (n > 0)
        header.size += write_varint(head + header.size, header.high_size - least);

    /* Less than the set itself takes in memory, but for the header. */
    const uint64_t size = header.size + header.low_size + header.high_size;
    ts_status rc = ts_bytes_reserve(out, (size_t)size);
    if (rc != TS_OK) return rc;
    uint8_t *at = out->data + out->size;
    memcpy(at, head, header.size);
    at += header.size;
    if (n > 0) {
        write_low(at, set, &header);
        write_high(at + header.low_size, set, &header);
    }
    out->size += (size_t)size;
    return TS_OK;
}

/* --- reading ---------------------------------------------------------------------- */

/* The bits 1 of an array of bytes, one after the other. */
typedef struct bit_reader {
    const uint8_t *at;
    const uint8_t *end;
    uint64_t word; /* the bits that are left of the last word */
    uint64_t base; /* where that began */
} bit_reader;

/* The next word that is not 0; false at the end. */
static int next_word(bit_reader *r)
{
    while (r->word == 0) {
        uint8_t last[8] = {0};
        const size_t left = (size_t)(r->end - r->at);
        if (left == 0) return 0;
        r->base += 64;
        if (left >= 8) {
            r->word = ts_load64(r->at);
            r->at += 8;
        } else {
            memcpy(last, r->at, left);
            r->word = ts_load64(last);
            r->at = r->end;
        }
    }
    return 1;
}

typedef struct pack_reader {
    const pack_header *header;
    bit_reader high;
    uint64_t bit;   /* where the last bit 1 was; before the first, what precedes 0 */
    uint64_t value; /* the last hash; likewise */
} pack_reader;

/*
 * Read hashes 'from' to 'to' whose lower parts are in 'low', of which byte 0 is
 * byte 'skipped' of the array; LOAD_SIZE bytes can be read from each.
 */
static ts_status read_hashes(pack_reader *r, const uint8_t *low, size_t skipped,
                             const ts_hashes *set, uint64_t from)
{
    const unsigned low_bits = r->header->low_bits;
    const uint64_t mask = (UINT64_C(1) << low_bits) - 1;
    uint64_t value = r->value, bit = r->bit;
    for (uint64_t i = from; i < set->size; i++) {
        if (r->high.word == 0 && !next_word(&r->high)) return TS_CORRUPT;
        const uint64_t one = r->high.base + (unsigned)__builtin_ctzll(r->high.word);
        const uint64_t high = one - bit - 1;
        r->high.word &= r->high.word - 1;
        bit = one;

        const uint64_t at = i * low_bits;
        const uint8_t *p = low + ((size_t)(at / 8) - skipped);
        const unsigned shift = at % 8;
        const uint64_t bits = ts_load64(p) >> shift | (uint64_t)p[8] << 1
                                                                     << (63 - shift);

        value++;
        const uint64_t room = UINT64_MAX - value;
        if ((value == 0 && i > 0) || high > room >> low_bits) return TS_CORRUPT;
        const uint64_t distance = (high << low_bits) + (bits & mask);
        if (distance > room) return TS_CORRUPT;
        value += distance;
        set->data[i] = value;
    }
    r->value = value;
    r->bit = bit;
    return TS_OK;
}

/* What follows the last hash: no bits 1, and no byte that is not needed. */
static ts_status check_ends(const pack_reader *r, const uint8_t *low)
{
    const pack_header *header = r->header;
    const unsigned used = (unsigned)(header->n * header->low_bits % 8);
    if (used > 0 && low[header->low_size - 1] >> used != 0) return TS_CORRUPT;
    if (r->high.word != 0 || r->high.at != r->high.end) return TS_CORRUPT;
    return r->bit / 8 + 1 == header->high_size ? TS_OK : TS_CORRUPT;
}

ts_status ts_set_pack_decode(const uint8_t *bytes, size_t size, ts_hashes *set)
{
    pack_header header;
    set->size = 0;
    ts_status rc = read_header(&header, bytes, size);
    if (rc != TS_OK) return rc;
    if (header.size + header.low_size + header.high_size != size) return TS_CORRUPT;
    if (header.n == 0) return TS_OK;
    rc = ts_hashes_reserve(set, (size_t)header.n);
    if (rc != TS_OK) return rc;

    const uint8_t *low = bytes + header.size;
    const size_t low_size = (size_t)header.low_size;
    pack_reader r = {.header = &header, .bit = UINT64_MAX, .value = UINT64_MAX};
    r.high = (bit_reader){
        .at = low + low_size, .end = bytes + size, .base = UINT64_C(0) - 64};

    /* The last ones from a copy, so that nothing behind the bytes is loaded. */
    const size_t left = size - header.size;
    uint64_t n_direct = 0;
    if (left >= LOAD_SIZE)
        n_direct = ((uint64_t)(left - LOAD_SIZE) * 8 + 7) / header.low_bits + 1;
    if (n_direct > header.n) n_direct = header.n;
    set->size = (size_t)n_direct;
    rc = read_hashes(&r, low, 0, set, 0);
    /* unreachable: the upper parts alone are long enough, for any n */
    if (rc == TS_OK && n_direct < header.n) {
        uint8_t last[2 * LOAD_SIZE] = {0};
        const size_t skipped = (size_t)(n_direct * header.low_bits / 8);
        memcpy(last, low + skipped, left - skipped);
        set->size = (size_t)header.n;
        rc = read_hashes(&r, last, skipped, set, n_direct);
    }
    if (rc == TS_OK) rc = check_ends(&r, low);
    if (rc != TS_OK) set->size = 0;
    return rc;
}
