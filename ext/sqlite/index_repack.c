/*
 * 'optimize' with content='': the gaps that deleted sets left in t_packs are closed,
 * and its rows filled again.
 *
 * All bytes from the first gap on move to the front, without a look at what they
 * are: rows are read one by one, removed, and written again, full.  What is written
 * ends before what is not yet read, so both are the same table.  A run of rows
 * without a gap between them moves by one distance, and so do the places in it.
 */
#include "index_sets.h"

#include "index_schema.h"

SQLITE_EXTENSION_INIT3

/* So many rows of t_sets are read, and then written. */
#define BATCH 1000

typedef struct packer {
    ts_index *index;
    ts_error *error;
    ts_hashes runs;      /* owned: where each began */
    ts_hashes distances; /* owned: and by how much it moves */
    ts_bytes bytes;      /* owned: read, and not yet written */
    uint64_t read;       /* where the last row that was read ends */
    uint64_t written;    /* where the next row is written */
} packer;

static void append(packer *p, ts_hashes *numbers, uint64_t x)
{
    if (p->error->code == SQLITE_OK && ts_hashes_append(numbers, &x, 1) != TS_OK)
        ts_error_nomem(p->error);
}

/* What there is in a row; false if it cannot be. */
static bool row_is_good(packer *p, uint64_t place, size_t size)
{
    if (place >= p->read && place > 0 && place <= TS_PLACE_MAX && size > 0) return true;
    ts_error_corrupt(p->error, "packs", (sqlite3_int64)place);
    return false;
}

/* Pass over the rows that are full, and without a gap; is there a row after them? */
static bool find_gap(packer *p)
{
    bool last_is_short = false, found = false;
    sqlite3_stmt *s = ts_statement_take(p->index, TS_PACKS_FROM, p->error);
    if (s != NULL) sqlite3_bind_int64(s, 1, INT64_MIN);
    while (!found && s != NULL && ts_statement_row(p->index, s, p->error)) {
        const uint64_t place = (uint64_t)sqlite3_column_int64(s, 0);
        const size_t size = (size_t)sqlite3_column_bytes(s, 1);
        if (!row_is_good(p, place, size)) break;
        found = place != p->read || last_is_short;
        if (found) break;
        p->written = place;
        p->read = place + size;
        last_is_short = size != TS_PACK_SIZE;
    }
    ts_statement_give(p->index, TS_PACKS_FROM, s);
    /* A short row is filled; a full one stays. */
    if (!last_is_short) p->written = p->read;
    p->read = p->written;
    return found && p->error->code == SQLITE_OK;
}

/* Take the next row out of the table, if there is one. */
static bool take_row(packer *p)
{
    sqlite3_stmt *s = ts_statement_take(p->index, TS_PACKS_FROM, p->error);
    if (s != NULL) sqlite3_bind_int64(s, 1, (sqlite3_int64)p->read);
    uint64_t place = 0;
    bool found = s != NULL && ts_statement_row(p->index, s, p->error);
    if (found) {
        place = (uint64_t)sqlite3_column_int64(s, 0);
        const void *bytes = sqlite3_column_blob(s, 1);
        const size_t size = (size_t)sqlite3_column_bytes(s, 1);
        found = row_is_good(p, place, size);
        if (found && ts_bytes_append(&p->bytes, bytes, size) != TS_OK)
            ts_error_nomem(p->error);
        if (found && place > p->read) {
            append(p, &p->runs, place);
            append(p, &p->distances, place + size - p->written - p->bytes.size);
        }
        p->read = place + size;
    }
    ts_statement_give(p->index, TS_PACKS_FROM, s);
    if (!found) return false;
    s = ts_statement_take(p->index, TS_PACKS_DELETE, p->error);
    if (s != NULL) sqlite3_bind_int64(s, 1, (sqlite3_int64)place);
    return ts_statement_run(p->index, TS_PACKS_DELETE, s, p->error);
}

/* Write what fills rows, or with 'least' 1, all. */
static void write_rows(packer *p, size_t least)
{
    size_t done = 0;
    while (p->bytes.size - done >= least && p->error->code == SQLITE_OK) {
        size_t size = p->bytes.size - done;
        if (size > TS_PACK_SIZE) size = TS_PACK_SIZE;
        sqlite3_stmt *s = ts_statement_take(p->index, TS_PACKS_PUT, p->error);
        if (s != NULL) {
            sqlite3_bind_int64(s, 1, (sqlite3_int64)p->written);
            ts_statement_bind_blob(s, 2, p->bytes.data + done, size, p->error);
        }
        ts_statement_run(p->index, TS_PACKS_PUT, s, p->error);
        p->written += size;
        done += size;
    }
    const size_t left = p->bytes.size - done;
    for (size_t i = 0; i < left; i++)
        p->bytes.data[i] = p->bytes.data[done + i];
    p->bytes.size = left;
}

/* By how much what was at a place has moved. */
static uint64_t distance_of(const packer *p, uint64_t place)
{
    size_t low = 0, n = p->runs.size;
    while (n > 0) {
        const size_t half = n / 2;
        if (p->runs.data[low + half] <= place) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return low == 0 ? 0 : p->distances.data[low - 1];
}

/* Read a batch of t_sets from a rowid on: rowids and places in turn. */
static void read_places(packer *p, sqlite3_int64 from, ts_hashes *batch)
{
    batch->size = 0;
    sqlite3_stmt *s = ts_statement_take(p->index, TS_READ_RANGE, p->error);
    if (s != NULL) {
        sqlite3_bind_int64(s, 1, from);
        sqlite3_bind_int64(s, 2, INT64_MAX);
    }
    while (s != NULL && batch->size < 2 * BATCH &&
           ts_statement_row(p->index, s, p->error)) {
        append(p, batch, (uint64_t)sqlite3_column_int64(s, 0));
        append(p, batch, (uint64_t)sqlite3_column_int64(s, 1));
    }
    ts_statement_give(p->index, TS_READ_RANGE, s);
}

static void move_places(packer *p)
{
    ts_hashes batch = {0};
    sqlite3_int64 from = INT64_MIN;
    do {
        read_places(p, from, &batch);
        for (size_t i = 0; i < batch.size && p->error->code == SQLITE_OK; i += 2) {
            const uint64_t distance = distance_of(p, batch.data[i + 1]);
            from = (sqlite3_int64)batch.data[i];
            if (distance == 0) continue;
            sqlite3_stmt *s = ts_statement_take(p->index, TS_SETS_MOVE, p->error);
            if (s != NULL) {
                sqlite3_bind_int64(s, 1, from);
                sqlite3_bind_int64(s, 2, (sqlite3_int64)(batch.data[i + 1] - distance));
            }
            ts_statement_run(p->index, TS_SETS_MOVE, s, p->error);
        }
        if (from == INT64_MAX) break;
        from++;
    } while (batch.size == 2 * BATCH && p->error->code == SQLITE_OK);
    ts_hashes_clear(&batch);
}

bool ts_sets_repack(ts_index *index, ts_error *error)
{
    packer p = {.index = index, .error = error, .read = 1, .written = 1};
    if (find_gap(&p)) {
        while (error->code == SQLITE_OK && take_row(&p))
            write_rows(&p, TS_PACK_SIZE);
        write_rows(&p, 1);
        move_places(&p);
        ts_sets_count(index, error);
    }
    ts_hashes_clear(&p.runs);
    ts_hashes_clear(&p.distances);
    ts_bytes_clear(&p.bytes);
    return error->code == SQLITE_OK;
}
