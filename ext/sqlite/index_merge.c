/*
 * How postings get from level to level: a log-structured merge tree (O'Neil,
 * Cheng, Gawlick, O'Neil 1996) of three levels, two of them in blocks.
 *
 * A merge reads the blocks of a range, one by one, drops them, and writes what
 * they had together with what is new into full blocks.  It comes to a block by
 * its key, which is larger than all that was read before, while all that is
 * written is not: so reading and writing the same table do not meet.
 *
 * The lowest level is merged with one slice of the level above it at a time, in
 * turn (as LevelDB does), so that no single INSERT waits for a whole level.
 */
#include "index_postings.h"

#include "../core/sets.h"

#include "index_config.h"
#include "index_schema.h"

SQLITE_EXTENSION_INIT3

/* The tail is merged when it gets a document with this remainder. */
#define TAIL_DOCUMENTS 256

/* Or at once, if that document has so many hashes: a query reads the whole tail. */
#define TAIL_HASHES 4096

/* A row of a block fills a page of 4 KB, of which its cell may take 4,061 bytes. */
#define BLOCK_SIZE 3960

/* Blocks of t_recent: at least, and one for so many blocks of t_postings. */
#define RECENT_MIN 64
#define RECENT_SHARE 32

/* Blocks of t_recent in a slice. */
#define SLICE_BLOCKS 16

/* The largest posting there can be, and one that is larger. */
#define NO_POSTING UINT64_MAX

/* The range of postings that a merge rewrites, with those that come in. */
typedef struct merge_range {
    uint64_t from, to; /* whole blocks: of 'from', and up to one that 'to' is in */
    const ts_hashes *incoming; /* sorted, within the range */
} merge_range;

typedef struct merger {
    ts_index *index;
    const ts_level *level;
    ts_error *error;
    ts_hashes dead; /* owned: numbers of dead documents, sorted */
    ts_hashes old;  /* owned: a block that was read */
    uint64_t next;  /* key of the block after it, or NO_POSTING */
    uint8_t block[BLOCK_SIZE + TS_POSTING_SIZE]; /* what is being written */
    size_t size;
    uint64_t first, last;   /* its postings; 'first' is NO_POSTING if it has none */
    sqlite3_int64 n_blocks; /* more than there were */
} merger;

/* --- blocks ------------------------------------------------------------------------
 */

static void load_dead(merger *m)
{
    sqlite3_stmt *s = ts_statement_take(m->index, TS_DEAD_ALL, m->error);
    while (s != NULL && ts_statement_row(m->index, s, m->error)) {
        const uint64_t docno = (uint64_t)sqlite3_column_int64(s, 0);
        if (ts_hashes_append(&m->dead, &docno, 1) != TS_OK) ts_error_nomem(m->error);
    }
    ts_statement_give(m->index, TS_DEAD_ALL, s);
}

/* Read the block that 'posting' would be in, and drop its row. */
static void take_block(merger *m, uint64_t posting)
{
    const ts_level *level = m->level;
    m->old.size = 0;
    m->next = NO_POSTING;
    sqlite3_stmt *s = ts_statement_take(m->index, level->seek, m->error);
    if (s != NULL) sqlite3_bind_int64(s, 1, (sqlite3_int64)posting);
    sqlite3_int64 key = 0;
    if (s != NULL && ts_statement_row(m->index, s, m->error)) {
        key = sqlite3_column_int64(s, 0);
        const void *block = sqlite3_column_blob(s, 1);
        const size_t size = (size_t)sqlite3_column_bytes(s, 1);
        if (key <= 0 || !ts_block_decode((uint64_t)key, block, size, &m->old, m->error))
            ts_error_corrupt(m->error, level->suffix, key);
        if (ts_statement_row(m->index, s, m->error))
            m->next = (uint64_t)sqlite3_column_int64(s, 0);
    }
    ts_statement_give(m->index, level->seek, s);
    if (m->old.size == 0 || m->error->code != SQLITE_OK) return;
    if (m->next <= m->old.data[m->old.size - 1])
        ts_error_corrupt(m->error, level->suffix, (sqlite3_int64)m->next);
    s = ts_statement_take(m->index, level->drop, m->error);
    if (s != NULL) sqlite3_bind_int64(s, 1, key);
    ts_statement_run(m->index, level->drop, s, m->error);
    m->n_blocks--;
}

static void write_block(merger *m)
{
    if (m->first == NO_POSTING) return;
    sqlite3_stmt *s = ts_statement_take(m->index, m->level->put, m->error);
    if (s != NULL) {
        sqlite3_bind_int64(s, 1, (sqlite3_int64)m->first);
        sqlite3_bind_blob(s, 2, m->block, (int)m->size, SQLITE_STATIC);
    }
    ts_statement_run(m->index, m->level->put, s, m->error);
    m->n_blocks++;
    m->first = NO_POSTING;
}

static bool is_dead(const merger *m, uint64_t posting)
{
    const uint64_t docno = ts_posting_docno(posting);
    size_t low = 0, n = m->dead.size;
    while (n > 0) {
        const size_t half = n / 2;
        if (m->dead.data[low + half] < docno) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return low < m->dead.size && m->dead.data[low] == docno;
}

static inline void write_posting(merger *m, uint64_t posting)
{
    if (m->dead.size > 0 && is_dead(m, posting)) return;
    if (m->first != NO_POSTING && m->size > BLOCK_SIZE - TS_POSTING_SIZE)
        write_block(m);
    if (m->first == NO_POSTING) {
        m->first = posting;
        m->size = 0;
    } else {
        m->size += ts_block_append(m->block + m->size, m->last, posting);
    }
    m->last = posting;
}

/* --- merges -------------------------------------------------------------------------
 */

/* Write the old block together with what comes in before 'limit'; how much came. */
static size_t merge_block(merger *m, const uint64_t *incoming, size_t n, uint64_t limit)
{
    size_t i = 0, j = 0;
    while (m->error->code == SQLITE_OK) {
        const bool more = i < n && incoming[i] < limit;
        if (j < m->old.size && (!more || m->old.data[j] <= incoming[i])) {
            /* The same posting twice would be damage, but does no harm. */
            if (more && m->old.data[j] == incoming[i]) i++;
            write_posting(m, m->old.data[j++]);
        } else if (more) {
            write_posting(m, incoming[i++]);
        } else {
            break;
        }
    }
    return i;
}

static bool merge(ts_index *index, const ts_level *level, const merge_range *range,
                  ts_error *error)
{
    merger m = {.index = index, .level = level, .error = error, .first = NO_POSTING};
    const uint64_t *incoming = range->incoming->data;
    const size_t n = range->incoming->size;
    size_t n_done = 0;
    uint64_t at = range->from;
    load_dead(&m);
    for (;;) {
        take_block(&m, at);
        if (error->code != SQLITE_OK) break;
        if (n - n_done > 0)
            n_done += merge_block(&m, incoming + n_done, n - n_done, m.next);
        else
            merge_block(&m, NULL, 0, m.next);
        at = m.next;
        if (at == NO_POSTING || (at > range->to && n_done == n)) break;
    }
    if (error->code == SQLITE_OK) write_block(&m);
    sqlite3_int64 n_blocks = 0;
    if (error->code == SQLITE_OK &&
        ts_config_get(index, level->suffix, &n_blocks, error))
        ts_config_put(index, level->suffix, n_blocks + m.n_blocks, error);
    ts_hashes_clear(&m.dead);
    ts_hashes_clear(&m.old);
    return error->code == SQLITE_OK;
}

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

/*
 * Take the blocks of t_recent from the one that 'slice' is in, at most n of them;
 * whether there are more after them.
 */
static bool take_recent(ts_index *index, uint64_t slice, sqlite3_int64 n,
                        ts_hashes *postings, ts_error *error)
{
    merger m = {.index = index, .level = &ts_level_recent, .error = error};
    sqlite3_int64 n_blocks = 0;
    m.next = slice;
    while (n-- > 0 && m.next != NO_POSTING && error->code == SQLITE_OK) {
        take_block(&m, m.next);
        if (error->code == SQLITE_OK &&
            ts_hashes_append(postings, m.old.data, m.old.size) != TS_OK)
            ts_error_nomem(error);
    }
    if (ts_config_get(index, ts_level_recent.suffix, &n_blocks, error))
        ts_config_put(index, ts_level_recent.suffix, n_blocks + m.n_blocks, error);
    ts_hashes_clear(&m.old);
    return m.next != NO_POSTING;
}

/* Move the next slice of t_recent down; the last one ends a round. */
static void move_slice(ts_index *index, ts_error *error)
{
    ts_hashes postings = {0};
    sqlite3_int64 slice = 0, round = 0;
    ts_config_get(index, "slice", &slice, error);
    ts_config_get(index, "round", &round, error);
    if (slice < 0) slice = 0;
    const bool more =
        take_recent(index, (uint64_t)slice, SLICE_BLOCKS, &postings, error);
    const uint64_t last = postings.size > 0 ? postings.data[postings.size - 1] : 0;
    /* The first block may begin before the slice; the slice, before the first block. */
    uint64_t from = (uint64_t)slice;
    if (postings.size > 0 && postings.data[0] < from) from = postings.data[0];
    const merge_range range = {
        .from = from, .to = more ? last : NO_POSTING, .incoming = &postings};
    if (error->code == SQLITE_OK) merge(index, &ts_level_postings, &range, error);
    ts_config_put(index, "slice", more ? (sqlite3_int64)(last + 1) : 0, error);
    if (!more) {
        ts_config_put(index, "round", ++round, error);
        sqlite3_stmt *s = ts_statement_take(index, TS_DEAD_FORGET, error);
        if (s != NULL) sqlite3_bind_int64(s, 1, round - 1);
        ts_statement_run(index, TS_DEAD_FORGET, s, error);
    }
    ts_hashes_clear(&postings);
}

static void merge_tail(ts_index *index, ts_error *error)
{
    ts_hashes postings = {0};
    take_tail(index, &postings, error);
    if (error->code == SQLITE_OK && postings.size > 0) {
        const merge_range range = {.from = postings.data[0],
                                   .to = postings.data[postings.size - 1],
                                   .incoming = &postings};
        merge(index, &ts_level_recent, &range, error);
    }
    ts_hashes_clear(&postings);

    sqlite3_int64 n_recent = 0, n_postings = 0;
    while (ts_config_get(index, ts_level_recent.suffix, &n_recent, error) &&
           ts_config_get(index, ts_level_postings.suffix, &n_postings, error) &&
           n_recent > RECENT_MIN && n_recent > n_postings / RECENT_SHARE)
        move_slice(index, error);
}

bool ts_postings_add(ts_index *index, uint32_t docno, const uint64_t *set, size_t n,
                     ts_error *error)
{
    ts_bytes row = {0};
    if (ts_tail_encode(set, n, &row, error)) {
        sqlite3_stmt *s = ts_statement_take(index, TS_TAIL_PUT, error);
        if (s != NULL) {
            sqlite3_bind_int64(s, 1, docno);
            sqlite3_bind_blob64(s, 2, row.data, row.size, SQLITE_STATIC);
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

    sqlite3_int64 round = 0;
    ts_config_get(index, "round", &round, error);
    s = ts_statement_take(index, TS_DEAD_PUT, error);
    if (s != NULL) {
        sqlite3_bind_int64(s, 1, docno);
        sqlite3_bind_int64(s, 2, round);
    }
    return ts_statement_run(index, TS_DEAD_PUT, s, error);
}

bool ts_postings_put(ts_index *index, const ts_hashes *postings, ts_error *error)
{
    const merge_range range = {.from = 0, .to = NO_POSTING, .incoming = postings};
    return merge(index, &ts_level_postings, &range, error);
}

bool ts_postings_optimize(ts_index *index, ts_error *error)
{
    ts_hashes postings = {0}, recent = {0};
    take_tail(index, &postings, error);
    take_recent(index, 0, INT64_MAX, &recent, error);
    if (error->code == SQLITE_OK &&
        ts_hashes_append(&postings, recent.data, recent.size) != TS_OK)
        ts_error_nomem(error);
    ts_hashes_clear(&recent);
    if (error->code == SQLITE_OK) {
        ts_set_sort(&postings);
        ts_postings_put(index, &postings, error);
    }
    ts_hashes_clear(&postings);
    ts_config_put(index, "slice", 0, error);
    return ts_index_exec(index, "DELETE FROM @dead", error);
}
