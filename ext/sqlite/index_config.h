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

/* The same, and the options are read whether that was done or not. */
bool ts_config_check_all(ts_index *index, ts_error *error);

/* So many blocks, or rounds of slices, there can be: sums of them do not overflow. */
#define TS_CONFIG_COUNT_MAX (INT64_MAX / 4)

/*
 * A number of t_config from 0 to 'most'; 0 if it is not there.  Anything else is
 * damage.
 */
bool ts_config_get_count(ts_index *index, const char *key, sqlite3_int64 most,
                         sqlite3_int64 *value, ts_error *error);
/* The value of a key is none that can be: SQLITE_CORRUPT_VTAB, with a message. */
void ts_config_damaged(ts_error *error, const char *key);
bool ts_config_put(ts_index *index, const char *key, sqlite3_int64 value,
                   ts_error *error);

#endif
