/*
 * What a sample of shingle hashes can tell, in numbers.
 *
 * Hashes are uniform, so what lies below a limit is a random sample of a set, and
 * the same one for each set that has the hash.  The sample of a document is what
 * lies in the lower third, and its 'smallest' least hashes in any case.
 *
 * 1. If two sets have the similarity s, each of the m least hashes of their union
 *    is in both with probability s, and then it is among the m least of each.  So
 *    the samples have nothing in common with probability (1 - s)^m at most
 *    (Broder 1997), which TS_SAMPLE_MISS bounds for s = threshold: m = 14 for 0.5.
 *
 * 2. A query of N hashes has n of them below the limit.  If it shares K with a
 *    document, the number X of those below the limit, all of which are found, is
 *    hypergeometric: n drawn from N, of which K are good.  So a document with
 *    less than c hits can be dismissed if P(X < c) <= TS_SAMPLE_MISS.  For K = 40
 *    of N = 56 and n = 19, c is 8; where it is 0, nothing is promised.
 *
 *    That holds for any n of the hashes below the limit, if they are chosen by the
 *    hashes alone.  So the least are looked up first, and more only if that leaves
 *    too many documents: 16, 32, 64 and 128, which are four chances at most.
 *
 * 3. A document of which the share c lies in the query, and of which the m least
 *    hashes are in its sample, has none of them in the query with probability
 *    (1 - c)^m; that needs a lookup of all the hashes of the query.
 *
 * The chance to miss a document is then at most the sum of these and of 6., 0.06 %,
 * for one that just meets the bound, and far less for all others.
 *
 * With less than TS_SAMPLE_SHARED hashes a query is too short for chances, but that
 * of 1.; what finds all is a pigeonhole, or a complete scan.
 *
 * 4. A document that shares K of the N hashes of a query lacks N - K.  If more than
 *    N - K of them are below the limit, one of these is shared, and found: of 30,
 *    seven, for 24 to be shared.
 *
 * 5. A document of b hashes that shares K of them with a query has b - K others.  If
 *    these are less than the m least, which are in its sample, one of those is
 *    shared, and found by looking all hashes of the query up: with m = 14, for
 *    all documents that lie in the query by 0.8, up to 56 hashes in the query.
 *
 * Where nearly all documents have the same boilerplate, 2. tells a document that meets
 * the bound badly from one that has the boilerplate alone.
 *
 * 6. Hashes are tried in ascending order.  Let X be those up to the fourth that has a
 *    long list, P a document that is in as many of these four lists as any, and Y the
 *    hashes that are tried after X.  X is known when P is
 *    chosen, and Y is still a random sample of the rest of the query, so 2. holds for
 *    Y whatever P is.  Let P share B hashes of the query.  A document that shares K of
 *    them, and no hash that was tried but those of long lists, shares at least K - B
 *    of the N - B that P has not, and of these at most as many of X as X has long lists
 *    that P is not in, say x.  So it shares at least K - B - x of what is left of the
 *    N - B without X, and if there are c of those to be expected among Y by 2., but Y
 *    has less than c long lists that P is not in, the document can be dismissed.  Of
 *    the boilerplate, which P has, nothing is left to chance.  (For short queries the
 *    pigeonhole of 4. holds among them in the same way.)
 */
#ifndef TS_SAMPLE_H
#define TS_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

/* A query with less hashes is short: nothing that it finds is left to chance. */
#define TS_SAMPLE_SHARED 40

#define TS_SAMPLE_MISS 1e-4

/*
 * Hashes are sampled if their upper 32 bits are less.  A third: of 40 shared
 * shingles none is below it with probability 1e-7, of 20 with 3e-4; and of 171,
 * the median of real documents, 57 tell a similarity of 0.7 from the 0.33 of two
 * documents that are half boilerplate.  It takes 0.16 bytes per byte of text.
 */
#define TS_SAMPLE_LIMIT (UINT32_MAX / 3)

/* How many of the least hashes are in a sample, so that 1. holds for a threshold. */
uint32_t ts_sample_smallest(double threshold);

/* Whether (1 - share)^m is at most TS_SAMPLE_MISS. */
int ts_sample_promises(double share, uint32_t m);

/* How many of the n ascending hashes are below the limit. */
size_t ts_sample_below(const uint64_t *set, size_t n);

/* c of 2.: the fewest hits of a document that shares 'k' of 'n_query' hashes. */
uint32_t ts_sample_cutoff(uint64_t n_query, uint64_t k, uint64_t n_sampled);

#endif
