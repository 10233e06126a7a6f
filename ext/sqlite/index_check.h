/*
 * 'integrity-check': is the index what it would be if it were built anew?
 */
#ifndef TS_INDEX_CHECK_H
#define TS_INDEX_CHECK_H

#include "index.h"

/*
 * False, with an error that names the first rowid or the row of a shadow table,
 * if not.  Entries whose content is gone are no damage.
 */
bool ts_check_run(ts_index *index, ts_error *error);

/* For PRAGMA integrity_check, from SQLite 3.44 on. */
int ts_check_pragma(sqlite3_vtab *vtab, const char *schema, const char *name, int flags,
                    char **message);

#endif
