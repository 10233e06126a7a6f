/*
 * CREATE VIRTUAL TABLE t USING textsim(argument, ...): see index_declare.h.
 *
 *     argument = column [ "UNINDEXED" ]       the first is the text, without it
 *              | option { space option }
 *     option   = key "=" value
 *
 * Names and values may be quoted in each of SQL's ways; an argument with a "="
 * outside of quotes is options, as in FTS5.
 */
#include "index_declare.h"

#include <string.h>
SQLITE_EXTENSION_INIT3

#define OUR_OPTIONS ", threshold, content, content_rowid, sync"

/* More would not be a number that somebody wrote; so many are exact in a double. */
#define MAX_DIGITS 15

static const char *const hidden_names[TS_N_HIDDEN] = {
    [TS_HIDDEN_SIMILARITY] = "similarity",
    [TS_HIDDEN_QUERY_IN_DOC] = "query_in_doc",
    [TS_HIDDEN_DOC_IN_QUERY] = "doc_in_query",
    [TS_HIDDEN_RANK] = "rank",
};

void ts_config_clear(ts_index_config *config)
{
    for (int i = 0; i < config->n_columns; i++)
        sqlite3_free(config->columns[i]);
    sqlite3_free(config->columns);
    sqlite3_free(config->content_table);
    sqlite3_free(config->content_rowid);
    *config = (ts_index_config){0};
}

/* --- words ----------------------------------------------------------------------- */

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *skip_spaces(const char *p)
{
    while (is_space(*p))
        p++;
    return p;
}

/* What ends a quotation that begins with 'c', or 0 if it begins none. */
static char closing_quote(char c)
{
    if (c == '[') return ']';
    return c == '"' || c == '\'' || c == '`' ? c : '\0';
}

/*
 * Read a name or a value at *at, without its quotes, and go behind it; it is
 * owned.  NULL if out of memory or if a quote is not closed, which are errors.
 */
static char *read_word(const char **at, ts_error *error)
{
    const char *p = *at;
    const char quote = closing_quote(*p);
    char *word = sqlite3_malloc64(strlen(p) + 1);
    size_t n = 0;
    if (word == NULL) {
        ts_error_nomem(error);
        return NULL;
    }
    if (quote != '\0') {
        for (p++; *p != '\0'; p++) {
            if (*p == quote && (quote == ']' || p[1] != quote)) break;
            if (*p == quote) p++;
            word[n++] = *p;
        }
        if (*p == '\0') {
            ts_error_set(error, "a quote is not closed in: %s", *at);
            sqlite3_free(word);
            return NULL;
        }
        p++;
    } else {
        while (*p != '\0' && !is_space(*p) && *p != '=')
            word[n++] = *p++;
    }
    word[n] = '\0';
    *at = p;
    return word;
}

/* Whether there is a "=" outside of quotes. */
static bool is_options(const char *argument)
{
    char quote = '\0';
    for (const char *p = argument; *p != '\0'; p++) {
        if (quote != '\0')
            quote = *p == quote ? '\0' : quote;
        else if (*p == '=')
            return true;
        else
            quote = closing_quote(*p);
    }
    return false;
}

/* --- columns ---------------------------------------------------------------------- */

static void check_column(const ts_index_config *config, const char *name,
                         ts_error *error)
{
    if (*name == '\0') ts_error_set(error, "a column must have a name");
    if (sqlite3_stricmp(name, error->name) == 0)
        ts_error_set(error, "a column must not have the name of the table, '%s'", name);
    if (sqlite3_stricmp(name, "rowid") == 0)
        ts_error_set(error, "a column must not be named '%s'", name);
    for (int i = 0; i < TS_N_HIDDEN; i++)
        if (hidden_names[i] != NULL && sqlite3_stricmp(name, hidden_names[i]) == 0)
            ts_error_set(error,
                         "a column must not be named '%s', which is one of the "
                         "hidden columns",
                         name);
    for (int i = 0; i < config->n_columns; i++)
        if (sqlite3_stricmp(name, config->columns[i]) == 0)
            ts_error_set(error, "there are two columns '%s'", name);
}

/* The column takes over 'name'. */
static void add_column(ts_index_config *config, char *name, ts_error *error)
{
    char **columns = sqlite3_realloc64(
        config->columns, (sqlite3_uint64)(config->n_columns + 1) * sizeof *columns);
    if (columns == NULL) {
        ts_error_nomem(error);
        sqlite3_free(name);
        return;
    }
    config->columns = columns;
    columns[config->n_columns++] = name;
}

static void read_column(ts_index_config *config, const char *argument, ts_error *error)
{
    const char *at = skip_spaces(argument);
    char *name = read_word(&at, error);
    if (name == NULL) return;
    at = skip_spaces(at);
    const bool unindexed = sqlite3_stricmp(at, "UNINDEXED") == 0;
    if (*at != '\0' && !unindexed)
        ts_error_set(error,
                     "'%s' after column '%s' is not understood; further columns "
                     "are name UNINDEXED",
                     at, name);
    else if (config->n_columns == 0 && unindexed)
        ts_error_set(error,
                     "the first column, '%s', is the text and cannot be "
                     "UNINDEXED",
                     name);
    else if (config->n_columns > 0 && !unindexed)
        ts_error_set(error, "there is one text column, '%s'; '%s' must be UNINDEXED",
                     config->columns[0], name);
    check_column(config, name, error);
    if (error->code == SQLITE_OK)
        add_column(config, name, error);
    else
        sqlite3_free(name);
}

/* --- options -----------------------------------------------------------------------
 */

/* A number as people write it: digits, and perhaps a point with more digits. */
static bool read_decimal(ts_word word, double *number)
{
    double mantissa = 0.0, scale = 1.0;
    int n_digits = 0;
    bool point = false;
    for (size_t i = 0; i < word.size; i++) {
        const char c = word.data[i];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9' || ++n_digits > MAX_DIGITS) return false;
        mantissa = mantissa * 10.0 + (c - '0');
        if (point) scale *= 10.0;
    }
    *number = mantissa / scale;
    return n_digits > 0;
}

static char *copy_word(ts_word word, ts_error *error)
{
    char *copy = sqlite3_mprintf("%.*s", (int)word.size, word.data);
    if (copy == NULL) ts_error_nomem(error);
    return copy;
}

static void take_threshold(ts_index_config *config, ts_word value, ts_error *error)
{
    if (!read_decimal(value, &config->threshold) || config->threshold <= 0.0 ||
        config->threshold > 1.0)
        ts_error_set(error, "threshold=%.*s is not a number over 0 and up to 1",
                     ts_word_quotable(value), value.data);
}

static void take_sync(ts_index_config *config, ts_word value, ts_error *error)
{
    if (ts_word_is(value, "triggers"))
        config->sync = TS_SYNC_TRIGGERS;
    else if (!ts_word_is(value, "manual"))
        ts_error_set(error, "sync=%.*s is not one of manual, triggers",
                     ts_word_quotable(value), value.data);
}

bool ts_declare_take(ts_index_config *config, const char *key, ts_word value,
                     ts_error *error)
{
    if (sqlite3_stricmp(key, "threshold") == 0) {
        take_threshold(config, value, error);
    } else if (sqlite3_stricmp(key, "sync") == 0) {
        take_sync(config, value, error);
    } else if (sqlite3_stricmp(key, "content") == 0) {
        config->content = value.size > 0 ? TS_CONTENT_EXTERNAL : TS_CONTENT_NONE;
        sqlite3_free(config->content_table);
        config->content_table = copy_word(value, error);
    } else if (sqlite3_stricmp(key, "content_rowid") == 0) {
        sqlite3_free(config->content_rowid);
        config->content_rowid = copy_word(value, error);
    } else {
        return false;
    }
    return true;
}

/* Options of ours that were there, as bits; ts_options notices its own. */
static unsigned our_bit(const char *key)
{
    static const char *const keys[] = {"threshold", "sync", "content", "content_rowid"};
    for (unsigned i = 0; i < sizeof keys / sizeof *keys; i++)
        if (sqlite3_stricmp(key, keys[i]) == 0) return 1u << i;
    return 0;
}

static void read_option(ts_index_config *config, const char **at, unsigned *given,
                        ts_error *error)
{
    char *key = read_word(at, error);
    char *value = NULL;
    const char *p = skip_spaces(*at);
    if (key != NULL && (*p != '=' || *key == '\0')) {
        ts_error_set(error, "'%s' is not key=value", *key != '\0' ? key : p);
    } else if (key != NULL) {
        *at = skip_spaces(p + 1);
        const bool quoted = closing_quote(**at) != '\0';
        value = read_word(at, error);
        if (value != NULL && *value == '\0' && !quoted)
            ts_error_set(error, "option '%s' has no value%s", key,
                         sqlite3_stricmp(key, "content") == 0
                             ? "; content='' keeps no text"
                             : "");
    }
    if (value != NULL && error->code == SQLITE_OK) {
        const ts_word key_word = {.data = key, .size = strlen(key)};
        const ts_option option = {.key = key_word,
                                  .value = {.data = value, .size = strlen(value)}};
        if (*given & our_bit(key)) ts_error_set(error, "option %s is given twice", key);
        *given |= our_bit(key);
        if (!ts_declare_take(config, key, option.value, error) &&
            !ts_options_take(&config->options, option, error))
            ts_options_unknown(option, OUR_OPTIONS, error);
    }
    sqlite3_free(key);
    sqlite3_free(value);
}

/* What depends on more than one argument. */
static void check_all(const ts_index_config *config, ts_error *error)
{
    if (config->n_columns == 0)
        ts_error_set(error,
                     "the first argument names the text column: USING textsim(body)");
    if (config->content == TS_CONTENT_NONE && config->n_columns > 1)
        ts_error_set(error,
                     "'%s' cannot be UNINDEXED with content='', which stores no "
                     "columns",
                     config->columns[1]);
    if (config->content != TS_CONTENT_EXTERNAL && config->content_rowid != NULL)
        ts_error_set(error,
                     "content_rowid='%s' needs the name of a table or view in "
                     "content",
                     config->content_rowid);
    if (config->content != TS_CONTENT_EXTERNAL && config->sync == TS_SYNC_TRIGGERS)
        ts_error_set(error, "sync=triggers needs the name of a table in content");
}

bool ts_declare_parse(ts_index_config *config, int argc, const char *const *argv,
                      ts_error *error)
{
    unsigned given = 0;
    *config = (ts_index_config){.options = TS_OPTIONS_DEFAULT,
                                .threshold = TS_THRESHOLD_DEFAULT};
    for (int i = 3; i < argc && error->code == SQLITE_OK; i++) {
        if (*skip_spaces(argv[i]) == '\0') continue;
        if (!is_options(argv[i])) {
            read_column(config, argv[i], error);
            continue;
        }
        if (config->n_columns == 0)
            ts_error_set(error, "the first argument names the text column, before %s",
                         argv[i]);
        const char *at = skip_spaces(argv[i]);
        while (*at != '\0' && error->code == SQLITE_OK) {
            read_option(config, &at, &given, error);
            at = skip_spaces(at);
        }
    }
    if (error->code == SQLITE_OK) check_all(config, error);
    return error->code == SQLITE_OK;
}

bool ts_declare_columns(ts_index *index, ts_error *error)
{
    sqlite3_str *s = sqlite3_str_new(index->db);
    sqlite3_str_appendall(s, "CREATE TABLE x(");
    for (int i = 0; i < index->config.n_columns; i++)
        sqlite3_str_appendf(s, "\"%w\", ", index->config.columns[i]);
    sqlite3_str_appendf(s, "\"%w\" HIDDEN", index->name);
    /* REAL, so that SQLite compares a bound that is TEXT as a number. */
    for (int i = TS_HIDDEN_SIMILARITY; i < TS_N_HIDDEN; i++)
        sqlite3_str_appendf(s, ", %s REAL HIDDEN", hidden_names[i]);
    sqlite3_str_appendall(s, ")");
    char *sql = sqlite3_str_finish(s);
    int rc = sql == NULL ? SQLITE_NOMEM : sqlite3_declare_vtab(index->db, sql);
    sqlite3_free(sql);
    if (rc != SQLITE_OK) ts_error_sqlite(error, index->db, rc);
    return rc == SQLITE_OK;
}
