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

#include "expect.h"
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

/*
 * The runs first_run to first_run + n_runs - 1, with gaps of max_gap at most; of the
 * first and the last one what is in words a to a_end - 1.  So parts of a path have
 * their runs in common with it.
 */
typedef struct ts_path {
    uint32_t a, a_end;
    uint32_t first_run;
    uint32_t n_runs;
    uint32_t words;   /* that match */
    uint32_t aligned; /* words and edits */
    int32_t score;
} ts_path;

typedef struct ts_paths {
    ts_sides sides;
    uint32_t min_words; /* of a path that is kept */
    ts_poll *poll;      /* borrowed */

    ts_path *items; /* owned */
    size_t n;
    size_t capacity;
    size_t first_of_word; /* the first that was kept from the word of a tried last */
    uint32_t word;
    uint64_t idle_steps; /* of about a nanosecond, for paths that were not kept */
    ts_run *runs;        /* owned */
    size_t n_runs;
    size_t runs_capacity;

    /*
     * By diagonal, b - a + n_a: four times the end, in a, of the last run that was
     * tried there, and what became of it.
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
ts_status ts_paths_init(ts_paths *paths, const ts_sides *sides, uint32_t min_words,
                        ts_poll *poll);

/* No more will be tried: give back the memory that only this needs. */
void ts_paths_end(ts_paths *paths);
void ts_paths_clear(ts_paths *paths);

/*
 * Whether there is nothing more to find from the words at a and b on: they are in a
 * run that was tried already, or in enough paths.
 */
static inline int ts_paths_tried(const ts_paths *paths, uint32_t a, uint32_t b)
{
    return paths->depth[a] >= TS_PATHS_DEPTH ||
           a < paths->reach[(size_t)b + paths->sides.n_a - a] >> 2;
}

/* Words a and b will be asked about: have memory send what that takes. */
static inline void ts_paths_expect(const ts_paths *paths, uint32_t a, uint32_t b)
{
    TS_EXPECT(&paths->reach[(size_t)b + paths->sides.n_a - a]);
    TS_EXPECT(&paths->sides.b[b]);
}

/*
 * Grow a path from the words at a and b, which are the same, and keep it if it is
 * a passage: paths->n has grown then.  To be called with a ascending, and for each a
 * with b ascending.  Walks on no path that was kept before, and at most twice on one
 * that was not, so that all paths together are linear in the texts, by the number of
 * those that lie side by side.  TS_NOMEM, TS_STOPPED; TS_TOO_BIG for 2^32 runs.
 */
ts_status ts_paths_try(ts_paths *paths, uint32_t a, uint32_t b);

/* Add a path, which may be part of another one; TS_NOMEM. */
ts_status ts_paths_add(ts_paths *paths, const ts_path *path);

/*
 * Set 'part' to what is left of a path between two of its words of a, less what is
 * not worth it at its ends; part->n_runs is 0 if that is no passage.  TS_STOPPED.
 */
ts_status ts_paths_part(const ts_paths *paths, const ts_path *whole, uint32_t a,
                        uint32_t a_end, ts_path *part);

/* Where a path begins in b, and where it ends. */
uint32_t ts_path_b(const ts_paths *paths, const ts_path *path);
uint32_t ts_path_b_end(const ts_paths *paths, const ts_path *path);

/*
 * Align the words from a and b on, a_size and b_size of them, at most TS_MAX_GAP_MAX:
 * as many matches as can be, and then as few edits.
 */
ts_gap ts_gap_align(const ts_sides *sides, const ts_run *gap_before,
                    const ts_run *gap_after);

#endif
