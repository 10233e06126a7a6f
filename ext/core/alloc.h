/*
 * The allocator of the core, bound when it is linked: to SQLite's in the
 * extension (ext/sqlite/alloc.c), so that a host's memory limit holds, and to
 * one that can be told to fail in the tests.
 */
#ifndef TS_ALLOC_H
#define TS_ALLOC_H

#include <stddef.h>

/* Owned memory of 'size' bytes aligned to 8, or NULL.  Free with ts_free. */
void *ts_malloc(size_t size);

/* As realloc(): on failure NULL, and 'p' is still owned by the caller. */
void *ts_realloc(void *p, size_t size);

void ts_free(void *p);

#endif
