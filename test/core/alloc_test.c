#include "alloc_test.h"

#include "core/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* In front of each block; two words keep what follows aligned. */
typedef struct block {
    size_t size;
    size_t mark;
} block;

#define MARK ((size_t)0x5EA1ED)

static size_t n_live, n_asked, fail_at;

static bool fails(void)
{
    n_asked++;
    return fail_at != 0 && --fail_at == 0;
}

void *ts_malloc(size_t size)
{
    if (fails() || size > SIZE_MAX - sizeof(block)) return NULL;
    block *b = malloc(sizeof *b + size);
    if (b == NULL) return NULL;
    *b = (block){.size = size, .mark = MARK};
    n_live++;
    return memset(b + 1, 0xA5, size);
}

void *ts_realloc(void *p, size_t size)
{
    if (p == NULL) return ts_malloc(size);
    const block *old = (block *)p - 1;
    assert_true(old->mark == MARK);
    void *moved = ts_malloc(size);
    if (moved == NULL) return NULL;
    memcpy(moved, p, old->size < size ? old->size : size);
    ts_free(p);
    return moved;
}

void ts_free(void *p)
{
    if (p == NULL) return;
    block *b = (block *)p - 1;
    assert_true(b->mark == MARK);
    b->mark = 0;
    n_live--;
    free(b);
}

size_t ts_alloc_test_live(void)
{
    return n_live;
}

size_t ts_alloc_test_asked(void)
{
    return n_asked;
}

void ts_alloc_test_fail(size_t nth)
{
    fail_at = nth;
}

size_t ts_alloc_test_fail_each(ts_status (*run)(void *arg), void *arg)
{
    size_t before = n_live, most_after_failure = 0, n_failures = 0;
    for (;;) {
        fail_at = n_failures + 1;
        ts_status rc = run(arg);
        bool failed = fail_at == 0;
        fail_at = 0;
        assert_true(n_live >= before);
        if (!failed) {
            assert_int_equal(rc, TS_OK);
            assert_true(most_after_failure <= n_live - before);
            return n_failures;
        }
        assert_int_equal(rc, TS_NOMEM);
        if (n_live - before > most_after_failure) most_after_failure = n_live - before;
        n_failures++;
    }
}

void ts_alloc_test_no_leaks(void **state)
{
    (void)state;
    assert_int_equal(n_live, 0);
}

void ts_alloc_test_no_allocation(void **state)
{
    (void)state;
    assert_int_equal(n_asked, 0);
}
