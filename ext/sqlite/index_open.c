/*
 * An index is made, copied, closed, and opened by its name: see index_open.h.
 */
#include "index_open.h"

#include "index_config.h"

SQLITE_EXTENSION_INIT3

ts_index *ts_index_new(sqlite3 *db, ts_connection *connection, const char *schema,
                       const char *name)
{
    ts_index *index = sqlite3_malloc64(sizeof *index);
    if (index == NULL) return NULL;
    *index = (ts_index){.db = db, .connection = ts_connection_retain(connection)};
    index->schema = sqlite3_mprintf("%s", schema);
    index->name = sqlite3_mprintf("%s", name);
    if (index->schema != NULL && index->name != NULL) return index;
    ts_index_close(index);
    return NULL;
}

static char *copy_name(const char *name, bool *good)
{
    char *copy = name == NULL ? NULL : sqlite3_mprintf("%s", name);
    if (name != NULL && copy == NULL) *good = false;
    return copy;
}

/* Of the columns, the text alone: nobody asks a copy for the others, which may be
 * large. */
static bool copy_config(ts_index_config *copy, const ts_index_config *config)
{
    bool good = true;
    *copy = *config;
    copy->content_table = copy_name(config->content_table, &good);
    copy->content_rowid = copy_name(config->content_rowid, &good);
    copy->n_columns = 0;
    copy->columns = sqlite3_malloc64(sizeof *copy->columns);
    if (copy->columns == NULL) return false;
    copy->columns[copy->n_columns++] = copy_name(config->columns[0], &good);
    return good;
}

ts_index *ts_index_copy(const ts_index *index)
{
    ts_index *copy =
        ts_index_new(index->db, index->connection, index->schema, index->name);
    if (copy == NULL || copy_config(&copy->config, &index->config)) return copy;
    ts_index_close(copy);
    return NULL;
}

void ts_index_forget_statements(ts_index *index)
{
    for (int i = 0; i < TS_N_STATEMENTS; i++) {
        sqlite3_finalize(index->statements[i]);
        index->statements[i] = NULL;
    }
}

void ts_index_close(ts_index *index)
{
    if (index == NULL) return;
    ts_index_forget_statements(index);
    ts_config_clear(&index->config);
    ts_connection_release(index->connection);
    sqlite3_free(index->schema);
    sqlite3_free(index->name);
    sqlite3_free(index);
}

/* --- by its name ------------------------------------------------------------------ */

/*
 * Whether a schema has a table of that name, as it was created; *found is its
 * owned name and *perhaps whether textsim may have made it.
 */
static bool look_in(sqlite3 *db, const char *schema, const char *name, char **found,
                    bool *perhaps, ts_error *error)
{
    sqlite3_stmt *s = NULL;
    char *sql =
        sqlite3_mprintf("SELECT name, sql FROM \"%w\".sqlite_master WHERE type IN "
                        "('table', 'view') AND name = %Q COLLATE NOCASE",
                        schema, name);
    int rc = sql == NULL ? SQLITE_NOMEM : sqlite3_prepare_v2(db, sql, -1, &s, NULL);
    sqlite3_free(sql);
    if (rc == SQLITE_OK) rc = sqlite3_step(s);
    if (rc == SQLITE_ROW) {
        const unsigned char *as = sqlite3_column_text(s, 0);
        const unsigned char *how = sqlite3_column_text(s, 1);
        *perhaps = how != NULL && sqlite3_strlike("create virtual table%using%textsim%",
                                                  (const char *)how, 0) == 0;
        *found = as == NULL ? NULL : sqlite3_mprintf("%s", as);
        rc = *found == NULL ? SQLITE_NOMEM : SQLITE_DONE;
    }
    if (rc != SQLITE_DONE) ts_error_sqlite(error, db, rc);
    sqlite3_finalize(s);
    return *found != NULL;
}

/*
 * Ask a virtual table whether it is ours, and how it was declared.  What CREATE
 * said is not parsed for that: in the text, the word may be anywhere.  NULL if it
 * is another's, or on an error.
 */
static ts_index *ask(sqlite3 *db, const char *schema, const char *name, ts_error *error)
{
    static const char *const questions[] = {
        "SELECT 1 FROM \"%w\".\"%w\" AS x WHERE x.\"%w\" = ?1",
        "SELECT 1 FROM \"%w\".\"%w\""};
    ts_index *index = NULL;
    int rc = SQLITE_ERROR;
    /* One that has no such column is another's; that it cannot be read is an error. */
    for (int i = 0; i < 2 && rc == SQLITE_ERROR; i++) {
        sqlite3_stmt *s = NULL;
        char *sql = sqlite3_mprintf(questions[i], schema, name, name);
        rc = sql == NULL ? SQLITE_NOMEM : sqlite3_prepare_v2(db, sql, -1, &s, NULL);
        sqlite3_free(sql);
        if (rc == SQLITE_OK && i == 0) {
            sqlite3_bind_pointer(s, 1, &index, TS_INDEX_POINTER, NULL);
            rc = sqlite3_step(s);
            if (rc == SQLITE_ROW || rc == SQLITE_DONE) rc = SQLITE_OK;
        }
        if (rc != SQLITE_OK && (rc != SQLITE_ERROR || i > 0))
            ts_error_sqlite(error, db, rc);
        sqlite3_finalize(s);
    }
    if (error->code == SQLITE_OK) return index;
    ts_index_close(index);
    return NULL;
}

/* The schemas in the order in which SQLite looks for a table: temp is first. */
static char *find_schema(sqlite3 *db, const char *name, char **found, bool *perhaps,
                         ts_error *error)
{
    sqlite3_stmt *s = NULL;
    char *schema = NULL;
    if (look_in(db, "temp", name, found, perhaps, error)) {
        schema = sqlite3_mprintf("temp");
    } else if (error->code == SQLITE_OK) {
        int rc = sqlite3_prepare_v2(db, "PRAGMA database_list", -1, &s, NULL);
        while (rc == SQLITE_OK && schema == NULL && sqlite3_step(s) == SQLITE_ROW) {
            const char *next = (const char *)sqlite3_column_text(s, 1);
            if (next == NULL) break;
            if (sqlite3_stricmp(next, "temp") != 0 &&
                look_in(db, next, name, found, perhaps, error))
                schema = sqlite3_mprintf("%s", next);
            if (error->code != SQLITE_OK) break;
        }
        rc = sqlite3_finalize(s);
        if (rc != SQLITE_OK) ts_error_sqlite(error, db, rc);
    }
    if (*found != NULL && schema == NULL) ts_error_nomem(error);
    return schema;
}

ts_index *ts_index_open(sqlite3 *db, const char *schema, const char *name,
                        ts_error *error)
{
    ts_index *index = NULL;
    char *found = NULL, *where = NULL;
    bool perhaps = false;
    if (schema == NULL) {
        where = find_schema(db, name, &found, &perhaps, error);
    } else if (sqlite3_txn_state(db, schema) < 0) {
        ts_error_set(error, "there is no schema '%.100s'", schema);
    } else if (look_in(db, schema, name, &found, &perhaps, error)) {
        where = sqlite3_mprintf("%s", schema);
        if (where == NULL) ts_error_nomem(error);
    }
    if (found == NULL)
        ts_error_set(error, "there is no table '%.100s'%s%.100s", name,
                     schema != NULL ? " in the schema " : "",
                     schema != NULL ? schema : "");
    else if (error->code == SQLITE_OK && perhaps)
        index = ask(db, where, found, error);
    if (index == NULL)
        ts_error_set(error, "'%.100s' is not a table made with USING textsim", name);
    if (index != NULL) {
        error->table = index->name;
        ts_config_check(index, error);
        error->table = NULL;
    }
    sqlite3_free(found);
    sqlite3_free(where);
    if (error->code == SQLITE_OK) return index;
    ts_index_close(index);
    return NULL;
}
