/*
 * What preparing does, one phase after the other:
 *
 *     DIGITS  sort the documents by size, then by the hash of their set
 *     ORDER   look who has the hash of another one
 *     COUNT   each part: which hashes are shared, and how frequent they are
 *     PLACE   where each document's ranks will be
 *     RANK    each part: from frequency to rank
 *     CLEAR   the memory for ranks, which makes the system give it, page by page
 *     DEAL    each part: ranks to the documents that have them
 *     SORT    each document's ranks
 *     GROUP   documents with equal sets become one set
 *     TRIM    forget hashes that no other set has
 */
#include "join_sets.h"

#include "alloc.h"
#include "hash.h"
#include "join_parts.h"
#include "sets.h"

#include <string.h>

/* Items in a step of those phases that take a few ns for each. */
#define STEP_ITEMS 50000

#define DIGIT_BITS 8
#define N_DIGITS (1 << DIGIT_BITS)
#define TINY_MAX 16 /* sorted by insertion */

typedef enum phase {
    DIGITS,
    ORDER,
    COUNT,
    PLACE,
    RANK,
    CLEAR,
    DEAL,
    SORT,
    GROUP,
    TRIM,
    READY
} phase;

/* By document or by place in the order of documents, as said. */
typedef struct ts_join_build {
    phase phase;
    uint32_t at; /* in the phase: the next part, or place */

    ts_hashes sizes;           /* by document */
    ts_hashes digests;         /* by document: a hash of its set */
    ts_hashes order;           /* by place; the lower half is the document */
    ts_hashes sorted;          /* the same, after the present pass */
    unsigned pass;             /* over the digits; see digit_of() */
    bool is_counted;           /* how often each digit occurs */
    uint32_t begins[N_DIGITS]; /* of the digits: how often; then, the next place */
    uint32_t most;             /* the bits that sizes have */
    uint8_t *is_copy;          /* by document */
    uint32_t *n_shared;        /* by document */
    size_t *places;            /* by document: where its next rank goes */
    uint32_t *by_frequency;    /* number of hashes; then, the next rank */
    size_t n_ranks;            /* of all documents together */
    size_t n_cleared;          /* of these */
    uint32_t n_empty;          /* documents; they come first in the order */
    uint32_t *scratch;         /* to sort ranks */
    uint32_t most_shared;      /* of a document */
    bool was_wrong; /* a document had the digest of another, and not its set */
    ts_join_parts parts;
} ts_join_build;

static void free_build(ts_join_build *build)
{
    if (build == NULL) return;
    ts_hashes_clear(&build->sizes);
    ts_hashes_clear(&build->digests);
    ts_hashes_clear(&build->order);
    ts_hashes_clear(&build->sorted);
    ts_free(build->is_copy);
    ts_free(build->n_shared);
    ts_free(build->places);
    ts_free(build->by_frequency);
    ts_free(build->scratch);
    ts_join_parts_clear(&build->parts);
    ts_free(build);
}

ts_join_sets *ts_join_sets_new(void)
{
    ts_join_sets *sets = ts_malloc(sizeof *sets);
    ts_join_build *build = ts_malloc(sizeof *build);
    if (sets == NULL || build == NULL) {
        ts_free(sets);
        ts_free(build);
        return NULL;
    }
    memset(build, 0, sizeof *build);
    *sets = (ts_join_sets){.build = build};
    return sets;
}

void ts_join_sets_free(ts_join_sets *sets)
{
    if (sets == NULL) return;
    free_build(sets->build);
    ts_free(sets->ranks);
    ts_free(sets->sizes);
    ts_free(sets->sets);
    ts_free(sets->members);
    ts_free(sets->set_of);
    ts_free(sets);
}

ts_status ts_join_sets_add(ts_join_sets *sets, const uint64_t *hashes, size_t n)
{
    ts_join_build *build = sets->build;
    const uint32_t document = sets->n_documents;
    if (document == TS_JOIN_NONE - 1 || n >= UINT32_MAX) return TS_TOO_BIG;
    const uint64_t size = n;
    const uint64_t digest = n == 0 ? 0 : ts_hash(hashes, n * sizeof *hashes, 0);
    ts_status rc = ts_hashes_append(&build->sizes, &size, 1);
    if (rc == TS_OK) rc = ts_hashes_append(&build->digests, &digest, 1);
    if (rc == TS_OK) rc = ts_join_parts_add(&build->parts, document, hashes, n);
    if (rc == TS_OK) sets->n_documents++;
    return rc;
}

/* How many hashes a document has. */
static uint32_t size_of(const ts_join_build *build, uint32_t document)
{
    return (uint32_t)build->sizes.data[document];
}

static uint64_t digest_of(const ts_join_build *build, uint32_t document)
{
    return build->digests.data[document];
}

static uint32_t document_at(const ts_join_build *build, uint32_t place)
{
    return (uint32_t)build->order.data[place];
}

/* Zeroed memory for n items, and not NULL if there are none. */
static void *zeroed(size_t n, size_t size)
{
    void *p = ts_malloc((n + 1) * size);
    if (p != NULL) memset(p, 0, (n + 1) * size);
    return p;
}

/* What is needed to order and to count. */
static ts_status begin(const ts_join_sets *sets, ts_join_build *build)
{
    const uint32_t n = sets->n_documents;
    build->is_copy = zeroed(n, sizeof *build->is_copy);
    build->n_shared = zeroed(n, sizeof *build->n_shared);
    build->by_frequency = zeroed((size_t)n + 1, sizeof *build->by_frequency);
    if (build->is_copy == NULL || build->n_shared == NULL ||
        build->by_frequency == NULL)
        return TS_NOMEM;
    ts_status rc = ts_hashes_reserve(&build->order, n);
    if (rc == TS_OK) rc = ts_hashes_reserve(&build->sorted, n);
    return rc;
}

/*
 * Passes of a radix sort from the lowest digit on: the upper half of the digest,
 * which the order has beside the number of the document, and then the size.
 */
#define DIGEST_PASSES (32 / DIGIT_BITS)
#define SIZE_PASSES (32 / DIGIT_BITS)

static uint32_t digit_of(const ts_join_build *build, uint64_t entry)
{
    const unsigned pass = build->pass;
    const uint32_t key = pass < DIGEST_PASSES ? (uint32_t)(entry >> 32)
                                              : size_of(build, (uint32_t)entry);
    return key >> pass % DIGEST_PASSES * DIGIT_BITS & (N_DIGITS - 1);
}

/* The documents as they come, up to 'end'. */
static void list_documents(ts_join_build *build, uint32_t end)
{
    for (uint32_t i = build->at; i < end; i++) {
        build->order.data[i] = digest_of(build, i) >> 32 << 32 | i;
        build->most |= size_of(build, i);
        build->n_empty += size_of(build, i) == 0;
    }
    build->order.size = end;
}

/* All digits of the pass are counted: where does each begin? */
static void add_up_digits(ts_join_build *build)
{
    uint32_t sum = 0;
    for (size_t d = 0; d < N_DIGITS; d++) {
        const uint32_t count = build->begins[d];
        build->begins[d] = sum;
        sum += count;
    }
    build->is_counted = true;
}

/* All are sorted by the digit of the pass. */
static void end_pass(ts_join_build *build)
{
    const ts_hashes swap = build->order;
    build->order = build->sorted;
    build->sorted = swap;
    build->pass++;
    build->is_counted = false;
    memset(build->begins, 0, sizeof build->begins);
    while (build->pass >= DIGEST_PASSES && build->pass < DIGEST_PASSES + SIZE_PASSES &&
           build->most >> (build->pass - DIGEST_PASSES) * DIGIT_BITS == 0)
        build->pass = DIGEST_PASSES + SIZE_PASSES;
}

/* Some of the sort; true when it is done. */
static bool digits_step(const ts_join_sets *sets, ts_join_build *build)
{
    const uint32_t n = sets->n_documents;
    const uint32_t end = n - build->at > STEP_ITEMS ? build->at + STEP_ITEMS : n;
    const uint64_t *from = build->order.data;
    if (build->order.size < n) {
        list_documents(build, end);
    } else if (!build->is_counted) {
        for (uint32_t i = build->at; i < end; i++)
            build->begins[digit_of(build, from[i])]++;
        if (end == n) add_up_digits(build);
    } else {
        for (uint32_t i = build->at; i < end; i++)
            build->sorted.data[build->begins[digit_of(build, from[i])]++] = from[i];
        if (end == n) {
            build->sorted.size = n;
            end_pass(build);
        }
    }
    build->at = end < n ? end : 0;
    return build->pass == DIGEST_PASSES + SIZE_PASSES || n == 0;
}

/* Documents that seem to be equal are beside one another. */
static void order_step(const ts_join_sets *sets, ts_join_build *build)
{
    const uint32_t n = sets->n_documents;
    for (uint32_t i = 0; i < STEP_ITEMS && build->at < n; i++, build->at++) {
        if (build->at == build->n_empty) continue;
        const uint32_t document = document_at(build, build->at);
        const uint32_t before = document_at(build, build->at - 1);
        build->is_copy[document] =
            size_of(build, document) == size_of(build, before) &&
            digest_of(build, document) == digest_of(build, before);
    }
    if (build->at == n) ts_hashes_clear(&build->sorted);
}

/* From numbers of hashes by frequency to the first rank of each. */
static ts_status begin_places(ts_join_sets *sets, ts_join_build *build)
{
    uint64_t n_ranks = 0;
    for (size_t p = 0; p < TS_JOIN_PARTS; p++)
        n_ranks += build->parts.parts[p].n_shared;
    if (n_ranks >= UINT32_MAX) return TS_TOO_BIG;
    sets->n_ranks = (uint32_t)n_ranks;

    uint32_t next = 0;
    for (uint32_t f = 0; f <= sets->n_documents; f++) {
        uint32_t n = build->by_frequency[f];
        build->by_frequency[f] = next;
        next += n;
    }
    const size_t n = (size_t)sets->n_documents + 1;
    build->places = ts_malloc(n * sizeof *build->places);
    return build->places == NULL ? TS_NOMEM : TS_OK;
}

/* Where the ranks of each document go; and when that is done, the room for them. */
static ts_status place_step(ts_join_sets *sets, ts_join_build *build)
{
    const uint32_t n = sets->n_documents;
    for (uint32_t i = 0; i < STEP_ITEMS && build->at < n; i++, build->at++) {
        const uint32_t document = document_at(build, build->at);
        const uint32_t n_shared = build->n_shared[document];
        build->places[document] = build->n_ranks;
        build->n_ranks += n_shared;
        if (n_shared > build->most_shared) build->most_shared = n_shared;
    }
    if (build->at < n) return TS_OK;
    sets->ranks = ts_malloc((build->n_ranks + 1) * sizeof *sets->ranks);
    build->scratch =
        ts_malloc(((size_t)build->most_shared + 1) * sizeof *build->scratch);
    return sets->ranks == NULL || build->scratch == NULL ? TS_NOMEM : TS_OK;
}

/* Otherwise the first parts that are dealt wait for nearly all of the pages. */
static void clear_step(const ts_join_sets *sets, ts_join_build *build)
{
    size_t n = build->n_ranks - build->n_cleared;
    if (n > STEP_ITEMS) n = STEP_ITEMS;
    memset(sets->ranks + build->n_cleared, 0, n * sizeof *sets->ranks);
    build->n_cleared += n;
}

static void sort_by_insertion(uint32_t *a, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint32_t x = a[i];
        size_t j = i;
        for (; j > 0 && a[j - 1] > x; j--)
            a[j] = a[j - 1];
        a[j] = x;
    }
}

/* Radix sort from the lowest digit on, of numbers below 'limit'. */
static void sort_ranks(uint32_t *a, size_t n, uint32_t limit, uint32_t *scratch)
{
    if (n <= TINY_MAX) {
        sort_by_insertion(a, n);
        return;
    }
    uint32_t *from = a, *to = scratch;
    for (unsigned shift = 0; shift < 32 && limit >> shift != 0; shift += DIGIT_BITS) {
        uint32_t begin[N_DIGITS] = {0};
        for (size_t i = 0; i < n; i++)
            begin[from[i] >> shift & (N_DIGITS - 1)]++;
        uint32_t sum = 0;
        for (size_t d = 0; d < N_DIGITS; d++) {
            uint32_t count = begin[d];
            begin[d] = sum;
            sum += count;
        }
        for (size_t i = 0; i < n; i++)
            to[begin[from[i] >> shift & (N_DIGITS - 1)]++] = from[i];
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != a) memcpy(a, from, n * sizeof *a);
}

/* Where the ranks of a document begin, after they were dealt. */
static uint32_t *ranks_of(const ts_join_sets *sets, const ts_join_build *build,
                          uint32_t document)
{
    return sets->ranks + build->places[document] - build->n_shared[document];
}

static void sort_step(const ts_join_sets *sets, ts_join_build *build)
{
    size_t n_done = 0;
    while (build->at < sets->n_documents && n_done < STEP_ITEMS) {
        uint32_t document = document_at(build, build->at++);
        uint32_t n = build->n_shared[document];
        sort_ranks(ranks_of(sets, build, document), n, sets->n_ranks, build->scratch);
        n_done += n + N_DIGITS;
    }
}

static ts_status begin_groups(ts_join_sets *sets, ts_join_build *build)
{
    const uint32_t n = sets->n_documents;
    const size_t n_filled = n - build->n_empty;
    sets->sizes = ts_malloc((n_filled + 1) * sizeof *sets->sizes);
    sets->sets = ts_malloc((n_filled + 1) * sizeof *sets->sets);
    sets->members = ts_malloc((n_filled + 1) * sizeof *sets->members);
    sets->set_of = ts_malloc(((size_t)n + 1) * sizeof *sets->set_of);
    if (sets->sizes == NULL || sets->sets == NULL || sets->members == NULL ||
        sets->set_of == NULL)
        return TS_NOMEM;
    memset(sets->set_of, 0xFF, ((size_t)n + 1) * sizeof *sets->set_of);
    return TS_OK;
}

/* Has a document the set that was made last?  Only if it has no hash of its own. */
static bool is_copy(const ts_join_sets *sets, const ts_join_build *build,
                    uint32_t document)
{
    const ts_join_set *last = &sets->sets[sets->n_sets - 1];
    const uint32_t size = size_of(build, document);
    return build->n_shared[document] == size && last->n_shared == size &&
           memcmp(sets->ranks + last->ranks, ranks_of(sets, build, document),
                  size * sizeof *sets->ranks) == 0;
}

static void group_step(ts_join_sets *sets, ts_join_build *build)
{
    size_t n_done = 0;
    while (build->at < sets->n_documents && n_done < STEP_ITEMS) {
        const uint32_t document = document_at(build, build->at);
        const uint32_t place = build->at++ - build->n_empty;
        sets->members[place] = document;
        n_done += 1 + build->n_shared[document] / 16;
        if (build->is_copy[document]) {
            if (is_copy(sets, build, document)) {
                sets->set_of[document] = sets->n_sets - 1;
                continue;
            }
            build->was_wrong = true;
        }
        sets->sizes[sets->n_sets] = size_of(build, document);
        sets->sets[sets->n_sets] = (ts_join_set){
            .ranks = build->places[document] - build->n_shared[document],
            .n_shared = build->n_shared[document],
            .members = place,
        };
        sets->set_of[document] = sets->n_sets++;
    }
}

/*
 * Hashes of frequency 1 were kept to compare copies; they are in one set only.
 * That is not so where documents were taken for copies and are not.
 */
static void trim_step(ts_join_sets *sets, ts_join_build *build)
{
    sets->first_rank = build->was_wrong ? 0 : build->by_frequency[1];
    size_t n_done = 0;
    while (build->at < sets->n_sets && n_done < STEP_ITEMS) {
        ts_join_set *set = &sets->sets[build->at++];
        const uint32_t *ranks = sets->ranks + set->ranks;
        uint32_t n = 0;
        while (n < set->n_shared && ranks[n] < sets->first_rank)
            n++;
        set->ranks += n;
        set->n_shared -= n;
        n_done += 1 + n;
    }
    sets->sets[sets->n_sets] =
        (ts_join_set){.members = sets->n_documents - build->n_empty};
}

/* The next parts: many if they are small. */
static ts_status parts_step(const ts_join_sets *sets, ts_join_build *build)
{
    const ts_join_counts counts = {build->is_copy, build->n_shared,
                                   build->by_frequency};
    ts_join_parts *parts = &build->parts;
    ts_status rc = TS_OK;
    size_t n_done = 0;
    while (rc == TS_OK && build->at < TS_JOIN_PARTS && n_done < STEP_ITEMS) {
        const size_t part = build->at++;
        n_done += 10 + parts->parts[part].n;
        if (build->phase == COUNT)
            rc = ts_join_parts_count(parts, part, &counts);
        else if (build->phase == RANK)
            ts_join_parts_rank(parts, part, build->by_frequency);
        else
            ts_join_parts_deal(parts, part, build->places, sets->ranks);
    }
    return rc;
}

/* Where a phase begins: empty documents come first in the order. */
static uint32_t first_of(const ts_join_build *build)
{
    switch (build->phase) {
    case ORDER:
    case PLACE:
    case SORT:
    case GROUP:
        return build->n_empty;
    default:
        return 0;
    }
}

static ts_status step(ts_join_sets *sets, ts_join_build *build)
{
    const uint32_t n = sets->n_documents;
    ts_status rc = TS_OK;
    uint32_t end = n;

    switch (build->phase) {
    case DIGITS:
        if (build->is_copy == NULL)
            rc = begin(sets, build);
        else if (digits_step(sets, build))
            end = build->at;
        else
            return TS_OK;
        break;
    case ORDER:
        order_step(sets, build);
        break;
    case COUNT:
    case RANK:
    case DEAL:
        end = TS_JOIN_PARTS;
        rc = parts_step(sets, build);
        break;
    case PLACE:
        if (build->places == NULL) {
            rc = begin_places(sets, build);
            end = UINT32_MAX;
        } else {
            rc = place_step(sets, build);
        }
        break;
    case CLEAR:
        clear_step(sets, build);
        end = build->n_cleared < build->n_ranks;
        break;
    case SORT:
        sort_step(sets, build);
        break;
    case GROUP:
        if (sets->set_of == NULL)
            rc = begin_groups(sets, build);
        else
            group_step(sets, build);
        break;
    case TRIM:
        end = sets->n_sets;
        trim_step(sets, build);
        break;
    case READY:
        break;
    }
    if (rc == TS_OK && build->at >= end) {
        build->phase++;
        build->at = first_of(build);
    }
    return rc;
}

ts_status ts_join_sets_prepare(ts_join_sets *sets, bool *ready)
{
    ts_join_build *build = sets->build;
    if (build != NULL) {
        ts_status rc = step(sets, build);
        if (rc != TS_OK) return rc;
        if (build->phase == READY) {
            free_build(build);
            sets->build = NULL;
        }
    }
    *ready = sets->build == NULL;
    return TS_OK;
}

uint32_t ts_join_count_common(const uint32_t *a, size_t n_a, const uint32_t *b,
                              size_t n_b, uint64_t least)
{
    uint64_t both = 0;
    for (;;) {
        const size_t n = n_a < n_b ? n_a : n_b;
        if (both + n < least) return 0;
        if (n == 0) return (uint32_t)both;
        /*
         * So many steps, each of which leaves out one element of either side at
         * most, cannot make the outcome certain: no need to look at it.  Which
         * side moves on cannot be predicted: no branch depends on it.
         */
        size_t steps = (size_t)(both + n - least + 1);
        if (steps > n) steps = n;
        size_t i = 0, j = 0;
        for (; steps > 0; steps--) {
            const uint32_t x = a[i], y = b[j];
            both += x == y;
            i += x <= y;
            j += y <= x;
        }
        a += i;
        b += j;
        n_a -= i;
        n_b -= j;
    }
}

void ts_join_sets_overlap(const ts_join_sets *sets, uint32_t a, uint32_t b,
                          ts_overlap *overlap)
{
    const uint32_t set_a = sets->set_of[a], set_b = sets->set_of[b];
    *overlap = (ts_overlap){
        .a = set_a == TS_JOIN_NONE ? 0 : sets->sizes[set_a],
        .b = set_b == TS_JOIN_NONE ? 0 : sets->sizes[set_b],
    };
    if (overlap->a == 0 || overlap->b == 0) return;
    if (set_a == set_b) {
        overlap->both = overlap->a;
        return;
    }
    const ts_join_set *x = &sets->sets[set_a], *y = &sets->sets[set_b];
    overlap->both = ts_join_count_common(sets->ranks + x->ranks, x->n_shared,
                                         sets->ranks + y->ranks, y->n_shared, 0);
}
