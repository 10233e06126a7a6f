/*
 * Prepared statements on the shadow tables, and errors.
 *
 * A statement is taken for one use and given back, reset: one that stayed
 * between two calls would keep VACUUM and other connections out.  The cache has
 * one of each kind; when a view that is the content of an index reads that index,
 * or when two cursors are open, there are more for a while.
 *
 * In the SQL below, @docs stands for "schema"."name_docs".
 */
#include "index.h"

#include "index_schema.h"

#include <string.h>
SQLITE_EXTENSION_INIT3

/* The block that a key would be in, and those after it. */
#define SQL_SEEK(table)                                                                \
    "SELECT key, block FROM " table                                                    \
    " WHERE key >= (SELECT coalesce(max(key), 0) FROM " table                          \
    " WHERE key <= ?1) ORDER BY key"
#define SQL_BLOCK_PUT(table) "INSERT INTO " table "(key, block) VALUES(?1, ?2)"
#define SQL_BLOCK_DELETE(table) "DELETE FROM " table " WHERE key = ?1"

/* Those with NULL depend on where the texts are. */
static const char *const templates[TS_N_STATEMENTS] = {
    [TS_COUNT_DOCUMENTS] = "SELECT count(*) FROM @docs",
    [TS_CONFIG_GET] = "SELECT value FROM @config WHERE key = ?1",
    [TS_CONFIG_PUT] = "REPLACE INTO @config(key, value) VALUES(?1, ?2)",
    [TS_DOCS_GET] = "SELECT docno, sum FROM @docs WHERE id = ?1",
    [TS_DOCS_PUT] = "INSERT INTO @docs(id, docno, sum) VALUES(?1, ?2, ?3)",
    [TS_DOCS_DELETE] = "DELETE FROM @docs WHERE id = ?1",
    [TS_NUMBERS_GET] = "SELECT docno, id, shingles FROM @numbers WHERE docno = ?1",
    [TS_NUMBERS_RANGE] =
        "SELECT docno, id, shingles FROM @numbers WHERE docno BETWEEN ?1 AND ?2 "
        "ORDER BY docno",
    [TS_NUMBERS_SIZES] =
        "SELECT docno, id, shingles FROM @numbers WHERE docno BETWEEN ?1 AND ?2 "
        /* What is no number is damage, which whoever reads it is to see. */
        "AND (shingles < ?3 OR shingles > ?4 AND shingles < '') IS NOT 1 "
        "ORDER BY docno",
    [TS_NUMBERS_LAST] = "SELECT max(coalesce((SELECT max(docno) FROM @numbers), 0), "
                        "coalesce((SELECT max(docno) FROM @dead), 0))",
    [TS_NUMBERS_PUT] = "INSERT INTO @numbers(docno, id, shingles) VALUES(?1, ?2, ?3)",
    [TS_NUMBERS_DELETE] = "DELETE FROM @numbers WHERE docno = ?1",
    [TS_SETS_MOVE] = "UPDATE @sets SET place = ?2 WHERE id = ?1",
    [TS_PACKS_SEEK] = "SELECT place, bytes FROM @packs WHERE place >= (SELECT "
                      "coalesce(max(place), 0) FROM @packs WHERE place <= ?1) "
                      "ORDER BY place",
    [TS_PACKS_FROM] = "SELECT place, bytes FROM @packs WHERE place >= ?1 "
                      "ORDER BY place",
    [TS_PACKS_LAST] = "SELECT place, bytes FROM @packs ORDER BY place DESC LIMIT 1",
    [TS_PACKS_PUT] = "REPLACE INTO @packs(place, bytes) VALUES(?1, ?2)",
    [TS_PACKS_DELETE] = "DELETE FROM @packs WHERE place = ?1",
    [TS_SUMS_GET] = "SELECT place, documents FROM @sums WHERE sum = ?1",
    [TS_SUMS_PUT] = "REPLACE INTO @sums(sum, place, documents) VALUES(?1, ?2, ?3)",
    [TS_SUMS_DELETE] = "DELETE FROM @sums WHERE sum = ?1",
    [TS_TAIL_ALL] = "SELECT docno, hashes FROM @tail",
    [TS_TAIL_PUT] = "INSERT INTO @tail(docno, hashes) VALUES(?1, ?2)",
    [TS_TAIL_DELETE] = "DELETE FROM @tail WHERE docno = ?1",
    [TS_DEAD_ALL] = "SELECT docno FROM @dead",
    [TS_DEAD_PUT] =
        "INSERT INTO @dead(docno, round) VALUES(?1, coalesce((SELECT value FROM "
        "@config WHERE key = 'time'), 0))",
    [TS_DEAD_FORGET] = "DELETE FROM @dead WHERE round < ?1",
    [TS_RECENT_SEEK] = SQL_SEEK("@recent"),
    [TS_RECENT_PUT] = SQL_BLOCK_PUT("@recent"),
    [TS_RECENT_DELETE] = SQL_BLOCK_DELETE("@recent"),
    [TS_MIDDLE_SEEK] = SQL_SEEK("@middle"),
    [TS_MIDDLE_PUT] = SQL_BLOCK_PUT("@middle"),
    [TS_MIDDLE_DELETE] = SQL_BLOCK_DELETE("@middle"),
    [TS_POSTINGS_SEEK] = SQL_SEEK("@postings"),
    [TS_POSTINGS_PUT] = SQL_BLOCK_PUT("@postings"),
    [TS_POSTINGS_DELETE] = SQL_BLOCK_DELETE("@postings"),
};

/* --- errors -------------------------------------------------------------------- */

void ts_error_sqlite(ts_error *error, sqlite3 *db, int rc)
{
    if (error->code != SQLITE_OK) return;
    const int primary = rc & 0xFF;
    if (primary == SQLITE_NOMEM || primary == SQLITE_INTERRUPT) {
        error->code = rc;
        return;
    }
    ts_error_set_code(error, rc, "%s", sqlite3_errmsg(db));
}

static void forget(ts_error *error)
{
    sqlite3_free(error->message);
    error->message = NULL;
    error->code = SQLITE_OK;
}

bool ts_error_forgive(ts_error *error)
{
    if ((error->code & 0xFF) != SQLITE_ERROR && error->code != SQLITE_CORRUPT_VTAB)
        return false;
    forget(error);
    return true;
}

bool ts_error_forgive_refusal(ts_error *error)
{
    const int primary = error->code & 0xFF;
    if (primary != SQLITE_READONLY && primary != SQLITE_LOCKED &&
        primary != SQLITE_BUSY && primary != SQLITE_AUTH)
        return false;
    forget(error);
    return true;
}

void ts_error_undo(ts_error *error, const ts_index *index)
{
    const int primary = error->code & 0xFF;
    if (error->code == SQLITE_OK || !index->is_half ||
        sqlite3_get_autocommit(index->db) || primary == SQLITE_NOMEM ||
        primary == SQLITE_INTERRUPT || primary == SQLITE_IOERR)
        return;
    char *text = error->message;
    error->message = sqlite3_mprintf(
        "%s; as it was half done, SQLite takes back the statement, or all of the "
        "transaction",
        text);
    error->code = error->message != NULL ? SQLITE_FULL : SQLITE_NOMEM;
    sqlite3_free(text);
}

void ts_error_corrupt(ts_error *error, const char *suffix, sqlite3_int64 row)
{
    ts_error_set_code(error, SQLITE_CORRUPT_VTAB,
                      "the shadow table %s_%s is damaged at row %lld; the command "
                      "'rebuild' makes it anew",
                      ts_error_table(error), suffix, row);
}

void ts_error_twice(ts_error *error)
{
    ts_error_set_code(
        error, SQLITE_CORRUPT_VTAB,
        "the shadow table %s_numbers is damaged: it has an id twice; the command "
        "'rebuild' makes it anew",
        ts_error_table(error));
}

/* --- the text of statements ---------------------------------------------------- */

char *ts_index_sql(const ts_index *index, const char *template)
{
    sqlite3_str *sql = sqlite3_str_new(index->db);
    for (const char *p = template; *p != '\0';) {
        if (*p != '@') {
            sqlite3_str_appendchar(sql, 1, *p++);
            continue;
        }
        const char *suffix = ++p;
        while (*p >= 'a' && *p <= 'z')
            p++;
        sqlite3_str_appendf(sql, "\"%w\".\"%w_%.*s\"", index->schema, index->name,
                            (int)(p - suffix), suffix);
    }
    return sqlite3_str_finish(sql);
}

/* What reads documents; 'condition' is on id. */
static char *reading_sql(const ts_index *index, const char *condition)
{
    const ts_index_config *config = &index->config;
    char *template = NULL;
    if (config->content == TS_CONTENT_NONE) {
        template =
            sqlite3_mprintf("SELECT id, place, sum FROM @sets WHERE %s", condition);
    } else if (config->content == TS_CONTENT_STORED) {
        sqlite3_str *s = sqlite3_str_new(index->db);
        sqlite3_str_appendall(s, "SELECT id");
        for (int i = 0; i < config->n_columns; i++)
            sqlite3_str_appendf(s, ", c%d", i);
        sqlite3_str_appendf(s, " FROM @content WHERE %s", condition);
        template = sqlite3_str_finish(s);
    } else {
        /* The names of the user may have an @ in them. */
        sqlite3_str *s = sqlite3_str_new(index->db);
        sqlite3_str_appendall(s, "SELECT d.id");
        for (int i = 0; i < config->n_columns; i++)
            sqlite3_str_appendf(s, ", c.\"%w\"", config->columns[i]);
        sqlite3_str_appendf(
            s,
            ", d.sum FROM \"%w\".\"%w_docs\" AS d CROSS JOIN \"%w\".\"%w\" "
            "AS c ON c.\"%w\" = d.id WHERE d.%s",
            index->schema, index->name, index->schema, config->content_table,
            config->content_rowid, condition);
        return sqlite3_str_finish(s);
    }
    if (template == NULL) return NULL;
    char *sql = ts_index_sql(index, template);
    sqlite3_free(template);
    return sql;
}

/* What reads all that there is to index. */
static char *content_sql(const ts_index *index)
{
    const ts_index_config *config = &index->config;
    if (config->content != TS_CONTENT_EXTERNAL)
        return reading_sql(index, "1 ORDER BY 1");
    return sqlite3_mprintf(
        "SELECT c.\"%w\", c.\"%w\" FROM \"%w\".\"%w\" AS c ORDER BY 1",
        config->content_rowid, config->columns[0], index->schema,
        config->content_table);
}

static char *count_content_sql(const ts_index *index)
{
    if (index->config.content == TS_CONTENT_EXTERNAL)
        return sqlite3_mprintf("SELECT count(*) FROM \"%w\".\"%w\"", index->schema,
                               index->config.content_table);
    return ts_index_sql(index, index->config.content == TS_CONTENT_NONE
                                   ? "SELECT count(*) FROM @sets"
                                   : "SELECT count(*) FROM @content");
}

static char *text_put_sql(const ts_index *index)
{
    if (index->config.content == TS_CONTENT_NONE)
        return ts_index_sql(index,
                            "REPLACE INTO @sets(id, place, sum) VALUES(?1, ?2, ?3)");
    sqlite3_str *s = sqlite3_str_new(index->db);
    sqlite3_str_appendf(s, "REPLACE INTO \"%w\".\"%w_content\" VALUES(?1",
                        index->schema, index->name);
    for (int i = 0; i < index->config.n_columns; i++)
        sqlite3_str_appendf(s, ", ?%d", i + 2);
    sqlite3_str_appendall(s, ")");
    return sqlite3_str_finish(s);
}

static char *statement_sql(const ts_index *index, ts_statement which)
{
    switch (which) {
    case TS_READ_RANGE:
        return reading_sql(index, "id BETWEEN ?1 AND ?2 ORDER BY 1");
    case TS_READ_ONE:
        return reading_sql(index, "id = ?1");
    case TS_READ_CONTENT:
        return content_sql(index);
    case TS_COUNT_CONTENT:
        return count_content_sql(index);
    case TS_TEXT_PUT:
        return text_put_sql(index);
    case TS_TEXT_DELETE:
        return ts_index_sql(index, index->config.content == TS_CONTENT_NONE
                                       ? "DELETE FROM @sets WHERE id = ?1"
                                       : "DELETE FROM @content WHERE id = ?1");
    case TS_WRITE:
        return sqlite3_mprintf("INSERT INTO \"%w\".\"%w\"(\"%w\") SELECT 'write'",
                               index->schema, index->name, index->name);
    default:
        return ts_index_sql(index, templates[which]);
    }
}

/* --- taking and giving ---------------------------------------------------------- */

/* What SQLite says of the shadow tables, which textsim writes as they should be. */
static void set_damaged(ts_error *error, sqlite3 *db)
{
    ts_error_set_code(error, SQLITE_CORRUPT_VTAB, "the shadow tables are damaged: %s",
                      sqlite3_errmsg(db));
}

void ts_error_shadow(ts_error *error, sqlite3 *db, int rc)
{
    const int primary = rc & 0xFF;
    /* "no such table", "has no column": other errors are of limits that are set. */
    const bool lacks = sqlite3_strlike("%no _%", sqlite3_errmsg(db), 0) == 0;
    /* OR IGNORE would pass over a constraint, with half a document written. */
    if (primary == SQLITE_CONSTRAINT || primary == SQLITE_MISMATCH ||
        (primary == SQLITE_ERROR && lacks))
        set_damaged(error, db);
    else
        ts_error_sqlite(error, db, rc);
}

static bool reads_content(const ts_index *index, ts_statement which)
{
    return index->config.content == TS_CONTENT_EXTERNAL &&
           (which == TS_READ_RANGE || which == TS_READ_ONE ||
            which == TS_READ_CONTENT || which == TS_COUNT_CONTENT);
}

/* Nearly always something was renamed. */
void ts_content_error(const ts_index *index, ts_error *error, int rc)
{
    if (rc != SQLITE_ERROR) {
        ts_error_sqlite(error, index->db, rc);
        return;
    }
    ts_error_set(error,
                 "cannot read '%s' and '%s' of the content table '%s' (%s); if they "
                 "were renamed, drop the index and create it again",
                 index->config.content_rowid, index->config.columns[0],
                 index->config.content_table, sqlite3_errmsg(index->db));
}

/*
 * A content that is a view may read the index, whose statement would then hold its own
 * table, and the connection could not be closed.  Such a statement is not kept.
 */
static bool is_kept(const ts_index *index, ts_statement which)
{
    return !reads_content(index, which) ||
           sqlite3_table_column_metadata(index->db, index->schema,
                                         index->config.content_table, NULL, NULL, NULL,
                                         NULL, NULL, NULL) == SQLITE_OK;
}

sqlite3_stmt *ts_statement_take(ts_index *index, ts_statement which, ts_error *error)
{
    if (error->code != SQLITE_OK) return NULL;
    sqlite3_stmt *statement = index->statements[which];
    if (statement != NULL) {
        index->statements[which] = NULL;
        return statement;
    }
    char *sql = statement_sql(index, which);
    if (sql == NULL) {
        ts_error_nomem(error);
        return NULL;
    }
    int rc = sqlite3_prepare_v3(index->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                &statement, NULL);
    sqlite3_free(sql);
    if (rc == SQLITE_ERROR && !reads_content(index, which))
        ts_error_shadow(error, index->db, rc);
    else if (rc != SQLITE_OK)
        ts_content_error(index, error, rc);
    return statement;
}

void ts_statement_give(ts_index *index, ts_statement which, sqlite3_stmt *statement)
{
    if (statement == NULL) return;
    sqlite3_reset(statement);
    if (index->statements[which] != NULL || !is_kept(index, which)) {
        sqlite3_finalize(statement);
        return;
    }
    sqlite3_clear_bindings(statement);
    index->statements[which] = statement;
}

bool ts_statement_row(ts_index *index, sqlite3_stmt *statement, ts_error *error)
{
    if (error->code != SQLITE_OK) return false;
    int rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW) return true;
    if (rc != SQLITE_DONE) ts_error_shadow(error, index->db, rc);
    sqlite3_reset(statement);
    return false;
}

bool ts_content_row(ts_index *index, sqlite3_stmt *statement, ts_error *error)
{
    if (index->config.content != TS_CONTENT_EXTERNAL)
        return ts_statement_row(index, statement, error);
    if (error->code != SQLITE_OK) return false;
    ts_reading reading = {.schema = index->schema, .name = index->name};
    if (!ts_connection_begin_reading(index->connection, &reading)) {
        ts_error_set(error,
                     "the content '%s' reads the index, of which it is the content",
                     index->config.content_table);
        return false;
    }
    const int rc = sqlite3_step(statement);
    ts_connection_end_reading(index->connection);
    if (rc == SQLITE_ROW) return true;
    if (rc != SQLITE_DONE) ts_content_error(index, error, rc);
    sqlite3_reset(statement);
    return false;
}

void ts_statement_bind_blob(sqlite3_stmt *statement, int at, const void *bytes,
                            size_t size, ts_error *error)
{
    const int rc = sqlite3_bind_blob64(statement, at, bytes, size, SQLITE_STATIC);
    if (rc != SQLITE_OK) ts_error_sqlite(error, sqlite3_db_handle(statement), rc);
}

bool ts_statement_run(ts_index *index, ts_statement which, sqlite3_stmt *statement,
                      ts_error *error)
{
    if (statement != NULL && error->code == SQLITE_OK) {
        ts_statement_row(index, statement, error);
        index->is_half = index->is_half || error->code == SQLITE_OK;
    }
    ts_statement_give(index, which, statement);
    return error->code == SQLITE_OK;
}
