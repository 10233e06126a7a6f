/*
 * Collections of sets for the tests of joins: families of edited documents, made
 * at random, and what brute force says about all their pairs.
 */
#ifndef TS_FAMILIES_H
#define TS_FAMILIES_H

#include "core/join_sets.h"
#include "core/measures.h"
#include "core/sets.h"

#include "random.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A zeroed collection is empty. */
typedef struct collection {
    ts_hashes hashes; /* of all sets, one after the other */
    size_t *begins;   /* of each set, and the end; owned */
    uint32_t n;
    uint32_t room;
} collection;

static inline void collection_clear(collection *c)
{
    ts_hashes_clear(&c->hashes);
    free(c->begins);
    *c = (collection){0};
}

static inline const uint64_t *collection_set(const collection *c, uint32_t i, size_t *n)
{
    *n = c->begins[i + 1] - c->begins[i];
    return *n == 0 ? NULL : c->hashes.data + c->begins[i];
}

/* Add a set of hashes in any order, repeats included. */
static inline void collection_add(collection *c, const uint64_t *hashes, size_t n)
{
    if (c->n + 1 >= c->room) {
        c->room = 2 * c->room + 16;
        c->begins = realloc(c->begins, c->room * sizeof *c->begins);
        if (c->begins == NULL) abort();
        if (c->n == 0) c->begins[0] = 0;
    }
    ts_hashes set = {0};
    if (ts_hashes_append(&set, hashes, n) != TS_OK) abort();
    set.size = sort_plainly(set.data, set.size);
    if (ts_hashes_append(&c->hashes, set.data, set.size) != TS_OK) abort();
    ts_hashes_clear(&set);
    c->begins[++c->n] = c->hashes.size;
}

/* Add the sets of another collection in the order of a permutation. */
static inline void collection_add_permuted(collection *c, const collection *other,
                                           const uint64_t *order)
{
    for (uint32_t i = 0; i < other->n; i++) {
        size_t n;
        const uint64_t *set = collection_set(other, (uint32_t)order[i], &n);
        collection_add(c, set, n);
    }
}

typedef struct family_options {
    uint32_t n_documents;
    uint32_t size;         /* hashes of a document, up to twice that */
    uint32_t n_common;     /* of these, from the common ones */
    uint32_t n_vocabulary; /* common ones in all, some much more frequent */
    uint32_t boilerplate;  /* hashes that all documents have */
} family_options;

/*
 * Documents of which one in three is new, one in six a copy of an earlier one and
 * the rest edits of earlier ones: hashes replaced, dropped or added.
 */
static inline void collection_add_families(collection *c, random_state *r,
                                           const family_options *options)
{
    enum { ROOM = 4096 };
    uint64_t set[ROOM];
    const uint64_t vocabulary = random_next(r);
    for (uint32_t document = 0; document < options->n_documents; document++) {
        const uint64_t what = random_next(r) % 6;
        size_t n = 0;
        if (what < 2 || c->n == 0) {
            const size_t size = 1 + random_next(r) % (2 * options->size);
            for (; n < size && n < ROOM; n++) {
                /* The product of two uniform numbers prefers the small ones. */
                uint64_t u = random_next(r) % options->n_vocabulary;
                u = u * (random_next(r) % options->n_vocabulary) /
                    options->n_vocabulary;
                set[n] = n < options->n_common ? (vocabulary + u) * (2 * u + 1)
                                               : random_next(r);
            }
            for (uint32_t i = 0; i < options->boilerplate && n < ROOM; i++)
                set[n++] = vocabulary ^ i;
        } else {
            const uint64_t *old =
                collection_set(c, (uint32_t)(random_next(r) % c->n), &n);
            if (n > ROOM) n = ROOM;
            if (n > 0) memcpy(set, old, n * sizeof *set);
            const uint64_t edits = what == 2 ? 0 : random_next(r) % (n / 2 + 2);
            for (uint64_t e = 0; e < edits; e++) {
                const uint64_t h = random_next(r);
                const size_t at = n == 0 ? 0 : (size_t)(h % n);
                if (h >> 62 == 0 && n > 0)
                    set[at] = set[--n];
                else if (h >> 62 == 1 && n < ROOM)
                    set[n++] = random_next(r);
                else if (n > 0)
                    set[at] = random_next(r);
            }
        }
        collection_add(c, set, n);
    }
}

/* Does a pair qualify?  *both is what it has in common. */
static inline bool pair_plainly(const collection *c, uint32_t a, uint32_t b,
                                double threshold, uint64_t *both)
{
    ts_overlap overlap;
    size_t n_a, n_b;
    double jaccard;
    const uint64_t *set_a = collection_set(c, a, &n_a);
    const uint64_t *set_b = collection_set(c, b, &n_b);
    ts_set_overlap(set_a, n_a, set_b, n_b, &overlap);
    *both = overlap.both;
    return ts_measure_jaccard(&overlap, &jaccard) && jaccard >= threshold;
}

/* Sets that are ready to be joined; NULL if out of memory. */
static inline ts_join_sets *collection_prepare(const collection *c)
{
    ts_join_sets *sets = ts_join_sets_new();
    if (sets == NULL) return NULL;
    ts_status rc = TS_OK;
    bool ready = false;
    for (uint32_t i = 0; i < c->n && rc == TS_OK; i++) {
        size_t n;
        const uint64_t *set = collection_set(c, i, &n);
        rc = ts_join_sets_add(sets, set, n);
    }
    while (rc == TS_OK && !ready)
        rc = ts_join_sets_prepare(sets, &ready);
    if (rc == TS_OK) return sets;
    if (rc != TS_NOMEM) abort();
    ts_join_sets_free(sets);
    return NULL;
}

#endif
