/*
 * The core's allocator, bound to SQLite's: a host that limits SQLite's memory
 * (sqlite3_hard_heap_limit64), counts it or brings its own limits us as well.
 *
 * SQLite answers a request for 0 bytes with NULL, which the core would take
 * for a failure; one byte is asked for instead.
 */
#include "../core/alloc.h"

#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT3

void *ts_malloc(size_t size)
{
    return sqlite3_malloc64(size > 0 ? size : 1);
}

void *ts_realloc(void *p, size_t size)
{
    return sqlite3_realloc64(p, size > 0 ? size : 1);
}

void ts_free(void *p)
{
    sqlite3_free(p);
}
