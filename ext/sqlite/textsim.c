/*
 * textsim: document similarity for SQLite.  The entry point, and one table of
 * all that it registers.
 *
 * The project's map is by folders: core/ turns text into shingles, sets and
 * sketches, and knows nothing of SQLite; this folder is the binding, and here is
 * where a SQL name meets the C function that serves it.
 *
 * All names begin with textsim_; most are also registered without.  Each arity
 * is registered by itself (never -1), so that jaccard() of another extension
 * with other arities stays what it is.
 *
 * Loading twice is harmless.  Where no statement is running, the functions are
 * replaced by themselves.  Where one is, as in SELECT load_extension(...), SQLite
 * would refuse that, and nothing needs to be done.
 */
#include "connection.h"
#include "functions.h"
#include "index_table.h"
#include "tvf.h"
#include "tvf_join.h"
#include "version.h"

#include <string.h>
SQLITE_EXTENSION_INIT1

#define OLDEST_SQLITE 3038000
#define OLDEST_SQLITE_NAME "3.38"

#if SQLITE_VERSION_NUMBER < OLDEST_SQLITE
#error "textsim needs SQLite 3.38 or newer"
#endif

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define EXPORT __attribute__((visibility("default")))
#else
#define EXPORT
#endif

#define PREFIX "textsim_"

/* The same arguments give the same result, which is safe in any schema. */
#define PURE (SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS)

/* As safe, but nothing to keep in an index: the next build says something else. */
#define OF_THIS_BUILD (SQLITE_UTF8 | SQLITE_INNOCUOUS)

typedef void scalar_function(sqlite3_context *, int, sqlite3_value **);
typedef void final_function(sqlite3_context *);

/* What a name is also called without the prefix. */
typedef enum naming { PREFIXED_ONLY, ALSO_BARE } naming;

typedef struct function_entry {
    const char *name;
    naming naming;
    int flags;
    int min_arguments;
    int max_arguments;
    scalar_function *function; /* or the step of an aggregate, */
    final_function *final;     /* which has this as well */
} function_entry;

static const function_entry functions[] = {
    {PREFIX "jaccard", ALSO_BARE, PURE, 2, 3, ts_function_jaccard, NULL},
    {PREFIX "containment", ALSO_BARE, PURE, 2, 3, ts_function_containment, NULL},
    {PREFIX "overlap_coefficient", ALSO_BARE, PURE, 2, 3,
     ts_function_overlap_coefficient, NULL},
    {PREFIX "dice", ALSO_BARE, PURE, 2, 3, ts_function_dice, NULL},
    {PREFIX "minhash", ALSO_BARE, PURE, 1, 2, ts_function_minhash, NULL},
    {PREFIX "shingle_set", ALSO_BARE, PURE, 1, 2, ts_function_shingle_set, NULL},
    {PREFIX "minhash_union", ALSO_BARE, PURE, 1, 1, ts_function_union_step,
     ts_function_union_final},
    {PREFIX "simhash", ALSO_BARE, PURE, 1, 2, ts_function_simhash, NULL},
    {PREFIX "simhash_distance", ALSO_BARE, PURE, 2, 2, ts_function_simhash_distance,
     NULL},
    {PREFIX "fingerprint", ALSO_BARE, PURE, 1, 2, ts_function_fingerprint, NULL},
    {PREFIX "normalize_text", ALSO_BARE, PURE, 1, 2, ts_function_normalize_text, NULL},
    {PREFIX "coverage", ALSO_BARE, PURE, 2, 3, ts_function_coverage, NULL},
    {PREFIX "highlight_passages", ALSO_BARE, PURE, 4, 5, ts_function_highlight_passages,
     NULL},
    {PREFIX "sketch_info", ALSO_BARE, PURE, 1, 1, ts_function_sketch_info, NULL},
    {PREFIX "debug", PREFIXED_ONLY, OF_THIS_BUILD, 0, 0, ts_function_debug, NULL},
};

/* Registered last, and so a sign that all the others are. */
static const function_entry version_function = {
    PREFIX "version", PREFIXED_ONLY, OF_THIS_BUILD, 0, 0, ts_function_version, NULL};

/* Bare names of eponymous tables cannot be dropped or created any more. */
typedef struct table_entry {
    const char *name;
    naming naming;
    const ts_tvf *tvf;
} table_entry;

static const table_entry tables[] = {
    {PREFIX "shingles", ALSO_BARE, &ts_tvf_shingles},
    {PREFIX "tokens", PREFIXED_ONLY, &ts_tvf_tokens},
    {PREFIX "bands", PREFIXED_ONLY, &ts_tvf_bands},
    {PREFIX "passages", PREFIXED_ONLY, &ts_tvf_passages},
};

#define N_OF(array) (sizeof(array) / sizeof *(array))

static int register_name(sqlite3 *db, ts_connection *connection, const char *name,
                         const function_entry *entry)
{
    for (int n = entry->min_arguments; n <= entry->max_arguments; n++) {
        ts_binding *binding = ts_binding_new(connection, name, NULL);
        if (binding == NULL) return SQLITE_NOMEM;
        const bool aggregate = entry->final != NULL;
        /* SQLite destroys the binding, if this fails as well. */
        int rc = sqlite3_create_function_v2(
            db, name, n, entry->flags, binding, aggregate ? NULL : entry->function,
            aggregate ? entry->function : NULL, entry->final, ts_binding_free);
        if (rc != SQLITE_OK) return rc;
    }
    return SQLITE_OK;
}

static int register_all(sqlite3 *db, ts_connection *connection)
{
    int rc = SQLITE_OK;
    for (size_t i = 0; i < N_OF(functions) && rc == SQLITE_OK; i++) {
        rc = register_name(db, connection, functions[i].name, &functions[i]);
        if (rc == SQLITE_OK && functions[i].naming == ALSO_BARE)
            rc = register_name(db, connection, functions[i].name + strlen(PREFIX),
                               &functions[i]);
    }
    for (size_t i = 0; i < N_OF(tables) && rc == SQLITE_OK; i++) {
        rc = ts_tvf_register(db, connection, tables[i].name, tables[i].tvf);
        if (rc == SQLITE_OK && tables[i].naming == ALSO_BARE)
            rc = ts_tvf_register(db, connection, tables[i].name + strlen(PREFIX),
                                 tables[i].tvf);
    }
    if (rc == SQLITE_OK)
        rc = ts_tvf_join_register(db, connection, PREFIX "pairs", &ts_tvf_pairs);
    if (rc == SQLITE_OK)
        rc = ts_tvf_join_register(db, connection, PREFIX "clusters", &ts_tvf_clusters);
    if (rc == SQLITE_OK) rc = ts_index_register(db, connection);
    if (rc == SQLITE_OK)
        rc = register_name(db, connection, version_function.name, &version_function);
    return rc;
}

static bool statement_is_running(sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;
    while ((statement = sqlite3_next_stmt(db, statement)) != NULL)
        if (sqlite3_stmt_busy(statement)) return true;
    return false;
}

/* Whether a function of this name and number of arguments would be replaced by ours. */
static bool is_ours(const function_entry *entry, const char *name, int n_arguments)
{
    return n_arguments >= entry->min_arguments && n_arguments <= entry->max_arguments &&
           (sqlite3_stricmp(name, entry->name) == 0 ||
            (entry->naming == ALSO_BARE &&
             sqlite3_stricmp(name, entry->name + strlen(PREFIX)) == 0));
}

/*
 * Whether functions would have to be replaced.  What is registered cannot be undone
 * while a statement is running, so that this is asked before the first.  (And not of
 * pragma_function_list: a table of that name would come first.)
 */
static bool any_is_taken(sqlite3 *db)
{
    sqlite3_stmt *s = NULL;
    bool taken = false;
    if (sqlite3_prepare_v2(db, "PRAGMA function_list", -1, &s, NULL) == SQLITE_OK) {
        while (!taken && sqlite3_step(s) == SQLITE_ROW) {
            const char *name = (const char *)sqlite3_column_text(s, 0);
            const int n_arguments = sqlite3_column_int(s, 4);
            taken = is_ours(&version_function, name, n_arguments);
            for (size_t i = 0; i < N_OF(functions) && !taken; i++)
                taken = is_ours(&functions[i], name, n_arguments);
        }
    }
    sqlite3_finalize(s);
    return taken;
}

/* Whether this version of textsim is there already. */
static bool is_loaded(sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;
    bool loaded = false;
    if (sqlite3_prepare_v2(db, "SELECT textsim_version()", -1, &statement, NULL) ==
            SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        const unsigned char *version = sqlite3_column_text(statement, 0);
        loaded = version != NULL && strcmp((const char *)version, TEXTSIM_VERSION) == 0;
    }
    sqlite3_finalize(statement);
    return loaded;
}

EXPORT int sqlite3_textsim_init(sqlite3 *db, char **message,
                                const sqlite3_api_routines *api);

/* What sqlite3_load_extension() calls. */
int sqlite3_textsim_init(sqlite3 *db, char **message, const sqlite3_api_routines *api)
{
    /* Other threads may be reading it, since it was loaded before. */
    if (sqlite3_api != api) SQLITE_EXTENSION_INIT2(api)
    if (sqlite3_libversion_number() < OLDEST_SQLITE) {
        *message = sqlite3_mprintf("textsim needs SQLite %s or newer; this is %s",
                                   OLDEST_SQLITE_NAME, sqlite3_libversion());
        return SQLITE_ERROR;
    }
    const bool running = statement_is_running(db);
    if (running && is_loaded(db)) return SQLITE_OK;
    int rc = running && any_is_taken(db) ? SQLITE_BUSY : SQLITE_NOMEM;
    ts_connection *connection = rc == SQLITE_BUSY ? NULL : ts_connection_new();
    if (connection != NULL) rc = register_all(db, connection);
    ts_connection_release(connection);
    if (rc == SQLITE_BUSY)
        *message = sqlite3_mprintf("textsim cannot replace functions of the same names "
                                   "while a statement is running");
    else if (rc != SQLITE_OK)
        *message = sqlite3_mprintf("textsim: %s", sqlite3_errstr(rc));
    return rc;
}
