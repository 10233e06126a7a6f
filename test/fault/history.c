#include "history.h"

#include "../extension.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void bail_out(const char *what, const char *why)
{
    printf("Bail out! %s: %s\n", what, why);
    exit(1);
}

/* --- text ----------------------------------------------------------------------- */

void text_append(text *t, const void *bytes, size_t size)
{
    if (t->size + size >= t->room) {
        t->room = 2 * (t->size + size) + 100;
        t->bytes = realloc(t->bytes, t->room);
        if (t->bytes == NULL) bail_out("realloc", "out of memory");
    }
    if (size > 0) memcpy(t->bytes + t->size, bytes, size);
    t->size += size;
    t->bytes[t->size] = '\0';
}

static void text_append_string(text *t, const char *string)
{
    text_append(t, string, strlen(string));
}

void text_clear(text *t)
{
    free(t->bytes);
    *t = (text){0};
}

bool text_equal(const text *a, const text *b)
{
    return a->size == b->size &&
           (a->size == 0 || memcmp(a->bytes, b->bytes, a->size) == 0);
}

void text_print_difference(const text *got, const text *wanted)
{
    size_t line = 0, i = 0;
    while (i < got->size && i < wanted->size && got->bytes[i] == wanted->bytes[i]) {
        if (got->bytes[i] == '\n') line = i + 1;
        i++;
    }
    const text *const both[] = {got, wanted};
    for (int j = 0; j < 2; j++) {
        const text *t = both[j];
        const char *from = t->size > line ? t->bytes + line : "(the end)";
        const size_t n = strcspn(from, "\n");
        printf("# %s %.*s\n", j == 0 ? "got   " : "wanted", n < 300 ? (int)n : 300,
               from);
    }
}

/* --- the script ----------------------------------------------------------------- */

void history_read(history *h, const char *path)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL || fseek(in, 0, SEEK_END) != 0) bail_out(path, "cannot be opened");
    const size_t size = (size_t)ftell(in);
    rewind(in);
    *h = (history){.script = calloc(size + 1, 1)};
    if (h->script == NULL || fread(h->script, 1, size, in) != size)
        bail_out(path, "cannot be read");
    fclose(in);
    for (char *next = h->script; *next != '\0';) {
        if (next[0] == '\n') {
            next++;
        } else if (strncmp(next, "--", 2) == 0) {
            next += strcspn(next, "\n");
        } else {
            if (h->n == HISTORY_MAX) bail_out(path, "has too many transactions");
            h->transactions[h->n++] = next;
            char *end = strstr(next, "\n\n");
            if (end == NULL) break;
            *end = '\0';
            next = end + 1;
        }
    }
}

void history_clear(history *h)
{
    for (int i = 0; i <= h->n; i++)
        text_clear(&h->states[i]);
    for (int i = 0; i < h->n; i++)
        text_clear(&h->rows[i]);
    free(h->script);
    h->script = NULL;
}

/* --- connections ------------------------------------------------------------------ */

static void must(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        bail_out(sql, sqlite3_errmsg(db));
}

sqlite3 *history_open(const char *path, const char *vfs)
{
    char *message = NULL;
    sqlite3 *db = NULL;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs) !=
        SQLITE_OK)
        bail_out(path, sqlite3_errmsg(db));
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL);
    if (sqlite3_load_extension(db, extension_path(), NULL, &message) != SQLITE_OK)
        bail_out("load_extension", message);
    sqlite3_busy_timeout(db, 10000);
    return db;
}

/* Not what history_open() does: it reads the file, which may be what has to fail. */
static bool set_up(sqlite3 *db)
{
    return sqlite3_exec(db,
                        "PRAGMA cache_size = 10; PRAGMA synchronous = EXTRA;"
                        "PRAGMA wal_autocheckpoint = 50",
                        NULL, NULL, NULL) == SQLITE_OK;
}

void history_create(const char *path, const char *vfs, const char *journal_mode)
{
    sqlite3 *db = history_open(path, vfs);
    char *sql = sqlite3_mprintf("PRAGMA page_size = 1024; PRAGMA journal_mode = %s;"
                                "CREATE TABLE seed(x); DROP TABLE seed",
                                journal_mode);
    must(db, sql);
    sqlite3_free(sql);
    sqlite3_close(db);
}

/* --- running ---------------------------------------------------------------------- */

static int append_row(text *result, sqlite3_stmt *statement)
{
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
        const int type = sqlite3_column_type(statement, i);
        const void *value = type == SQLITE_BLOB ? sqlite3_column_blob(statement, i)
                                                : sqlite3_column_text(statement, i);
        const int size = sqlite3_column_bytes(statement, i);
        /* There may be no memory for a number as text. */
        if (value == NULL && type != SQLITE_NULL && type != SQLITE_BLOB)
            return SQLITE_NOMEM;
        if (i > 0) text_append(result, "|", 1);
        text_append(result, &"?ifsb-"[type], 1);
        text_append(result, value, (size_t)size);
    }
    text_append(result, "\n", 1);
    return SQLITE_ROW;
}

/* Run all statements of a text; the rows are appended. */
static int run(sqlite3 *db, const char *sql, text *result)
{
    int rc = SQLITE_OK;
    while (rc == SQLITE_OK && *sql != '\0') {
        sqlite3_stmt *statement = NULL;
        rc = sqlite3_prepare_v2(db, sql, -1, &statement, &sql);
        if (rc != SQLITE_OK || statement == NULL) continue;
        while ((rc = sqlite3_step(statement)) == SQLITE_ROW)
            if (append_row(result, statement) != SQLITE_ROW) break;
        if (rc == SQLITE_ROW) rc = SQLITE_NOMEM;
        if (rc == SQLITE_DONE) rc = SQLITE_OK;
        if (rc != SQLITE_OK) {
            /* Before other calls can change it. */
            result->size = 0;
            text_append_string(result, sqlite3_errmsg(db));
        }
        sqlite3_finalize(statement);
    }
    return rc;
}

int history_run(sqlite3 *db, const char *transaction, text *result)
{
    const bool is_one = strstr(transaction, ";\n") == NULL;
    result->size = 0;
    if (!set_up(db)) {
        text_append_string(result, sqlite3_errmsg(db));
        return sqlite3_errcode(db);
    }
    int rc = is_one ? SQLITE_OK : run(db, "BEGIN", result);
    if (rc == SQLITE_OK) rc = run(db, transaction, result);
    if (rc == SQLITE_OK && !is_one) rc = run(db, "COMMIT", result);
    if (rc != SQLITE_OK && result->size == 0)
        text_append_string(result, sqlite3_errmsg(db));
    if (!sqlite3_get_autocommit(db)) sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return rc;
}

/* --- states ----------------------------------------------------------------------- */

/* Of an index: all documents, and what it says of them. */
#define MATCH(columns, query) "SELECT " columns " FROM \"%w\" WHERE \"%w\" MATCH " query
#define FOX "'the red fox sleeps in the old barn'"
#define MANY "'number 7 of many documents'"
static const char *const questions[] = {
    "SELECT rowid, * FROM \"%w\" ORDER BY rowid",
    (MATCH("rowid, similarity", FOX) " ORDER BY rowid"),
    (MATCH("rowid, similarity", FOX) " AND similarity >= 0.5 ORDER BY rowid"),
    (MATCH("rowid, query_in_doc", MANY) " AND query_in_doc >= 0.6 ORDER BY rowid"),
    "SELECT * FROM textsim_pairs('%q', 0.6) ORDER BY a, b",
    "SELECT * FROM textsim_clusters('%q', 0.6) ORDER BY rowid",
};

static void append_answer(sqlite3 *db, const char *question, const char *table,
                          text *state)
{
    char *sql = sqlite3_mprintf(question, table, table);
    text_append_string(state, sql);
    text_append(state, "\n", 1);
    text rows = {0};
    const int rc = run(db, sql, &rows);
    if (rc != SQLITE_OK) text_append_string(state, "error: ");
    text_append(state, rows.bytes, rows.size);
    text_append(state, "\n", 1);
    text_clear(&rows);
    sqlite3_free(sql);
}

/* The tables of a type: each name is followed by a NUL. */
static text tables(sqlite3 *db, const char *type)
{
    text names = {0};
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(
            db,
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND "
            "type = ? AND name NOT LIKE 'sqlite_%' ORDER BY name",
            -1, &s, NULL) != SQLITE_OK)
        return names;
    sqlite3_bind_text(s, 1, type, -1, SQLITE_STATIC);
    while (sqlite3_step(s) == SQLITE_ROW)
        text_append(&names, sqlite3_column_text(s, 0),
                    (size_t)sqlite3_column_bytes(s, 0) + 1);
    sqlite3_finalize(s);
    return names;
}

void history_state(sqlite3 *db, text *state)
{
    state->size = 0;
    append_answer(
        db,
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE type <> 'index' "
        "ORDER BY name",
        "", state);
    text names = tables(db, "table");
    for (size_t i = 0; i < names.size; i += strlen(names.bytes + i) + 1)
        append_answer(db, "SELECT * FROM \"%w\" ORDER BY 1", names.bytes + i, state);
    text_clear(&names);
    names = tables(db, "virtual");
    for (size_t i = 0; i < names.size; i += strlen(names.bytes + i) + 1)
        for (size_t j = 0; j < sizeof questions / sizeof *questions; j++)
            append_answer(db, questions[j], names.bytes + i, state);
    text_clear(&names);
}

static bool all_indexes_do(sqlite3 *db, const char *command)
{
    text names = tables(db, "virtual");
    bool is_good = true;
    for (size_t i = 0; i < names.size; i += strlen(names.bytes + i) + 1) {
        const char *name = names.bytes + i;
        char *sql = sqlite3_mprintf("INSERT INTO \"%w\"(\"%w\") VALUES('%s')", name,
                                    name, command);
        if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
            printf("# %s: %s\n", sql, sqlite3_errmsg(db));
            is_good = false;
        }
        sqlite3_free(sql);
    }
    text_clear(&names);
    return is_good;
}

bool history_is_sound(sqlite3 *db)
{
    text said = {0};
    run(db, "PRAGMA integrity_check", &said);
    const bool is_good = said.size == 4 && memcmp(said.bytes, "sok\n", 4) == 0;
    if (!is_good) printf("# integrity_check: %s\n", said.bytes);
    text_clear(&said);
    return is_good && all_indexes_do(db, "integrity-check");
}

/* The last transaction leaves what was there before the first. */
static const text *state_after(const history *h, int n_done)
{
    return &h->states[n_done % h->n];
}

int history_find(const history *h, sqlite3 *db, int least, int most)
{
    text state = {0};
    int found = -1;
    history_state(db, &state);
    for (int i = least; i <= most && found < 0; i++)
        if (text_equal(&state, state_after(h, i))) found = i;
    if (found < 0) {
        printf("# neither of the states that may be:\n");
        text_print_difference(&state, state_after(h, least));
        if (most != least) text_print_difference(&state, state_after(h, most));
    }
    text_clear(&state);
    return found >= 0 && history_is_sound(db) ? found : -1;
}

bool history_goes_on(const history *h, sqlite3 *db, int i, int rc)
{
    const char *path = sqlite3_db_filename(db, "main");
    sqlite3_vfs *vfs = NULL;
    text again = {0};
    sqlite3_file_control(db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs);
    /* This may have failed as well. */
    if (!sqlite3_get_autocommit(db)) sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    const int found = history_find(h, db, rc == SQLITE_OK ? i + 1 : i, i + 1);
    bool is_good = found >= 0;
    if (found == i && history_run(db, h->transactions[i], &again) != SQLITE_OK) {
        printf("# run again: %s\n", again.bytes);
        is_good = false;
    } else if (found == i && !text_equal(&again, &h->rows[i])) {
        text_print_difference(&again, &h->rows[i]);
        is_good = false;
    }
    text_clear(&again);
    sqlite3 *other = is_good ? history_open(path, vfs->zName) : NULL;
    if (sqlite3_close(db) != SQLITE_OK) {
        printf("# the connection does not close\n");
        is_good = false;
    }
    if (is_good) is_good = history_find(h, other, i + 1, i + 1) == i + 1;
    sqlite3_close(other);
    return is_good;
}

/* What is answered now has to be what is answered by indexes made anew. */
static void must_be_fresh(sqlite3 *db, const text *state)
{
    text fresh = {0};
    must(db, "BEGIN");
    if (!history_is_sound(db) || !all_indexes_do(db, "rebuild"))
        bail_out("history", "goes wrong where nothing fails");
    history_state(db, &fresh);
    must(db, "ROLLBACK");
    if (!text_equal(&fresh, state)) {
        text_print_difference(&fresh, state);
        bail_out("history", "indexes made anew give other answers");
    }
    text_clear(&fresh);
}

void history_rehearse(history *h, const char *path, const char *vfs,
                      void (*reached)(int n_done))
{
    for (int i = 0; i <= h->n; i++) {
        sqlite3 *db = history_open(path, vfs);
        if (i > 0 &&
            history_run(db, h->transactions[i - 1], &h->rows[i - 1]) != SQLITE_OK)
            bail_out(h->transactions[i - 1], h->rows[i - 1].bytes);
        history_state(db, &h->states[i]);
        if (strstr(h->states[i].bytes, "error: ") != NULL)
            bail_out("history", strstr(h->states[i].bytes, "error: "));
        must_be_fresh(db, &h->states[i]);
        sqlite3_close(db);
        if (reached != NULL) reached(i);
    }
    if (!text_equal(&h->states[0], &h->states[h->n]))
        bail_out("history", "something is left at its end");
}

/* --- output ----------------------------------------------------------------------- */

static int n_points, n_bad;

void history_point(bool is_good, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("%sok %d - ", is_good ? "" : "not ", ++n_points);
    vprintf(format, arguments);
    printf("\n");
    fflush(stdout);
    va_end(arguments);
    n_bad += !is_good;
}

int history_end(void)
{
    printf("1..%d\n", n_points);
    return n_bad > 0;
}
