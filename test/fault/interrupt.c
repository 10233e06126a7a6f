/*
 * Whatever takes long can be stopped: by sqlite3_interrupt(), and by the progress
 * handler.
 *
 * Each operation is run to its end, and counts how often it calls the progress handler:
 * with large texts or many documents far more often than with small ones.  Stopped by
 * the handler in the middle, it ends with SQLITE_INTERRUPT; shortly before its end,
 * where it may be too late, with that or as ever; and the next statement works.
 *
 * With TEXTSIM_DEEP the texts are so large that seconds go by.  The CPU time from one
 * call of the handler to the next is measured; and another thread interrupts each
 * operation at various moments: what it takes from there until it returns.  Both are at
 * most LONGEST, and what SQLite takes where it copies or writes such a text in one
 * step.
 *
 *     interrupt [megabytes] [operation]
 */
#define _POSIX_C_SOURCE 200809L

#include "history.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LONGEST 0.1    /* seconds */
#define MOMENTS 12     /* at which each operation is interrupted */
#define LATE 9         /* calls before the end */
#define SMALL_SIZE 100 /* bytes, of a text of which nothing takes long */

typedef struct operation {
    const char *name;
    /*
     * ?1 and ?2 are large texts, ?3 is one that is all the same; of ?4 nothing is left
     * but separators, and of ?5 nothing at all.
     */
    const char *sql;
} operation;

static const operation operations[] = {
    {"minhash", "SELECT minhash(?1)"},
    {"minhash of characters", "SELECT minhash(?1, 'unit=char, k=9')"},
    {"shingle_set", "SELECT shingle_set(?1)"},
    {"simhash", "SELECT simhash(?1)"},
    {"fingerprint", "SELECT fingerprint(?1)"},
    {"normalize_text", "SELECT normalize_text(?1)"},
    {"jaccard", "SELECT jaccard(?1, ?2)"},
    {"jaccard with a sketch", "SELECT jaccard(?1, minhash('a b c'))"},
    {"jaccard of characters", "SELECT jaccard(?1, ?2, 'unit=char, k=9')"},
    {"containment of what is all the same", "SELECT containment(?3, ?1)"},
    {"shingles", "SELECT count(*) FROM shingles(?1)"},
    {"textsim_tokens", "SELECT count(*) FROM textsim_tokens(?1)"},
    {"textsim_passages", "SELECT count(*) FROM textsim_passages(?1, ?2)"},
    {"textsim_passages of what is all the same",
     "SELECT count(*) FROM textsim_passages(?3, ?3)"},
    {"coverage", "SELECT coverage(?1, ?2)"},
    {"highlight_passages", "SELECT highlight_passages(?1, ?2, '<b>', '</b>')"},
    {"coverage by what has no words", "SELECT coverage('a b c d e f g h', ?4)"},
    {"coverage by what is ignored", "SELECT coverage('a b c d e f g h', ?5)"},
    {"textsim_passages around what has no words",
     "SELECT count(*) FROM textsim_passages('a b c d e f g h ', 'a b c d' || ?4 || ' e "
     "f g"
     " h')"},
    {"jaccard of what is ignored", "SELECT jaccard(?5, 'a')"},
    {"normalize_text of a letter and what is ignored",
     "SELECT normalize_text('a' || ?5)"},
    {"highlight_passages with escape=html",
     "SELECT highlight_passages(?1, ?2, '<b>', '</b>', 'escape=html')"},
    {"highlight_passages between long tags",
     "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 150) "
     "SELECT highlight_passages(group_concat('w' || i, ' '), group_concat('w' || (150 "
     "- "
     "i), ' '), substr(?1, 1, 2000000), '', 'min_words=1') FROM n"},
    {"minhash_union", "SELECT minhash_union(minhash(body, 'num_perm=4096')) FROM many"},
    {"INSERT", "INSERT INTO kept(body) VALUES(?1)"},
    {"UPDATE", "UPDATE held SET body = 'one two three'"},
    {"DELETE", "DELETE FROM held"},
    {"MATCH", "SELECT count(*) FROM kept WHERE kept MATCH ?1"},
    {"MATCH with a bound",
     "SELECT count(*) FROM kept WHERE kept MATCH ?1 AND query_in_doc > 0.9"},
    {"rebuild", "INSERT INTO many(many) VALUES('rebuild')"},
    {"optimize", "INSERT INTO many(many) VALUES('optimize')"},
    {"integrity-check", "INSERT INTO many(many) VALUES('integrity-check')"},
    {"MATCH, a scan", "SELECT count(*) FROM many WHERE many MATCH 'x1 x2 x3 x4'"},
    {"textsim_pairs", "SELECT count(*) FROM textsim_pairs('many')"},
    {"textsim_pairs, the first", "SELECT * FROM textsim_pairs('many') LIMIT 1"},
    {"textsim_pairs of equal ones", "SELECT count(*) FROM textsim_pairs('equal')"},
    {"textsim_clusters", "SELECT count(*) FROM textsim_clusters('many')"},
    {"rebuild of sets", "INSERT INTO bare(bare) VALUES('rebuild')"},
    {"optimize of sets", "INSERT INTO bare(bare) VALUES('optimize')"},
    {"integrity-check of sets", "INSERT INTO bare(bare) VALUES('integrity-check')"},
};

/* What of some of them SQLite does by itself, in one step. */
static const operation steps[] = {
    {"textsim_passages around what has no words", "SELECT 'a b c d' || ?4 || ' e f'"},
    {"normalize_text of a letter and what is ignored", "SELECT 'a' || ?5"},
    {"INSERT", "INSERT INTO plain VALUES(?1)"},
};

enum {
    N_OPERATIONS = sizeof operations / sizeof *operations,
    N_STEPS = sizeof steps / sizeof *steps
};

/* --- texts and documents ---------------------------------------------------------- */

static sqlite3 *db;
static size_t large_size;

/* Words that hardly repeat; texts with the same numbers have their halves in common. */
static char *random_text(size_t size, unsigned seed)
{
    char *bytes = malloc(size + 20);
    size_t n = 0;
    unsigned x = 1;
    if (bytes == NULL) bail_out("malloc", "out of memory");
    while (n < size) {
        if (n > size / 2) x += seed;
        x = x * 1664525U + 1013904223U;
        n += (size_t)snprintf(bytes + n, 20, "%x ", x >> 12);
    }
    return bytes;
}

static char *same_text(size_t size, const char *unit)
{
    const size_t unit_size = strlen(unit);
    char *bytes = malloc(size + 20);
    if (bytes == NULL) bail_out("malloc", "out of memory");
    for (size_t n = 0; n < size; n += unit_size)
        memcpy(bytes + n, unit, unit_size);
    return bytes;
}

static void must(const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        bail_out(sql, sqlite3_errmsg(db));
}

static void fill(long n_documents)
{
    char *sql = sqlite3_mprintf(
        "BEGIN; CREATE TABLE docs(id INTEGER PRIMARY KEY, body);"
        "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
        "INSERT INTO docs SELECT i, (WITH RECURSIVE m(j) AS (VALUES(1) UNION ALL SELECT"
        " j + 1 FROM m WHERE j < 50) SELECT group_concat('x' || (i / 3 * j * 7919 %%"
        " 5000), ' ') FROM m) FROM n; COMMIT;"
        "CREATE VIRTUAL TABLE kept USING textsim(body);"
        "CREATE VIRTUAL TABLE many USING textsim(body, content=docs, content_rowid=id,"
        " k=2); INSERT INTO many(many) VALUES('rebuild');"
        "CREATE VIRTUAL TABLE bare USING textsim(body, content='', k=2);"
        "INSERT INTO bare(rowid, body) SELECT id, body FROM docs;"
        "CREATE VIRTUAL TABLE equal USING textsim(body, content='', k=2);"
        "INSERT INTO equal(rowid, body) SELECT id, 'all are the same' FROM docs"
        " WHERE id <= 5000; CREATE TABLE plain(body);"
        "CREATE VIRTUAL TABLE held USING textsim(body)",
        n_documents);
    must(sql);
    sqlite3_free(sql);
}

enum { N_TEXTS = 5 };

static char *texts[N_TEXTS];

static sqlite3_stmt *prepare(const operation *o, size_t size)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(db, o->sql, -1, &s, NULL) != SQLITE_OK)
        bail_out(o->sql, sqlite3_errmsg(db));
    for (int i = 0; i < sqlite3_bind_parameter_count(s); i++)
        sqlite3_bind_text64(s, i + 1, texts[i], size, SQLITE_STATIC, SQLITE_UTF8);
    return s;
}

/* No text that was compared before is kept. */
static void forget_texts(void)
{
    must("SELECT jaccard('a', 'b'), jaccard('c', 'd')");
}

static int finish(sqlite3_stmt *s)
{
    int rc;
    while ((rc = sqlite3_step(s)) == SQLITE_ROW)
        ;
    return rc;
}

/* A large document that is there, to be changed. */
static void hold(void)
{
    const operation o = {.sql = "INSERT INTO held(body) VALUES(?1)"};
    sqlite3_stmt *s = prepare(&o, large_size);
    if (finish(s) != SQLITE_DONE) bail_out(o.sql, sqlite3_errmsg(db));
    sqlite3_finalize(s);
}

/* --- the progress handler --------------------------------------------------------- */

static long n_calls, stop_at;

static int count_call(void *unused)
{
    (void)unused;
    return ++n_calls == stop_at;
}

/* How often the handler is called; it stops the operation at call 'stop'. */
static long calls(const operation *o, size_t size, long stop, int *rc)
{
    forget_texts();
    must("BEGIN");
    sqlite3_stmt *s = prepare(o, size);
    n_calls = 0;
    stop_at = stop;
    sqlite3_progress_handler(db, 1, count_call, NULL);
    *rc = finish(s);
    sqlite3_progress_handler(db, 0, NULL, NULL);
    sqlite3_finalize(s);
    if (!sqlite3_get_autocommit(db)) must("ROLLBACK");
    return n_calls;
}

static void test_progress(const operation *o)
{
    int rc_small, rc_large, rc_stopped;
    const bool has_text = strchr(o->sql, '?') != NULL;
    const long few = has_text ? calls(o, SMALL_SIZE, 0, &rc_small) : 0;
    const long many = calls(o, large_size, 0, &rc_large);
    bool is_stopped = true;
    for (long before = (many - few) / 2; before > 1;
         before = before > LATE ? LATE : before - 2) {
        calls(o, large_size, many - before, &rc_stopped);
        is_stopped = is_stopped && (rc_stopped == SQLITE_INTERRUPT ||
                                    (rc_stopped == SQLITE_DONE && before <= LATE));
    }
    history_point(rc_large == SQLITE_DONE && is_stopped &&
                      many >= few + (long)(large_size >> 20),
                  "%s: %ld calls, %ld without work", o->name, many, few);
}

/* --- interrupts ------------------------------------------------------------------- */

/* Of the process: the thread that interrupts takes none. */
static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

typedef struct alarm_clock {
    double at;          /* CPU time of the process */
    double interrupted; /* result: when it was */
    bool is_over;       /* under the lock */
    pthread_mutex_t lock;
} alarm_clock;

static void *interrupt_at(void *context)
{
    alarm_clock *clock = context;
    const struct timespec pause = {.tv_nsec = 500000};
    bool is_over = false;
    while (!is_over && cpu_seconds() < clock->at) {
        nanosleep(&pause, NULL);
        pthread_mutex_lock(&clock->lock);
        is_over = clock->is_over;
        pthread_mutex_unlock(&clock->lock);
    }
    clock->interrupted = cpu_seconds();
    if (!is_over) sqlite3_interrupt(db);
    return NULL;
}

/* Seconds that it goes on after an interrupt; 'rc' is how it ended. */
static double delay(const operation *o, double after, int *rc)
{
    pthread_t thread;
    forget_texts();
    must("BEGIN");
    sqlite3_stmt *s = prepare(o, large_size);
    alarm_clock clock = {.at = cpu_seconds() + after};
    pthread_mutex_init(&clock.lock, NULL);
    if (pthread_create(&thread, NULL, interrupt_at, &clock) != 0)
        bail_out("pthread_create", "fails");
    *rc = finish(s);
    const double ended = cpu_seconds();
    pthread_mutex_lock(&clock.lock);
    clock.is_over = true;
    pthread_mutex_unlock(&clock.lock);
    pthread_join(thread, NULL);
    pthread_mutex_destroy(&clock.lock);
    sqlite3_finalize(s);
    if (!sqlite3_get_autocommit(db)) must("ROLLBACK");
    return ended - clock.interrupted;
}

static double called, longest; /* when the handler was, and how long it was not */

static int note_call(void *unused)
{
    (void)unused;
    const double now = cpu_seconds();
    if (now - called > longest) longest = now - called;
    called = cpu_seconds();
    return 0;
}

/* Seconds that a statement takes; 'rc' is how it ended. */
static double duration(const operation *o, int *rc)
{
    forget_texts();
    must("BEGIN");
    sqlite3_stmt *s = prepare(o, large_size);
    longest = 0;
    const double begun = called = cpu_seconds();
    *rc = finish(s);
    note_call(NULL);
    const double whole = called - begun;
    sqlite3_finalize(s);
    must("ROLLBACK");
    return whole;
}

/* The longest time in which the handler is not called. */
static double longest_step(const operation *o)
{
    int rc;
    sqlite3_progress_handler(db, 1, note_call, NULL);
    duration(o, &rc);
    sqlite3_progress_handler(db, 0, NULL, NULL);
    return longest;
}

static double by_itself(const operation *o)
{
    for (int i = 0; i < N_STEPS; i++)
        if (strcmp(steps[i].name, o->name) == 0) return longest_step(&steps[i]);
    return 0;
}

static void test_interrupt(const operation *o)
{
    int rc, n_stopped = 0;
    const double bound = LONGEST + by_itself(o), whole = duration(o, &rc);
    double most = longest_step(o);
    bool is_good = rc == SQLITE_DONE;
    if (!is_good) printf("# %s\n", sqlite3_errmsg(db));
    for (int i = 0; i < MOMENTS && is_good; i++) {
        const double d = delay(o, whole * (i + 0.5) / MOMENTS, &rc);
        is_good = rc == SQLITE_INTERRUPT || rc == SQLITE_DONE;
        n_stopped += rc == SQLITE_INTERRUPT;
        if (d > most) most = d;
    }
    /* What is over before it can be interrupted need not be. */
    history_point(is_good && most <= bound && (n_stopped > 0 || whole < bound),
                  "%s: %.0f ms of %.0f at most (%.0f allowed), %d times", o->name,
                  most * 1e3, whole * 1e3, bound * 1e3, n_stopped);
}

int main(int argc, char **argv)
{
    const bool is_deep = getenv("TEXTSIM_DEEP") != NULL;
    large_size = (size_t)(argc > 1 ? atoi(argv[1]) : is_deep ? 100 : 4) << 20;
    const char *only = argc > 2 ? argv[2] : "";
    db = history_open(":memory:", NULL);
    texts[0] = random_text(large_size, 0);
    texts[1] = random_text(large_size, 1);
    texts[2] = same_text(large_size, "one ");
    texts[3] = same_text(large_size, "\xE3\x80\x82"); /* U+3002, a full stop */
    texts[4] = same_text(large_size, "\xC2\xAD");     /* U+00AD, a soft hyphen */
    fill(is_deep ? 60000 : 600);
    hold();
    for (int i = 0; i < N_OPERATIONS; i++) {
        if (strncmp(operations[i].name, only, strlen(only)) != 0) continue;
        if (is_deep)
            test_interrupt(&operations[i]);
        else
            test_progress(&operations[i]);
    }
    for (int i = 0; i < N_TEXTS; i++)
        free(texts[i]);
    sqlite3_close(db);
    return history_end();
}
