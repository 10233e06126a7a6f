/*
 * BLOB arguments: the core checks every byte of them, here it is said what was
 * wrong.  See blobs.h.
 */
#include "blobs.h"

#include "../core/sets.h"
#include "../core/sketch.h"

SQLITE_EXTENSION_INIT3

bool ts_blob_sketch(sqlite3_value *value, int argument, ts_header *header,
                    uint32_t *slots, ts_error *error)
{
    ts_view blob;
    if (!ts_value_blob(value, argument, "a BLOB of minhash()", &blob, error))
        return false;
    ts_status rc = ts_sketch_decode(header, slots, blob.data, blob.size);
    ts_header found;
    if (rc == TS_NOT_OURS && ts_format_open(&found, blob.data, blob.size) == TS_OK)
        ts_error_set(error,
                     "argument %d is a BLOB of shingle_set() where one of minhash() "
                     "is wanted",
                     argument);
    ts_error_status(error, rc, argument);
    return rc == TS_OK;
}

ts_status ts_blob_read(ts_blob *blob, ts_view view)
{
    blob->set->size = 0;
    ts_status rc = ts_set_decode(&blob->header, blob->set, view.data, view.size);
    if (rc == TS_NOT_OURS)
        rc = ts_sketch_decode(&blob->header, blob->slots, view.data, view.size);
    return rc;
}
