/*
 * Every allocation fails, one at a time.
 *
 * SQLite's allocator is replaced by one that can be told to fail at the n-th
 * call, once or from there on.  For the loading of the extension and for every
 * statement of script.sql that returns rows or that can be done twice (DELETE,
 * REPLACE, UPDATE, DROP IF EXISTS, CREATE IF NOT EXISTS), n runs from 1 until the
 * statement ends without meeting the failure.  Each time, on a fresh connection:
 *
 *   - the statement gives the rows that it gives when nothing fails, or the
 *     error "out of memory", and nothing else;
 *   - run again on the same connection, without a failure, it gives those rows;
 *   - if it changes something and failed, all indexes are sound then;
 *   - after closing, nothing is still allocated.
 *
 * Without TEXTSIM_DEEP, every ninth n is tried of those of statements.
 * Statements that return no rows prepare the database for those after them.
 * Loading and every statement that is tried are a test point each.
 *
 * To be run from the top of the project; the extension is $TEXTSIM, without its
 * suffix.
 */
#include "memory.h"

#include "../extension.h"

#include <sqlite3.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCRIPT "test/fault/script.sql"
#define MAX_STATEMENTS 200
#define RESULT_SIZE 65536

/* There is nothing to test if the test itself cannot go on. */
static void bail_out(const char *what, const char *why)
{
    printf("Bail out! %s: %s\n", what, why);
    exit(1);
}

/* --- a statement and what it gives -------------------------------------------- */

typedef struct result {
    int rc; /* SQLITE_DONE, or the error */
    size_t size;
    char text[RESULT_SIZE]; /* the values with their types; or the message */
} result;

static void result_append(result *r, const void *data, size_t size)
{
    if (r->size + size >= RESULT_SIZE) {
        bail_out("result too long", r->text);
    }
    if (size > 0) {
        memcpy(r->text + r->size, data, size);
    }
    r->size += size;
    r->text[r->size] = '\0';
}

static bool result_equal(const result *a, const result *b)
{
    return a->rc == b->rc && a->size == b->size &&
           memcmp(a->text, b->text, a->size) == 0;
}

static bool result_is_nomem(const result *r)
{
    return r->rc == SQLITE_NOMEM && strstr(r->text, "out of memory") != NULL;
}

/*
 * An error of which SQLite has no memory to keep the words, which it does not
 * count as running out of memory: the code alone is left, and its own words.
 */
static bool result_lost_words(const result *r, const result *expected)
{
    return r->rc == SQLITE_ERROR && r->rc == expected->rc &&
           strcmp(r->text, sqlite3_errstr(r->rc)) == 0;
}

static void append_row(result *r, sqlite3_stmt *statement)
{
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
        int type = sqlite3_column_type(statement, i);
        const void *value = type == SQLITE_BLOB ? sqlite3_column_blob(statement, i)
                                                : sqlite3_column_text(statement, i);
        int size = sqlite3_column_bytes(statement, i);
        if (value == NULL && type != SQLITE_NULL &&
            !(type == SQLITE_BLOB && size == 0)) {
            r->rc = SQLITE_NOMEM; /* none for an INTEGER or REAL as text */
            return;
        }
        result_append(r, &"?ifsb-"[type], 1);
        result_append(r, value, (size_t)size);
        result_append(r, "\n", 1);
    }
}

static void run(sqlite3 *db, const char *sql, result *r)
{
    sqlite3_stmt *statement = NULL;
    r->size = 0;
    r->rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (r->rc == SQLITE_OK) {
        while ((r->rc = sqlite3_step(statement)) == SQLITE_ROW) {
            append_row(r, statement);
            if (r->rc != SQLITE_ROW) {
                break;
            }
        }
    }
    if (r->rc != SQLITE_DONE) {
        const char *message = sqlite3_errmsg(db);
        r->size = 0;
        result_append(r, message, strlen(message));
    }
    sqlite3_finalize(statement);
}

/* --- the script ----------------------------------------------------------------- */

static struct {
    char *text; /* owned */
    const char *statements[MAX_STATEMENTS];
    int n_statements;
} script;

static void script_read(void)
{
    FILE *in = fopen(SCRIPT, "rb");
    if (in == NULL || fseek(in, 0, SEEK_END) != 0) {
        bail_out(SCRIPT, "cannot be opened");
    }
    size_t size = (size_t)ftell(in);
    rewind(in);
    script.text = calloc(size + 1, 1);
    if (script.text == NULL || fread(script.text, 1, size, in) != size) {
        bail_out(SCRIPT, "cannot be read");
    }
    fclose(in);

    /* A statement ends with a semicolon at the end of a line. */
    char *next = script.text;
    for (char *end; (end = strstr(next, ";\n")) != NULL; next = end + 2) {
        if (script.n_statements == MAX_STATEMENTS) {
            bail_out(SCRIPT, "has too many statements");
        }
        end[1] = '\0';
        next += strspn(next, "\n");
        while (strncmp(next, "--", 2) == 0) {
            next += strcspn(next, "\n");
            next += strspn(next, "\n");
        }
        script.statements[script.n_statements++] = next;
    }
}

static bool returns_rows(const char *sql)
{
    return strncmp(sql, "SELECT", 6) == 0 || strncmp(sql, "WITH", 4) == 0;
}

/* That it was done before makes no difference. */
static bool can_be_done_twice(const char *sql)
{
    return strncmp(sql, "DELETE", 6) == 0 || strncmp(sql, "REPLACE", 7) == 0 ||
           strncmp(sql, "UPDATE", 6) == 0 || strncmp(sql, "DROP", 4) == 0 ||
           strncmp(sql, "CREATE VIRTUAL TABLE IF", 23) == 0;
}

static bool is_tried(const char *sql)
{
    return returns_rows(sql) || can_be_done_twice(sql);
}

/* --- the tests ------------------------------------------------------------------- */

static sqlite3 *open_bare(void)
{
    sqlite3 *db;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK) {
        bail_out("open", sqlite3_errmsg(db));
    }
    sqlite3_enable_load_extension(db, 1);
    return db;
}

static void load(sqlite3 *db)
{
    char *message = NULL;
    if (sqlite3_load_extension(db, extension_path(), NULL, &message) != SQLITE_OK) {
        bail_out(extension_path(), message);
    }
}

/* The database in which all has been done that prepares for a statement. */
static struct {
    int statement;
    unsigned char *bytes; /* owned; NULL: there is nothing */
    size_t size;
} image;

static void image_make(int statement)
{
    static result ignored;
    sqlite3_int64 size = 0;
    sqlite3 *db = open_bare();
    load(db);
    for (int i = 0; i < statement; i++) {
        if (!returns_rows(script.statements[i])) {
            run(db, script.statements[i], &ignored);
            if (ignored.rc != SQLITE_DONE && !can_be_done_twice(script.statements[i])) {
                bail_out(script.statements[i], ignored.text);
            }
        }
    }
    unsigned char *bytes = sqlite3_serialize(db, "main", &size, 0);
    free(image.bytes);
    image.bytes = bytes != NULL ? malloc((size_t)size) : NULL;
    image.size = (size_t)size;
    image.statement = statement;
    if (image.bytes != NULL) {
        memcpy(image.bytes, bytes, image.size);
    }
    sqlite3_free(bytes);
    sqlite3_close(db);
}

/* A connection to it, which knows nothing yet of what is in it. */
static sqlite3 *open_prepared(int statement)
{
    if (image.bytes == NULL || image.statement != statement) {
        image_make(statement);
    }
    sqlite3 *db = open_bare();
    load(db);
    if (image.bytes == NULL) {
        return db;
    }
    unsigned char *bytes = image.bytes;
    unsigned flags = SQLITE_DESERIALIZE_READONLY;
    if (can_be_done_twice(script.statements[statement])) {
        flags = SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE;
        bytes = sqlite3_malloc64(image.size);
        if (bytes == NULL) {
            bail_out("malloc", "failed");
        }
        memcpy(bytes, image.bytes, image.size);
    }
    if (sqlite3_deserialize(db, "main", bytes, (sqlite3_int64)image.size,
                            (sqlite3_int64)image.size, flags) != SQLITE_OK) {
        bail_out("deserialize", sqlite3_errmsg(db));
    }
    return db;
}

/* Whether SQLite finds it whole, and all indexes agree with their content. */
static bool is_sound(sqlite3 *db)
{
    static result got;
    sqlite3_stmt *s = NULL;
    run(db, "PRAGMA integrity_check(1)", &got);
    if (got.rc != SQLITE_DONE || strcmp(got.text, "sok\n") != 0) {
        printf("# %s\n", got.text);
        return false;
    }
    bool sound = sqlite3_prepare_v2(db,
                                    "SELECT format('INSERT INTO \"%w\"(\"%w\") VALUES "
                                    "(''integrity-check'')', name, name) FROM "
                                    "sqlite_schema WHERE sql LIKE '%USING textsim(%'",
                                    -1, &s, NULL) == SQLITE_OK;
    while (sound && sqlite3_step(s) == SQLITE_ROW) {
        run(db, (const char *)sqlite3_column_text(s, 0), &got);
        sound = got.rc == SQLITE_DONE;
        if (!sound) {
            printf("# %s\n", got.text);
        }
    }
    return sqlite3_finalize(s) == SQLITE_OK && sound;
}

/* One failure, and what is expected of the statement that meets it. */
typedef struct attempt {
    int statement; /* not used by loading */
    long n;
    long stride; /* from one n to the next */
    memory_fault mode;
    const result *expected;
    bool met; /* result: there is an n-th allocation */
} attempt;

/* NULL, or what goes wrong. */
static const char *fail_statement(attempt *a)
{
    static result got, again;
    const char *sql = script.statements[a->statement];
    const char *wrong = NULL;
    sqlite3 *db = open_prepared(a->statement);

    memory_arm(a->mode, a->n);
    run(db, sql, &got);
    a->met = memory_disarm();
    const bool sound = !can_be_done_twice(sql) || is_sound(db);
    run(db, sql, &again);
    if (!result_equal(&got, a->expected) &&
        !(a->met && (result_is_nomem(&got) || result_lost_words(&got, a->expected)))) {
        printf("# %s\n", got.text);
        wrong = "neither the right rows nor out of memory";
    } else if (!result_equal(&again, a->expected)) {
        printf("# %s\n", again.text);
        wrong = "run again, it gives something else";
    } else if (!sound) {
        wrong = "an index is not sound";
    }
    if (sqlite3_close(db) != SQLITE_OK) {
        wrong = "the connection does not close";
    }
    return wrong;
}

/*
 * There may be no memory for the words "out of memory" either: SQLite then says
 * nothing, or nothing after its own words.  Where it has none for the name of
 * the file, it says that it cannot open it.
 */
static bool loading_says_nomem(const char *message)
{
    return message == NULL || strcmp(message, "error during initialization: ") == 0 ||
           strstr(message, "out of memory") != NULL ||
           strstr(message, "open shared") != NULL;
}

/* All that a connection knows. */
static const char what_is_there[] =
    "SELECT name, narg FROM pragma_function_list UNION ALL "
    "SELECT name, 'module' FROM pragma_module_list ORDER BY 1, 2";

/* Loading must be refused, or be complete. */
static const char *fail_loading(attempt *a)
{
    static result got;
    const char *wrong = NULL;
    char *message = NULL;
    sqlite3 *db = open_bare();

    memory_arm(a->mode, a->n);
    int rc = sqlite3_load_extension(db, extension_path(), NULL, &message);
    a->met = memory_disarm();
    if (rc != SQLITE_OK && !loading_says_nomem(message)) {
        printf("# %s\n", message);
        wrong = "the error is not out of memory";
    }
    sqlite3_free(message);
    if (rc != SQLITE_OK &&
        sqlite3_load_extension(db, extension_path(), NULL, NULL) != SQLITE_OK) {
        wrong = "it does not load afterwards";
    }
    run(db, what_is_there, &got);
    if (wrong == NULL && !result_equal(&got, a->expected)) {
        wrong = "it is loaded, but not whole";
    }
    if (sqlite3_close(db) != SQLITE_OK) {
        wrong = "the connection does not close";
    }
    return wrong;
}

/* Print a test point: n after n, in both modes, while there is an n-th allocation. */
static void test_failures(const char *name, attempt *a, const char *(*fail)(attempt *))
{
    static int point = 0;
    const char *wrong = NULL;
    long live = memory_live();
    long n_failures = 0;

    a->mode = MEMORY_ONCE;
    a->n = 0;
    while (wrong == NULL) {
        a->n += a->stride;
        wrong = fail(a);
        if (wrong == NULL && memory_live() != live) {
            wrong = "memory is lost";
        }
        n_failures += a->met;
        if (!a->met && a->mode == MEMORY_FROM_THERE_ON) {
            break;
        }
        if (!a->met) {
            a->mode = MEMORY_FROM_THERE_ON;
            a->n = 0;
        }
    }
    if (wrong != NULL) {
        printf("# allocation %ld fails %s: %s\n", a->n,
               a->mode == MEMORY_ONCE ? "once" : "and all after it", wrong);
    }
    printf("%sok %d - %.*s (%ld failures)\n", wrong == NULL ? "" : "not ", ++point,
           (int)strcspn(name, "\n;#"), name, n_failures);
    fflush(stdout);
}

int main(void)
{
    static result expected;
    const bool is_deep = getenv("TEXTSIM_DEEP") != NULL;
    attempt a = {.expected = &expected, .stride = 1};
    int n_points = 1;

    script_read();
    memory_install();
    sqlite3_close(open_prepared(0)); /* what SQLite allocates once and keeps */

    for (int i = 0; i < script.n_statements; i++) {
        n_points += is_tried(script.statements[i]);
    }
    printf("1..%d\n", n_points);
    sqlite3 *loaded = open_bare();
    load(loaded);
    run(loaded, what_is_there, &expected);
    sqlite3_close(loaded);
    test_failures("loading", &a, fail_loading);
    for (int i = 0; i < script.n_statements; i++) {
        if (is_tried(script.statements[i])) {
            sqlite3 *db = open_prepared(i);
            run(db, script.statements[i], &expected);
            sqlite3_close(db);
            a.statement = i;
            a.stride = is_deep ? 1 : 9;
            test_failures(script.statements[i], &a, fail_statement);
        }
    }
    free(script.text);
    free(image.bytes);
    return 0;
}
