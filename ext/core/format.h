/*
 * The BLOB formats, byte by byte.
 *
 * Both BLOBs, the MinHash sketch and the shingle set, are a header of 24 bytes
 * and an array.  All integers are little-endian.  They outlive the process and
 * the machine that wrote them: this page is a promise.
 *
 *     offset  size  field
 *          0     2  magic: 'T' 'S'
 *          2     1  kind: 'M' MinHash sketch, 'S' shingle set
 *          3     1  format version: 1; later ones end at 8, see below
 *          4     1  unit: 0 word, 1 char
 *          5     1  k: 1..64
 *          6     1  folding: bit 0 case=keep, bit 1 marks=strip, others 0
 *          7     1  reserved: 0
 *          8     4  seed of the token hash
 *         12     4  count: slots of a sketch (num_perm), hashes of a set
 *         16     8  checksum: XXH3-64 of bytes 24 to the end, seeded with
 *                   the XXH3-64 (seed 0) of bytes 0 to 15
 *         24        sketch: 'count' slots of 4 bytes
 *                   set:    'count' hashes of 8 bytes, strictly ascending
 *
 * A slot of a sketch with n slots holds, of all shingle hashes h for which
 * floor(h * n / 2^64) is its number, the least ((h * n) mod 2^64) >> 33; or
 * 0xFFFFFFFF if there is none.  Hashes of a set are those of SQL.md section 2.
 *
 * A BLOB is ours if it begins with the magic, a kind of these two and a version
 * of at most 8.  From 9 on, tab, the byte is a character of a text: one that
 * begins with "TSMC" shall not be taken for a sketch of the year 2067.
 *
 * Why like this: the size follows from the header and must match it exactly,
 * so a BLOB that was cut short is noticed before it is read; the checksum
 * finds any other damage, since a changed slot would otherwise just be a wrong
 * estimate.  A set is not delta-coded: hashes are uniform, so 350 of them
 * would shrink by a tenth, and reading would cost more than shingling the text.
 */
#ifndef TS_FORMAT_H
#define TS_FORMAT_H

#include "bytes.h"
#include "params.h"
#include "status.h"

#include <stddef.h>
#include <stdint.h>

#define TS_FORMAT_VERSION 1
#define TS_HEADER_SIZE 24

typedef enum ts_kind { TS_KIND_SKETCH = 'M', TS_KIND_SET = 'S' } ts_kind;

typedef struct ts_header {
    ts_kind kind;
    ts_params params; /* num_perm is the default where kind is TS_KIND_SET */
    uint32_t count;   /* slots or hashes */
} ts_header;

/* Bytes of a BLOB of that kind with 'count' items, header included. */
uint64_t ts_format_size(ts_kind kind, uint32_t count);

/*
 * Read and check the header of a BLOB that may come from anywhere: magic,
 * version, ranges, size and checksum.  TS_NOT_OURS, TS_NEWER, TS_CORRUPT.
 */
ts_status ts_format_open(ts_header *header, const uint8_t *blob, size_t size);

/*
 * Write the header, checksum included, in front of the array that is already
 * in place at blob + TS_HEADER_SIZE; 'blob' has ts_format_size() bytes.
 */
void ts_format_seal(const ts_header *header, uint8_t *blob);

#endif
