/*
 * SQLite's allocator, but for one that fails on demand: at the n-th call, once or from
 * there on.
 */
#ifndef TEST_FAULT_MEMORY_H
#define TEST_FAULT_MEMORY_H

#include <stdbool.h>

typedef enum memory_fault { MEMORY_ONCE, MEMORY_FROM_THERE_ON } memory_fault;

/* To be called first.  Pools are turned off: what comes out of them would never fail.
 */
void memory_install(void);

/* Fail from now on, at the n-th call. */
void memory_arm(memory_fault fault, long n);
/* Fail no more; whether it did. */
bool memory_disarm(void);

/* How many calls there were since memory_arm(). */
long memory_calls(void);

/* Allocations that are not yet freed. */
long memory_live(void);

#endif
