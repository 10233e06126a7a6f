/*
 * The search is that of join.c, with a forest of sets beside it (union-find:
 * Galler, Fischer 1964; path halving: van Leeuwen, van der Weide 1977).  What is
 * connected already is not verified, and not even looked at: consecutive entries
 * of a list that belong to the same cluster will do so for ever, so that each
 * entry remembers how far its run is known to go, and the run is passed in one
 * step.  The lists of a licence that has 100,000 variants are passed like that,
 * 100,000 times.
 */
#include "clusters.h"

#include "alloc.h"
#include "join_index.h"

#include <string.h>

/* A step of work: entries looked at, and elements that may be compared. */
#define STEP_ITEMS 200000

typedef enum phase { BUILD, LINK, SEARCH, GATHER, CHAIN, READY } phase;

struct ts_clusters {
    const ts_join_sets *sets; /* borrowed */
    ts_join_index index;
    phase phase;
    uint32_t *parents;    /* owned; by set: another of its cluster, or itself */
    uint32_t *runs;       /* owned; by entry: up to where its run is known to go */
    uint32_t *met;        /* owned; by set: the last set that compared itself, plus 1 */
    ts_cluster *clusters; /* owned; by set, for those that are their own parents */
    uint32_t *chain;      /* owned; by document: the next of its cluster */
    uint32_t n_chained;   /* documents, the last ones first */

    uint32_t next_set;    /* of the phase */
    uint32_t set;         /* that looks for others */
    uint32_t first;       /* it looks for sets from this one on */
    uint32_t at, n_lists; /* the next list, and how many there are */
    uint32_t left;        /* its elements from the one of this list on */
    uint32_t entry, entries_end;
};

ts_clusters *ts_clusters_new(const ts_join_sets *sets, double threshold)
{
    ts_clusters *c = ts_malloc(sizeof *c);
    if (c == NULL) return NULL;
    *c = (ts_clusters){.sets = sets};

    const size_t n = (size_t)sets->n_sets + 1;
    c->parents = ts_malloc(n * sizeof *c->parents);
    c->met = ts_malloc(n * sizeof *c->met);
    c->clusters = ts_malloc(n * sizeof *c->clusters);
    c->chain = ts_malloc(((size_t)sets->n_documents + 1) * sizeof *c->chain);
    if (c->parents == NULL || c->met == NULL || c->clusters == NULL ||
        c->chain == NULL ||
        ts_join_index_init(&c->index, sets, threshold, TS_JOIN_LARGER) != TS_OK) {
        ts_clusters_free(c);
        return NULL;
    }
    memset(c->met, 0, n * sizeof *c->met);
    for (uint32_t set = 0; set < sets->n_sets; set++)
        c->parents[set] = set;
    return c;
}

void ts_clusters_free(ts_clusters *c)
{
    if (c == NULL) return;
    ts_join_index_clear(&c->index);
    ts_free(c->parents);
    ts_free(c->runs);
    ts_free(c->met);
    ts_free(c->clusters);
    ts_free(c->chain);
    ts_free(c);
}

/* The set that stands for the cluster of a set: the first of them all. */
static uint32_t find_root(ts_clusters *c, uint32_t set)
{
    uint32_t *parents = c->parents;
    while (parents[set] != set) {
        parents[set] = parents[parents[set]];
        set = parents[set];
    }
    return set;
}

/* At first, each run is known to go as far as its entry. */
static ts_status link_step(ts_clusters *c, uint32_t n)
{
    if (c->runs == NULL) {
        c->runs = ts_malloc(((size_t)n + 1) * sizeof *c->runs);
        if (c->runs == NULL) return TS_NOMEM;
    }
    for (uint32_t i = 0; i < STEP_ITEMS && c->at < n; i++, c->at++)
        c->runs[c->at] = c->at + 1;
    return TS_OK;
}

/* Pass the run that the current entry begins, all of the cluster of 'root'. */
static void pass_run(ts_clusters *c, uint32_t root, int64_t *budget)
{
    uint32_t *runs = c->runs;
    uint32_t entry = c->entry, next = runs[entry];
    while (next < c->entries_end && find_root(c, c->index.entries[next].set) == root) {
        runs[entry] = runs[next];
        entry = next;
        next = runs[next];
        *budget -= 1;
    }
    c->entry = next;
}

/* Look in the list for sets to be connected with, from where it was left. */
static void search_list(ts_clusters *c, int64_t *budget)
{
    const ts_join_index *index = &c->index;
    const uint32_t *sizes = c->sets->sizes;
    const uint32_t set = c->set;
    uint32_t root = find_root(c, set);

    while (*budget > 0 && c->entry < c->entries_end) {
        const ts_join_entry *entry = &index->entries[c->entry];
        const uint64_t least =
            ts_join_index_least(index, (uint64_t)sizes[set] + sizes[entry->set]);
        *budget -= 1;
        if (entry->set >= set || c->left < least) {
            c->entry = c->entries_end;
            break;
        }
        const uint32_t other = find_root(c, entry->set);
        if (other == root) {
            pass_run(c, root, budget);
            continue;
        }
        c->entry++;
        if (entry->left < least || c->met[entry->set] == set + 1) continue;
        c->met[entry->set] = set + 1;
        *budget -= entry->left;
        if (ts_join_index_verify(index, set, c->left, entry) == 0) continue;
        if (other < root) {
            c->parents[root] = other;
            root = other;
        } else {
            c->parents[other] = root;
        }
    }
}

/* As join.c, but each list is left to search_list(). */
static void search_step(ts_clusters *c)
{
    const ts_join_sets *sets = c->sets;
    int64_t budget = STEP_ITEMS;
    while (budget > 0) {
        budget -= 10;
        if (c->entry < c->entries_end) {
            search_list(c, &budget);
        } else if (c->at < c->n_lists) {
            const ts_join_set *set = &sets->sets[c->set];
            c->left = set->n_shared - c->at;
            c->entry = ts_join_index_list(&c->index, sets->ranks[set->ranks + c->at++],
                                          c->first, &c->entries_end);
        } else if (c->next_set < sets->n_sets) {
            c->set = c->next_set++;
            c->at = 0;
            c->n_lists = ts_join_index_probe(&c->index, c->set);
            if (c->n_lists > 0) c->first = ts_join_index_first(&c->index, c->set);
        } else {
            c->phase = GATHER;
            c->next_set = 0;
            break;
        }
    }
}

/* Roots come before the other sets of their clusters. */
static void gather_step(ts_clusters *c)
{
    const ts_join_sets *sets = c->sets;
    for (uint32_t i = 0; i < STEP_ITEMS && c->next_set < sets->n_sets; i++) {
        const uint32_t set = c->next_set++, root = find_root(c, set);
        const uint32_t begin = sets->sets[set].members,
                       end = sets->sets[set + 1].members;
        const uint32_t first = sets->members[begin];
        ts_cluster *cluster = &c->clusters[root];
        c->parents[set] = root;
        if (set == root) *cluster = (ts_cluster){.first = first, .size = 0};
        if (first < cluster->first) cluster->first = first;
        cluster->size += end - begin;
    }
    if (c->next_set == sets->n_sets) c->phase = CHAIN;
}

/* From the last document on, each comes before the one that was met last. */
static void chain_step(ts_clusters *c)
{
    const ts_join_sets *sets = c->sets;
    if (c->n_chained == 0)
        memset(c->met, 0xFF, ((size_t)sets->n_sets + 1) * sizeof *c->met);
    for (uint32_t i = 0; i < STEP_ITEMS && c->n_chained < sets->n_documents; i++) {
        const uint32_t document = sets->n_documents - ++c->n_chained;
        const uint32_t set = sets->set_of[document];
        c->chain[document] = TS_JOIN_NONE;
        if (set == TS_JOIN_NONE) continue;
        uint32_t *last = &c->met[c->parents[set]];
        c->chain[document] = *last;
        *last = document;
    }
    if (c->n_chained == sets->n_documents) c->phase = READY;
}

ts_status ts_clusters_find(ts_clusters *c, bool *ready)
{
    ts_status rc = TS_OK;
    bool is_built = false;

    switch (c->phase) {
    case BUILD:
        rc = ts_join_index_build(&c->index, &is_built);
        if (is_built) c->phase = LINK;
        break;
    case LINK:
        rc = link_step(c, c->index.n_entries);
        if (rc == TS_OK && c->at == c->index.n_entries) {
            c->at = 0;
            c->phase = SEARCH;
        }
        break;
    case SEARCH:
        search_step(c);
        break;
    case GATHER:
        gather_step(c);
        break;
    case CHAIN:
        chain_step(c);
        break;
    case READY:
        break;
    }
    if (rc == TS_OK) *ready = c->phase == READY;
    return rc;
}

ts_cluster ts_clusters_of(const ts_clusters *c, uint32_t document)
{
    const uint32_t set = c->sets->set_of[document];
    if (set == TS_JOIN_NONE) return (ts_cluster){.first = document, .size = 1};
    return c->clusters[c->parents[set]];
}

uint32_t ts_clusters_next(const ts_clusters *c, uint32_t document)
{
    return c->chain[document];
}
