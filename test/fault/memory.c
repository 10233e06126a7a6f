#include "memory.h"

#include <sqlite3.h>

#include <stddef.h>

static sqlite3_mem_methods real;
static struct {
    memory_fault kind;
    long countdown; /* calls until the failure; 0: none to come */
    bool met;       /* it has happened */
    long calls;
    long live;
} memory;

static bool fails_now(void)
{
    memory.calls++;
    if (memory.countdown > 0) {
        memory.countdown--;
        memory.met = memory.countdown == 0;
        return memory.met;
    }
    return memory.met && memory.kind == MEMORY_FROM_THERE_ON;
}

void memory_arm(memory_fault fault, long n)
{
    memory.kind = fault;
    memory.countdown = n;
    memory.met = false;
    memory.calls = 0;
}

bool memory_disarm(void)
{
    const bool met = memory.met;
    memory.countdown = 0;
    memory.met = false;
    return met;
}

long memory_calls(void)
{
    return memory.calls;
}

long memory_live(void)
{
    return memory.live;
}

static void *fail_malloc(int size)
{
    void *p = fails_now() ? NULL : real.xMalloc(size);
    memory.live += p != NULL;
    return p;
}

static void *fail_realloc(void *p, int size)
{
    return fails_now() ? NULL : real.xRealloc(p, size);
}

static void count_free(void *p)
{
    memory.live -= p != NULL;
    real.xFree(p);
}

void memory_install(void)
{
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
    sqlite3_mem_methods ours = real;
    ours.xMalloc = fail_malloc;
    ours.xRealloc = fail_realloc;
    ours.xFree = count_free;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &ours);
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
    sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
}
