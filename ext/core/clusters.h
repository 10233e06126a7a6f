/*
 * Clusters: documents that are connected by pairs with a Jaccard of at least t.
 *
 *     ts_clusters *clusters = ts_clusters_new(sets, 0.8);    sets: join_sets.h
 *     while ((rc = ts_clusters_find(clusters, &ready)) == TS_OK && !ready)
 *         ...                                      look whether to go on
 *     ts_cluster cluster = ts_clusters_of(clusters, document);
 *
 * Only pairs that were verified connect, so that chance and boilerplate do not
 * chain; but in a chain a ~ b ~ c, a and c may have little in common.  How much
 * a document has in common with the first of its cluster, ts_join_sets_overlap()
 * tells.
 */
#ifndef TS_CLUSTERS_H
#define TS_CLUSTERS_H

#include "join_sets.h"

typedef struct ts_clusters ts_clusters;

typedef struct ts_cluster {
    uint32_t first; /* the smallest number of a document in it */
    uint32_t size;  /* documents; 1: the document has no partner */
} ts_cluster;

/* Owned; NULL if out of memory.  'sets' are ready and borrowed.  0 < threshold <= 1. */
ts_clusters *ts_clusters_new(const ts_join_sets *sets, double threshold);
void ts_clusters_free(ts_clusters *clusters);

/*
 * Do some of the work, about a millisecond of it; *ready tells when all is done.
 * After TS_NOMEM or TS_TOO_BIG the clusters can only be freed.
 */
ts_status ts_clusters_find(ts_clusters *clusters, bool *ready);

/* The cluster of a document, when ready.  An empty one is alone. */
ts_cluster ts_clusters_of(const ts_clusters *clusters, uint32_t document);

/* The next document of the same cluster, by number; TS_JOIN_NONE after the last. */
uint32_t ts_clusters_next(const ts_clusters *clusters, uint32_t document);

#endif
