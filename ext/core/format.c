#include "format.h"

#include "hash.h"

#include <assert.h>

/* Offsets of the fields; format.h has the table. */
enum {
    AT_MAGIC = 0,
    AT_KIND = 2,
    AT_VERSION = 3,
    AT_UNIT = 4,
    AT_K = 5,
    AT_FOLDING = 6,
    AT_RESERVED = 7,
    AT_SEED = 8,
    AT_COUNT = 12,
    AT_CHECKSUM = 16
};

enum { FOLDING_CASE_KEEP = 1, FOLDING_MARKS_STRIP = 2 };

/* From tab up, a byte in the place of the version is the fourth of a text. */
#define FIRST_TEXT_BYTE 9

uint64_t ts_format_size(ts_kind kind, uint32_t count)
{
    uint64_t item_size = kind == TS_KIND_SKETCH ? 4 : 8;
    return TS_HEADER_SIZE + count * item_size;
}

/* Over everything but itself: the header enters as the seed for the rest. */
static uint64_t checksum(const uint8_t *blob, size_t size)
{
    uint64_t seed = ts_hash(blob, AT_CHECKSUM, 0);
    return ts_hash(blob + TS_HEADER_SIZE, size - TS_HEADER_SIZE, seed);
}

/* The first four bytes, which tell a BLOB of ours from any other. */
static ts_status check_signature(const uint8_t *blob, size_t size)
{
    if (size <= AT_VERSION || blob[AT_MAGIC] != 'T' || blob[AT_MAGIC + 1] != 'S')
        return TS_NOT_OURS;
    if (blob[AT_KIND] != TS_KIND_SKETCH && blob[AT_KIND] != TS_KIND_SET)
        return TS_NOT_OURS;
    if (blob[AT_VERSION] >= FIRST_TEXT_BYTE) return TS_NOT_OURS;
    if (blob[AT_VERSION] > TS_FORMAT_VERSION) return TS_NEWER;
    return blob[AT_VERSION] == TS_FORMAT_VERSION ? TS_OK : TS_CORRUPT;
}

ts_status ts_format_open(ts_header *header, const uint8_t *blob, size_t size)
{
    ts_status rc = check_signature(blob, size);
    if (rc != TS_OK) return rc;
    if (size < TS_HEADER_SIZE) return TS_CORRUPT;

    const uint8_t folding = blob[AT_FOLDING];
    const ts_kind kind = blob[AT_KIND] == TS_KIND_SKETCH ? TS_KIND_SKETCH : TS_KIND_SET;
    const uint32_t count = ts_load32(blob + AT_COUNT);
    if (blob[AT_UNIT] > TS_UNIT_CHAR || blob[AT_K] < TS_K_MIN || blob[AT_K] > TS_K_MAX)
        return TS_CORRUPT;
    if ((folding & ~(FOLDING_CASE_KEEP | FOLDING_MARKS_STRIP)) != 0 ||
        blob[AT_RESERVED] != 0)
        return TS_CORRUPT;
    if (kind == TS_KIND_SKETCH && (count < TS_NUM_PERM_MIN || count > TS_NUM_PERM_MAX))
        return TS_CORRUPT;
    if (size != ts_format_size(kind, count)) return TS_CORRUPT;
    if (ts_load64(blob + AT_CHECKSUM) != checksum(blob, size)) return TS_CORRUPT;

    *header = (ts_header){
        .kind = kind,
        .params =
            {
                .unit = blob[AT_UNIT] == TS_UNIT_CHAR ? TS_UNIT_CHAR : TS_UNIT_WORD,
                .k = blob[AT_K],
                .letter_case =
                    folding & FOLDING_CASE_KEEP ? TS_CASE_KEEP : TS_CASE_FOLD,
                .marks = folding & FOLDING_MARKS_STRIP ? TS_MARKS_STRIP : TS_MARKS_KEEP,
                .seed = ts_load32(blob + AT_SEED),
                .num_perm = kind == TS_KIND_SKETCH ? count : TS_NUM_PERM_DEFAULT,
            },
        .count = count,
    };
    return TS_OK;
}

void ts_format_seal(const ts_header *header, uint8_t *blob)
{
    const ts_params *params = &header->params;
    assert(params->k >= TS_K_MIN && params->k <= TS_K_MAX);

    int folding = 0;
    if (params->letter_case == TS_CASE_KEEP) folding |= FOLDING_CASE_KEEP;
    if (params->marks == TS_MARKS_STRIP) folding |= FOLDING_MARKS_STRIP;

    blob[AT_MAGIC] = 'T';
    blob[AT_MAGIC + 1] = 'S';
    blob[AT_KIND] = (uint8_t)header->kind;
    blob[AT_VERSION] = TS_FORMAT_VERSION;
    blob[AT_UNIT] = (uint8_t)params->unit;
    blob[AT_K] = (uint8_t)params->k;
    blob[AT_FOLDING] = (uint8_t)folding;
    blob[AT_RESERVED] = 0;
    ts_store32(blob + AT_SEED, params->seed);
    ts_store32(blob + AT_COUNT, header->count);

    uint64_t size = ts_format_size(header->kind, header->count);
    ts_store64(blob + AT_CHECKSUM, checksum(blob, (size_t)size));
}
