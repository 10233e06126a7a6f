/*
 * The documents of an index, one by one: see index.h.
 *
 * In each content mode the statement gives a rowid and then columns, the first
 * of which is the text, or the place of the set where no text is kept.  With external
 * content the last one is the sum of the set that was indexed.
 */
#include "index_documents.h"
#include "index_sets.h"
#include "pulse.h"

SQLITE_EXTENSION_INIT3

void ts_reader_init(ts_reader *reader, ts_index *index)
{
    *reader = (ts_reader){.index = index};
    ts_pack_reader_init(&reader->packs, index);
}

static void end_reading(ts_reader *reader)
{
    ts_statement_give(reader->index, reader->which, reader->statement);
    reader->statement = NULL;
}

void ts_reader_clear(ts_reader *reader)
{
    end_reading(reader);
    ts_hashes_clear(&reader->set);
    ts_pack_reader_clear(&reader->packs);
}

static bool begin(ts_reader *reader, ts_statement which, ts_error *error)
{
    reader->has_row = false;
    if (reader->statement != NULL && reader->which == which) {
        sqlite3_reset(reader->statement);
        return true;
    }
    end_reading(reader);
    reader->which = which;
    reader->statement = ts_statement_take(reader->index, which, error);
    return reader->statement != NULL;
}

bool ts_reader_range(ts_reader *reader, sqlite3_int64 first, sqlite3_int64 last,
                     ts_error *error)
{
    if (!begin(reader, TS_READ_RANGE, error)) return false;
    sqlite3_bind_int64(reader->statement, 1, first);
    sqlite3_bind_int64(reader->statement, 2, last);
    return true;
}

bool ts_reader_content(ts_reader *reader, ts_error *error)
{
    return begin(reader, TS_READ_CONTENT, error);
}

bool ts_reader_next(ts_reader *reader, ts_error *error)
{
    if (reader->statement == NULL) return false;
    const ts_index_config *config = &reader->index->config;
    if (!ts_content_row(reader->index, reader->statement, error)) {
        end_reading(reader);
        return false;
    }
    /* A view may have anything in the place of its key. */
    if (sqlite3_column_type(reader->statement, 0) != SQLITE_INTEGER) {
        if (config->content == TS_CONTENT_EXTERNAL) {
            ts_error_set(error, "the key '%s' of '%s' is not an INTEGER in each row",
                         config->content_rowid, config->content_table);
            return false;
        }
        ts_error_set_code(
            error, SQLITE_CORRUPT_VTAB,
            "the shadow table %s_%s is damaged: its key is not an INTEGER in each row",
            ts_error_table(error),
            config->content == TS_CONTENT_STORED ? "content" : "sets");
        return false;
    }
    const sqlite3_int64 rowid = sqlite3_column_int64(reader->statement, 0);
    if (config->content == TS_CONTENT_EXTERNAL && reader->has_row &&
        rowid == reader->rowid) {
        ts_error_set(error, "the key '%s' of '%s' is %lld in two rows",
                     config->content_rowid, config->content_table, rowid);
        return false;
    }
    reader->rowid = rowid;
    reader->has_row = true;
    return true;
}

bool ts_reader_seek(ts_reader *reader, sqlite3_int64 rowid, ts_error *error)
{
    if (!begin(reader, TS_READ_ONE, error)) return false;
    sqlite3_bind_int64(reader->statement, 1, rowid);
    if (!ts_content_row(reader->index, reader->statement, error)) return false;
    reader->rowid = rowid;
    return true;
}

/* The set that is kept instead of the text. */
static bool kept_set(ts_reader *reader, ts_error *error)
{
    if (sqlite3_column_type(reader->statement, 1) != SQLITE_INTEGER ||
        sqlite3_column_type(reader->statement, 2) != SQLITE_INTEGER) {
        ts_sets_lost(error, reader->rowid);
        return false;
    }
    const ts_kept kept = {.rowid = reader->rowid,
                          .place = sqlite3_column_int64(reader->statement, 1),
                          .sum = sqlite3_column_int64(reader->statement, 2)};
    return ts_pack_read(&reader->packs, &kept, &reader->set, error);
}

bool ts_index_shingle(ts_index *index, ts_view text, ts_hashes *set, ts_error *error)
{
    ts_workspace *work = ts_connection_workspace(index->connection);
    if (work == NULL || text.data == NULL) {
        ts_error_nomem(error);
        return false;
    }
    ts_pulse pulse;
    ts_poll poll = ts_pulse_begin(&pulse, index->db);
    ts_shingler_poll(work->shingler, &poll);
    const ts_status rc = ts_shingles_set(work->shingler, &index->config.options.params,
                                         text.data, text.size, set);
    ts_shingler_poll(work->shingler, NULL);
    ts_pulse_end(&pulse, error);
    ts_error_status(error, rc, 1);
    return rc == TS_OK;
}

bool ts_reader_set(ts_reader *reader, ts_error *error)
{
    ts_index *index = reader->index;
    if (index->config.content == TS_CONTENT_NONE) return kept_set(reader, error);

    reader->set.size = 0;
    const int type = sqlite3_column_type(reader->statement, 1);
    if (type == SQLITE_NULL) return true;
    if (type == SQLITE_BLOB && index->config.content == TS_CONTENT_STORED) {
        ts_error_set_code(error, SQLITE_CORRUPT_VTAB,
                          "the shadow table %s_content is damaged at row %lld: what "
                          "was stored was a text",
                          ts_error_table(error), reader->rowid);
        return false;
    }
    if (type == SQLITE_BLOB) {
        ts_error_set(error,
                     "row %lld: '%s' is a BLOB where a text is wanted" TS_CAST_HINT,
                     reader->rowid, index->config.columns[0]);
        return false;
    }
    const unsigned char *text = sqlite3_column_text(reader->statement, 1);
    const int size = sqlite3_column_bytes(reader->statement, 1);
    return ts_index_shingle(index, (ts_view){text, (size_t)size}, &reader->set, error);
}

bool ts_reader_has_changed(const ts_reader *reader, ts_error *error)
{
    const ts_index_config *config = &reader->index->config;
    if (config->content != TS_CONTENT_EXTERNAL || reader->which == TS_READ_CONTENT)
        return false;
    const int column = config->n_columns + 1;
    if (sqlite3_column_type(reader->statement, column) != SQLITE_INTEGER)
        ts_error_corrupt(error, "docs", reader->rowid);
    return error->code == SQLITE_OK &&
           sqlite3_column_int64(reader->statement, column) !=
               ts_documents_sum(&reader->set);
}

sqlite3_value *ts_reader_column(ts_reader *reader, int column)
{
    if (reader->index->config.content == TS_CONTENT_NONE) return NULL;
    return sqlite3_column_value(reader->statement, column + 1);
}

bool ts_index_count(ts_index *index, sqlite3_int64 *n, ts_error *error)
{
    sqlite3_stmt *statement = ts_statement_take(index, TS_COUNT_DOCUMENTS, error);
    if (statement != NULL && ts_statement_row(index, statement, error))
        *n = sqlite3_column_int64(statement, 0);
    ts_statement_give(index, TS_COUNT_DOCUMENTS, statement);
    return error->code == SQLITE_OK;
}
