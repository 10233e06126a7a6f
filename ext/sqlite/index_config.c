/*
 * What t_config keeps: see index_config.h.
 *
 * A table whose t_config is damaged must still connect, or it could not be
 * dropped; so nothing is read before the first statement.
 */
#include "index_config.h"

#include "index_declare.h"

#include <string.h>
SQLITE_EXTENSION_INIT3

#define KEY_FORMAT "format"
#define KEY_COLUMN "column"
#define KEY_THRESHOLD "threshold"

static void set_damaged(ts_error *error, const char *how)
{
    ts_error_set_code(error, SQLITE_CORRUPT_VTAB,
                      "the shadow table %s_config is damaged: %s",
                      ts_error_table(error), how);
}

/* --- one value -------------------------------------------------------------------- */

static sqlite3_stmt *take_get(ts_index *index, const char *key, ts_error *error)
{
    sqlite3_stmt *statement = ts_statement_take(index, TS_CONFIG_GET, error);
    if (statement != NULL) sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
    return statement;
}

void ts_config_damaged(ts_error *error, const char *key)
{
    char how[64];
    sqlite3_snprintf(sizeof how, how, "the value of '%s' cannot be right", key);
    set_damaged(error, how);
}

bool ts_config_get_count(ts_index *index, const char *key, sqlite3_int64 most,
                         sqlite3_int64 *value, ts_error *error)
{
    sqlite3_int64 found = 0;
    sqlite3_stmt *statement = take_get(index, key, error);
    if (statement != NULL && ts_statement_row(index, statement, error)) {
        found = sqlite3_column_int64(statement, 0);
        if (sqlite3_column_type(statement, 0) != SQLITE_INTEGER || found < 0 ||
            found > most)
            ts_config_damaged(error, key);
    }
    ts_statement_give(index, TS_CONFIG_GET, statement);
    if (error->code == SQLITE_OK) *value = found;
    return error->code == SQLITE_OK;
}

bool ts_config_put(ts_index *index, const char *key, sqlite3_int64 value,
                   ts_error *error)
{
    sqlite3_stmt *statement = ts_statement_take(index, TS_CONFIG_PUT, error);
    if (statement != NULL) {
        sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
        sqlite3_bind_int64(statement, 2, value);
    }
    return ts_statement_run(index, TS_CONFIG_PUT, statement, error);
}

static void put_text(ts_index *index, const char *key, const char *value,
                     ts_error *error)
{
    sqlite3_stmt *statement = ts_statement_take(index, TS_CONFIG_PUT, error);
    if (statement != NULL) {
        sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 2, value, -1, SQLITE_STATIC);
    }
    ts_statement_run(index, TS_CONFIG_PUT, statement, error);
}

/* Owned; NULL if it is not there, or on an error. */
static char *get_text(ts_index *index, const char *key, ts_error *error)
{
    char *value = NULL;
    sqlite3_stmt *statement = take_get(index, key, error);
    if (statement != NULL && ts_statement_row(index, statement, error)) {
        if (sqlite3_column_type(statement, 0) != SQLITE_TEXT) {
            ts_config_damaged(error, key);
        } else {
            const unsigned char *text = sqlite3_column_text(statement, 0);
            if (text != NULL) value = sqlite3_mprintf("%s", text);
            if (value == NULL) ts_error_nomem(error);
        }
    }
    ts_statement_give(index, TS_CONFIG_GET, statement);
    return value;
}

/* --- all of them ------------------------------------------------------------------ */

static const char *const our_keys[] = {"sync", "content", "content_rowid"};

#define N_OUR_KEYS (sizeof our_keys / sizeof *our_keys)

/* As a number, which is the same one again when it is read. */
static void put_threshold(ts_index *index, ts_error *error)
{
    sqlite3_stmt *statement = ts_statement_take(index, TS_CONFIG_PUT, error);
    if (statement != NULL) {
        sqlite3_bind_text(statement, 1, KEY_THRESHOLD, -1, SQLITE_STATIC);
        sqlite3_bind_double(statement, 2, index->config.threshold);
    }
    ts_statement_run(index, TS_CONFIG_PUT, statement, error);
}

static void load_threshold(ts_index *index, double *threshold, ts_error *error)
{
    sqlite3_stmt *statement = take_get(index, KEY_THRESHOLD, error);
    double found = 0.0;
    if (statement != NULL && ts_statement_row(index, statement, error) &&
        sqlite3_column_type(statement, 0) == SQLITE_FLOAT)
        found = sqlite3_column_double(statement, 0);
    ts_statement_give(index, TS_CONFIG_GET, statement);
    if (found > 0.0 && found <= 1.0)
        *threshold = found;
    else
        set_damaged(error, "it has no threshold");
}

bool ts_config_save(ts_index *index, ts_error *error)
{
    const ts_index_config *config = &index->config;
    char number[40];
    ts_config_put(index, KEY_FORMAT, TS_INDEX_FORMAT, error);
    put_text(index, KEY_COLUMN, config->columns[0], error);
    for (unsigned key = 0; key < TS_N_OPTION_KEYS; key++) {
        if ((config->options.given & TS_OPTION_BIT(key)) == 0) continue;
        ts_option_format(key, &config->options.params, number);
        put_text(index, ts_option_name(key), number, error);
    }
    put_threshold(index, error);
    if (config->sync == TS_SYNC_TRIGGERS) put_text(index, "sync", "triggers", error);
    if (config->content == TS_CONTENT_NONE) put_text(index, "content", "", error);
    if (config->content == TS_CONTENT_EXTERNAL) {
        put_text(index, "content", config->content_table, error);
        put_text(index, "content_rowid", config->content_rowid, error);
    }
    return error->code == SQLITE_OK;
}

/* One option; what is wrong with it is damage, and not the user's mistake. */
static void load_option(ts_index *index, ts_index_config *config, const char *key,
                        ts_error *error)
{
    char *text = get_text(index, key, error);
    if (text == NULL) return;
    ts_error bad = {.name = error->name};
    const ts_option option = {.key = {.data = key, .size = strlen(key)},
                              .value = {.data = text, .size = strlen(text)}};
    if (!ts_declare_take(config, key, option.value, &bad))
        ts_options_take(&config->options, option, &bad);
    if (bad.code == SQLITE_NOMEM)
        ts_error_nomem(error);
    else if (bad.code != SQLITE_OK)
        set_damaged(error, bad.message + strlen(error->name) + 2);
    sqlite3_free(bad.message);
    sqlite3_free(text);
}

static void check_format(ts_index *index, ts_error *error)
{
    sqlite3_int64 format = 0;
    if (!ts_config_get_count(index, KEY_FORMAT, INT64_MAX, &format, error)) return;
    if (format > TS_INDEX_FORMAT)
        ts_error_set(error,
                     "this table was made by a newer version of textsim (format %lld; "
                     "this one knows %d)",
                     format, TS_INDEX_FORMAT);
    else if (format < 1)
        set_damaged(error, "it has no format");
    else if (format < TS_INDEX_FORMAT)
        ts_error_set(error,
                     "this table was made before the first release of textsim; drop "
                     "it and create it again");
}

/* 'config' becomes what t_config says, with the text column alone. */
static void load(ts_index *index, ts_index_config *config, ts_error *error)
{
    *config = (ts_index_config){.options = TS_OPTIONS_DEFAULT,
                                .threshold = TS_THRESHOLD_DEFAULT};
    for (unsigned key = 0; key < TS_N_OPTION_KEYS; key++)
        load_option(index, config, ts_option_name(key), error);
    for (size_t i = 0; i < N_OUR_KEYS; i++)
        load_option(index, config, our_keys[i], error);
    load_threshold(index, &config->threshold, error);
    char *column = get_text(index, KEY_COLUMN, error);
    if (error->code == SQLITE_OK && column == NULL)
        set_damaged(error, "it has no column");
    if (error->code == SQLITE_OK) {
        config->columns = sqlite3_malloc64(sizeof *config->columns);
        if (config->columns == NULL) ts_error_nomem(error);
    }
    if (error->code == SQLITE_OK) {
        config->columns[0] = column;
        config->n_columns = 1;
    } else {
        sqlite3_free(column);
    }
}

/* Does t_config say what CREATE did? */
static void compare(const ts_index *index, const ts_index_config *stored,
                    ts_error *error)
{
    const ts_index_config *declared = &index->config;
    ts_difference difference;
    bool same = declared->threshold == stored->threshold &&
                declared->content == stored->content &&
                declared->sync == stored->sync &&
                strcmp(declared->columns[0], stored->columns[0]) == 0 &&
                !ts_options_differ(&declared->options.params, &stored->options.params,
                                   TS_OPTIONS_ALL, &difference);
    if (same && declared->content == TS_CONTENT_EXTERNAL)
        same = stored->content_rowid != NULL &&
               sqlite3_stricmp(declared->content_table, stored->content_table) == 0 &&
               ts_declare_is_key(index, stored->content_rowid);
    if (!same) set_damaged(error, "its options are not those of CREATE VIRTUAL TABLE");
}

bool ts_config_check(ts_index *index, ts_error *error)
{
    if (!index->is_checked) return ts_config_check_all(index, error);
    check_format(index, error);
    return error->code == SQLITE_OK;
}

bool ts_config_check_all(ts_index *index, ts_error *error)
{
    check_format(index, error);
    if (error->code != SQLITE_OK) return false;

    ts_index_config stored;
    load(index, &stored, error);
    if (error->code == SQLITE_OK) compare(index, &stored, error);
    if (error->code == SQLITE_OK) {
        char *key = index->config.content_rowid;
        index->config.content_rowid = stored.content_rowid;
        stored.content_rowid = key;
        index->is_checked = true;
    }
    ts_config_clear(&stored);
    return error->code == SQLITE_OK;
}
