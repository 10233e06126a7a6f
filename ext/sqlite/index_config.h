/*
 * t_config: the options of an index, and the few numbers that its levels need.
 */
#ifndef TS_INDEX_CONFIG_H
#define TS_INDEX_CONFIG_H

#include "index.h"

/* Write what CREATE said. */
bool ts_config_save(ts_index *index, ts_error *error);

/*
 * Before each statement that reads or writes: is the format ours?  The first
 * time, the options are read, too: of the key of the content table CREATE found
 * the true name, and the others must be those in the schema.
 */
bool ts_config_check(ts_index *index, ts_error *error);

/* A number of t_config; 0 if it is not there. */
bool ts_config_get(ts_index *index, const char *key, sqlite3_int64 *value,
                   ts_error *error);
bool ts_config_put(ts_index *index, const char *key, sqlite3_int64 value,
                   ts_error *error);

/* An index with its names and nothing else; NULL if out of memory. */
ts_index *ts_index_new(sqlite3 *db, ts_connection *connection, const char *schema,
                       const char *name);

/* Finalize the statements: their texts have names that are no longer right. */
void ts_index_forget_statements(ts_index *index);

#endif
