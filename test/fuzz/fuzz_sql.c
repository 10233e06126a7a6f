/*
 * Any SQL over tables of ours: whatever was done, the indexes are sound, and their
 * pairs are those that the measure finds.
 *
 * Input: a script.  It cannot write to shadow tables (defensive mode), nor leave the
 * database.  Statements that take long are interrupted.
 */
#include "database.h"

#include <stdbool.h>
#include <string.h>

#define MAX_ROWS 200
#define MAX_STEPS 40 /* of a statement, each of 10,000 instructions */
#define MAX_BODY 100000
#define MAX_COMPARED 150

static const char preparation[] =
    "CREATE TABLE docs(id INTEGER PRIMARY KEY, body TEXT, day);"
    "INSERT INTO docs(body) WITH n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n "
    "WHERE "
    "i < 40) SELECT 'the red fox ' || (i / 3) || ' sleeps in barn ' || (i % 7) FROM n;"
    "CREATE VIRTUAL TABLE kept USING textsim(body, day UNINDEXED, k=2, threshold=0.3);"
    "INSERT INTO kept(rowid, body) SELECT id, body FROM docs;"
    "CREATE VIRTUAL TABLE linked USING textsim(body, content=docs, content_rowid=id, "
    "sync=triggers, k=2);"
    "INSERT INTO linked(linked) VALUES('rebuild');"
    "CREATE VIRTUAL TABLE bare USING textsim(body, content='', k=1);"
    "INSERT INTO bare(rowid, body) SELECT id, body FROM docs";

/* The bytes of the database that the preparation makes: to make it again takes longer.
 */
static unsigned char *image;
static sqlite3_int64 image_size;

static int n_steps;

static int interrupt_late(void *unused)
{
    (void)unused;
    return ++n_steps > MAX_STEPS;
}

static int forbid(void *unused, int action, const char *a, const char *b, const char *c,
                  const char *d)
{
    static const char *const pragmas[] = {
        "integrity_check",    "foreign_keys", "table_info",  "table_xinfo",
        "recursive_triggers", "user_version", "quick_check", "data_version"};
    (void)unused, (void)b, (void)c, (void)d;
    if (action == SQLITE_ATTACH) return SQLITE_DENY;
    if (action != SQLITE_PRAGMA) return SQLITE_OK;
    for (size_t i = 0; i < sizeof pragmas / sizeof *pragmas; i++)
        if (sqlite3_stricmp(a, pragmas[i]) == 0) return SQLITE_OK;
    return SQLITE_DENY;
}

static int run(sqlite3 *db, sqlite3_stmt *statement)
{
    int rc = SQLITE_ROW;
    n_steps = 0;
    for (int n = 0; n < MAX_ROWS && rc == SQLITE_ROW; n++)
        rc = sqlite3_step(statement);
    const bool may_find = strstr(sqlite3_sql(statement), "integrity-check") != NULL;
    rc = sqlite3_finalize(statement);
    /* Only texts kept elsewhere can differ from what is known of them. */
    if (may_find && rc == SQLITE_CORRUPT_VTAB) return rc;
    if ((rc & 0xff) == SQLITE_CORRUPT) fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    CHECK((rc & 0xff) != SQLITE_CORRUPT && rc != SQLITE_INTERNAL &&
          rc != SQLITE_MISUSE);
    return rc;
}

static void run_script(sqlite3 *db, const char *sql)
{
    while (*sql != '\0') {
        const char *next = sql;
        sqlite3_stmt *statement = NULL;
        n_steps = 0;
        if (sqlite3_prepare_v2(db, sql, -1, &statement, &next) == SQLITE_OK) {
            if (statement != NULL) run(db, statement);
        } else if (next == sql) /* not even its end was found */
            next = strchr(sql, ';') != NULL ? strchr(sql, ';') + 1 : sql + strlen(sql);
        if (next == sql) break;
        sql = next;
    }
}

/* The first value; -1 where there is an error. */
static sqlite3_int64 ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    sqlite3_int64 answer = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        answer = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return answer;
}

/* Tables that have their text themselves or none are sound, whatever was done. */
static void check_soundness(sqlite3 *db)
{
    static const char sql[] =
        "SELECT name, printf('INSERT INTO main.\"%w\"(\"%w\") "
        "VALUES(''integrity-check'')', "
        "name, name) FROM sqlite_schema t WHERE sql LIKE 'CREATE VIRTUAL TABLE%USING "
        "textsim%' AND "
        "EXISTS "
        "(SELECT 1 FROM sqlite_schema WHERE name = t.name || '_docs') AND (EXISTS "
        "(SELECT 1 FROM sqlite_schema WHERE name = t.name || '_content') OR name = "
        "'bare')";
    sqlite3_stmt *tables = NULL;
    CHECK(sqlite3_prepare_v2(db, sql, -1, &tables, NULL) == SQLITE_OK);
    while (sqlite3_step(tables) == SQLITE_ROW) {
        const char *check = (const char *)sqlite3_column_text(tables, 1);
        const int rc = sqlite3_exec(db, check, NULL, NULL, NULL);
        if (rc != SQLITE_OK) fprintf(stderr, "%s: %s\n", check, sqlite3_errmsg(db));
        CHECK(rc == SQLITE_OK);
    }
    sqlite3_finalize(tables);
    /* Of SQLite's own tables: newer versions ask ours, too, which may differ. */
    CHECK(ask(db,
              "SELECT count(*) FROM sqlite_schema t, pragma_integrity_check(t.name) "
              "p WHERE t.type = 'table' AND t.sql NOT LIKE 'CREATE VIRTUAL%' AND "
              "p.integrity_check <> 'ok'") == 0);
}

/* Table 'kept', if it is the one that was prepared and has nothing but texts. */
static void check_pairs(sqlite3 *db)
{
    static const char is_there[] =
        "SELECT count(*) FROM sqlite_schema WHERE name = 'kept' AND sql = 'CREATE "
        "VIRTUAL TABLE "
        "kept USING textsim(body, day UNINDEXED, k=2, threshold=0.3)'";
    static const char n_rows[] = "SELECT CASE WHEN total(typeof(body) <> 'text') = 0 "
                                 "THEN count(*) ELSE -1 END FROM kept";
    static const char n_wrong[] =
        "WITH found AS (SELECT a, b, similarity FROM textsim_pairs('kept', 0.3)), "
        "right AS (SELECT a.rowid, b.rowid, jaccard(a.body, b.body, 2) FROM kept a "
        "JOIN kept b ON a.rowid < b.rowid WHERE jaccard(a.body, b.body, 2) >= 0.3) "
        "SELECT (SELECT count(*) FROM (SELECT * FROM found EXCEPT SELECT * FROM "
        "right)) + "
        "(SELECT count(*) FROM (SELECT * FROM right EXCEPT SELECT * FROM found))";
    static const char n_unlike[] = "SELECT count(*) FROM kept WHERE kept MATCH 'the "
                                   "red fox 7 sleeps in barn 0' AND "
                                   "similarity >= 0.5 AND similarity <> jaccard(body, "
                                   "'the red fox 7 sleeps in barn 0', 2)";
    if (ask(db, is_there) != 1) return;
    const sqlite3_int64 n = ask(db, n_rows);
    CHECK(n >= -1);
    CHECK(ask(db, n_unlike) == 0);
    if (n >= 0 && n <= MAX_COMPARED) CHECK(ask(db, n_wrong) == 0);
}

static sqlite3 *open_prepared(void)
{
    sqlite3 *db = database_open();
    if (image == NULL) {
        CHECK(sqlite3_exec(db, preparation, NULL, NULL, NULL) == SQLITE_OK);
        unsigned char *bytes = sqlite3_serialize(db, "main", &image_size, 0);
        image = malloc((size_t)image_size);
        CHECK(bytes != NULL && image != NULL);
        memcpy(image, bytes, (size_t)image_size);
        sqlite3_free(bytes);
        sqlite3_close(db);
        db = database_open();
    }
    unsigned char *bytes = sqlite3_malloc64((sqlite3_uint64)image_size);
    CHECK(bytes != NULL);
    memcpy(bytes, image, (size_t)image_size);
    CHECK(sqlite3_deserialize(db, "main", bytes, image_size, image_size,
                              SQLITE_DESERIALIZE_FREEONCLOSE |
                                  SQLITE_DESERIALIZE_RESIZEABLE) == SQLITE_OK);
    return db;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *sql = malloc(size + 1);
    CHECK(sql != NULL);
    memcpy(sql, data, size);
    sql[size] = '\0';

    sqlite3 *db = open_prepared();
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, MAX_BODY);
    sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 50);
    sqlite3_set_authorizer(db, forbid, NULL);
    sqlite3_progress_handler(db, 10000, interrupt_late, NULL);
    run_script(db, sql);
    if (!sqlite3_get_autocommit(db)) sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    CHECK(sqlite3_get_autocommit(db));

    sqlite3_set_authorizer(db, NULL, NULL);
    sqlite3_progress_handler(db, 0, NULL, NULL);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 1000000000);
    check_soundness(db);
    check_pairs(db);
    database_close(db);
    free(sql);
    return 0;
}
