/*
 * The virtual table that all table-valued functions are: see tvf.h.
 *
 * idxNum tells xFilter what it gets, in this order:
 *
 *     bit i (0..2)  argument i
 *     PLAN_NUMBER   the number of the row that is wanted
 *     PLAN_HASH     the hash of the rows that are wanted
 *     PLAN_LOST     nothing: an argument is lost (see ts_tvf_check_arguments)
 *
 * An argument that is not there, and one that is lost, is an error when the function
 * is called.
 *
 * Numbers and hashes narrow the rows down, where that is easy, and SQLite checks
 * them again.  An index by hash pays when a call is repeated, and is made then.
 */
#include "tvf.h"

#include "pulse.h"

#include <assert.h>
#include <string.h>
SQLITE_EXTENSION_INIT3

enum {
    PLAN_NUMBER = 1 << TS_TVF_MAX_ARGUMENTS,
    PLAN_HASH = PLAN_NUMBER << 1,
    PLAN_LOST = PLAN_HASH << 1
};

/* What a call costs beside its rows, as a lookup among them. */
#define COST_OF_CALL 5

typedef struct tvf_table {
    sqlite3_vtab base;
    sqlite3 *db;
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
    *table = (tvf_table){.db = db, .binding = binding, .tvf = tvf};
    *vtab = &table->base;
    return SQLITE_OK;
}

static int tvf_disconnect(sqlite3_vtab *vtab)
{
    sqlite3_free(vtab);
    return SQLITE_OK;
}

/*
 * The first constraint that can be used and says that one of two columns equals
 * something, or -1.  Column -1 is the rowid.
 */
static int find_lookup(const sqlite3_index_info *info, int column, int alias)
{
    for (int i = 0; i < info->nConstraint; i++) {
        const struct sqlite3_index_constraint *c = &info->aConstraint[i];
        if (c->usable && c->op == SQLITE_INDEX_CONSTRAINT_EQ &&
            (c->iColumn == column || c->iColumn == alias))
            return i;
    }
    return -1;
}

int ts_tvf_check_arguments(const sqlite3_index_info *info, int n_columns, bool *is_lost)
{
    int n_arguments = 0;
    *is_lost = false;
    for (int column = n_columns; column < n_columns + TS_TVF_MAX_ARGUMENTS; column++) {
        int n = 0, n_usable = 0;
        for (int i = 0; i < info->nConstraint; i++) {
            const struct sqlite3_index_constraint *c = &info->aConstraint[i];
            if (c->iColumn != column || c->op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
            n++;
            n_usable += c->usable;
        }
        if (n_usable == 0 && n > 0) return SQLITE_CONSTRAINT;
        n_arguments += n;
        *is_lost = *is_lost || (n == 0 && (info->colUsed >> column & 1) != 0);
    }
    return n_arguments == 0 && info->nConstraint > 0 ? SQLITE_CONSTRAINT : SQLITE_OK;
}

void ts_tvf_error_lost(ts_error *error)
{
    ts_error_set(error, "a hidden column is read, and the argument is not given; if it "
                        "is, SQLite has not passed it on to a part of an OR: put it in "
                        "the parentheses behind the name");
}

static int tvf_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info)
{
    const ts_tvf *tvf = ((tvf_table *)(void *)vtab)->tvf;
    assert(tvf->n_arguments <= TS_TVF_MAX_ARGUMENTS);
    bool is_lost;
    const int rc = ts_tvf_check_arguments(info, tvf->n_columns, &is_lost);
    if (rc != SQLITE_OK) return rc;
    if (is_lost) info->idxNum |= PLAN_LOST;

    int n = 0;
    for (int i = 0; i < tvf->n_arguments; i++) {
        const int column = tvf->n_columns + i;
        const int argument = find_lookup(info, column, column);
        if (argument < 0) continue;
        info->aConstraintUsage[argument].argvIndex = ++n;
        info->aConstraintUsage[argument].omit = 1;
        info->idxNum |= 1 << i;
    }

    const int number = find_lookup(info, tvf->number_column, -1);
    const int hash = tvf->hash_column > 0
                         ? find_lookup(info, tvf->hash_column, tvf->hash_column)
                         : -1;
    double rows = tvf->typical_rows;
    if (number >= 0) {
        info->aConstraintUsage[number].argvIndex = ++n;
        info->idxNum |= PLAN_NUMBER;
        rows = 1;
    } else if (hash >= 0) {
        info->aConstraintUsage[hash].argvIndex = ++n;
        info->idxNum |= PLAN_HASH;
        rows = 1;
    }
    info->estimatedRows = (sqlite3_int64)rows;
    info->estimatedCost = COST_OF_CALL + 3 * rows;

    /* Rows come in the order of their number. */
    if (info->nOrderBy == 1 && info->aOrderBy[0].iColumn <= tvf->number_column &&
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
    opened->db = ((tvf_table *)(void *)vtab)->db;
    *cursor = &opened->base;
    return SQLITE_OK;
}

/* Be as before the first call, but for the memory that the next can use again. */
static void forget_call(ts_tvf_cursor *cursor)
{
    cursor->n_rows = 0;
    sqlite3_free(cursor->by_hash);
    cursor->by_hash = NULL;
    for (int i = 0; i < TS_TVF_MAX_ARGUMENTS; i++)
        ts_value_copy_clear(&cursor->arguments[i]);
}

static int tvf_close(sqlite3_vtab_cursor *base)
{
    ts_tvf_cursor *cursor = (ts_tvf_cursor *)(void *)base;
    forget_call(cursor);
    table_of(base)->tvf->clear(cursor);
    sqlite3_free(cursor);
    return SQLITE_OK;
}

/* Whether the arguments are those of the last call, which had no error. */
static bool called_before(const ts_tvf_cursor *cursor,
                          sqlite3_value *const arguments[TS_TVF_MAX_ARGUMENTS])
{
    if (arguments[0] == NULL) return false;
    for (int i = 0; i < TS_TVF_MAX_ARGUMENTS; i++)
        if (!ts_value_copy_equals(&cursor->arguments[i], arguments[i])) return false;
    return true;
}

static void call(ts_tvf_cursor *cursor, const ts_tvf *tvf,
                 sqlite3_value *const arguments[TS_TVF_MAX_ARGUMENTS], ts_error *error)
{
    sqlite3_value *given[TS_TVF_MAX_ARGUMENTS] = {NULL};
    forget_call(cursor);
    ts_pulse pulse;
    ts_poll poll = ts_pulse_begin(&pulse, cursor->db);
    ts_status rc = TS_OK;
    for (int i = 0; i < tvf->n_arguments && rc == TS_OK; i++) {
        ts_value_copy *copy = &cursor->arguments[i];
        if (arguments[i] == NULL) continue;
        rc = ts_value_copy_make(copy, arguments[i], &poll);
        /* A number that is asked for its text becomes one: that of the copy. */
        given[i] = copy->other != NULL ? copy->other : arguments[i];
    }
    ts_pulse_end(&pulse, error);
    ts_error_status(error, rc, 1);
    if (error->code == SQLITE_OK) tvf->call(cursor, given, error);
    if (error->code != SQLITE_OK) forget_call(cursor);
}

/* The whole number that a value equals as SQL compares them; false if none. */
static bool whole_number(sqlite3_value *value, sqlite3_int64 *number)
{
    const int type = sqlite3_value_numeric_type(value);
    if (type == SQLITE_FLOAT) {
        const double d = sqlite3_value_double(value);
        if (!(d >= -9223372036854775808.0 && d < 9223372036854775808.0)) return false;
        *number = (sqlite3_int64)d;
        return (double)*number == d;
    }
    *number = sqlite3_value_int64(value);
    return type == SQLITE_INTEGER;
}

/* The bucket of a hash, whose bits are all as good. */
static uint32_t *bucket_of(const ts_tvf_cursor *cursor, sqlite3_int64 hash)
{
    return &cursor->by_hash[(uint64_t)hash & (cursor->n_buckets - 1)];
}

static uint32_t *next_in_bucket(const ts_tvf_cursor *cursor, sqlite3_int64 number)
{
    return &cursor->by_hash[cursor->n_buckets + (size_t)number - 1];
}

/* Put the rows into buckets, from the last, so that each begins with its first. */
static bool make_index(ts_tvf_cursor *cursor, const ts_tvf *tvf)
{
    size_t n_buckets = 1;
    while (n_buckets < (size_t)cursor->n_rows)
        n_buckets *= 2;
    const size_t size = (n_buckets + (size_t)cursor->n_rows) * sizeof *cursor->by_hash;
    cursor->by_hash = sqlite3_malloc64(size);
    if (cursor->by_hash == NULL) return false;
    memset(cursor->by_hash, 0, size);
    cursor->n_buckets = n_buckets;
    for (sqlite3_int64 number = cursor->n_rows; number > 0; number--) {
        uint32_t *bucket = bucket_of(cursor, tvf->hash(cursor, number));
        *next_in_bucket(cursor, number) = *bucket;
        *bucket = (uint32_t)number;
    }
    return true;
}

/* Go on to the first row with that hash, from row 'number' on. */
static void seek_hash(ts_tvf_cursor *cursor, const ts_tvf *tvf, sqlite3_int64 number,
                      sqlite3_int64 hash)
{
    while (number != 0 && tvf->hash(cursor, number) != hash)
        number = *next_in_bucket(cursor, number);
    cursor->number = number;
}

static void read_all(ts_tvf_cursor *cursor)
{
    cursor->reading = TS_TVF_ALL_ROWS;
    cursor->number = cursor->n_rows > 0 ? 1 : 0;
}

static void read_number(ts_tvf_cursor *cursor, sqlite3_value *value)
{
    sqlite3_int64 number = 0;
    const bool exists =
        whole_number(value, &number) && number >= 1 && number <= cursor->n_rows;
    cursor->reading = TS_TVF_ONE_ROW;
    cursor->number = exists ? number : 0;
}

static void read_hash(ts_tvf_cursor *cursor, const ts_tvf *tvf, sqlite3_value *value,
                      ts_error *error)
{
    sqlite3_int64 hash = 0;
    cursor->reading = TS_TVF_SAME_HASH;
    cursor->number = 0;
    if (!whole_number(value, &hash)) return;
    if (cursor->by_hash == NULL && !make_index(cursor, tvf)) {
        ts_error_nomem(error);
        return;
    }
    seek_hash(cursor, tvf, *bucket_of(cursor, hash), hash);
}

static int tvf_filter(sqlite3_vtab_cursor *base, int plan, const char *unused, int argc,
                      sqlite3_value **argv)
{
    (void)unused;
    (void)argc;
    ts_tvf_cursor *cursor = (ts_tvf_cursor *)(void *)base;
    const tvf_table *table = table_of(base);
    const ts_tvf *tvf = table->tvf;
    ts_error error = {.name = table->binding->name, .code = SQLITE_OK};

    sqlite3_value *arguments[TS_TVF_MAX_ARGUMENTS] = {NULL};
    int n = 0;
    for (int i = 0; i < tvf->n_arguments; i++) {
        if (plan & 1 << i)
            arguments[i] = argv[n++];
        else if (i < tvf->n_required)
            ts_error_set(&error, "argument %d (%s) is missing", i + 1,
                         tvf->argument_names[i]);
    }
    if (plan & PLAN_LOST) ts_tvf_error_lost(&error);
    const bool again = called_before(cursor, arguments);
    if (error.code != SQLITE_OK || ts_values_have_null(n, argv))
        forget_call(cursor);
    else if (!again)
        call(cursor, tvf, arguments, &error);

    read_all(cursor);
    if (plan & PLAN_NUMBER)
        read_number(cursor, argv[n]);
    else if (plan & PLAN_HASH && again)
        read_hash(cursor, tvf, argv[n], &error);
    return ts_error_vtab(&error, base->pVtab);
}

static int tvf_next(sqlite3_vtab_cursor *base)
{
    ts_tvf_cursor *cursor = (ts_tvf_cursor *)(void *)base;
    const ts_tvf *tvf = table_of(base)->tvf;
    const sqlite3_int64 number = cursor->number;
    if (cursor->reading == TS_TVF_SAME_HASH)
        seek_hash(cursor, tvf, *next_in_bucket(cursor, number),
                  tvf->hash(cursor, number));
    else if (cursor->reading == TS_TVF_ALL_ROWS && number < cursor->n_rows)
        cursor->number++;
    else
        cursor->number = 0;
    return SQLITE_OK;
}

static int tvf_eof(sqlite3_vtab_cursor *base)
{
    return ((const ts_tvf_cursor *)(const void *)base)->number == 0;
}

static int tvf_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    ts_tvf_cursor *cursor = (ts_tvf_cursor *)(void *)base;
    const ts_tvf *tvf = table_of(base)->tvf;
    const sqlite3_int64 number = cursor->number;
    if (column == tvf->number_column)
        sqlite3_result_int64(context, number);
    else if (column == tvf->hash_column && tvf->hash != NULL)
        sqlite3_result_int64(context, tvf->hash(cursor, number));
    else if (column < tvf->n_columns)
        tvf->column(cursor, number, column, context);
    else
        ts_value_copy_result(&cursor->arguments[column - tvf->n_columns], context);
    return SQLITE_OK;
}

static int tvf_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid)
{
    *rowid = ((const ts_tvf_cursor *)(const void *)base)->number;
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
