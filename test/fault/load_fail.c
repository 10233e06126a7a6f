/*
 * When the extension refuses to be loaded: what it says, and what it leaves.
 *
 * To be run from the top of the project; the extension is $TEXTSIM, without its
 * suffix.
 */
/* The macros of sqlite3ext.h would make every call one through its table. */
#define SQLITE_CORE 1
#include <sqlite3ext.h>

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../extension.h"

#if defined(__APPLE__)
#define SUFFIX ".dylib"
#else
#define SUFFIX ".so"
#endif

typedef int entry_point(sqlite3 *, char **, const sqlite3_api_routines *);

/* SQLite hands its table of routines to those who are loaded, and only to them. */
static const sqlite3_api_routines *routines;

static int see_routines(sqlite3 *db, char **message, const sqlite3_api_routines *api)
{
    (void)db, (void)message;
    routines = api;
    return SQLITE_OK;
}

static int old_libversion_number(void)
{
    return 3037002;
}

static const char *old_libversion(void)
{
    return "3.37.2";
}

static sqlite3 *open_database(void)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    sqlite3_enable_load_extension(db, 1);
    return db;
}

/* The first value that a statement gives, or its error; to be freed. */
static char *answer(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    const char *text = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        text = (const char *)sqlite3_column_text(statement, 0);
    char *copy = sqlite3_mprintf("%s", text != NULL ? text : sqlite3_errmsg(db));
    sqlite3_finalize(statement);
    return copy;
}

static void assert_answer(sqlite3 *db, const char *sql, const char *expected)
{
    char *got = answer(db, sql);
    assert_string_equal(got, expected);
    sqlite3_free(got);
}

static void somebody_elses(sqlite3_context *context, int n, sqlite3_value **values)
{
    (void)n, (void)values;
    sqlite3_result_text(context, "somebody else's", -1, SQLITE_STATIC);
}

/* A database in which another jaccard(a, b) is, and a statement that is running. */
static sqlite3 *open_busy(sqlite3_stmt **running)
{
    sqlite3 *db = open_database();
    sqlite3_create_function(db, "jaccard", 2, SQLITE_UTF8, NULL, somebody_elses, NULL,
                            NULL);
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT 1 UNION ALL SELECT 2", -1, running, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(*running), SQLITE_ROW);
    return db;
}

static void test_old_sqlite(void **state)
{
    (void)state;
    char path[4096];
    snprintf(path, sizeof path, "%s%s", extension_path(), SUFFIX);
    void *library = dlopen(path, RTLD_NOW);
    assert_non_null(library);
    entry_point *init = NULL;
    *(void **)&init = dlsym(library, "sqlite3_textsim_init");
    assert_non_null(init);

    sqlite3 *db = open_database();
    assert_non_null(routines);
    sqlite3_api_routines old = *routines;
    old.libversion_number = old_libversion_number;
    old.libversion = old_libversion;
    char *message = NULL;
    assert_int_equal(init(db, &message, &old), SQLITE_ERROR);
    assert_string_equal(message, "textsim needs SQLite 3.38 or newer; this is 3.37.2");
    sqlite3_free(message);
    assert_answer(db, "SELECT textsim_version()", "no such function: textsim_version");
    assert_answer(db, "SELECT jaccard('a', 'a')", "no such function: jaccard");
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    dlclose(library);
}

static void test_functions_in_use(void **state)
{
    (void)state;
    sqlite3_stmt *running = NULL;
    sqlite3 *db = open_busy(&running);
    char *message = NULL;
    assert_int_equal(sqlite3_load_extension(db, extension_path(), NULL, &message),
                     SQLITE_ERROR);
    assert_string_equal(message, "error during initialization: textsim cannot replace "
                                 "functions of the same names while a statement is "
                                 "running");
    sqlite3_free(message);
    assert_answer(db, "SELECT jaccard('a b c', 'a b c')", "somebody else's");
    assert_answer(db, "SELECT textsim_jaccard('a', 'a')",
                  "no such function: textsim_jaccard");
    sqlite3_finalize(running);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void test_functions_no_longer_in_use(void **state)
{
    (void)state;
    sqlite3_stmt *running = NULL;
    sqlite3 *db = open_busy(&running);
    assert_int_equal(sqlite3_load_extension(db, extension_path(), NULL, NULL),
                     SQLITE_ERROR);
    sqlite3_finalize(running);
    assert_int_equal(sqlite3_load_extension(db, extension_path(), NULL, NULL),
                     SQLITE_OK);
    assert_answer(db, "SELECT jaccard('a b c', 'a b c')", "1.0");
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void test_again_while_running(void **state)
{
    (void)state;
    sqlite3 *db = open_database();
    assert_int_equal(sqlite3_load_extension(db, extension_path(), NULL, NULL),
                     SQLITE_OK);
    char *load = sqlite3_mprintf("SELECT ifnull(load_extension(%Q), 'loaded')",
                                 extension_path());
    assert_answer(db, load, "loaded");
    sqlite3_free(load);
    assert_answer(db, "SELECT jaccard('a b c', 'a b c')", "1.0");
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

int main(void)
{
    sqlite3_auto_extension((void (*)(void))see_routines);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_old_sqlite),
        cmocka_unit_test(test_functions_in_use),
        cmocka_unit_test(test_functions_no_longer_in_use),
        cmocka_unit_test(test_again_while_running),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
