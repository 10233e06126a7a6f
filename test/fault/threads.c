/*
 * Several threads: each with a connection of its own to the same file, and all with one
 * connection between them.
 *
 * They write, ask, rebuild and merge, as it comes.  Nothing goes wrong but that the
 * file is busy; every document that a thread says it has written is there at the end,
 * and the indexes are sound.  `make test-tsan` runs this where ThreadSanitizer sees
 * data races.
 */
#define _POSIX_C_SOURCE 200809L

#include "history.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS 4
#define ROUNDS 40
#define ROUNDS_DEEP 1000

static char path[4096];
static int n_rounds = ROUNDS;

typedef struct worker {
    pthread_t thread;
    sqlite3 *shared; /* NULL: open one */
    unsigned seed;
    long n_added; /* result */
    int wrong;    /* result: SQLITE_OK, or the first error */
} worker;

static const char *const works[] = {
    "SELECT count(*) FROM sim WHERE sim MATCH 'the red fox 7 sleeps' AND similarity > "
    "0.3",
    "SELECT sum(similarity), max(jaccard(body, 'the red fox 7')) FROM kept WHERE kept "
    "MATCH "
    "'fox 8 sleeps'",
    "SELECT count(*) FROM textsim_pairs('sim', 0.6)",
    "SELECT count(*) FROM textsim_clusters('kept', 0.9) WHERE size > 2",
    "SELECT count(*), max(words) FROM docs a, docs b, textsim_passages(a.body, b.body, "
    "'min_words=2') WHERE a.id < 5 AND b.id < 5",
    "SELECT hex(minhash_union(minhash(body))), max(simhash(body)) FROM docs",
    "UPDATE docs SET body = body || ' again' WHERE id = abs(random()) % 50",
    "DELETE FROM docs WHERE id = -1",
    "INSERT INTO kept(kept) VALUES('optimize')",
    "INSERT INTO sim(sim) VALUES('rebuild')",
    "INSERT INTO kept(kept) VALUES('integrity-check')",
    "PRAGMA wal_checkpoint",
};

enum { N_WORKS = sizeof works / sizeof *works };

static const char add[] =
    "INSERT INTO docs(body) VALUES('the red fox ' || abs(random() % 50)"
    " || ' sleeps in the old barn ' || abs(random() % 3))";

/* Without a message: that belongs to whoever used the connection last. */
static int run(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) & 0xff;
}

static void *work(void *context)
{
    worker *w = context;
    sqlite3 *db = w->shared != NULL ? w->shared : history_open(path, NULL);
    for (int i = 0; i < n_rounds && w->wrong == SQLITE_OK; i++) {
        w->seed = w->seed * 1103515245U + 12345U;
        int rc = run(db, works[(w->seed >> 16) % N_WORKS]);
        if (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED) {
            rc = run(db, add);
            w->n_added += rc == SQLITE_OK;
        }
        if (rc != SQLITE_OK && rc != SQLITE_BUSY && rc != SQLITE_LOCKED) w->wrong = rc;
    }
    if (w->shared == NULL) sqlite3_close(db);
    return NULL;
}

static long count(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *s = NULL;
    long n = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW)
        n = (long)sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return n;
}

static void remove_files(void)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    for (int i = 0; i < 3; i++) {
        char *name = sqlite3_mprintf("%s%s", path, suffixes[i]);
        remove(name);
        sqlite3_free(name);
    }
}

static void test(const char *name, bool is_shared)
{
    worker workers[THREADS] = {0};
    sqlite3 *db = history_open(path, NULL);
    if (sqlite3_exec(
            db,
            "PRAGMA journal_mode = WAL; CREATE TABLE docs(id INTEGER PRIMARY KEY,"
            " body);"
            "CREATE VIRTUAL TABLE kept USING textsim(body, k=2);"
            "CREATE VIRTUAL TABLE sim USING textsim(body, content=docs,"
            " content_rowid=id, sync=triggers, k=2);"
            "CREATE TRIGGER kept_too AFTER INSERT ON docs BEGIN"
            " INSERT INTO kept(rowid, body) VALUES(new.id, new.body); END",
            NULL, NULL, NULL) != SQLITE_OK)
        bail_out("threads", sqlite3_errmsg(db));
    long n_added = 0;
    bool is_good = true;
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i].seed = i;
        workers[i].shared = is_shared ? db : NULL;
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            bail_out("pthread_create", "fails");
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        n_added += workers[i].n_added;
        if (workers[i].wrong != SQLITE_OK) {
            printf("# error %d: %s\n", workers[i].wrong,
                   sqlite3_errstr(workers[i].wrong));
            is_good = false;
        }
    }
    const long n_docs = count(db, "SELECT count(*) FROM docs");
    const long n_kept = count(db, "SELECT count(*) FROM kept");
    const long n_sim = count(db, "SELECT count(*) FROM sim");
    is_good = is_good && n_added > 0 && n_docs == n_added && n_kept == n_added &&
              n_sim == n_added && history_is_sound(db);
    is_good = sqlite3_close(db) == SQLITE_OK && is_good;
    is_good = sqlite3_memory_used() == 0 && is_good;
    history_point(is_good, "%s: %d threads, %ld documents of %ld", name, THREADS,
                  n_added, (long)THREADS * n_rounds);
    remove_files();
}

int main(void)
{
    const char *directory = getenv("TMPDIR");
    char made[4000];
    if (getenv("TEXTSIM_DEEP") != NULL) n_rounds = ROUNDS_DEEP;
    if (!sqlite3_threadsafe()) bail_out("SQLite", "is not for threads");
    snprintf(made, sizeof made, "%s/textsim-XXXXXX",
             directory != NULL ? directory : "/tmp");
    if (mkdtemp(made) == NULL) bail_out(made, "cannot be made");
    snprintf(path, sizeof path, "%s/threads.db", made);
    test("a connection each", false);
    test("one connection", true);
    rmdir(made);
    return history_end();
}
