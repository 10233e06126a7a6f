/*
 * The content table of an index, as CREATE finds it: see ts_declare_content.
 *
 * The key of a table must be its INTEGER PRIMARY KEY, since VACUUM renumbers
 * other rowids.  That is: one column of the primary key, of the type INTEGER, and
 * no index of the primary key, which WITHOUT ROWID and "INTEGER PRIMARY KEY DESC"
 * have.  Of a view, SQLite knows nothing, and the user promises.
 */
#include "index_declare.h"

#include <string.h>
SQLITE_EXTENSION_INIT3

#define HOW_TO_ADD                                                                     \
    "; make a new table with a column \"id INTEGER PRIMARY KEY\", copy the rows into " \
    "it and rename it"

static sqlite3_stmt *prepare(ts_index *index, const char *format, const char *argument,
                             ts_error *error)
{
    sqlite3_stmt *statement = NULL;
    if (error->code != SQLITE_OK) return NULL;
    char *sql = sqlite3_mprintf(format, index->schema, argument);
    int rc = sql == NULL ? SQLITE_NOMEM
                         : sqlite3_prepare_v2(index->db, sql, -1, &statement, NULL);
    sqlite3_free(sql);
    if (rc != SQLITE_OK) ts_error_sqlite(error, index->db, rc);
    return statement;
}

typedef enum content_type { CONTENT_MISSING, CONTENT_TABLE, CONTENT_VIEW } content_type;

static content_type find_type(ts_index *index, ts_error *error)
{
    content_type type = CONTENT_MISSING;
    sqlite3_stmt *s = prepare(index,
                              "SELECT type FROM \"%w\".sqlite_master WHERE type IN "
                              "('table', 'view') AND name = %Q COLLATE NOCASE",
                              index->config.content_table, error);
    if (s != NULL && ts_statement_row(index, s, error)) {
        const unsigned char *word = sqlite3_column_text(s, 0);
        type = word != NULL && word[0] == 'v' ? CONTENT_VIEW : CONTENT_TABLE;
    }
    sqlite3_finalize(s);
    return type;
}

/* The name of the INTEGER PRIMARY KEY, owned; NULL if there is none. */
static char *find_key(ts_index *index, ts_error *error)
{
    char *key = NULL;
    int n_keys = 0;
    sqlite3_stmt *s = prepare(index, "PRAGMA \"%w\".table_info(\"%w\")",
                              index->config.content_table, error);
    while (s != NULL && ts_statement_row(index, s, error)) {
        const char *name = (const char *)sqlite3_column_text(s, 1);
        const char *type = (const char *)sqlite3_column_text(s, 2);
        if (sqlite3_column_int(s, 5) == 0) continue;
        n_keys++;
        if (name == NULL || type == NULL || sqlite3_stricmp(type, "INTEGER") != 0)
            continue;
        sqlite3_free(key);
        key = sqlite3_mprintf("%s", name);
        if (key == NULL) ts_error_nomem(error);
    }
    sqlite3_finalize(s);

    s = prepare(index, "PRAGMA \"%w\".index_list(\"%w\")", index->config.content_table,
                error);
    while (s != NULL && ts_statement_row(index, s, error)) {
        const char *origin = (const char *)sqlite3_column_text(s, 3);
        if (origin != NULL && strcmp(origin, "pk") == 0) n_keys = 0;
    }
    sqlite3_finalize(s);
    if (n_keys == 1 && error->code == SQLITE_OK) return key;
    sqlite3_free(key);
    return NULL;
}

static bool is_rowid(const char *name)
{
    return sqlite3_stricmp(name, "rowid") == 0 || sqlite3_stricmp(name, "oid") == 0 ||
           sqlite3_stricmp(name, "_rowid_") == 0;
}

static void check_table(ts_index *index, ts_error *error)
{
    ts_index_config *config = &index->config;
    char *key = find_key(index, error);
    if (error->code != SQLITE_OK) {
        sqlite3_free(key);
        return;
    }
    const char *wanted = config->content_rowid;
    if (key == NULL) {
        ts_error_set(
            error,
            "the content table '%s' has no INTEGER PRIMARY KEY that is its rowid "
            "(none is with DESC or WITHOUT ROWID), and VACUUM renumbers other "
            "rowids" HOW_TO_ADD,
            config->content_table);
    } else if (wanted != NULL && !is_rowid(wanted) &&
               sqlite3_stricmp(wanted, key) != 0) {
        ts_error_set(error,
                     "content_rowid='%s' is not the INTEGER PRIMARY KEY of '%s', which "
                     "is '%s'",
                     wanted, config->content_table, key);
    } else {
        sqlite3_free(config->content_rowid);
        config->content_rowid = key;
        return;
    }
    sqlite3_free(key);
}

bool ts_declare_content(ts_index *index, ts_error *error)
{
    const ts_index_config *config = &index->config;
    if (config->content != TS_CONTENT_EXTERNAL) return true;
    const content_type type = find_type(index, error);
    if (error->code != SQLITE_OK) return false;
    if (type == CONTENT_MISSING)
        ts_error_set(error, "content='%s' is not a table or view of the schema '%s'",
                     config->content_table, index->schema);
    else if (type == CONTENT_TABLE)
        check_table(index, error);
    else if (config->sync == TS_SYNC_TRIGGERS)
        ts_error_set(error, "sync=triggers needs a table, and '%s' is a view",
                     config->content_table);
    else if (config->content_rowid == NULL)
        ts_error_set(
            error, "'%s' is a view: content_rowid= must name its unique integer column",
            config->content_table);
    return error->code == SQLITE_OK;
}

bool ts_declare_is_key(const ts_index *index, const char *name)
{
    const char *declared = index->config.content_rowid;
    int is_key = 0;
    if (declared != NULL && !is_rowid(declared))
        return sqlite3_stricmp(declared, name) == 0;
    const int rc = sqlite3_table_column_metadata(index->db, index->schema,
                                                 index->config.content_table, name,
                                                 NULL, NULL, NULL, &is_key, NULL);
    return rc != SQLITE_OK || is_key;
}
