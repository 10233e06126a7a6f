/*
 * What the tests of joins and of clusters have in common: collections that each
 * checks in its own way, at all its thresholds.
 */
#ifndef TS_JOIN_CASES_H
#define TS_JOIN_CASES_H

#include "alloc_test.h"
#include "families.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Check a collection against brute force, and clear it. */
typedef void cases_check(collection *c);

/* Sets that are ready to be joined. */
static inline ts_join_sets *cases_prepare(const collection *c)
{
    ts_join_sets *sets = collection_prepare(c);
    assert_non_null(sets);
    return sets;
}

static inline void cases_clear(collection *c, ts_join_sets *sets)
{
    ts_join_sets_free(sets);
    collection_clear(c);
}

static inline void cases_families(cases_check *check, uint64_t seed)
{
    static const family_options options[] = {
        {.n_documents = 300, .size = 60, .n_common = 0, .n_vocabulary = 1},
        {.n_documents = 300, .size = 60, .n_common = 50, .n_vocabulary = 200},
        {.n_documents = 300, .size = 8, .n_common = 6, .n_vocabulary = 40},
        {.n_documents = 200, .size = 40, .n_vocabulary = 1, .boilerplate = 40},
        {.n_documents = 200, .size = 3, .n_common = 2, .n_vocabulary = 20},
        {.n_documents = 200, .size = 20, .n_vocabulary = 1, .boilerplate = 100},
        {.n_documents = 90, .size = 200, .n_common = 100, .n_vocabulary = 1000},
        {.n_documents = 90, .size = 5, .n_common = 4, .n_vocabulary = 12},
        {.n_documents = 90, .size = 20, .n_vocabulary = 1, .boilerplate = 100},
    };
    random_state r = {seed};
    const int rounds = getenv("TEXTSIM_DEEP") != NULL ? 50 : 1;
    for (int round = 0; round < rounds; round++) {
        for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
            collection c = {0};
            collection_add_families(&c, &r, &options[i]);
            check(&c);
        }
    }
}

/* No documents, empty ones, and up to three equal sets among them. */
static inline void cases_nothing(cases_check *check)
{
    static const int n_empty[] = {0, 1, 3, 20};
    for (size_t i = 0; i < sizeof n_empty / sizeof *n_empty; i++) {
        for (int n_equal = 0; n_equal <= 3; n_equal++) {
            collection c = {0};
            for (int j = 0; j < n_empty[i]; j++)
                collection_add(&c, NULL, 0);
            for (int j = 0; j < n_equal; j++) {
                collection_add(&c, &(uint64_t){4711}, 1);
                collection_add(&c, NULL, 0);
            }
            check(&c);
        }
    }
}

/* Nine documents, some of them equal; at 0.3 each has all others as partners. */
static inline collection cases_small(void)
{
    collection c = {0};
    for (uint64_t i = 0; i < 9; i++)
        collection_add(&c, (const uint64_t[]){1, 2, i / 2, i / 3}, 4);
    return c;
}

#endif
