/*
 * Arguments that are BLOBs of ours: sketches and shingle sets.
 */
#ifndef TS_BLOBS_H
#define TS_BLOBS_H

#include "../core/buffer.h"
#include "../core/format.h"

#include "values.h"

/*
 * Read a BLOB of minhash(): its options, and its slots into room for
 * TS_NUM_PERM_MAX.  Everything else, a shingle set too, is an error.
 */
bool ts_blob_sketch(sqlite3_value *value, int argument, ts_header *header,
                    uint32_t *slots, ts_error *error);

/*
 * Read a BLOB of minhash() or shingle_set(); header->kind says which, and
 * whether 'slots' or 'set' was filled.
 */
bool ts_blob_any(sqlite3_value *value, int argument, ts_header *header, uint32_t *slots,
                 ts_hashes *set, ts_error *error);

#endif
