/* A database with the extension in it, for the fuzzers that speak SQL. */
#ifndef TS_FUZZ_DATABASE_H
#define TS_FUZZ_DATABASE_H

#include "check.h"

#include <sqlite3.h>

int sqlite3_textsim_init(sqlite3 *db, char **message, const sqlite3_api_routines *api);

/* SQLite hands its routines to the extension in every database that is opened. */
static inline sqlite3 *database_open(void)
{
    sqlite3 *db = NULL;
    CHECK(sqlite3_auto_extension((void (*)(void))sqlite3_textsim_init) == SQLITE_OK);
    CHECK(sqlite3_open(":memory:", &db) == SQLITE_OK);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    return db;
}

/* Nothing that was allocated for it is left. */
static inline void database_close(sqlite3 *db)
{
    CHECK(sqlite3_close(db) == SQLITE_OK);
    sqlite3_reset_auto_extension();
    CHECK(sqlite3_memory_used() == 0);
}

#endif
