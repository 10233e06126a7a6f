/*
 * The virtual table of textsim_pairs and textsim_clusters: see tvf_join.h.
 *
 * xBestIndex tells xFilter what it gets, one letter for each argument of xFilter:
 *
 *     i t s   the arguments: index, threshold, schema
 *     0 1 2   column 0 is equal to, is not less than, is not more than a value
 *     3 4 5   column 1, likewise
 *
 * idxNum is 1 if an argument is lost (see ts_tvf_check_arguments), else 0.
 *
 * The tables are WITHOUT ROWID, for where SQLite answers WHERE a = 1 OR b = 1 by two
 * lookups, as new versions do, it drops what comes twice, and knows that by the key of
 * the row: no integer stands for a pair of two.  The index is in the key, for IN and
 * OR may make several calls, and where the key is selected, SQLite takes all rows for
 * DISTINCT.  The other arguments are not: new versions read a key always, and those may
 * not be given.
 *
 * Where a subquery is run again, SQLite opens a new cursor, closes the old one
 * and calls xFilter of the new one.  The old one leaves its documents to the one
 * that is waiting.  Only a close that comes right after an open can be that, of the
 * calls for one table; and what was written before the new one takes them, as by a
 * function in its arguments, makes them worthless.
 */
#include "tvf_join.h"

#include "tvf.h"

#include <string.h>
SQLITE_EXTENSION_INIT3

/* Rows and costs, of a join that is thought to find a hundred thousand pairs. */
#define ROWS_OF_ALL 100000
#define COST_OF_ALL 1e6
#define COST_OF_LOOKUP 1e3

static const char argument_letters[] = "its";
_Static_assert(TS_JOIN_ARGUMENTS <= TS_TVF_MAX_ARGUMENTS, "all of them are checked");

typedef struct join_table {
    sqlite3_vtab base;
    sqlite3 *db;
    ts_binding *binding; /* owned by the module, which outlives its tables */
    const ts_join_function *function;
    int n_waiting;    /* cursors that were opened, and never read */
    bool just_opened; /* whether the last call for this table was xOpen */
    ts_joined *left;  /* owned: for the first of those */
    int changes;      /* sqlite3_total_changes() when it was left */
} join_table;

static join_table *table_of(const sqlite3_vtab_cursor *cursor)
{
    return (join_table *)(void *)cursor->pVtab;
}

static ts_join_cursor *cursor_of(sqlite3_vtab_cursor *base)
{
    return (ts_join_cursor *)(void *)base;
}

/* Begins with the name of the function; what is damaged is of the index. */
static ts_error no_error(const join_table *table, const ts_joined *documents)
{
    return (ts_error){.name = table->binding->name,
                      .table = documents != NULL ? documents->index->name : NULL,
                      .code = SQLITE_OK};
}

/* --- tables and plans ------------------------------------------------------------- */

static int join_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                        sqlite3_vtab **vtab, char **message)
{
    (void)argc;
    (void)argv;
    (void)message;
    ts_binding *binding = aux;
    const ts_join_function *function = binding->what;
    int rc = sqlite3_declare_vtab(db, function->schema);
    if (rc == SQLITE_OK) rc = sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    if (rc != SQLITE_OK) return rc;
    join_table *table = sqlite3_malloc64(sizeof *table);
    if (table == NULL) return SQLITE_NOMEM;
    *table = (join_table){.db = db, .binding = binding, .function = function};
    *vtab = &table->base;
    return SQLITE_OK;
}

static int join_disconnect(sqlite3_vtab *vtab)
{
    ts_joined_free(((join_table *)(void *)vtab)->left);
    sqlite3_free(vtab);
    return SQLITE_OK;
}

/* The letter of a condition, or 0. */
static char letter_of(int column, unsigned char op, int n_columns)
{
    if (column >= n_columns)
        return op == SQLITE_INDEX_CONSTRAINT_EQ ? argument_letters[column - n_columns]
                                                : (char)0;
    if (column < 0 || column > 1) return 0;
    switch (op) {
    case SQLITE_INDEX_CONSTRAINT_EQ:
        return "03"[column];
    case SQLITE_INDEX_CONSTRAINT_GE:
    case SQLITE_INDEX_CONSTRAINT_GT:
        return "14"[column];
    case SQLITE_INDEX_CONSTRAINT_LE:
    case SQLITE_INDEX_CONSTRAINT_LT:
        return "25"[column];
    default:
        return 0;
    }
}

static int join_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info)
{
    const ts_join_function *function = ((join_table *)(void *)vtab)->function;
    bool is_lost;
    const int rc = ts_tvf_check_arguments(info, function->n_columns, &is_lost);
    if (rc != SQLITE_OK) return rc;
    info->idxNum = is_lost;
    char *letters = sqlite3_malloc64((sqlite3_uint64)info->nConstraint + 1);
    if (letters == NULL) return SQLITE_NOMEM;
    int n = 0;
    letters[0] = '\0';
    for (int i = 0; i < info->nConstraint; i++) {
        const struct sqlite3_index_constraint *c = &info->aConstraint[i];
        const char letter = letter_of(c->iColumn, c->op, function->n_columns);
        const bool is_argument = c->iColumn >= function->n_columns;
        if (letter == 0 || !c->usable) continue;
        if (is_argument && strchr(letters, letter) != NULL) continue;
        letters[n++] = letter;
        letters[n] = '\0';
        info->aConstraintUsage[i].argvIndex = n;
        info->aConstraintUsage[i].omit = is_argument;
    }
    const bool lookup = strchr(letters, '0') != NULL || strchr(letters, '3') != NULL;
    info->estimatedRows = lookup ? (sqlite3_int64)function->rows_found : ROWS_OF_ALL;
    info->estimatedCost = lookup ? COST_OF_LOOKUP : COST_OF_ALL;
    info->idxStr = letters;
    info->needToFreeIdxStr = 1;
    return SQLITE_OK;
}

/* --- cursors ---------------------------------------------------------------------- */

static int join_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **base)
{
    ts_join_cursor *cursor = sqlite3_malloc64(sizeof *cursor);
    if (cursor == NULL) return SQLITE_NOMEM;
    *cursor = (ts_join_cursor){.is_waiting = true, .at_end = true};
    join_table *table = (join_table *)(void *)vtab;
    table->n_waiting++;
    table->just_opened = true;
    *base = &cursor->base;
    return SQLITE_OK;
}

/* The cursor waits no longer; nobody else may take what was left for it. */
static void stop_waiting(join_table *table, ts_join_cursor *cursor)
{
    if (!cursor->is_waiting) return;
    cursor->is_waiting = false;
    table->n_waiting--;
    if (table->left != NULL && table->changes == sqlite3_total_changes(table->db))
        cursor->documents = table->left;
    else
        ts_joined_free(table->left);
    table->left = NULL;
}

/* Before the documents that they are of can go. */
static void forget_rows(ts_join_cursor *cursor)
{
    ts_join_free(cursor->pairs);
    cursor->pairs = NULL;
    cursor->is_looked_up = false;
    ts_partner_list_end(&cursor->partners);
    ts_hashes_clear(&cursor->members);
    cursor->next_member = 0;
}

static int join_close(sqlite3_vtab_cursor *base)
{
    ts_join_cursor *cursor = cursor_of(base);
    join_table *table = table_of(base);
    stop_waiting(table, cursor);
    forget_rows(cursor);
    if (table->just_opened && table->n_waiting > 0 && table->left == NULL &&
        cursor->documents != NULL && !ts_joined_has_failed(cursor->documents)) {
        table->left = cursor->documents;
        table->changes = sqlite3_total_changes(table->db);
    } else {
        ts_joined_free(cursor->documents);
    }
    table->just_opened = false;
    sqlite3_free(cursor);
    return SQLITE_OK;
}

/*
 * Narrow a range by a condition; where its value is not a whole number, no more
 * than is certain, for SQLite looks again.
 */
static void narrow(ts_join_range *range, char op, sqlite3_value *value)
{
    const int type = sqlite3_value_numeric_type(value);
    sqlite3_int64 first = INT64_MIN, last = INT64_MAX;
    if (type == SQLITE_INTEGER) {
        first = last = sqlite3_value_int64(value);
    } else if (type == SQLITE_FLOAT) {
        /* Beyond 2^53 a double is one of many integers. */
        const double x = sqlite3_value_double(value);
        if (x > -9e15 && x < 9e15) {
            first = (sqlite3_int64)x - (x < (double)(sqlite3_int64)x);
            last = (sqlite3_int64)x + (x > (double)(sqlite3_int64)x);
        }
        if (op == '0' && first < last && first > INT64_MIN) last = first - 1;
    } else if (type == SQLITE_NULL || op != '2') {
        /* Text and BLOBs are larger than any number. */
        range->last = INT64_MIN;
        range->first = INT64_MAX;
        return;
    }
    if (op != '2' && first > range->first) range->first = first;
    if (op != '1' && last < range->last) range->last = last;
}

/* Go to the next row. */
static void advance(ts_join_cursor *cursor, const join_table *table, ts_error *error)
{
    cursor->number++;
    cursor->at_end = !table->function->next(cursor, error);
}

static int join_filter(sqlite3_vtab_cursor *base, int is_lost, const char *letters,
                       int argc, sqlite3_value **argv)
{
    ts_join_cursor *cursor = cursor_of(base);
    join_table *table = table_of(base);
    ts_error error = no_error(table, NULL);
    table->just_opened = false;
    stop_waiting(table, cursor);
    forget_rows(cursor);
    cursor->number = 0;
    cursor->at_end = true;
    cursor->ranges[0] = cursor->ranges[1] = (ts_join_range){INT64_MIN, INT64_MAX};

    sqlite3_value *arguments[TS_JOIN_ARGUMENTS] = {NULL};
    for (int i = 0; i < argc; i++) {
        const char *argument = strchr(argument_letters, letters[i]);
        if (argument != NULL)
            arguments[argument - argument_letters] = argv[i];
        else if (letters[i] < '3')
            narrow(&cursor->ranges[0], letters[i], argv[i]);
        else
            narrow(&cursor->ranges[1], (char)(letters[i] - 3), argv[i]);
    }
    for (int i = 0; i < TS_JOIN_ARGUMENTS; i++)
        if (arguments[i] != NULL && sqlite3_value_type(arguments[i]) == SQLITE_NULL)
            return SQLITE_OK;
    if (arguments[0] == NULL)
        ts_error_set(&error, "argument 1 (index) is missing");
    else if (is_lost)
        ts_tvf_error_lost(&error);
    else if (!ts_joined_is_of(cursor->documents, arguments)) {
        ts_joined_free(cursor->documents);
        cursor->documents = ts_joined_open(table->db, arguments, &error);
    }
    if (error.code == SQLITE_OK) error = no_error(table, cursor->documents);
    if (error.code == SQLITE_OK && cursor->ranges[0].first <= cursor->ranges[0].last &&
        cursor->ranges[1].first <= cursor->ranges[1].last) {
        cursor->at_end = false;
        table->function->begin(cursor, &error);
        if (error.code == SQLITE_OK && !cursor->at_end) advance(cursor, table, &error);
    }
    if (error.code != SQLITE_OK) cursor->at_end = true;
    return ts_error_vtab(&error, base->pVtab);
}

static int join_next(sqlite3_vtab_cursor *base)
{
    const join_table *table = table_of(base);
    ts_error error = no_error(table, cursor_of(base)->documents);
    advance(cursor_of(base), table, &error);
    return ts_error_vtab(&error, base->pVtab);
}

static int join_eof(sqlite3_vtab_cursor *base)
{
    return cursor_of(base)->at_end;
}

static int join_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    ts_join_cursor *cursor = cursor_of(base);
    const ts_join_function *function = table_of(base)->function;
    if (column < 2) {
        sqlite3_result_int64(context, cursor->rowids[column]);
    } else if (column < function->n_columns) {
        function->column(cursor, column, context);
    } else {
        ts_value_copy_result(
            &cursor->documents->arguments[column - function->n_columns], context);
    }
    return SQLITE_OK;
}

/* Without xCreate a table is eponymous only. */
static const sqlite3_module join_module = {
    .iVersion = 0,
    .xConnect = join_connect,
    .xBestIndex = join_best_index,
    .xDisconnect = join_disconnect,
    .xOpen = join_open,
    .xClose = join_close,
    .xFilter = join_filter,
    .xNext = join_next,
    .xEof = join_eof,
    .xColumn = join_column,
};

int ts_tvf_join_register(sqlite3 *db, ts_connection *connection, const char *name,
                         const ts_join_function *function)
{
    ts_binding *binding = ts_binding_new(connection, name, function);
    if (binding == NULL) return SQLITE_NOMEM;
    /* SQLite destroys the binding, if this fails as well. */
    return sqlite3_create_module_v2(db, name, &join_module, binding, ts_binding_free);
}
