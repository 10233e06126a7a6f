/*
 * CREATE VIRTUAL TABLE: from its arguments to a configuration.
 */
#ifndef TS_INDEX_DECLARE_H
#define TS_INDEX_DECLARE_H

#include "index.h"

/* Hidden columns, counted from behind the visible ones. */
typedef enum ts_hidden {
    TS_HIDDEN_TABLE, /* the table's own name: MATCH and commands */
    TS_HIDDEN_SIMILARITY,
    TS_HIDDEN_QUERY_IN_DOC,
    TS_HIDDEN_DOC_IN_QUERY,
    TS_HIDDEN_RANK,
    TS_N_HIDDEN
} ts_hidden;

/* Read the arguments of CREATE; argv[3] is the first that the user wrote. */
bool ts_declare_parse(ts_index_config *config, int argc, const char *const *argv,
                      ts_error *error);

/* The same for a key of ours (not one of ts_options), as t_config has it. */
bool ts_declare_take(ts_index_config *config, const char *key, ts_word value,
                     ts_error *error);

/* Whether the table may have this name, with its columns. */
bool ts_declare_name(const ts_index_config *config, const char *name, ts_error *error);

/* Tell SQLite the columns. */
bool ts_declare_columns(ts_index *index, ts_error *error);

/*
 * For CREATE: check the content table and its key against the schema, and make
 * config->content_rowid the true name of that column.
 */
bool ts_declare_content(ts_index *index, ts_error *error);

/*
 * Can this be the true name of config->content_rowid?  Where the table has no such
 * column, because it was renamed, that is for whoever reads it to say.
 */
bool ts_declare_is_key(const ts_index *index, const char *name);

#endif
