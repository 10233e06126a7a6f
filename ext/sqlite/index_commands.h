/*
 * INSERT INTO t(t) VALUES('command').
 */
#ifndef TS_INDEX_COMMANDS_H
#define TS_INDEX_COMMANDS_H

#include "index.h"

/* What a command may need besides its name. */
typedef struct ts_command {
    sqlite3_value *name;
    sqlite3_value *rowid; /* of 'delete' */
    sqlite3_value *rank;  /* of 'progress' */
} ts_command;

bool ts_commands_run(ts_index *index, const ts_command *command, ts_error *error);

#endif
