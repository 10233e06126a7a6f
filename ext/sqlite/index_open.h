/*
 * An index: made by CREATE VIRTUAL TABLE, or opened by its name (ts_index_open() in
 * index.h), for which the table itself is asked.
 */
#ifndef TS_INDEX_OPEN_H
#define TS_INDEX_OPEN_H

#include "index.h"

/*
 * How ts_index_open() asks SQLite for an index: a MATCH for a pointer of this type,
 * to a ts_index *, which becomes a copy of the one that answers.
 */
#define TS_INDEX_POINTER "textsim_index"

/*
 * An index that was declared as another was, with the text column alone; NULL if out
 * of memory.
 */
ts_index *ts_index_copy(const ts_index *index);

/* An index with its names and nothing else; NULL if out of memory. */
ts_index *ts_index_new(sqlite3 *db, ts_connection *connection, const char *schema,
                       const char *name);

/* Finalize the statements: their texts have names that are no longer right. */
void ts_index_forget_statements(ts_index *index);

#endif
