/*
 * The shadow tables of an index, as a whole.
 */
#ifndef TS_INDEX_SCHEMA_H
#define TS_INDEX_SCHEMA_H

#include "index.h"

/* Whether t_<suffix> is one of the shadow tables. */
int ts_schema_has(const char *suffix);

/* Make them, empty; rename them with the table; drop those that are there. */
bool ts_schema_create(ts_index *index, ts_error *error);
bool ts_schema_rename(ts_index *index, const char *name, ts_error *error);
bool ts_schema_drop(ts_index *index, ts_error *error);

/* Empty all that 'rebuild' makes anew; the texts that are stored stay. */
bool ts_schema_empty(ts_index *index, ts_error *error);
/* Empty what is stored, too. */
bool ts_schema_empty_texts(ts_index *index, ts_error *error);

/* Run some SQL in which @docs is the shadow table; false on an error. */
bool ts_index_exec(ts_index *index, const char *template, ts_error *error);

/* The SQL for such a template; owned, NULL if out of memory. */
char *ts_index_sql(const ts_index *index, const char *template);

#endif
