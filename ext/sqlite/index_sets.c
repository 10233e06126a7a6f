/*
 * How sets are kept, found again and forgotten: see index_sets.h, and
 * index_schema.c for the tables.
 */
#include "index_sets.h"

#include "../core/set_pack.h"

#include "index_documents.h"
#include "index_schema.h"

#include <string.h>
SQLITE_EXTENSION_INIT3

void ts_sets_lost(ts_error *error, sqlite3_int64 rowid)
{
    ts_error_set_code(error, SQLITE_CORRUPT_VTAB,
                      "the shadow tables %s_sets and %s_packs do not have the shingles "
                      "of row %lld; no text is kept from which they could be made anew",
                      ts_error_table(error), ts_error_table(error), rowid);
}

/* --- reading ---------------------------------------------------------------------- */

void ts_pack_reader_init(ts_pack_reader *reader, ts_index *index)
{
    *reader = (ts_pack_reader){.index = index};
}

void ts_pack_reader_clear(ts_pack_reader *reader)
{
    ts_statement_give(reader->index, TS_PACKS_SEEK, reader->statement);
    ts_bytes_clear(&reader->gathered);
    ts_pack_reader_init(reader, reader->index);
}

sqlite3_int64 ts_pack_size(const ts_pack_reader *reader)
{
    return (sqlite3_int64)reader->packed_size;
}

/* Step to a row; false if there is none that can be, or on an error. */
static bool next_row(ts_pack_reader *r, ts_error *error)
{
    r->bytes = NULL;
    if (!ts_statement_row(r->index, r->statement, error)) return false;
    const sqlite3_int64 first = sqlite3_column_int64(r->statement, 0);
    const void *bytes = sqlite3_column_blob(r->statement, 1);
    const int size = sqlite3_column_bytes(r->statement, 1);
    if (first <= 0 || first > TS_PLACE_MAX || size == 0) return false;
    r->first = first;
    r->bytes = bytes;
    r->size = size;
    return true;
}

static bool row_has(const ts_pack_reader *r, sqlite3_int64 place)
{
    return r->bytes != NULL && place >= r->first && place - r->first < r->size;
}

/* Go to the row that has a place, the one at hand or the next if that will do. */
static bool seek_row(ts_pack_reader *r, sqlite3_int64 place, ts_error *error)
{
    if (row_has(r, place)) return true;
    if (r->bytes != NULL && place == r->first + r->size)
        return next_row(r, error) && row_has(r, place);
    r->bytes = NULL;
    if (r->statement == NULL)
        r->statement = ts_statement_take(r->index, TS_PACKS_SEEK, error);
    if (r->statement == NULL) return false;
    sqlite3_reset(r->statement);
    sqlite3_bind_int64(r->statement, 1, place);
    return next_row(r, error) && row_has(r, place);
}

/* Collect the bytes of a set that goes on in the rows that follow. */
static ts_status gather(ts_pack_reader *r, const uint8_t *bytes, size_t available,
                        ts_error *error)
{
    r->gathered.size = 0;
    ts_status rc = ts_bytes_append(&r->gathered, bytes, available);
    while (rc == TS_OK) {
        const ts_bytes *all = &r->gathered;
        rc = ts_set_pack_size(all->data, all->size, &r->packed_size);
        if (rc == TS_OK && r->packed_size <= all->size) return TS_OK;
        if (rc != TS_OK && all->size >= TS_SET_PACK_HEAD) return rc;
        const sqlite3_int64 next = r->first + r->size;
        if (!next_row(r, error) || r->first != next) return TS_CORRUPT;
        rc = ts_bytes_append(&r->gathered, r->bytes, (size_t)r->size);
    }
    return rc;
}

static ts_status read_at(ts_pack_reader *r, sqlite3_int64 place, ts_hashes *set,
                         ts_error *error)
{
    if (!seek_row(r, place, error)) return TS_CORRUPT;
    const uint8_t *bytes = r->bytes + (place - r->first);
    const size_t available = (size_t)(r->size - (place - r->first));
    ts_status rc = ts_set_pack_size(bytes, available, &r->packed_size);
    if (rc != TS_OK || r->packed_size > available) {
        rc = gather(r, bytes, available, error);
        bytes = r->gathered.data;
    }
    if (rc == TS_OK) rc = ts_set_pack_decode(bytes, (size_t)r->packed_size, set);
    return rc;
}

/*
 * Read a set; false if it is not there, or on an error.  A row that is at hand may
 * be older than the row of t_sets, if a cursor is open while something is written;
 * then the sum tells, and it is read again.
 */
static bool read_kept(ts_pack_reader *reader, const ts_kept *kept, ts_hashes *set,
                      ts_error *error)
{
    bool at_hand = false;
    do {
        at_hand = reader->bytes != NULL;
        const ts_status rc = read_at(reader, kept->place, set, error);
        if (rc == TS_NOMEM) ts_error_nomem(error);
        if (error->code != SQLITE_OK) return false;
        if (rc == TS_OK && ts_documents_sum(set) == kept->sum) return true;
        reader->bytes = NULL;
    } while (at_hand);
    return false;
}

bool ts_pack_read(ts_pack_reader *reader, const ts_kept *kept, ts_hashes *set,
                  ts_error *error)
{
    if (read_kept(reader, kept, set, error)) return true;
    ts_sets_lost(error, kept->rowid);
    return false;
}

/* --- bytes in rows ---------------------------------------------------------------- */

static bool put_row(ts_index *index, sqlite3_int64 place, const ts_bytes *bytes,
                    ts_error *error)
{
    sqlite3_stmt *s = ts_statement_take(index, TS_PACKS_PUT, error);
    if (s != NULL) {
        sqlite3_bind_int64(s, 1, place);
        ts_statement_bind_blob(s, 2, bytes->data, bytes->size, error);
    }
    return ts_statement_run(index, TS_PACKS_PUT, s, error);
}

/* Where the last row ends; what it has, if there is room in it, goes to 'row'. */
static sqlite3_int64 read_end(ts_index *index, ts_bytes *row, ts_error *error)
{
    sqlite3_int64 end = 1;
    sqlite3_stmt *s = ts_statement_take(index, TS_PACKS_LAST, error);
    if (s != NULL && ts_statement_row(index, s, error)) {
        const sqlite3_int64 place = sqlite3_column_int64(s, 0);
        const void *bytes = sqlite3_column_blob(s, 1);
        const int size = sqlite3_column_bytes(s, 1);
        if (place <= 0 || place > TS_PLACE_MAX || size == 0)
            ts_error_corrupt(error, "packs", place);
        else if (size < TS_PACK_SIZE &&
                 ts_bytes_append(row, bytes, (size_t)size) != TS_OK)
            ts_error_nomem(error);
        if (error->code == SQLITE_OK) end = place + size;
    }
    ts_statement_give(index, TS_PACKS_LAST, s);
    return end;
}

/* Write a set at the end of all; where that is. */
static bool append(ts_index *index, const ts_hashes *set, sqlite3_int64 *place,
                   ts_error *error)
{
    ts_bytes bytes = {0};
    *place = read_end(index, &bytes, error);
    sqlite3_int64 first = *place - (sqlite3_int64)bytes.size;
    if (error->code == SQLITE_OK)
        ts_error_status(error, ts_set_pack_append(&bytes, set->data, set->size), 1);
    for (size_t done = 0; done < bytes.size && error->code == SQLITE_OK;) {
        ts_bytes row = {.data = bytes.data + done, .size = bytes.size - done};
        if (row.size > TS_PACK_SIZE) row.size = TS_PACK_SIZE;
        put_row(index, first, &row, error);
        first += (sqlite3_int64)row.size;
        done += row.size;
    }
    ts_bytes_clear(&bytes);
    return error->code == SQLITE_OK;
}

/*
 * Take the row that has a place out of the table: 'row' gets its bytes.  What
 * stays of it is put back: then SQLite joins pages that got empty.
 */
static bool take_row(ts_index *index, sqlite3_int64 place, sqlite3_int64 *first,
                     ts_bytes *row, ts_error *error)
{
    ts_pack_reader reader;
    ts_pack_reader_init(&reader, index);
    row->size = 0;
    if (!seek_row(&reader, place, error))
        ts_error_corrupt(error, "packs", place);
    else if (ts_bytes_append(row, reader.bytes, (size_t)reader.size) != TS_OK)
        ts_error_nomem(error);
    *first = reader.first;
    ts_pack_reader_clear(&reader);
    sqlite3_stmt *s = ts_statement_take(index, TS_PACKS_DELETE, error);
    if (s != NULL) sqlite3_bind_int64(s, 1, *first);
    return ts_statement_run(index, TS_PACKS_DELETE, s, error);
}

/* Remove the bytes of a set: what comes before and after stays where it is. */
static bool cut(ts_index *index, sqlite3_int64 from, sqlite3_int64 to, ts_error *error)
{
    ts_bytes row = {0};
    while (from < to && error->code == SQLITE_OK) {
        sqlite3_int64 first = 0;
        if (!take_row(index, from, &first, &row, error)) break;
        const sqlite3_int64 end = first + (sqlite3_int64)row.size;
        if (first < from) {
            const ts_bytes before = {.data = row.data, .size = (size_t)(from - first)};
            put_row(index, first, &before, error);
        }
        if (end > to) {
            const ts_bytes after = {.data = row.data + (to - first),
                                    .size = (size_t)(end - to)};
            put_row(index, to, &after, error);
        }
        from = end;
    }
    ts_bytes_clear(&row);
    return error->code == SQLITE_OK;
}

/* --- equal sets ------------------------------------------------------------------- */

/* A row of t_sums: so many documents have the set at a place. */
typedef struct shared {
    sqlite3_int64 sum;
    sqlite3_int64 place;
    sqlite3_int64 n_documents;
} shared;

/* Find the row of a sum; false if there is none, or on an error. */
static bool find_shared(ts_index *index, sqlite3_int64 sum, shared *found,
                        ts_error *error)
{
    sqlite3_stmt *s = ts_statement_take(index, TS_SUMS_GET, error);
    if (s != NULL) sqlite3_bind_int64(s, 1, sum);
    const bool is_there = s != NULL && ts_statement_row(index, s, error);
    if (is_there)
        *found = (shared){.sum = sum,
                          .place = sqlite3_column_int64(s, 0),
                          .n_documents = sqlite3_column_int64(s, 1)};
    ts_statement_give(index, TS_SUMS_GET, s);
    if (is_there && (found->n_documents <= 0 || found->n_documents == INT64_MAX))
        ts_error_corrupt(error, "sums", sum);
    return is_there && error->code == SQLITE_OK;
}

/* Write the row of a sum, or remove it when no document is left. */
static bool put_shared(ts_index *index, const shared *row, ts_error *error)
{
    const ts_statement which = row->n_documents > 0 ? TS_SUMS_PUT : TS_SUMS_DELETE;
    sqlite3_stmt *s = ts_statement_take(index, which, error);
    if (s != NULL) {
        sqlite3_bind_int64(s, 1, row->sum);
        if (which == TS_SUMS_PUT) {
            sqlite3_bind_int64(s, 2, row->place);
            sqlite3_bind_int64(s, 3, row->n_documents);
        }
    }
    return ts_statement_run(index, which, s, error);
}

/* Is it this set that is shared?  Another one may have the same sum. */
static bool is_same(ts_index *index, const shared *row, const ts_hashes *set,
                    ts_error *error)
{
    ts_pack_reader reader;
    ts_hashes found = {0};
    const ts_kept kept = {.place = row->place, .sum = row->sum};
    ts_pack_reader_init(&reader, index);
    if (!read_kept(&reader, &kept, &found, error))
        ts_error_corrupt(error, "sums", row->sum);
    const bool same = error->code == SQLITE_OK && found.size == set->size &&
                      (set->size == 0 || memcmp(found.data, set->data,
                                                set->size * sizeof *set->data) == 0);
    ts_hashes_clear(&found);
    ts_pack_reader_clear(&reader);
    return same;
}

/* --- documents -------------------------------------------------------------------- */

bool ts_sets_put(ts_index *index, sqlite3_int64 rowid, const ts_hashes *set,
                 ts_error *error)
{
    ts_kept kept = {.rowid = rowid, .sum = ts_documents_sum(set)};
    shared row = {.sum = kept.sum};
    const bool has_sum = find_shared(index, kept.sum, &row, error);
    kept.place = row.place;
    if (has_sum && is_same(index, &row, set, error)) {
        row.n_documents++;
        put_shared(index, &row, error);
    } else if (error->code == SQLITE_OK && append(index, set, &kept.place, error) &&
               !has_sum) {
        /* Of two sets with one sum, only the first is ever shared. */
        row = (shared){.sum = kept.sum, .place = kept.place, .n_documents = 1};
        put_shared(index, &row, error);
    }
    sqlite3_stmt *s = ts_statement_take(index, TS_TEXT_PUT, error);
    if (s != NULL) {
        sqlite3_bind_int64(s, 1, rowid);
        sqlite3_bind_int64(s, 2, kept.place);
        sqlite3_bind_int64(s, 3, kept.sum);
    }
    return ts_statement_run(index, TS_TEXT_PUT, s, error);
}

static bool find_kept(ts_index *index, sqlite3_int64 rowid, ts_kept *kept,
                      ts_error *error)
{
    sqlite3_stmt *s = ts_statement_take(index, TS_READ_ONE, error);
    if (s != NULL) sqlite3_bind_int64(s, 1, rowid);
    const bool is_there = s != NULL && ts_statement_row(index, s, error);
    if (is_there)
        *kept = (ts_kept){.rowid = rowid,
                          .place = sqlite3_column_int64(s, 1),
                          .sum = sqlite3_column_int64(s, 2)};
    ts_statement_give(index, TS_READ_ONE, s);
    return is_there;
}

/* Free the bytes of a set that nobody has any more. */
static bool free_set(ts_index *index, const ts_kept *kept, ts_error *error)
{
    ts_pack_reader reader;
    ts_hashes set = {0};
    ts_pack_reader_init(&reader, index);
    /* To be sure that these are its bytes, and nobody else's. */
    const bool found = ts_pack_read(&reader, kept, &set, error);
    const sqlite3_int64 size = ts_pack_size(&reader);
    ts_hashes_clear(&set);
    ts_pack_reader_clear(&reader);
    return found && cut(index, kept->place, kept->place + size, error);
}

bool ts_sets_remove(ts_index *index, sqlite3_int64 rowid, ts_error *error)
{
    ts_kept kept;
    if (!find_kept(index, rowid, &kept, error)) return error->code == SQLITE_OK;
    sqlite3_stmt *s = ts_statement_take(index, TS_TEXT_DELETE, error);
    if (s != NULL) sqlite3_bind_int64(s, 1, rowid);
    ts_statement_run(index, TS_TEXT_DELETE, s, error);

    shared row;
    if (find_shared(index, kept.sum, &row, error) && row.place == kept.place) {
        row.n_documents--;
        put_shared(index, &row, error);
        if (row.n_documents > 0) return error->code == SQLITE_OK;
    }
    return error->code == SQLITE_OK && free_set(index, &kept, error);
}

bool ts_sets_count(ts_index *index, ts_error *error)
{
    /* Where two sets have one sum, the one that is shared keeps it. */
    return ts_index_exec(index,
                         "DELETE FROM @sums;"
                         "INSERT OR IGNORE INTO @sums(sum, place, documents) "
                         "SELECT sum, place, count(*) FROM @sets GROUP BY sum, place "
                         "ORDER BY 1, 3 DESC",
                         error);
}
