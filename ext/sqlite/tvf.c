/*
 * The virtual table that all table-valued functions are: see tvf.h.
 *
 * idxNum tells xFilter which arguments it gets: bit i for argument i.  They come
 * in that order.  An argument that is there but cannot be had yet, because a
 * table that it comes from is further in, makes the plan impossible; one that is
 * not there at all is an error when the function is called, but not earlier, for
 * the planner also tries parts of a query by themselves.
 */
#include "tvf.h"

#include <string.h>
SQLITE_EXTENSION_INIT3

/* The cost of a plan that can only fail. */
#define COST_OF_ERROR 1e50

typedef struct tvf_table {
    sqlite3_vtab base;
    ts_binding *binding; /* owned by the module, which outlives its tables */
    const ts_tvf *tvf;
} tvf_table;

static const tvf_table *table_of(const sqlite3_vtab_cursor *cursor)
{
    return (const tvf_table *)(const void *)cursor->pVtab;
}

static int tvf_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                       sqlite3_vtab **vtab, char **message)
{
    (void)argc;
    (void)argv;
    (void)message;
    ts_binding *binding = aux;
    const ts_tvf *tvf = binding->what;
    int rc = sqlite3_declare_vtab(db, tvf->schema);
    if (rc != SQLITE_OK) return rc;
    rc = sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    if (rc != SQLITE_OK) return rc;
    tvf_table *table = sqlite3_malloc64(sizeof *table);
    if (table == NULL) return SQLITE_NOMEM;
    *table = (tvf_table){.binding = binding, .tvf = tvf};
    *vtab = &table->base;
    return SQLITE_OK;
}

static int tvf_disconnect(sqlite3_vtab *vtab)
{
    sqlite3_free(vtab);
    return SQLITE_OK;
}

/*
 * Find the constraints that are arguments.  chosen[i] becomes the number of the
 * constraint for argument i, or -1.  False if one of them is only there in a form
 * that cannot be used.
 */
static bool choose_arguments(const ts_tvf *tvf, const sqlite3_index_info *info,
                             int chosen[TS_TVF_MAX_ARGUMENTS])
{
    bool unusable[TS_TVF_MAX_ARGUMENTS] = {false};
    for (int i = 0; i < TS_TVF_MAX_ARGUMENTS; i++)
        chosen[i] = -1;
    for (int i = 0; i < info->nConstraint; i++) {
        const int argument = info->aConstraint[i].iColumn - tvf->n_columns;
        if (argument < 0 || argument >= tvf->n_arguments ||
            info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
            continue;
        if (!info->aConstraint[i].usable)
            unusable[argument] = true;
        else if (chosen[argument] < 0)
            chosen[argument] = i;
    }
    for (int i = 0; i < tvf->n_arguments; i++)
        if (chosen[i] < 0 && unusable[i]) return false;
    return true;
}

static int tvf_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info)
{
    const ts_tvf *tvf = ((tvf_table *)(void *)vtab)->tvf;
    int chosen[TS_TVF_MAX_ARGUMENTS];
    if (!choose_arguments(tvf, info, chosen)) return SQLITE_CONSTRAINT;

    int n_arguments = 0;
    bool complete = true;
    for (int i = 0; i < tvf->n_arguments; i++) {
        if (chosen[i] < 0) {
            complete = complete && i >= tvf->n_required;
            continue;
        }
        info->aConstraintUsage[chosen[i]].argvIndex = ++n_arguments;
        info->aConstraintUsage[chosen[i]].omit = 1;
        info->idxNum |= 1 << i;
    }
    info->estimatedRows = (sqlite3_int64)tvf->typical_rows;
    info->estimatedCost = complete ? 3 * tvf->typical_rows : COST_OF_ERROR;

    /* Rows come in the order of their number; -1 is the rowid. */
    if (info->nOrderBy == 1 && info->aOrderBy[0].iColumn <= 0 &&
        !info->aOrderBy[0].desc)
        info->orderByConsumed = 1;
    return SQLITE_OK;
}

static int tvf_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **cursor)
{
    const size_t size = ((tvf_table *)(void *)vtab)->tvf->cursor_size;
    ts_tvf_cursor *opened = sqlite3_malloc64(size);
    if (opened == NULL) return SQLITE_NOMEM;
    memset(opened, 0, size);
    *cursor = &opened->base;
    return SQLITE_OK;
}

static void forget_arguments(ts_tvf_cursor *cursor)
{
    cursor->n_rows = 0;
    for (int i = 0; i < TS_TVF_MAX_ARGUMENTS; i++) {
        sqlite3_value_free(cursor->arguments[i]);
        cursor->arguments[i] = NULL;
    }
}

static int tvf_close(sqlite3_vtab_cursor *base)
{
    ts_tvf_cursor *cursor = (ts_tvf_cursor *)(void *)base;
    forget_arguments(cursor);
    table_of(base)->tvf->clear(cursor);
    sqlite3_free(cursor);
    return SQLITE_OK;
}

/* Whether the arguments are those of the last call, which had no error. */
static bool called_before(const ts_tvf_cursor *cursor,
                          sqlite3_value *const arguments[TS_TVF_MAX_ARGUMENTS])
{
    if (cursor->arguments[0] == NULL) return false;
    for (int i = 0; i < TS_TVF_MAX_ARGUMENTS; i++) {
        sqlite3_value *was = cursor->arguments[i], *is = arguments[i];
        if (was == NULL || is == NULL ? was != is : !ts_values_equal(was, is))
            return false;
    }
    return true;
}

static void call(ts_tvf_cursor *cursor, const ts_tvf *tvf,
                 sqlite3_value *const arguments[TS_TVF_MAX_ARGUMENTS], ts_error *error)
{
    forget_arguments(cursor);
    for (int i = 0; i < tvf->n_arguments; i++) {
        if (arguments[i] == NULL) continue;
        cursor->arguments[i] = sqlite3_value_dup(arguments[i]);
        if (cursor->arguments[i] == NULL) {
            ts_error_nomem(error);
            break;
        }
    }
    if (error->code == SQLITE_OK) tvf->call(cursor, error);
    if (error->code != SQLITE_OK) forget_arguments(cursor);
}

static int tvf_filter(sqlite3_vtab_cursor *base, int given, const char *unused,
                      int argc, sqlite3_value **argv)
{
    (void)unused;
    ts_tvf_cursor *cursor = (ts_tvf_cursor *)(void *)base;
    const tvf_table *table = table_of(base);
    const ts_tvf *tvf = table->tvf;
    ts_error error = {.name = table->binding->name, .code = SQLITE_OK};

    sqlite3_value *arguments[TS_TVF_MAX_ARGUMENTS] = {NULL};
    int n = 0;
    for (int i = 0; i < tvf->n_arguments; i++) {
        if (given & 1 << i)
            arguments[i] = argv[n++];
        else if (i < tvf->n_required)
            ts_error_set(&error, "argument %d (%s) is missing", i + 1,
                         tvf->argument_names[i]);
    }
    cursor->row = 1;
    if (error.code != SQLITE_OK || ts_values_have_null(argc, argv))
        forget_arguments(cursor);
    else if (!called_before(cursor, arguments))
        call(cursor, tvf, arguments, &error);
    return ts_error_vtab(&error, base->pVtab);
}

static int tvf_next(sqlite3_vtab_cursor *base)
{
    ((ts_tvf_cursor *)(void *)base)->row++;
    return SQLITE_OK;
}

static int tvf_eof(sqlite3_vtab_cursor *base)
{
    const ts_tvf_cursor *cursor = (const ts_tvf_cursor *)(const void *)base;
    return cursor->row > cursor->n_rows;
}

static int tvf_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    ts_tvf_cursor *cursor = (ts_tvf_cursor *)(void *)base;
    const ts_tvf *tvf = table_of(base)->tvf;
    if (column == 0)
        sqlite3_result_int64(context, cursor->row);
    else if (column < tvf->n_columns)
        tvf->column(cursor, context, column);
    else if (cursor->arguments[column - tvf->n_columns] != NULL)
        sqlite3_result_value(context, cursor->arguments[column - tvf->n_columns]);
    return SQLITE_OK;
}

static int tvf_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid)
{
    *rowid = ((const ts_tvf_cursor *)(const void *)base)->row;
    return SQLITE_OK;
}

/* Without xCreate a table is eponymous only. */
static const sqlite3_module tvf_module = {
    .iVersion = 0,
    .xConnect = tvf_connect,
    .xBestIndex = tvf_best_index,
    .xDisconnect = tvf_disconnect,
    .xOpen = tvf_open,
    .xClose = tvf_close,
    .xFilter = tvf_filter,
    .xNext = tvf_next,
    .xEof = tvf_eof,
    .xColumn = tvf_column,
    .xRowid = tvf_rowid,
};

int ts_tvf_register(sqlite3 *db, ts_connection *connection, const char *name,
                    const ts_tvf *tvf)
{
    ts_binding *binding = ts_binding_new(connection, name, tvf);
    if (binding == NULL) return SQLITE_NOMEM;
    /* SQLite destroys the binding, if this fails as well. */
    return sqlite3_create_module_v2(db, name, &tvf_module, binding, ts_binding_free);
}
