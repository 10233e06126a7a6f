/*
 * sync=triggers: what keeps an index in step with its content table.
 */
#ifndef TS_INDEX_TRIGGERS_H
#define TS_INDEX_TRIGGERS_H

#include "index.h"

/* Make the triggers, for a table that is or will be called 'name'. */
bool ts_triggers_create(ts_index *index, const char *name, ts_error *error);

/* Drop those that are there. */
bool ts_triggers_drop(ts_index *index, ts_error *error);

#endif
