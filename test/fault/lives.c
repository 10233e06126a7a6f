/*
 * The lives of connections, statements and tables: what is used after it should have
 * ended, and what is begun again and again.
 *
 * To be run from the top of the project; the extension is $TEXTSIM, without its suffix.
 */
#define _POSIX_C_SOURCE 200809L

#include <sqlite3.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../extension.h"

#define LIVES 300
#define LIVES_DEEP 10000

static sqlite3 *open_database(void)
{
    sqlite3 *db = extension_open(":memory:");
    assert_non_null(db);
    return db;
}

static void run(sqlite3 *db, const char *sql)
{
    char *message = NULL;
    sqlite3_exec(db, sql, NULL, NULL, &message);
    if (message != NULL) fail_msg("%s: %s", sql, message);
}

static void fill(sqlite3 *db)
{
    run(db,
        "CREATE TABLE docs(id INTEGER PRIMARY KEY, body);"
        "INSERT INTO docs(body) WITH n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n "
        "WHERE i < 30) SELECT 'the red fox sleeps in barn number ' || (i / 3) FROM n;"
        "CREATE VIRTUAL TABLE kept USING textsim(body, k=2);"
        "INSERT INTO kept(rowid, body) SELECT * FROM docs;"
        "CREATE VIRTUAL TABLE sim USING textsim(body, content=docs, "
        "content_rowid=id, sync=triggers, k=2);"
        "INSERT INTO sim(sim) VALUES('rebuild');"
        "CREATE VIRTUAL TABLE bare USING textsim(body, content='', k=2);"
        "INSERT INTO bare(rowid, body) SELECT * FROM docs");
}

/* Each gives several rows. */
static const char *const queries[] = {
    "SELECT rowid, similarity FROM kept WHERE kept MATCH 'the red fox sleeps'",
    "SELECT rowid, body FROM sim WHERE sim MATCH 'the red fox' AND query_in_doc > 0.5",
    "SELECT rowid FROM bare",
    "SELECT * FROM textsim_pairs('kept', 0.5)",
    "SELECT * FROM textsim_pairs('sim', 0.5) WHERE a = 1",
    "SELECT * FROM textsim_clusters('bare', 0.5)",
    "SELECT d.id, p.a FROM docs d JOIN textsim_pairs('sim', 0.5) p ON p.b = d.id",
    "SELECT * FROM docs, shingles(body, 2)",
    "SELECT x.position FROM docs, shingles(body, 2) x, shingles(body, 2) y "
    "WHERE x.hash = y.hash",
    "SELECT * FROM docs, textsim_tokens(body)",
    "SELECT * FROM docs, textsim_bands(minhash(body, 2), 4)",
    "SELECT * FROM docs a, docs b, textsim_passages(a.body, b.body, 'min_words=3')",
    "SELECT minhash_union(minhash(body)), max(jaccard(body, 'the red fox', 2)) FROM "
    "docs "
    "GROUP BY id",
};

enum { N_QUERIES = sizeof queries / sizeof *queries };

/*
 * A connection with tables, in a file with a write-ahead log, and, of the queries, what
 * each has given so far.
 */
typedef struct life {
    char directory[4000];
    char path[4020];
    sqlite3 *db;
    sqlite3_stmt *statements[N_QUERIES];
} life;

/* All queries, each on its second row. */
static int begin(void **state)
{
    static life one;
    const char *directory = getenv("TMPDIR");
    snprintf(one.directory, sizeof one.directory, "%s/textsim-XXXXXX",
             directory != NULL ? directory : "/tmp");
    assert_non_null(mkdtemp(one.directory));
    snprintf(one.path, sizeof one.path, "%s/life.db", one.directory);
    one.db = extension_open(one.path);
    assert_non_null(one.db);
    run(one.db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
    fill(one.db);
    for (int i = 0; i < N_QUERIES; i++) {
        assert_int_equal(
            sqlite3_prepare_v2(one.db, queries[i], -1, &one.statements[i], NULL),
            SQLITE_OK);
        assert_int_equal(sqlite3_step(one.statements[i]), SQLITE_ROW);
        assert_int_equal(sqlite3_step(one.statements[i]), SQLITE_ROW);
    }
    *state = &one;
    return 0;
}

static void reset(const life *one)
{
    for (int i = 0; i < N_QUERIES; i++)
        sqlite3_reset(one->statements[i]);
}

/* How many rows query i has left; it ends as 'expected' says. */
static int count_rows(const life *one, int i, int expected)
{
    int n = 0, rc;
    while ((rc = sqlite3_step(one->statements[i])) == SQLITE_ROW)
        n++;
    assert_int_equal(rc, expected);
    return n;
}

/* Every query has so many rows left at least. */
static void assert_rows(const life *one, int n)
{
    for (int i = 0; i < N_QUERIES; i++)
        assert_true(count_rows(one, i, SQLITE_DONE) >= n);
}

static void assert_sound(sqlite3 *db)
{
    run(db, "INSERT INTO kept(kept) VALUES('integrity-check');"
            "INSERT INTO sim(sim) VALUES('integrity-check');"
            "INSERT INTO bare(bare) VALUES('integrity-check')");
}

static void close_all(sqlite3 *db)
{
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_true(sqlite3_memory_used() == 0);
}

/*
 * The statements end, and the connection with them, if it has not; of the memory
 * nothing is left, and of the files only the database: the last to close had all.
 */
static int end(void **state)
{
    life *one = *state;
    for (int i = 0; i < N_QUERIES; i++)
        sqlite3_finalize(one->statements[i]);
    if (one->db != NULL) {
        assert_sound(one->db);
        assert_int_equal(sqlite3_close(one->db), SQLITE_OK);
    }
    assert_true(sqlite3_memory_used() == 0);
    unlink(one->path);
    assert_int_equal(rmdir(one->directory), 0);
    return 0;
}

static void test_many_lives(void **state)
{
    const int n = getenv("TEXTSIM_DEEP") != NULL ? LIVES_DEEP : LIVES;
    (void)state;
    for (int i = 0; i < n; i++) {
        sqlite3 *db = open_database();
        if (i % 10 == 0) fill(db);
        run(db, "SELECT jaccard('a b c d e f', 'a b c d e'), minhash('a'), "
                "coverage('a b', 'b a'), textsim_debug()");
        close_all(db);
    }
}

/* The connection lives on until its last statement is finalized. */
static void test_close_before_cursors(void **state)
{
    life *one = *state;
    assert_int_equal(sqlite3_close(one->db), SQLITE_BUSY);
    assert_int_equal(sqlite3_close_v2(one->db), SQLITE_OK);
    one->db = NULL;
    for (int i = 0; i < N_QUERIES; i += 2)
        assert_true(count_rows(one, i, SQLITE_DONE) > 0);
}

/* Statements that were prepared before a change work after it. */
static void test_statements_outlive_changes(void **state)
{
    static const char *const changes[] = {
        "VACUUM",
        "CREATE TABLE other(x)",
        "ALTER TABLE docs ADD COLUMN more",
        "ANALYZE",
        "INSERT INTO kept(kept) VALUES('rebuild')",
        "INSERT INTO bare(bare) VALUES('optimize')",
        "ATTACH ':memory:' AS second; CREATE TABLE second.docs(x); DETACH second",
        "BEGIN; DROP TABLE kept; ROLLBACK",
        "BEGIN; DROP TABLE sim; CREATE VIRTUAL TABLE sim USING textsim(body); ROLLBACK",
        "PRAGMA wal_checkpoint(TRUNCATE)",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA journal_mode = WAL",
        "REINDEX",
        "PRAGMA shrink_memory",
    };
    const life *one = *state;
    int n_rows[N_QUERIES];
    for (int i = 0; i < N_QUERIES; i++)
        n_rows[i] = 2 + count_rows(one, i, SQLITE_DONE);
    for (size_t j = 0; j < sizeof changes / sizeof *changes; j++) {
        reset(one);
        run(one->db, changes[j]);
        for (int i = 0; i < N_QUERIES; i++)
            assert_int_equal(count_rows(one, i, SQLITE_DONE), n_rows[i]);
    }
}

/* What their table was is gone: an error, and with a new one of the name, rows again.
 */
static void test_statements_outlive_tables(void **state)
{
    const life *one = *state;
    reset(one);
    run(one->db, "DROP TABLE kept; DROP TABLE sim; DROP TABLE bare; DROP TABLE docs");
    for (int i = 0; i < N_QUERIES; i++)
        assert_int_equal(count_rows(one, i, SQLITE_ERROR), 0);
    reset(one);
    fill(one->db);
    assert_rows(one, 2);
}

/*
 * While they are read, tables cannot go; other things can be done to them, and another
 * connection moves the log into the database.
 */
static void test_changes_under_cursors(void **state)
{
    static const char *const allowed[] = {
        "INSERT INTO docs(body) VALUES('the red fox sleeps in barn number 4')",
        "DELETE FROM docs WHERE id = 7", "INSERT INTO kept(kept) VALUES('rebuild')",
        "INSERT INTO sim(sim) VALUES('optimize')", "DELETE FROM bare WHERE rowid > 20"};
    static const char *const refused[] = {"DROP TABLE kept", "DROP TABLE sim",
                                          "PRAGMA wal_checkpoint", "VACUUM"};
    const life *one = *state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_int_not_equal(sqlite3_exec(one->db, refused[i], NULL, NULL, NULL),
                             SQLITE_OK);
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        run(one->db, allowed[i]);
    sqlite3 *other = extension_open(one->path);
    assert_non_null(other);
    run(other, "PRAGMA wal_checkpoint");
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
    assert_rows(one, 0);
}

static void test_backup_under_cursors(void **state)
{
    const life *one = *state;
    sqlite3 *copy = open_database();
    sqlite3_backup *backup = sqlite3_backup_init(copy, "main", one->db, "main");
    assert_non_null(backup);
    assert_int_equal(sqlite3_backup_step(backup, 5), SQLITE_OK);
    run(one->db, "INSERT INTO docs(body) VALUES('written in between')");
    assert_int_equal(sqlite3_backup_step(backup, -1), SQLITE_DONE);
    assert_int_equal(sqlite3_backup_finish(backup), SQLITE_OK);
    assert_sound(copy);
    assert_int_equal(sqlite3_close(copy), SQLITE_OK);
    assert_rows(one, 0);
}

static void test_loaded_twice(void **state)
{
    const life *one = *state;
    for (int n_rows = 0; n_rows <= 2; n_rows += 2) {
        assert_int_equal(sqlite3_load_extension(one->db, extension_path(), NULL, NULL),
                         SQLITE_OK);
        assert_rows(one, n_rows);
        reset(one);
    }
}

/* Results of more than the limit are an error, and those of less are not. */
static void test_length_limit(void **state)
{
    static const char *const too_long[] = {
        "SELECT minhash('a', 'num_perm=4096')",
        "SELECT shingle_set(body) FROM numbers",
        ("SELECT highlight_passages('a b c d', 'a b c d', printf('%.500c', '<'), "
         "printf('%.500c', '>'), 'min_words=2')"),
        "SELECT normalize_text(replace(body, ' ', char(0xFDFA))) FROM numbers",
    };
    sqlite3 *db = open_database();
    (void)state;
    fill(db);
    run(db,
        "CREATE TABLE numbers AS WITH n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n "
        "WHERE i < 150) SELECT group_concat(i, ' ') AS body FROM n");
    for (size_t i = 0; i < sizeof too_long / sizeof *too_long; i++) {
        sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 1000);
        assert_int_equal(sqlite3_exec(db, too_long[i], NULL, NULL, NULL),
                         SQLITE_TOOBIG);
        sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 1000000);
        run(db, too_long[i]);
    }
    assert_sound(db);
    close_all(db);
}

/* Of what is in a table, a number. */
static sqlite3_int64 sum_of(sqlite3 *db)
{
    sqlite3_stmt *s = NULL;
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT sum(rowid * 1000000 + length(body)) FROM kept",
                           -1, &s, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    const sqlite3_int64 sum = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return sum;
}

/* A row over the limit changes nothing, in whatever encoding, in a transaction. */
static void test_row_over_the_limit(void **state)
{
    static const char *const encodings[] = {"PRAGMA encoding = 'UTF-8'",
                                            "PRAGMA encoding = 'UTF-16'"};
    static const char *const writes[] = {
        "REPLACE INTO kept(rowid, body) VALUES(1, printf('%%.*c', %d, 'a'))",
        "UPDATE kept SET rowid = 99, body = printf('%%.*c', %d, 'b') WHERE rowid = 2",
        "INSERT INTO kept(body) VALUES(printf('%%.*c', %d, 'c'))"};
    (void)state;
    for (int unit = 1; unit <= 2; unit++) {
        sqlite3 *db = open_database();
        run(db, encodings[unit - 1]);
        fill(db);
        run(db, "BEGIN");
        sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 10000);
        int n_refused = 0, n_written = 0;
        for (int size = 9900 / unit; size <= 10000 / unit; size++)
            for (int i = 0; i < 3; i++) {
                char *sql = sqlite3_mprintf(writes[i], size);
                const sqlite3_int64 before = sum_of(db);
                const int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
                assert_true(rc == SQLITE_OK || rc == SQLITE_TOOBIG);
                assert_true(rc == SQLITE_OK || sum_of(db) == before);
                n_refused += rc != SQLITE_OK;
                n_written += rc == SQLITE_OK;
                sqlite3_free(sql);
            }
        assert_true(n_refused >= 3 && n_written >= 200 / unit);
        run(db, "COMMIT");
        sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 1000000);
        assert_sound(db);
        close_all(db);
    }
}

/* A result that outgrows the limit does not take many times its memory first. */
static void test_length_limit_memory(void **state)
{
    sqlite3 *db = open_database();
    (void)state;
    run(db,
        "CREATE TABLE turned AS WITH n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n "
        "WHERE i < 500) SELECT group_concat('w' || i, ' ') AS a, (SELECT group_concat"
        "('w' || i, ' ') FROM (SELECT i FROM n ORDER BY i DESC)) AS b FROM n");
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 1000000);
    sqlite3_memory_highwater(1);
    const sqlite3_int64 before = sqlite3_memory_used();
    assert_int_equal(
        sqlite3_exec(db,
                     "SELECT highlight_passages(a, b, printf('%.300000c', '<'), '', "
                     "'min_words=1') FROM turned",
                     NULL, NULL, NULL),
        SQLITE_TOOBIG);
    assert_true(sqlite3_memory_highwater(0) - before < 10000000);
    close_all(db);
}

static int forbid_recursion(void *unused, int action, const char *a, const char *b,
                            const char *c, const char *d)
{
    (void)unused, (void)a, (void)b, (void)c, (void)d;
    return action == SQLITE_RECURSIVE ? SQLITE_DENY : SQLITE_OK;
}

/* Where what asks for interrupts may not run, the work itself does. */
static void test_no_pulse(void **state)
{
    static const char *const sql[] = {
        "SELECT minhash(replace(hex(zeroblob(300000)), '00', 'ab '))",
        "SELECT coverage(replace(hex(zeroblob(300000)), '00', 'ab '), 'a b c d e f g')",
        "SELECT count(*) FROM shingles(replace(hex(zeroblob(300000)), '00', 'ab '))",
    };
    (void)state;
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++) {
        sqlite3 *db = open_database();
        sqlite3_set_authorizer(db, forbid_recursion, NULL);
        run(db, sql[i]);
        sqlite3_set_authorizer(db, NULL, NULL);
        sqlite3_limit(db, SQLITE_LIMIT_COMPOUND_SELECT, 1);
        run(db, sql[i]);
        close_all(db);
    }
}

/* With so many kilobytes of memory; whether it was out of them. */
static bool run_in(sqlite3 *db, const char *sql, int room)
{
    sqlite3_hard_heap_limit64(sqlite3_memory_used() + room * 1000);
    const int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
    sqlite3_hard_heap_limit64(0);
    assert_true(rc == SQLITE_OK || (rc == SQLITE_NOMEM && room < 1900));
    return rc == SQLITE_NOMEM;
}

/* Under a limit of the heap all ends well or out of memory, and works without it. */
static void test_heap_limit(void **state)
{
    static const char *const writes[] = {
        "UPDATE kept SET body = body || ' and more of it'",
        "REPLACE INTO docs SELECT id, body || ' and more of it' FROM docs",
        "UPDATE bare SET body = 'no fox at all ' || rowid",
        "INSERT INTO bare(bare) VALUES('optimize')",
        "INSERT INTO sim(sim) VALUES('rebuild')",
    };
    int n_refused = 0;
    sqlite3 *db = open_database();
    (void)state;
    fill(db);
    for (int room = 0; room < 2000; room += 100) {
        for (int i = 0; i < N_QUERIES; i++) {
            n_refused += run_in(db, queries[i], room);
        }
        for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
            run(db, "BEGIN");
            n_refused += run_in(db, writes[i], room);
            assert_sound(db);
            if (!sqlite3_get_autocommit(db)) run(db, "ROLLBACK");
        }
    }
    assert_true(n_refused > 0);
    assert_sound(db);
    close_all(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_lives),
        cmocka_unit_test_setup_teardown(test_close_before_cursors, begin, end),
        cmocka_unit_test_setup_teardown(test_statements_outlive_changes, begin, end),
        cmocka_unit_test_setup_teardown(test_statements_outlive_tables, begin, end),
        cmocka_unit_test_setup_teardown(test_changes_under_cursors, begin, end),
        cmocka_unit_test_setup_teardown(test_backup_under_cursors, begin, end),
        cmocka_unit_test_setup_teardown(test_loaded_twice, begin, end),
        cmocka_unit_test(test_length_limit),
        cmocka_unit_test(test_row_over_the_limit),
        cmocka_unit_test(test_length_limit_memory),
        cmocka_unit_test(test_no_pulse),
        cmocka_unit_test(test_heap_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
