/*
 * sync=triggers: the triggers t_insert, t_delete and t_update of the content
 * table.
 *
 * Each makes the entry of its row what the content table has, which need not be what
 * was written: other triggers may have changed the row, or put it back.
 *
 * They remove with the command 'delete', which looks at the index alone: a DELETE
 * would not find what has just gone from the content.  They run after the
 * change, since a row that UPDATE OR IGNORE skips has met those that run before.
 *
 * A row that REPLACE removes runs no trigger, unless recursive_triggers is on.  So
 * the entry of the new rowid is removed first; one that another UNIQUE key took
 * with it stays, and is skipped by every read.
 *
 * The table's own name is in their text as a column, which ALTER TABLE does not
 * rename: they are made anew.
 */
#include "index_triggers.h"

SQLITE_EXTENSION_INIT3

static const char *const suffixes[] = {"insert", "delete", "update"};

#define N_TRIGGERS (sizeof suffixes / sizeof *suffixes)

static void run(ts_index *index, char *sql, ts_error *error)
{
    int rc =
        sql == NULL ? SQLITE_NOMEM : sqlite3_exec(index->db, sql, NULL, NULL, NULL);
    sqlite3_free(sql);
    if (rc != SQLITE_OK) ts_error_sqlite(error, index->db, rc);
}

/* Append: remove the entry of 'row' (old or new). */
static void append_removal(sqlite3_str *s, const ts_index *index, const char *name,
                           const char *row)
{
    sqlite3_str_appendf(
        s, "INSERT INTO \"%w\"(\"%w\", rowid) VALUES('delete', %s.\"%w\"); ", name,
        name, row, index->config.content_rowid);
}

/* Append: make the entry of 'row' what the content table has now, if anything. */
static void append_entry(sqlite3_str *s, const ts_index *index, const char *name,
                         const char *row)
{
    const char *key = index->config.content_rowid, *text = index->config.columns[0];
    append_removal(s, index, name, row);
    sqlite3_str_appendf(s,
                        "INSERT INTO \"%w\"(rowid, \"%w\") SELECT \"%w\", \"%w\" FROM "
                        "\"%w\" WHERE \"%w\" = %s.\"%w\"; ",
                        name, text, key, text, index->config.content_table, key, row,
                        key);
}

/* An UPDATE of other columns changes nothing here; any collation may be theirs. */
static void append_condition(sqlite3_str *s, const ts_index *index)
{
    const char *key = index->config.content_rowid, *text = index->config.columns[0];
    sqlite3_str_appendf(s,
                        " WHEN old.\"%w\" IS NOT new.\"%w\" OR typeof(old.\"%w\") IS "
                        "NOT typeof(new.\"%w\") OR old.\"%w\" IS NOT new.\"%w\" "
                        "COLLATE BINARY",
                        key, key, text, text, text, text);
}

bool ts_triggers_create(ts_index *index, const char *name, ts_error *error)
{
    if (index->config.sync != TS_SYNC_TRIGGERS) return error->code == SQLITE_OK;
    for (size_t i = 0; i < N_TRIGGERS && error->code == SQLITE_OK; i++) {
        const bool inserts = suffixes[i][0] != 'd', deletes = suffixes[i][0] != 'i';
        sqlite3_str *s = sqlite3_str_new(index->db);
        sqlite3_str_appendf(s, "CREATE TRIGGER \"%w\".\"%w_%s\" AFTER %s ON \"%w\"",
                            index->schema, name, suffixes[i], suffixes[i],
                            index->config.content_table);
        if (deletes && inserts) append_condition(s, index);
        sqlite3_str_appendall(s, " BEGIN ");
        if (deletes) append_entry(s, index, name, "old");
        if (inserts) append_entry(s, index, name, "new");
        sqlite3_str_appendall(s, "END");
        run(index, sqlite3_str_finish(s), error);
    }
    return error->code == SQLITE_OK;
}

bool ts_triggers_drop(ts_index *index, ts_error *error)
{
    if (index->config.sync != TS_SYNC_TRIGGERS) return error->code == SQLITE_OK;
    for (size_t i = 0; i < N_TRIGGERS && error->code == SQLITE_OK; i++)
        run(index,
            sqlite3_mprintf("DROP TRIGGER IF EXISTS \"%w\".\"%w_%s\"", index->schema,
                            index->name, suffixes[i]),
            error);
    return error->code == SQLITE_OK;
}
