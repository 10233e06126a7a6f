/*
 * The allocator of ext/core/alloc.h for the tests: it counts what is alive, can
 * fail, and moves each block that is reallocated, so that AddressSanitizer and
 * valgrind see who kept a pointer to the old place.
 */
#ifndef TS_ALLOC_TEST_H
#define TS_ALLOC_TEST_H

#include "core/status.h"

#include <stddef.h>

/* Blocks that were allocated and not freed. */
size_t ts_alloc_test_live(void);

/* Allocations asked for so far, those that failed included. */
size_t ts_alloc_test_asked(void);

/* Fail the n-th allocation from now, counted from 1, and no other; 0: none. */
void ts_alloc_test_fail(size_t nth);

/*
 * Call run(arg) with its first allocation failing, then its second, and so on
 * until it comes to its end; returns how many failures that were.  Asserts that
 * each gave TS_NOMEM, that the end is TS_OK, and that none left more blocks
 * alive than the run that succeeds, whose results the caller then clears.
 */
size_t ts_alloc_test_fail_each(ts_status (*run)(void *arg), void *arg);

/* The last test of each file: no block is alive any more. */
void ts_alloc_test_no_leaks(void **state);

/* The same where nothing should ever be allocated. */
void ts_alloc_test_no_allocation(void **state);

#endif
