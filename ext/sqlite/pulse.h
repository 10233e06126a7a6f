/*
 * What lets long work be interrupted: the core's poll (core/poll.h), answered by
 * stepping a statement that does nothing.  In all versions of SQLite that notices
 * sqlite3_interrupt() and calls the progress handler.
 *
 * The statement is made when it is first needed, so that a short call costs
 * nothing; and kept to the end of the call, since it is the steps of one statement
 * after which the progress handler is called.
 */
#ifndef TS_PULSE_H
#define TS_PULSE_H

#include "values.h"

#include "../core/poll.h"

typedef struct ts_pulse {
    sqlite3 *db;             /* borrowed */
    sqlite3_stmt *statement; /* owned */
    int code;                /* SQLITE_OK, or why to stop */
} ts_pulse;

/* Begin, and set up a poll that goes by it. */
ts_poll ts_pulse_begin(ts_pulse *pulse, sqlite3 *db);

/* End; what stopped the work, if anything, is the error. */
void ts_pulse_end(ts_pulse *pulse, ts_error *error);

#endif
