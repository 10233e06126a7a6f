/*
 * How postings get from level to level: a log-structured merge tree (O'Neil,
 * Cheng, Gawlick, O'Neil 1996) of the tail and three levels of blocks.
 *
 * A level that is full gives one slice at a time, in turn (as LevelDB does), to the
 * one below, so that no single INSERT waits for a whole level.
 *
 * The dead.  A round goes along the hashes, once, and rewrites on all three levels
 * what it passes without the postings of dead documents.  A posting keeps its hash
 * when it is moved, and none of a dead document comes in: so when the next round is
 * where this one was when a document died, none of its postings is left, and its
 * number is forgotten.
 *
 * What moves a round on is each slice of the middle level, which rewrites the lowest
 * there in any case; and, where documents die faster than that, a step of its own, so
 * that a round takes no more deaths than twice the documents that there are, or a few
 * thousand.  That bounds t_dead, and costs a death what half a document has in
 * postings to be rewritten, a small part of what its INSERT had on its way down.
 */
#include "index_merge.h"

#include "../core/sets.h"

#include "index_config.h"
#include "index_schema.h"

SQLITE_EXTENSION_INIT3

/* The tail is merged when it gets a document with this remainder. */
#define TAIL_DOCUMENTS 256

/* Or at once, if that document has so many hashes: a query reads the whole tail. */
#define TAIL_HASHES 4096

/*
 * A level is full at one tenth of the blocks of the level below, and at these
 * numbers at least.  A posting is then rewritten about ten times on each level;
 * with a million documents, two levels and not three would cost twice as much.
 */
#define LEVEL_SHARE 10
static const sqlite3_int64 full_at_least[TS_N_LEVELS] = {32, 320, 0};

/* Blocks in a slice. */
#define SLICE_BLOCKS 16

/* The level that is along with a round: what leaves it ends at the lowest one. */
#define ROUND_LEVEL (&ts_levels[TS_N_LEVELS - 2])

/* A round takes so many deaths for each document, and never less than these. */
#define ROUND_SHARE 2
#define ROUND_DEATHS_MIN 2048

/*
 * A step is for this part of as many deaths as there are documents, but not for less
 * than STEP_DEATHS.  Each reads t_dead, and counts the documents.
 */
#define STEP_PART 32
#define STEP_DEATHS 512

/* The hashes are in 64 pieces: in which one a round is, is noted of the dead. */
#define PIECE_BITS 6

/* Blocks in a step, at least. */
#define STEP_BLOCKS 4

/* --- rounds ----------------------------------------------------------------------- */

/* Note how many documents there are: for how long it is until the next step. */
static sqlite3_int64 count_documents(ts_index *index, ts_error *error)
{
    sqlite3_int64 n = 0;
    if (ts_index_count(index, &n, error)) ts_config_put(index, TS_DOCUMENTS, n, error);
    return n;
}

/* When a round is so far: by rounds, and by pieces of the hashes. */
static uint64_t time_of(uint64_t n_rounds, uint64_t at)
{
    return n_rounds << PIECE_BITS | at >> (TS_POSTING_BITS - PIECE_BITS);
}

/* A round has passed all up to 'to', on each level. */
static void reach(ts_index *index, uint64_t to, ts_error *error)
{
    sqlite3_int64 before = 0;
    ts_config_get_count(index, TS_TIME, TS_CONFIG_COUNT_MAX, &before, error);
    uint64_t n_rounds = (uint64_t)before >> PIECE_BITS, at = to + 1;
    if (to == TS_NO_POSTING) {
        n_rounds++;
        at = 0;
    }
    ts_config_put(index, ROUND_LEVEL->slice, (sqlite3_int64)at, error);
    const sqlite3_int64 now = (sqlite3_int64)time_of(n_rounds, at);
    if (now == before) return;
    ts_config_put(index, TS_TIME, now, error);
    sqlite3_stmt *s = ts_statement_take(index, TS_DEAD_FORGET, error);
    if (s != NULL) sqlite3_bind_int64(s, 1, now - (1 << PIECE_BITS));
    ts_statement_run(index, TS_DEAD_FORGET, s, error);
}

/* What comes before the block of a level that is n behind the one 'from' is in. */
static uint64_t end_of_step(ts_index *index, const ts_slice *step, ts_error *error)
{
    uint64_t end = TS_NO_POSTING;
    sqlite3_int64 n = 0;
    sqlite3_stmt *s = ts_statement_take(index, step->level->seek, error);
    if (s != NULL) sqlite3_bind_int64(s, 1, (sqlite3_int64)step->from);
    while (s != NULL && n <= step->n_blocks && ts_statement_row(index, s, error))
        if (n++ == step->n_blocks) end = (uint64_t)sqlite3_column_int64(s, 0) - 1;
    ts_statement_give(index, step->level->seek, s);
    return end;
}

/* Move the round on by so many blocks of the level that has most. */
static void step_round(ts_index *index, sqlite3_int64 n_blocks, ts_error *error)
{
    sqlite3_int64 at = 0;
    ts_dead dead;
    ts_config_get_count(index, ROUND_LEVEL->slice, INT64_MAX, &at, error);
    const uint64_t from = at > 0 ? (uint64_t)at : 0;
    uint64_t to = TS_NO_POSTING;
    for (int i = 0; i < TS_N_LEVELS; i++) {
        const ts_slice step = {&ts_levels[i], from, n_blocks};
        const uint64_t end = end_of_step(index, &step, error);
        if (end < to) to = end;
    }
    ts_dead_load(&dead, index, error);
    for (int i = 0; i < TS_N_LEVELS && error->code == SQLITE_OK; i++) {
        const ts_merge merge = {
            .level = &ts_levels[i], .from = from, .to = to, .dead = &dead};
        ts_merge_run(index, &merge, error);
    }
    ts_dead_clear(&dead);
    if (error->code == SQLITE_OK) reach(index, to, error);
}

/* A document has died: is it time for a step? */
static bool is_step(uint32_t docno, uint64_t n_deaths)
{
    /* Multiples of the golden ratio: one of n, evenly, whichever numbers die. */
    return docno * UINT32_C(0x9E3779B1) <= UINT32_MAX / n_deaths;
}

static void count_death(ts_index *index, uint32_t docno, ts_error *error)
{
    sqlite3_int64 n_documents = 0, n_blocks = 0;
    if (!is_step(docno, STEP_DEATHS) ||
        !ts_config_get_count(index, TS_DOCUMENTS, TS_CONFIG_COUNT_MAX, &n_documents,
                             error))
        return;
    const uint64_t n_deaths = n_documents / STEP_PART > STEP_DEATHS
                                  ? (uint64_t)n_documents / STEP_PART
                                  : STEP_DEATHS;
    if (!is_step(docno, n_deaths)) return;
    n_documents = count_documents(index, error);
    double most = (double)n_documents * ROUND_SHARE;
    if (most < ROUND_DEATHS_MIN) most = ROUND_DEATHS_MIN;
    for (int i = 0; i < TS_N_LEVELS; i++) {
        sqlite3_int64 n = 0;
        ts_config_get_count(index, ts_levels[i].suffix, TS_CONFIG_COUNT_MAX, &n, error);
        if (n > n_blocks) n_blocks = n;
    }
    const double part = (double)n_deaths / most;
    const double wanted = (double)n_blocks * (part < 1.0 ? part : 1.0);
    step_round(index, STEP_BLOCKS + (sqlite3_int64)wanted, error);
}

/* --- slices ----------------------------------------------------------------------- */

/* Collect the tail, sorted, and empty it. */
static void take_tail(ts_index *index, ts_hashes *postings, ts_error *error)
{
    sqlite3_stmt *s = ts_statement_take(index, TS_TAIL_ALL, error);
    while (s != NULL && ts_statement_row(index, s, error)) {
        const sqlite3_int64 docno = sqlite3_column_int64(s, 0);
        const void *row = sqlite3_column_blob(s, 1);
        const size_t size = (size_t)sqlite3_column_bytes(s, 1);
        if (docno <= 0 || docno > (sqlite3_int64)TS_DOCNO_MAX ||
            !ts_tail_decode((uint32_t)docno, row, size, postings, error))
            ts_error_corrupt(error, "tail", docno);
    }
    ts_statement_give(index, TS_TAIL_ALL, s);
    ts_set_sort(postings);
    ts_index_exec(index, "DELETE FROM @tail", error);
}

/* What move_slice() does, with the documents that are dead. */
typedef struct mover {
    ts_index *index;
    ts_error *error;
    ts_dead dead; /* owned */
} mover;

/*
 * Move the next slice of a level down.  From the level that is along with the round,
 * it takes the round on: the blocks above are passed, too.
 */
static void move_slice(mover *m, const ts_level *level)
{
    ts_hashes postings = {0};
    sqlite3_int64 at = 0;
    ts_config_get_count(m->index, level->slice, INT64_MAX, &at, m->error);
    const ts_slice slice = {level, at > 0 ? (uint64_t)at : 0, SLICE_BLOCKS};
    const bool more = ts_merge_take(m->index, &slice, &postings, m->error);
    const uint64_t last = postings.size > 0 ? postings.data[postings.size - 1] : 0;
    ts_merge merge = {.level = level + 1,
                      .from = slice.from,
                      .to = more ? last : TS_NO_POSTING,
                      .incoming = &postings,
                      .dead = &m->dead};
    /* The first block may begin before the slice; the slice, before the first block. */
    if (postings.size > 0 && postings.data[0] < merge.from)
        merge.from = postings.data[0];
    if (m->error->code == SQLITE_OK) ts_merge_run(m->index, &merge, m->error);
    ts_hashes_clear(&postings);
    if (level != ROUND_LEVEL) {
        ts_config_put(m->index, level->slice, more ? (sqlite3_int64)(last + 1) : 0,
                      m->error);
        return;
    }
    merge.incoming = NULL;
    for (merge.level = ts_levels; merge.level < level && m->dead.n > 0; merge.level++)
        if (m->error->code == SQLITE_OK) ts_merge_run(m->index, &merge, m->error);
    if (m->error->code == SQLITE_OK) reach(m->index, merge.to, m->error);
}

static bool is_full(ts_index *index, int level, ts_error *error)
{
    sqlite3_int64 n = 0, n_below = 0;
    return ts_config_get_count(index, ts_levels[level].suffix, TS_CONFIG_COUNT_MAX, &n,
                               error) &&
           ts_config_get_count(index, ts_levels[level + 1].suffix, TS_CONFIG_COUNT_MAX,
                               &n_below, error) &&
           n > full_at_least[level] && n > n_below / LEVEL_SHARE;
}

static void merge_tail(ts_index *index, ts_error *error)
{
    mover m = {.index = index, .error = error};
    ts_hashes postings = {0};
    take_tail(index, &postings, error);
    ts_dead_load(&m.dead, index, error);
    if (error->code == SQLITE_OK && postings.size > 0) {
        const ts_merge merge = {.level = &ts_levels[0],
                                .from = postings.data[0],
                                .to = postings.data[postings.size - 1],
                                .incoming = &postings,
                                .dead = &m.dead};
        ts_merge_run(index, &merge, error);
    }
    ts_hashes_clear(&postings);
    for (int i = 0; i + 1 < TS_N_LEVELS; i++) {
        sqlite3_int64 n = INT64_MAX, n_before = INT64_MAX;
        /* The last slice of a round may be empty, but not two in a row. */
        for (int n_in_vain = 0; is_full(index, i, error); n_before = n) {
            ts_config_get_count(index, ts_levels[i].suffix, TS_CONFIG_COUNT_MAX, &n,
                                error);
            n_in_vain = n < n_before ? 0 : n_in_vain + 1;
            if (n_in_vain > 1) ts_error_corrupt(error, "config", 0);
            if (error->code == SQLITE_OK) move_slice(&m, &ts_levels[i]);
        }
    }
    ts_dead_clear(&m.dead);
}

/* --- what others ask for ---------------------------------------------------------- */

bool ts_postings_add(ts_index *index, uint32_t docno, const uint64_t *set, size_t n,
                     ts_error *error)
{
    ts_bytes row = {0};
    if (ts_tail_encode(set, n, &row, error)) {
        sqlite3_stmt *s = ts_statement_take(index, TS_TAIL_PUT, error);
        if (s != NULL) {
            sqlite3_bind_int64(s, 1, docno);
            ts_statement_bind_blob(s, 2, row.data, row.size, error);
        }
        ts_statement_run(index, TS_TAIL_PUT, s, error);
    }
    ts_bytes_clear(&row);
    if (error->code == SQLITE_OK &&
        (docno % TAIL_DOCUMENTS == TAIL_DOCUMENTS - 1 || n > TAIL_HASHES))
        merge_tail(index, error);
    return error->code == SQLITE_OK;
}

bool ts_postings_remove(ts_index *index, uint32_t docno, ts_error *error)
{
    sqlite3_stmt *s = ts_statement_take(index, TS_TAIL_DELETE, error);
    if (s != NULL) sqlite3_bind_int64(s, 1, docno);
    if (!ts_statement_run(index, TS_TAIL_DELETE, s, error)) return false;
    if (sqlite3_changes(index->db) > 0) return true;

    s = ts_statement_take(index, TS_DEAD_PUT, error);
    if (s != NULL) sqlite3_bind_int64(s, 1, docno);
    if (ts_statement_run(index, TS_DEAD_PUT, s, error))
        count_death(index, docno, error);
    return error->code == SQLITE_OK;
}

bool ts_postings_put(ts_index *index, const ts_hashes *postings, ts_error *error)
{
    ts_dead dead;
    const ts_merge merge = {.level = &ts_levels[TS_N_LEVELS - 1],
                            .to = TS_NO_POSTING,
                            .incoming = postings,
                            .dead = &dead};
    if (ts_dead_load(&dead, index, error)) ts_merge_run(index, &merge, error);
    ts_dead_clear(&dead);
    return error->code == SQLITE_OK;
}

bool ts_postings_reset(ts_index *index, ts_error *error)
{
    for (int i = 0; i < TS_N_LEVELS; i++) {
        ts_config_put(index, ts_levels[i].suffix, 0, error);
        ts_config_put(index, ts_levels[i].slice, 0, error);
    }
    return ts_config_put(index, TS_TIME, 0, error) &&
           ts_config_put(index, TS_DOCUMENTS, 0, error);
}

bool ts_postings_optimize(ts_index *index, ts_error *error)
{
    ts_hashes postings = {0};
    take_tail(index, &postings, error);
    for (int i = 0; i + 1 < TS_N_LEVELS; i++) {
        const ts_slice all = {.level = &ts_levels[i], .n_blocks = INT64_MAX};
        ts_merge_take(index, &all, &postings, error);
        ts_config_put(index, ts_levels[i].slice, 0, error);
    }
    if (error->code == SQLITE_OK) {
        ts_set_sort(&postings);
        ts_postings_put(index, &postings, error);
    }
    ts_hashes_clear(&postings);
    /* All has been rewritten, which is a round. */
    if (error->code == SQLITE_OK) reach(index, TS_NO_POSTING, error);
    return ts_index_exec(index, "DELETE FROM @dead", error);
}
