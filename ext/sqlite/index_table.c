/*
 * The module "textsim": what SQLite calls, and in which order.
 *
 * Savepoints and transactions need nothing: what a statement writes is in the
 * shadow tables when it ends, and SQLite rolls those back.  Only notes of what is
 * gone from the content (index_documents.h) end with them.  A
 * table is connected even if its t_config is damaged or newer, because DROP TABLE
 * connects; the first statement that reads or writes tells.
 *
 * The table is innocuous: it is used by triggers, with trusted_schema=OFF, too.
 */
#include "index_table.h"

#include "index_check.h"
#include "index_config.h"
#include "index_open.h"
#include "index_schema.h"
#include "index_triggers.h"

SQLITE_EXTENSION_INIT3

/* What an xCreate or xConnect says goes into *message instead of a table. */
static int give_message(ts_error *error, char **message)
{
    *message = error->message;
    return error->code;
}

static int configure(sqlite3 *db, ts_error *error)
{
    int rc = sqlite3_vtab_config(db, SQLITE_VTAB_CONSTRAINT_SUPPORT, 1);
    if (rc == SQLITE_OK) rc = sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    if (rc != SQLITE_OK) ts_error_sqlite(error, db, rc);
    return rc;
}

/* What CREATE does, beyond what each connection does. */
static void create(ts_index *index, ts_error *error)
{
    if (!ts_declare_content(index, error) || !ts_schema_create(index, error) ||
        !ts_config_save(index, error))
        return;
    index->is_checked = true;
    index->is_writing = true; /* SQLite does not call xBegin for this transaction */
    /* Finds a column that the content table has not. */
    ts_statement_give(index, TS_READ_ONE, ts_statement_take(index, TS_READ_ONE, error));
    ts_triggers_create(index, index->name, error);
}

typedef void created(ts_index *index, ts_error *error);

static int init(sqlite3 *db, ts_connection *connection, int argc,
                const char *const *argv, created *make, sqlite3_vtab **vtab,
                char **message)
{
    ts_error error = {.name = argv[2]};
    ts_table *table = sqlite3_malloc64(sizeof *table);
    ts_index *index = ts_index_new(db, connection, argv[1], argv[2]);
    /* After an I/O error in xCreate SQLite has forgotten its arguments. */
    if (index != NULL) error.name = index->name;
    if (table == NULL || index == NULL)
        ts_error_nomem(&error);
    else if (ts_declare_parse(&index->config, argc, argv, &error) &&
             (make == NULL || ts_declare_name(&index->config, index->name, &error)) &&
             ts_declare_columns(index, &error) && configure(db, &error) == SQLITE_OK &&
             make != NULL)
        make(index, &error);
    if (table == NULL || error.code != SQLITE_OK) {
        sqlite3_free(table);
        ts_index_close(index);
        return give_message(&error, message);
    }
    *table = (ts_table){.index = index};
    *vtab = &table->base;
    return SQLITE_OK;
}

static int table_create(sqlite3 *db, void *aux, int argc, const char *const *argv,
                        sqlite3_vtab **vtab, char **message)
{
    const ts_binding *binding = aux;
    return init(db, binding->connection, argc, argv, create, vtab, message);
}

static int table_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                         sqlite3_vtab **vtab, char **message)
{
    const ts_binding *binding = aux;
    return init(db, binding->connection, argc, argv, NULL, vtab, message);
}

static int table_disconnect(sqlite3_vtab *vtab)
{
    ts_index_close(ts_table_index(vtab));
    sqlite3_free(
        vtab->zErrMsg); /* of an xDestroy that failed: SQLite does not take it */
    sqlite3_free(vtab);
    return SQLITE_OK;
}

static int table_destroy(sqlite3_vtab *vtab)
{
    ts_index *index = ts_table_index(vtab);
    ts_error error = ts_table_error(index);
    ts_index_forget_statements(index);
    if (ts_triggers_drop(index, &error) && ts_schema_drop(index, &error))
        return table_disconnect(vtab);
    return ts_error_vtab(&error, vtab);
}

/*
 * The shadow tables are renamed here; SQLite goes on with the table, and makes a
 * new ts_table for it.  The old one hears of the COMMIT, too: what it has noted must
 * be done while there are tables of its name.
 */
static int table_rename(sqlite3_vtab *vtab, const char *name)
{
    ts_index *index = ts_table_index(vtab);
    ts_error error = ts_table_error(index);
    if (!ts_declare_name(&index->config, name, &error))
        return ts_error_vtab(&error, vtab);
    const int rc = ts_write_sync(vtab);
    if (rc != SQLITE_OK) return rc;
    index->n_gone = 0;
    /* The triggers need the true name of the key. */
    if (index->config.sync == TS_SYNC_TRIGGERS) ts_config_check(index, &error);
    ts_index_forget_statements(index);
    if (ts_triggers_drop(index, &error) && ts_schema_rename(index, name, &error))
        ts_triggers_create(index, name, &error);
    return ts_error_vtab(&error, vtab);
}

/*
 * xIntegrity came with SQLite 3.44.  A library that is built with older headers offers
 * it as well, in the place where a newer SQLite looks for it.
 */
typedef struct table_module {
    sqlite3_module module;
#if SQLITE_VERSION_NUMBER < 3044000
    int (*xIntegrity)(sqlite3_vtab *, const char *, const char *, int, char **);
#endif
} table_module;

#if SQLITE_VERSION_NUMBER < 3044000
_Static_assert(offsetof(table_module, xIntegrity) == sizeof(sqlite3_module),
               "xIntegrity must follow at once");
#endif

static const table_module module = {
    .module.iVersion = 4,
    .module.xCreate = table_create,
    .module.xConnect = table_connect,
    .module.xBestIndex = ts_plan_best_index,
    .module.xDisconnect = table_disconnect,
    .module.xDestroy = table_destroy,
    .module.xOpen = ts_scan_open,
    .module.xClose = ts_scan_close,
    .module.xFilter = ts_scan_filter,
    .module.xNext = ts_scan_next,
    .module.xEof = ts_scan_eof,
    .module.xColumn = ts_scan_column,
    .module.xRowid = ts_scan_rowid,
    .module.xUpdate = ts_write_update,
    .module.xBegin = ts_write_begin,
    .module.xSync = ts_write_sync,
    .module.xCommit = ts_write_end,
    .module.xRollback = ts_write_end,
    .module.xSavepoint = ts_write_savepoint,
    .module.xRelease = ts_write_release,
    .module.xRollbackTo = ts_write_rollback_to,
    .module.xRename = table_rename,
    .module.xShadowName = ts_schema_has,
#if SQLITE_VERSION_NUMBER < 3044000
    .xIntegrity = ts_check_pragma,
#else
    .module.xIntegrity = ts_check_pragma,
#endif
};

int ts_index_register(sqlite3 *db, ts_connection *connection)
{
    ts_binding *binding = ts_binding_new(connection, "textsim", NULL);
    if (binding == NULL) return SQLITE_NOMEM;
    return sqlite3_create_module_v2(db, "textsim", &module.module, binding,
                                    ts_binding_free);
}
