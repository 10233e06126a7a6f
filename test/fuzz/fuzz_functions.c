/*
 * Every SQL function with any arguments, which may be other calls: a value or an error
 * that names the function, and the same both times.
 *
 * Input: a byte that chooses the function, then for each argument one of what it is,
 * and its bytes.  The functions are those that SQLite says there are.
 */
#include "database.h"

#include <stdbool.h>
#include <string.h>

#define MAX_DEPTH 3
#define MAX_VALUES 40
#define MAX_ROWS 2000

typedef struct function {
    const char *name;
    int n_arguments;
    bool is_table;
} function;

static sqlite3 *db;
static function functions[64];
static size_t n_functions;

/* --- the input -------------------------------------------------------------------- */

typedef struct input {
    const uint8_t *at, *end;
    sqlite3_str *sql;
    sqlite3_value *values[MAX_VALUES]; /* of the parameters */
    int n_values;
} input;

static unsigned take(input *in)
{
    return in->at < in->end ? *in->at++ : 0;
}

static size_t take_size(input *in, size_t max)
{
    const size_t size = max > 255 ? take(in) << 8 | take(in) : take(in);
    const size_t left = (size_t)(in->end - in->at);
    return size < left ? size : left;
}

static sqlite3_int64 take_integer(input *in)
{
    uint64_t n = 0;
    for (int i = 0; i < 8; i++)
        n = n << 8 | take(in);
    return (sqlite3_int64)n;
}

static double take_real(input *in)
{
    const sqlite3_int64 bits = take_integer(in);
    double real;
    memcpy(&real, &bits, sizeof real);
    return real;
}

/* Options as they have to be, but for a byte here and there. */
static char *take_options(input *in)
{
    static const char *const keys[] = {"k",         "unit",     "case",
                                       "marks",     "num_perm", "seed",
                                       "min_words", "max_gap",  "escape"};
    static const char *const values[] = {"1",    "2",    "64",    "word", "char",
                                         "fold", "keep", "strip", "html", "",
                                         "16",   "4096", "0"};
    sqlite3_str *text = sqlite3_str_new(NULL);
    for (unsigned n = 1 + take(in) % 4; n > 0; n--)
        sqlite3_str_appendf(text, "%s=%s%c",
                            keys[take(in) % (sizeof keys / sizeof *keys)],
                            values[take(in) % (sizeof values / sizeof *values)],
                            " ,;\t"[take(in) % 64 < 60 ? n % 2 : take(in) % 4]);
    return sqlite3_str_finish(text);
}

/* --- the statement ---------------------------------------------------------------- */

static void append_call(input *in, int depth, bool is_table);

static void append_parameter(input *in, sqlite3_stmt *from)
{
    CHECK(sqlite3_step(from) == SQLITE_ROW);
    in->values[in->n_values++] = sqlite3_value_dup(sqlite3_column_value(from, 0));
    CHECK(in->values[in->n_values - 1] != NULL);
    sqlite3_str_appendf(in->sql, "?%d", in->n_values);
    sqlite3_reset(from);
    sqlite3_clear_bindings(from);
}

static void append_value(input *in)
{
    static sqlite3_stmt *same;
    size_t size;
    if (same == NULL)
        CHECK(sqlite3_prepare_v3(db, "SELECT ?1", -1, SQLITE_PREPARE_PERSISTENT, &same,
                                 NULL) == SQLITE_OK);
    switch (take(in) % 8) {
    case 0:
        break;
    case 1:
        sqlite3_bind_int64(same, 1, take_integer(in));
        break;
    case 2:
        sqlite3_bind_double(same, 1, take_real(in));
        break;
    case 3:
        sqlite3_bind_text(same, 1, take_options(in), -1, sqlite3_free);
        break;
    case 4:
        sqlite3_bind_int64(same, 1, take(in) % 70);
        break;
    case 5:
        size = take_size(in, 65535);
        sqlite3_bind_blob(same, 1, in->at, (int)size, SQLITE_TRANSIENT);
        in->at += size;
        break;
    default:
        size = take_size(in, 65535);
        sqlite3_bind_text(same, 1, (const char *)in->at, (int)size, SQLITE_TRANSIENT);
        in->at += size;
    }
    append_parameter(in, same);
}

static void append_argument(input *in, int depth)
{
    const unsigned kind =
        in->n_values < MAX_VALUES - 8 && depth < MAX_DEPTH ? take(in) % 8 : 7;
    if (kind < 2)
        append_call(in, depth + 1, false);
    else if (kind == 2 && in->n_values > 0)
        sqlite3_str_appendf(in->sql, "?%d",
                            1 + (int)(take(in) % (unsigned)in->n_values));
    else
        append_value(in);
}

static void append_call(input *in, int depth, bool is_table)
{
    const function *f = &functions[take(in) % n_functions];
    while (f->is_table != is_table)
        f = f + 1 < functions + n_functions ? f + 1 : functions;
    sqlite3_str_appendf(in->sql, "%s(", f->name);
    const int n = is_table ? (int)(take(in) % 5) : f->n_arguments;
    for (int i = 0; i < n && in->n_values < MAX_VALUES; i++) {
        if (i > 0) sqlite3_str_appendall(in->sql, ", ");
        append_argument(in, depth);
    }
    sqlite3_str_appendall(in->sql, ")");
}

/* --- the answer ------------------------------------------------------------------- */

/* Ours begin with the function's name; the others are SQLite's. */
static void check_message(const char *message)
{
    static const char *const others[] = {"string or blob too big",
                                         "wrong number of arguments",
                                         "too many arguments",
                                         "misuse of aggregate",
                                         "ON clause",
                                         "integer overflow"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strncmp(message, others[i], strlen(others[i])) == 0) return;
    for (size_t i = 0; i < n_functions; i++) {
        const char *names[] = {functions[i].name,
                               functions[i].name + strlen("textsim_")};
        for (int j = 0; j < 2; j++) {
            const size_t size = strlen(names[j]);
            if (strncmp(message, names[j], size) == 0 &&
                strncmp(message + size, ": ", 2) == 0) {
                CHECK(strlen(message) > size + 12);
                return;
            }
        }
    }
    fprintf(stderr, "this names no function: %s\n", message);
    abort();
}

/* Measures are in 0..1; what comes out goes into 'digest'. */
static void read_value(sqlite3_value *value, sqlite3_str *digest)
{
    const int type = sqlite3_value_type(value);
    if (type == SQLITE_FLOAT) {
        const double real = sqlite3_value_double(value);
        CHECK(real >= 0 && real <= 1);
    }
    const char *bytes = sqlite3_value_blob(value);
    const int size = sqlite3_value_bytes(value);
    sqlite3_str_appendf(digest, "%d %d ", type, size);
    if (size > 0) sqlite3_str_append(digest, bytes, size);
}

static int run(sqlite3_stmt *statement, sqlite3_str *digest)
{
    int rc = SQLITE_ROW;
    for (int n = 0; n < MAX_ROWS && (rc = sqlite3_step(statement)) == SQLITE_ROW; n++)
        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            sqlite3_value *value =
                sqlite3_value_dup(sqlite3_column_value(statement, i));
            read_value(value, digest);
            sqlite3_value_free(value);
        }
    if (rc == SQLITE_ROW) rc = SQLITE_DONE;
    sqlite3_str_appendf(digest, "%d %s", rc,
                        rc == SQLITE_DONE ? "" : sqlite3_errmsg(db));
    sqlite3_reset(statement);
    return rc;
}

static void check(const input *in, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    sqlite3_str *first = sqlite3_str_new(NULL), *second = sqlite3_str_new(NULL);
    int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (rc == SQLITE_OK) {
        for (int i = 0; i < in->n_values; i++)
            sqlite3_bind_value(statement, i + 1, in->values[i]);
        rc = run(statement, first);
    }
    CHECK(rc == SQLITE_DONE || rc == SQLITE_ERROR || rc == SQLITE_TOOBIG);
    if (rc != SQLITE_DONE) check_message(sqlite3_errmsg(db));
    if (statement != NULL) {
        run(statement, second);
        CHECK(sqlite3_str_length(first) == sqlite3_str_length(second));
        CHECK(memcmp(sqlite3_str_value(first), sqlite3_str_value(second),
                     (size_t)sqlite3_str_length(first)) == 0);
    }
    sqlite3_finalize(statement);
    sqlite3_free(sqlite3_str_finish(first));
    sqlite3_free(sqlite3_str_finish(second));
}

static void find_functions(void)
{
    static const char sql[] = "SELECT DISTINCT name, narg, 0 FROM pragma_function_list "
                              "WHERE name GLOB 'textsim_*' "
                              "UNION ALL SELECT name, 0, 1 FROM pragma_module_list "
                              "WHERE name GLOB 'textsim_*' "
                              "ORDER BY 3, 1, 2";
    sqlite3_stmt *statement;
    CHECK(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        CHECK(n_functions < sizeof functions / sizeof *functions);
        functions[n_functions++] = (function){
            sqlite3_mprintf("%s", sqlite3_column_text(statement, 0)),
            sqlite3_column_int(statement, 1), sqlite3_column_int(statement, 2) == 1};
    }
    sqlite3_finalize(statement);
    CHECK(n_functions > 30 && functions[n_functions - 1].is_table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (db == NULL) {
        db = database_open();
        sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 1000000);
        find_functions();
    }
    input in = {.at = data, .end = data + size, .sql = sqlite3_str_new(NULL)};
    const bool is_table = take(&in) % 4 == 0;
    sqlite3_str_appendall(in.sql, is_table ? "SELECT * FROM " : "SELECT ");
    append_call(&in, 0, is_table);
    char *sql = sqlite3_str_finish(in.sql);
    check(&in, sql);
    for (int i = 0; i < in.n_values; i++)
        sqlite3_value_free(in.values[i]);
    sqlite3_free(sql);
    return 0;
}
