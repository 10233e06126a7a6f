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

/* A BLOB of either kind; header.kind says which it was. */
typedef struct ts_blob {
    ts_header header;
    uint32_t *slots; /* borrowed room for TS_NUM_PERM_MAX: of minhash() */
    ts_hashes *set;  /* borrowed: of shingle_set() */
} ts_blob;

/* Read a BLOB of minhash() or shingle_set().  TS_NOT_OURS, TS_NEWER, TS_CORRUPT. */
ts_status ts_blob_read(ts_blob *blob, ts_view view);

#endif
