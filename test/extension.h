/* The extension that a test program loads. */
#ifndef TEST_EXTENSION_H
#define TEST_EXTENSION_H

#include <sqlite3.h>

#include <stdlib.h>

/* As sqlite3_load_extension() takes it: $TEXTSIM, without the suffix. */
static inline const char *extension_path(void)
{
    const char *path = getenv("TEXTSIM");
    return path != NULL ? path : "./textsim";
}

/* A connection that has loaded it to the database of that name, or NULL. */
static inline sqlite3 *extension_open(const char *name)
{
    sqlite3 *db = NULL;
    if (sqlite3_open(name, &db) == SQLITE_OK &&
        sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL) ==
            SQLITE_OK &&
        sqlite3_load_extension(db, extension_path(), NULL, NULL) == SQLITE_OK)
        return db;
    sqlite3_close(db);
    return NULL;
}

#endif
