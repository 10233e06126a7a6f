/*
 * What is not done twice: texts that are compared again and again, and hashes that a
 * join looks up.
 *
 * To be run from the top of the project; the extension is $TEXTSIM, without its
 * suffix.
 */
#include <sqlite3.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "../extension.h"

#define ROWS 40

static int open_database(void **state)
{
    *state = extension_open(":memory:");
    return *state != NULL ? 0 : -1;
}

static int close_database(void **state)
{
    return sqlite3_close(*state) == SQLITE_OK && sqlite3_memory_used() == 0 ? 0 : -1;
}

static void run(sqlite3 *db, const char *sql)
{
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static int count_call(void *n_calls)
{
    ++*(size_t *)n_calls;
    return 0;
}

/*
 * How much work a statement is, by calls of the progress handler: SQLite's machine
 * calls it at each of its operations, and functions so often while they read a text.
 */
static size_t work_of(sqlite3 *db, const char *sql)
{
    size_t n_calls = 0;
    sqlite3_progress_handler(db, 1, count_call, &n_calls);
    run(db, sql);
    sqlite3_progress_handler(db, 0, NULL, NULL);
    return n_calls;
}

/*
 * A text of 13 MB against ROWS small ones is hardly more work than against one;
 * shingled anew for each it would be ROWS times as much, of which a quarter is the
 * limit.
 */
static void test_outer_text_is_shingled_once(void **state)
{
    static const char *const measures[] = {
        "jaccard(large.body, small.body)",
        "jaccard(small.body, large.body, 'unit=char, k=9')",
        "jaccard(large.body, small.body, 'unit=char') + dice(large.title, small.title)",
        "jaccard(large.body, minhash(small.body))",
    };
    run(*state, "CREATE TABLE large AS WITH n(i) AS (VALUES(1) UNION ALL SELECT i + 1 "
                "FROM n WHERE i < 1500000) SELECT 'a title' AS title, "
                "group_concat(printf('%x', i * 7919), ' ') AS body FROM n;"
                "CREATE TABLE small(id INTEGER PRIMARY KEY, title TEXT, body TEXT);"
                "WITH n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 40) "
                "INSERT INTO small SELECT i, 'title ' || i, 'one small text of number "
                "' || i FROM n");
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++) {
        char *sql[2];
        for (int all = 0; all < 2; all++)
            sql[all] = sqlite3_mprintf(
                "SELECT sum(%s) FROM large CROSS JOIN small WHERE small.id <= %d",
                measures[i], all ? ROWS : 1);
        const size_t one = work_of(*state, sql[0]);
        /* Another text comes between, or the first statement's would serve. */
        run(*state, "UPDATE large SET body = body || ' more'");
        assert_in_range(work_of(*state, sql[1]), one, ROWS / 4 * one);
        sqlite3_free(sql[0]);
        sqlite3_free(sql[1]);
    }
}

/*
 * Three texts with sets of 32 MB each are more than is kept, and the one to go is not
 * one of the last call: it is not shingled again by the next.
 */
static void test_last_texts_are_kept(void **state)
{
    static const char compare[] =
        "SELECT jaccard(a.body, b.body, 'unit=char, k=16') FROM texts a, texts b "
        "WHERE a.id = 1 AND b.id = %d";
    run(*state, "CREATE TABLE texts(id INTEGER PRIMARY KEY, body TEXT);"
                "INSERT INTO texts SELECT value, hex(randomblob(2000000 - value)) "
                "FROM json_each('[1, 2, 3]')");
    static const int others[] = {2, 3, 3};
    size_t work[3];
    for (int i = 0; i < 3; i++) {
        char *sql = sqlite3_mprintf(compare, others[i]);
        work[i] = work_of(*state, sql);
        sqlite3_free(sql);
    }
    assert_in_range(work[2], 1, work[1] / 2);
}

/* Likewise for a query and a list of rowids. */
static void test_query_is_shingled_once(void **state)
{
    run(*state, "CREATE TABLE large AS WITH n(i) AS (VALUES(1) UNION ALL SELECT i + 1 "
                "FROM n WHERE i < 300000) SELECT group_concat(printf('%x', i * 7919), "
                "' ') AS body FROM n;"
                "CREATE VIRTUAL TABLE t USING textsim(body);"
                "WITH n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 40) "
                "INSERT INTO t(rowid, body) SELECT i, 'one small text of number ' || i "
                "FROM n;"
                "CREATE TABLE small AS SELECT rowid AS id FROM t");
    size_t work[2];
    for (int all = 0; all < 2; all++) {
        char *sql = sqlite3_mprintf("SELECT count(*) FROM t WHERE t MATCH (SELECT body "
                                    "FROM large) AND rowid IN (SELECT id FROM small "
                                    "WHERE id <= %d)",
                                    all ? ROWS : 1);
        work[all] = work_of(*state, sql);
        sqlite3_free(sql);
    }
    assert_in_range(work[1], work[0], ROWS / 4 * work[0]);
}

/* Steps of SQLite's machine: for each hash, or for each pair of them. */
static void test_join_on_hash_looks_up(void **state)
{
    static const char *const calls[] = {"shingles(a) x, shingles(b) y",
                                        "shingles(a, 5) x, shingles(b, 5) y",
                                        "shingles(a, 'k=5') x, shingles(b, 'k=5') y"};
    run(*state, "CREATE TABLE two AS WITH n(i) AS (VALUES(1) UNION ALL SELECT i + 1 "
                "FROM n WHERE i < 5000) SELECT group_concat(i, ' ') AS a, "
                "group_concat(i + 4000, ' ') AS b FROM n");
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        char *sql = sqlite3_mprintf(
            "SELECT count(*) FROM two, %s WHERE x.hash = y.hash", calls[i]);
        sqlite3_stmt *statement = NULL;
        assert_int_equal(sqlite3_prepare_v2(*state, sql, -1, &statement, NULL),
                         SQLITE_OK);
        assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
        assert_int_equal(sqlite3_column_int(statement, 0), 996);
        const int steps = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
        assert_in_range(steps, 1, 20 * 5000);
        sqlite3_finalize(statement);
        sqlite3_free(sql);
    }
}

static void count_message(void *n_messages, int code, const char *message)
{
    (void)message;
    if (code == SQLITE_NOTICE) ++*(size_t *)n_messages;
}

static size_t n_messages;

static double seconds(void)
{
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* How far a rebuild is, it says once a second, and at its end. */
static void test_progress_is_told_once_a_second(void **state)
{
    run(*state, "CREATE VIRTUAL TABLE t USING textsim(body, k=1);"
                "INSERT INTO t(body) WITH n(i) AS (VALUES(1) UNION ALL SELECT i + 1 "
                "FROM n WHERE i < 10000) SELECT i FROM n;"
                "INSERT INTO t(t, rank) VALUES('progress', 1)");
    n_messages = 0;
    const double begun = seconds();
    run(*state, "INSERT INTO t(t) VALUES('rebuild')");
    /* A clock that is set in between may tell once more. */
    assert_in_range(n_messages, 1, (size_t)(seconds() - begun) + 2);
}

int main(void)
{
    if (sqlite3_config(SQLITE_CONFIG_LOG, count_message, &n_messages) != SQLITE_OK)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_last_texts_are_kept, open_database,
                                        close_database),
        cmocka_unit_test_setup_teardown(test_progress_is_told_once_a_second,
                                        open_database, close_database),
        cmocka_unit_test_setup_teardown(test_outer_text_is_shingled_once, open_database,
                                        close_database),
        cmocka_unit_test_setup_teardown(test_query_is_shingled_once, open_database,
                                        close_database),
        cmocka_unit_test_setup_teardown(test_join_on_hash_looks_up, open_database,
                                        close_database),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
