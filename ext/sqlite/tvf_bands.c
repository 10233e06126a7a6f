/*
 * textsim_bands(sketch, rows): the LSH band keys of a sketch, for candidate
 * pairs by an equality join, in any SQL engine that they are taken to.
 */
#include "tvf.h"

#include "../core/bands.h"
#include "../core/params.h"

#include "blobs.h"

SQLITE_EXTENSION_INIT3

enum { COLUMN_BAND, COLUMN_HASH, N_COLUMNS };

typedef struct bands_cursor {
    ts_tvf_cursor base;
    uint32_t slots[TS_NUM_PERM_MAX];
    uint64_t keys[TS_NUM_PERM_MAX]; /* one for each row */
} bands_cursor;

static void bands_call(ts_tvf_cursor *base, sqlite3_value *const *arguments,
                       ts_error *error)
{
    bands_cursor *cursor = (bands_cursor *)base;
    ts_header header;
    sqlite3_int64 rows = 0;
    if (!ts_blob_sketch(arguments[0], 1, &header, cursor->slots, error) ||
        !ts_value_integer(arguments[1], 2, &rows, error))
        return;
    const uint32_t n = header.params.num_perm;
    if (rows < 1 || rows > n) {
        ts_error_set(error, "rows=%lld is out of range 1..%u", rows, n);
        return;
    }
    base->n_rows = ts_bands_keys(cursor->slots, n, (uint32_t)rows, cursor->keys);
}

static sqlite3_int64 bands_hash(const ts_tvf_cursor *base, sqlite3_int64 number)
{
    const bands_cursor *cursor = (const bands_cursor *)base;
    return (sqlite3_int64)cursor->keys[number - 1];
}

static void bands_clear(ts_tvf_cursor *base)
{
    (void)base; /* all is in the cursor itself */
}

const ts_tvf ts_tvf_bands = {
    .schema = "CREATE TABLE x(band INTEGER, hash INTEGER, textsim_sketch BLOB HIDDEN,"
              " textsim_rows INTEGER HIDDEN)",
    .n_columns = N_COLUMNS,
    .hash_column = COLUMN_HASH,
    .n_arguments = 2,
    .n_required = 2,
    .argument_names = {"sketch", "rows"},
    .typical_rows = 40,
    .cursor_size = sizeof(bands_cursor),
    .call = bands_call,
    .hash = bands_hash,
    .column = NULL,
    .clear = bands_clear,
};
