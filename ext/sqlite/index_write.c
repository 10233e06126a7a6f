/*
 * INSERT, UPDATE and DELETE: xUpdate.
 *
 * A row that is in the way is a conflict as in a table, and OR REPLACE removes it;
 * for the other ways SQLITE_CONSTRAINT is enough, and nothing may have been
 * written then.  With external content, an entry whose row is gone is not in
 * the way: no read shows it.
 *
 * A failure in the middle is SQLite's to roll back: with the statement, but that of one
 * row only with the transaction.  What last_insert_rowid() was before comes back,
 * because the rows of shadow tables are nobody's business.
 */
#include "index_table.h"

#include "index_commands.h"
#include "index_config.h"
#include "index_documents.h"
#include "index_sets.h"

SQLITE_EXTENSION_INIT3

/* Where the values of an INSERT or UPDATE are, as SQLite passes them. */
#define FIRST_COLUMN 2

static bool read_rowid(sqlite3_value *value, sqlite3_int64 *rowid, ts_error *error)
{
    if (sqlite3_value_numeric_type(value) != SQLITE_INTEGER) {
        ts_error_set_code(error, SQLITE_MISMATCH, "a rowid must be an INTEGER");
        return false;
    }
    *rowid = sqlite3_value_int64(value);
    return true;
}

/* The set of what is written to the text column. */
static bool shingle(ts_index *index, sqlite3_value *value, ts_hashes *set,
                    ts_error *error)
{
    const int type = sqlite3_value_type(value);
    if (type == SQLITE_NULL) return true;
    if (type == SQLITE_BLOB) {
        ts_error_set(error, "'%s' is a BLOB where a text is wanted" TS_CAST_HINT,
                     index->config.columns[0]);
        return false;
    }
    ts_view text;
    return ts_value_text(value, 1, &text, error) &&
           ts_index_shingle(index, text, set, error);
}

/* Keep what is to be kept of a row: its columns, its set, or nothing. */
static bool put_content(ts_index *index, sqlite3_int64 rowid, sqlite3_value **columns,
                        const ts_hashes *set, ts_error *error)
{
    if (index->config.content == TS_CONTENT_EXTERNAL) return true;
    if (index->config.content == TS_CONTENT_NONE)
        return ts_sets_put(index, rowid, set, error);
    sqlite3_stmt *s = ts_statement_take(index, TS_TEXT_PUT, error);
    if (s != NULL) {
        sqlite3_bind_int64(s, 1, rowid);
        for (int i = 0; i < index->config.n_columns; i++) {
            const int rc = sqlite3_bind_value(s, i + 2, columns[i]);
            if (rc != SQLITE_OK) ts_error_sqlite(error, index->db, rc);
        }
    }
    return ts_statement_run(index, TS_TEXT_PUT, s, error);
}

/*
 * What xUpdate was called for.  A statement on one row has no journal, in which SQLite
 * would find how to take back what it wrote before an error: in a transaction, half of
 * it would stay.  A statement INSERT ... SELECT has one.  So in a transaction xUpdate
 * runs such a statement on the table itself (TS_WRITE), which comes back to xUpdate,
 * and does there what is to be done.
 */
typedef struct ts_write {
    int argc;
    sqlite3_value **argv; /* borrowed */
    sqlite3_int64 *rowid; /* result */
    int on_conflict;      /* of the statement that was called first */
    ts_error *error;      /* result */
} ts_write;

/* Make way for a rowid: false on a conflict that stays one, or on an error. */
static bool make_way(ts_index *index, const ts_write *write, sqlite3_int64 rowid)
{
    ts_error *error = write->error;
    ts_entry entry;
    if (!ts_documents_find(index, rowid, &entry, error))
        return error->code == SQLITE_OK;
    if (write->on_conflict == SQLITE_REPLACE || ts_documents_is_old(index, rowid) ||
        ts_documents_is_gone(index, rowid, error))
        return ts_documents_remove(index, rowid, &entry, error);
    if (error->code != SQLITE_OK) return false; /* no conflict, which OR IGNORE ends */
    ts_error_set_code(error, SQLITE_CONSTRAINT,
                      "there is a row with the rowid %lld already", rowid);
    return false;
}

static void insert(ts_index *index, const ts_write *write)
{
    sqlite3_value **argv = write->argv;
    sqlite3_int64 *rowid = write->rowid;
    ts_error *error = write->error;
    ts_hashes set = {0};
    ts_document document = {.set = &set};
    if (sqlite3_value_type(argv[1]) != SQLITE_NULL) {
        if (!read_rowid(argv[1], rowid, error)) return;
        document.wanted = rowid;
    }
    if (shingle(index, argv[FIRST_COLUMN], &set, error) &&
        (document.wanted == NULL || make_way(index, write, *rowid)) &&
        ts_documents_add(index, &document, error) &&
        put_content(index, document.rowid, argv + FIRST_COLUMN, &set, error))
        *rowid = document.rowid;
    ts_hashes_clear(&set);
}

static void delete (ts_index *index, const ts_write *write)
{
    const sqlite3_int64 rowid = sqlite3_value_int64(write->argv[0]);
    ts_entry entry;
    if (ts_documents_find(index, rowid, &entry, write->error))
        ts_documents_remove(index, rowid, &entry, write->error);
}

/*
 * Make 'set' that of the row as it will be.  Where no text is kept, a text that the
 * UPDATE does not set is what was stored.
 */
static bool updated_set(ts_index *index, sqlite3_int64 rowid, sqlite3_value *text,
                        ts_hashes *set, ts_error *error)
{
    if (index->config.content != TS_CONTENT_NONE || !sqlite3_value_nochange(text))
        return shingle(index, text, set, error);
    ts_reader reader;
    ts_reader_init(&reader, index);
    if (ts_reader_seek(&reader, rowid, error) && ts_reader_set(&reader, error)) {
        const ts_hashes mine = *set;
        *set = reader.set;
        reader.set = mine;
    }
    ts_reader_clear(&reader);
    return error->code == SQLITE_OK;
}

/*
 * Where no text is kept, a text that is not set should come as one that does not
 * change; but of UPDATE ... FROM older versions of SQLite make it NULL, which would be
 * the end of what was stored.  Only a rowid can be set without the text.
 */
static void refuse_lost(const ts_index *index, sqlite3_value *text, ts_error *error)
{
    if (index->config.content == TS_CONTENT_NONE &&
        sqlite3_value_type(text) == SQLITE_NULL && !sqlite3_value_nochange(text))
        ts_error_set(error,
                     "'%s' is NULL where the rowid changes, as older versions of "
                     "SQLite make it in UPDATE ... FROM; to have no text, set it to ''",
                     index->config.columns[0]);
}

static void update(ts_index *index, const ts_write *write)
{
    sqlite3_value **argv = write->argv;
    ts_error *error = write->error;
    sqlite3_int64 old = 0, new = 0;
    ts_entry entry = {0};
    ts_hashes set = {0};
    if (!read_rowid(argv[0], &old, error) || !read_rowid(argv[1], &new, error)) return;
    if (old != new) refuse_lost(index, argv[FIRST_COLUMN], error);
    if (error->code == SQLITE_OK &&
        updated_set(index, old, argv[FIRST_COLUMN], &set, error) &&
        ts_documents_find(index, old, &entry, error)) {
        ts_documents_forget_note(index, old);
        const bool same = old == new &&entry.sum == ts_documents_sum(&set);
        /* The set is kept, then; a text may have changed. */
        const bool is_kept = same && index->config.content == TS_CONTENT_NONE;
        ts_document document = {.wanted = &new, .set = &set};
        if (!is_kept && (same || ((old == new || make_way(index, write, new)) &&
                                  ts_documents_remove(index, old, &entry, error) &&
                                  ts_documents_add(index, &document, error))))
            put_content(index, new, argv + FIRST_COLUMN, &set, error);
    }
    ts_hashes_clear(&set);
}

/* Whether an INSERT is a command: it gives the column with the table's name. */
static bool is_command(const ts_index *index, sqlite3_value **argv)
{
    const int column = FIRST_COLUMN + index->config.n_columns + TS_HIDDEN_TABLE;
    return sqlite3_value_type(argv[0]) == SQLITE_NULL &&
           sqlite3_value_type(argv[column]) != SQLITE_NULL;
}

static void run_command(ts_index *index, sqlite3_value **argv, ts_error *error)
{
    const int hidden = FIRST_COLUMN + index->config.n_columns;
    const ts_command command = {.name = argv[hidden + TS_HIDDEN_TABLE],
                                .rowid = argv[1],
                                .rank = argv[hidden + TS_HIDDEN_RANK]};
    ts_commands_run(index, &command, error);
}

static void do_write(ts_index *index, const ts_write *write)
{
    index->is_half = false;
    if (!ts_config_check(index, write->error) ||
        !ts_documents_remove_gone(index, write->error))
        return;
    if (write->argc == 1)
        delete (index, write);
    else if (is_command(index, write->argv))
        run_command(index, write->argv, write->error);
    else if (sqlite3_value_type(write->argv[0]) == SQLITE_NULL)
        insert(index, write);
    else
        update(index, write);
}

/* By a statement that has a journal, or where there can be none, without. */
static void do_write_in_statement(ts_index *index, const ts_write *write)
{
    ts_error refused = ts_table_error(index);
    sqlite3_stmt *s = ts_statement_take(index, TS_WRITE, &refused);
    if (s == NULL) {
        /* By an authorizer, limits of what a statement may be, or want of memory. */
        sqlite3_free(refused.message);
        do_write(index, write);
        ts_error_undo(write->error, index);
        return;
    }
    index->write = write;
    const int rc = sqlite3_step(s);
    index->write = NULL;
    if (rc != SQLITE_DONE) ts_error_sqlite(write->error, index->db, rc);
    /* After some errors the transaction has ended meanwhile: see ts_write_end. */
    if (index->is_writing)
        ts_statement_give(index, TS_WRITE, s);
    else
        sqlite3_finalize(s);
}

int ts_write_update(sqlite3_vtab *vtab, int argc, sqlite3_value **argv,
                    sqlite3_int64 *rowid)
{
    ts_index *index = ts_table_index(vtab);
    const ts_write *write = index->write;
    if (write != NULL) {
        index->write = NULL;
        do_write(index, write);
        return write->error->code;
    }
    ts_error error = ts_table_error(index);
    const ts_write first = {argc, argv, rowid, sqlite3_vtab_on_conflict(index->db),
                            &error};
    const sqlite3_int64 last = sqlite3_last_insert_rowid(index->db);
    if (sqlite3_get_autocommit(index->db))
        do_write(index, &first);
    else
        do_write_in_statement(index, &first);
    sqlite3_set_last_insert_rowid(index->db, last);
    return ts_error_vtab(&error, vtab);
}

int ts_write_begin(sqlite3_vtab *vtab)
{
    ts_table_index(vtab)->is_writing = true;
    return SQLITE_OK;
}

/*
 * A COMMIT that fails rolls all back.  So it does not fail where there is no index, as
 * when its CREATE was rolled back, or its name: SQLite calls those that it was, too;
 * nor where the entries may not be removed, which are gone for those that read.
 */
int ts_write_sync(sqlite3_vtab *vtab)
{
    ts_index *index = ts_table_index(vtab);
    ts_error error = ts_table_error(index);
    const sqlite3_int64 last = sqlite3_last_insert_rowid(index->db);
    index->is_half = false;
    if (index->n_gone > 0) {
        if (!ts_config_check(index, &error))
            ts_error_forgive(&error);
        else if (!ts_documents_remove_gone(index, &error) && !index->is_half)
            ts_error_forgive_refusal(&error);
    }
    sqlite3_set_last_insert_rowid(index->db, last);
    return ts_error_vtab(&error, vtab);
}

int ts_write_end(sqlite3_vtab *vtab)
{
    ts_index *index = ts_table_index(vtab);
    index->n_gone = 0;
    index->savepoint = 0;
    index->is_writing = false;
    /* It holds the table, and a connection with such a statement cannot be closed. */
    sqlite3_finalize(index->statements[TS_WRITE]);
    index->statements[TS_WRITE] = NULL;
    return SQLITE_OK;
}

int ts_write_savepoint(sqlite3_vtab *vtab, int savepoint)
{
    ts_table_index(vtab)->savepoint = savepoint + 1;
    return SQLITE_OK;
}

int ts_write_release(sqlite3_vtab *vtab, int savepoint)
{
    ts_index *index = ts_table_index(vtab);
    index->savepoint = savepoint;
    for (int i = 0; i < index->n_gone; i++) {
        ts_gone *note = &index->gone[i];
        if (note->savepoint > savepoint) note->savepoint = savepoint;
        if (note->removed != TS_NOT_REMOVED && note->removed > savepoint)
            note->removed = savepoint;
    }
    return SQLITE_OK;
}

int ts_write_rollback_to(sqlite3_vtab *vtab, int savepoint)
{
    ts_index *index = ts_table_index(vtab);
    int n = 0;
    for (int i = 0; i < index->n_gone; i++) {
        ts_gone note = index->gone[i];
        if (note.removed > savepoint) note.removed = TS_NOT_REMOVED;
        if (note.savepoint <= savepoint) index->gone[n++] = note;
    }
    index->n_gone = n;
    index->savepoint = savepoint + 1;
    return SQLITE_OK;
}
