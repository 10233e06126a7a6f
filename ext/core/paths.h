/*
 * Paths: runs of equal words in two texts, chained over small edits.
 *
 * A path grows from an anchor, a few words that are the same in both texts, to
 * both sides, as local alignments do: the run of equal words goes on as far as it
 * can; then, of all runs that begin within the next max_gap words of both texts,
 * the one that is worth most after what the gap costs is taken; and the end is
 * where the score was best (Smith, Waterman 1981; the greedy extension with a
 * bound on the loss is that of BLAST, Altschul et al. 1990).
 *
 * The score: a matching word counts 1, an edited one costs 1, and a gap never
 * more than TS_GAP_COST_MAX, so that words behind a gap that max_gap allows are
 * worth it if they would nearly be a passage by themselves.
 */
#ifndef TS_PATHS_H
#define TS_PATHS_H

#include "poll.h"
#include "status.h"

#include <stddef.h>
#include <stdint.h>

#define TS_GAP_COST_MAX 8

/* What is being compared: the token hashes of two texts, below 2^30 each. */
typedef struct ts_sides {
    const uint64_t *a, *b; /* borrowed */
    uint32_t n_a, n_b;
    uint32_t max_gap;
} ts_sides;

/* The same n words from place a of one text and place b of the other on. */
typedef struct ts_run {
    uint32_t a, b, n;
} ts_run;

/* What is between two runs, aligned: words that match, and columns that do not. */
typedef struct ts_gap {
    uint32_t matches;
    uint32_t edits;
} ts_gap;

/* The runs first_run to first_run + n_runs - 1, with gaps of max_gap at most. */
typedef struct ts_path {
    uint32_t a, a_end, b, b_end; /* what they span */
    uint32_t n_runs;
    size_t first_run;
    uint32_t words;   /* that match */
    uint32_t aligned; /* words and edits */
    int32_t score;
} ts_path;

typedef struct ts_paths {
    ts_sides sides;
    uint32_t min_words; /* of a path that is kept */

    ts_path *items; /* owned */
    size_t n;
    size_t capacity;
    ts_run *runs; /* owned */
    size_t n_runs;
    size_t runs_capacity;

    /*
     * By diagonal, b - a + n_a: twice the end, in a, of the last run that was
     * tried there, and 1 if its path was kept.
     */
    uint32_t *reach; /* owned */

    uint8_t *depth; /* owned: by word of a, how many kept paths go through it */
} ts_paths;

/*
 * So many paths may lie side by side at a word of a.  In texts that repeat a line with
 * edits there are as many as lines, all about as good.
 */
#define TS_PATHS_DEPTH 8

/* TS_NOMEM; 4 bytes for each word of both texts, and one more for those of a. */
ts_status ts_paths_init(ts_paths *paths, const ts_sides *sides, uint32_t min_words);
void ts_paths_clear(ts_paths *paths);

/*
 * Whether there is nothing more to find from the words at a and b on: they are in a
 * run that was tried already, or in enough paths.
 */
static inline int ts_paths_tried(const ts_paths *paths, uint32_t a, uint32_t b)
{
    return paths->depth[a] >= TS_PATHS_DEPTH ||
           a < paths->reach[(size_t)b + paths->sides.n_a - a] >> 1;
}

/*
 * Grow a path from the words at a and b, which are the same, and keep it if it is
 * a passage: paths->n has grown then.  To be called with a ascending.  Walks on no
 * path that was kept before, so that all paths together are linear in the texts, by
 * the number of those that lie side by side.  TS_NOMEM, TS_STOPPED.
 */
ts_status ts_paths_try(ts_paths *paths, uint32_t a, uint32_t b, ts_poll *poll);

/*
 * Add what is left of a path between two places of a, less what is not worth it at
 * its ends, if that is still a passage.  TS_NOMEM.
 */
ts_status ts_paths_cut(ts_paths *paths, size_t path, uint32_t a, uint32_t a_end);

/*
 * Align the words from a and b on, a_size and b_size of them, at most TS_MAX_GAP_MAX:
 * as many matches as can be, and then as few edits.
 */
ts_gap ts_gap_align(const ts_sides *sides, const ts_run *gap_before,
                    const ts_run *gap_after);

#endif
