/*
 * How postings get from level to level: a log-structured merge tree (O'Neil,
 * Cheng, Gawlick, O'Neil 1996) of the tail and three levels of blocks.
 *
 * A merge reads the blocks of a range, one by one, drops them, and writes what
 * they had together with what is new into full blocks.  It comes to a block by
 * its key, which is larger than all that was read before, while all that is
 * written is not: so reading and writing the same table do not meet.
 *
 * A level that is full gives one slice at a time, in turn (as LevelDB does), to the
 * one below, so that no single INSERT waits for a whole level.
 */
#include "index_postings.h"

#include "../core/sets.h"

#include "index_config.h"
#include "index_schema.h"

#include <string.h>
SQLITE_EXTENSION_INIT3

/* The tail is merged when it gets a document with this remainder. */
#define TAIL_DOCUMENTS 256

/* Or at once, if that document has so many hashes: a query reads the whole tail. */
#define TAIL_HASHES 4096

/* A row of a block fills a page of 4 KB, of which its cell may take 4,061 bytes. */
#define BLOCK_SIZE 3960

/*
 * A level is full at one tenth of the blocks of the level below, and at these
 * numbers at least.  A posting is then rewritten about ten times on each level;
 * with a million documents, two levels and not three would cost twice as much.
 */
#define LEVEL_SHARE 10
static const sqlite3_int64 full_at_least[TS_N_LEVELS] = {32, 320, 0};

/* Blocks in a slice. */
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
    size_t n_dead;  /* documents */
    ts_hashes dead; /* owned: a hash table of them; 0: none */
    ts_hashes
        dead_bits;  /* owned: by the lower bits of a number, whether it may be one */
    ts_bytes bytes; /* owned: a block that was read */
    sqlite3_int64 key;
    ts_block old;
    uint64_t next; /* key of the block after it, or NO_POSTING */
    uint8_t block[BLOCK_SIZE + TS_POSTING_SIZE]; /* what is being written */
    size_t size;
    uint64_t first, last;   /* its postings; 'first' is NO_POSTING if it has none */
    sqlite3_int64 n_blocks; /* more than there were */
} merger;

/* --- blocks ------------------------------------------------------------------------
 */

/* Where a number is, or would be, in a hash table of a power of two of places. */
static size_t place_of(const ts_hashes *table, uint64_t docno)
{
    const size_t mask = table->size - 1;
    size_t place = (size_t)(docno * UINT64_C(0x9E3779B97F4A7C15) >> 32) & mask;
    while (table->data[place] != 0 && table->data[place] != docno)
        place = (place + 1) & mask;
    return place;
}

/* Where the bit of a number is, of sixteen or more for each that is dead. */
static inline uint64_t *bits_of(const merger *m, uint64_t docno)
{
    return &m->dead_bits.data[docno / 64 & (m->dead_bits.size - 1)];
}

static void load_dead(merger *m)
{
    ts_hashes numbers = {0};
    sqlite3_stmt *s = ts_statement_take(m->index, TS_DEAD_ALL, m->error);
    while (s != NULL && ts_statement_row(m->index, s, m->error)) {
        const uint64_t docno = (uint64_t)sqlite3_column_int64(s, 0);
        if (ts_hashes_append(&numbers, &docno, 1) != TS_OK) ts_error_nomem(m->error);
    }
    ts_statement_give(m->index, TS_DEAD_ALL, s);
    if (numbers.size > 0 && m->error->code == SQLITE_OK) {
        size_t n_places = 16;
        while (n_places < 2 * numbers.size)
            n_places *= 2;
        if (ts_hashes_reserve(&m->dead, n_places) != TS_OK ||
            ts_hashes_reserve(&m->dead_bits, n_places / 4) != TS_OK) {
            ts_error_nomem(m->error);
        } else {
            m->n_dead = numbers.size;
            m->dead.size = n_places;
            memset(m->dead.data, 0, n_places * sizeof *m->dead.data);
            memset(m->dead_bits.data, 0, n_places / 4 * sizeof *m->dead_bits.data);
            m->dead_bits.size = n_places / 4;
            for (size_t i = 0; i < numbers.size; i++) {
                const uint64_t docno = numbers.data[i];
                m->dead.data[place_of(&m->dead, docno)] = docno;
                *bits_of(m, docno) |= UINT64_C(1) << (docno & 63);
            }
        }
    }
    ts_hashes_clear(&numbers);
}

/* Read the block that 'posting' would be in, and drop its row; false without one. */
static bool take_block(merger *m, uint64_t posting)
{
    const ts_level *level = m->level;
    sqlite3_stmt *s = ts_statement_take(m->index, level->seek, m->error);
    if (s != NULL) sqlite3_bind_int64(s, 1, (sqlite3_int64)posting);
    m->next = NO_POSTING;
    m->bytes.size = 0;
    const bool found = s != NULL && ts_statement_row(m->index, s, m->error);
    if (found) {
        m->key = sqlite3_column_int64(s, 0);
        const void *bytes = sqlite3_column_blob(s, 1);
        const size_t size = (size_t)sqlite3_column_bytes(s, 1);
        if (ts_bytes_append(&m->bytes, bytes, size) != TS_OK) ts_error_nomem(m->error);
        if (!ts_block_open(&m->old, m->key, m->bytes.data, m->bytes.size))
            ts_error_corrupt(m->error, level->suffix, m->key);
        if (ts_statement_row(m->index, s, m->error))
            m->next = (uint64_t)sqlite3_column_int64(s, 0);
    }
    ts_statement_give(m->index, level->seek, s);
    if (!found) return false;
    s = ts_statement_take(m->index, level->drop, m->error);
    if (s != NULL) sqlite3_bind_int64(s, 1, m->key);
    ts_statement_run(m->index, level->drop, s, m->error);
    m->n_blocks--;
    return m->error->code == SQLITE_OK;
}

/* At the end of the old block: is it whole, and before the next one? */
static void check_block(merger *m)
{
    if (m->old.is_damaged || m->next <= m->old.posting)
        ts_error_corrupt(m->error, m->level->suffix, m->key);
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

static inline bool is_dead(const merger *m, uint64_t posting)
{
    const uint64_t docno = ts_posting_docno(posting);
    return (*bits_of(m, docno) >> (docno & 63) & 1) != 0 &&
           m->dead.data[place_of(&m->dead, docno)] != 0;
}

static inline void write_posting(merger *m, uint64_t posting)
{
    if (m->n_dead > 0 && is_dead(m, posting)) return;
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

/* What comes in, from 'from' to 'to'. */
typedef struct incoming {
    const uint64_t *from;
    const uint64_t *to;
} incoming;

static void write_incoming(merger *m, incoming *in, uint64_t limit)
{
    while (in->from < in->to && *in->from < limit && m->error->code == SQLITE_OK)
        write_posting(m, *in->from++);
}

/* Bytes of the old block that can be used as they are: up to 'last'. */
static void write_bytes(merger *m, const uint8_t *from, const uint8_t *to,
                        uint64_t last)
{
    if (from == to) return;
    memcpy(m->block + m->size, from, (size_t)(to - from));
    m->size += (size_t)(to - from);
    m->last = last;
}

/*
 * Pass what stays as it is: up to the next posting that comes in, or to where all from
 * 'copied' on fills the block that is written.
 */
static void pass_postings(merger *m, const incoming *in, const uint8_t *copied)
{
    const size_t most = BLOCK_SIZE - TS_POSTING_SIZE;
    if (m->size >= most) return;
    const uint32_t hash = in->from < in->to ? ts_posting_hash(*in->from) : UINT32_MAX;
    const size_t room = most - m->size, left = (size_t)(m->old.end - copied);
    ts_block_pass(&m->old, hash, copied + (room < left ? room : left));
}

/*
 * Write the old block together with what comes in before the next one.  Most of it
 * stays as it is: a posting is written anew where another one comes before it, or
 * goes, or a block begins, and all between is copied.
 */
static void merge_block(merger *m, incoming *in)
{
    ts_block *old = &m->old;
    write_incoming(m, in, old->posting);
    /* The same posting twice would be damage, but does no harm. */
    if (in->from < in->to && *in->from == old->posting) in->from++;
    write_posting(m, old->posting);

    const uint8_t *copied = old->at, *at = old->at;
    uint64_t last = old->posting;
    /* What was written last is what the next one in the bytes follows. */
    bool follows = m->first != NO_POSTING && m->last == last;
    while (!old->is_damaged && ts_block_next(old) && m->error->code == SQLITE_OK) {
        const bool as_it_is =
            follows && (in->from == in->to || old->posting < *in->from) &&
            m->size + (size_t)(at - copied) <= BLOCK_SIZE - TS_POSTING_SIZE &&
            (m->n_dead == 0 || !is_dead(m, old->posting));
        if (!as_it_is) {
            if (follows) write_bytes(m, copied, at, last);
            write_incoming(m, in, old->posting);
            if (in->from < in->to && *in->from == old->posting) in->from++;
            write_posting(m, old->posting);
            copied = old->at;
            follows = m->first != NO_POSTING && m->last == old->posting;
        }
        if (follows && m->n_dead == 0) pass_postings(m, in, copied);
        at = old->at;
        last = old->posting;
    }
    if (follows) write_bytes(m, copied, at, last);
    check_block(m);
    write_incoming(m, in, m->next);
}

static bool merge(ts_index *index, const ts_level *level, const merge_range *range,
                  ts_error *error)
{
    merger m = {.index = index, .level = level, .error = error, .first = NO_POSTING};
    const ts_hashes *postings = range->incoming;
    incoming in = {0};
    if (postings->size > 0)
        in = (incoming){postings->data, postings->data + postings->size};
    uint64_t at = range->from;
    load_dead(&m);
    do {
        if (take_block(&m, at)) merge_block(&m, &in);
        at = m.next;
    } while (error->code == SQLITE_OK && at != NO_POSTING &&
             (at <= range->to || in.from < in.to));
    write_incoming(&m, &in, NO_POSTING);
    if (error->code == SQLITE_OK) write_block(&m);
    sqlite3_int64 n_blocks = 0;
    if (ts_config_get_count(index, level->suffix, TS_CONFIG_COUNT_MAX, &n_blocks,
                            error))
        ts_config_put(index, level->suffix, n_blocks + m.n_blocks, error);
    ts_hashes_clear(&m.dead);
    ts_hashes_clear(&m.dead_bits);
    ts_bytes_clear(&m.bytes);
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
 * Take the blocks of a level from the one that 'slice' is in, at most n of them;
 * whether there are more after them.
 */
typedef struct slice {
    const ts_level *level;
    uint64_t from;
    sqlite3_int64 n_blocks;
} slice;

static bool take_slice(ts_index *index, const slice *wanted, ts_hashes *postings,
                       ts_error *error)
{
    merger m = {.index = index, .level = wanted->level, .error = error};
    sqlite3_int64 n_blocks = 0;
    m.next = wanted->from;
    for (sqlite3_int64 n = wanted->n_blocks; n > 0 && m.next != NO_POSTING; n--) {
        if (!take_block(&m, m.next)) break;
        if (!ts_block_decode(m.key, m.bytes.data, m.bytes.size, postings, error))
            ts_error_corrupt(error, wanted->level->suffix, m.key);
        if (error->code != SQLITE_OK) break;
        if (m.next <= postings->data[postings->size - 1])
            ts_error_corrupt(error, wanted->level->suffix, m.key);
    }
    if (ts_config_get_count(index, wanted->level->suffix, TS_CONFIG_COUNT_MAX,
                            &n_blocks, error))
        ts_config_put(index, wanted->level->suffix, n_blocks + m.n_blocks, error);
    ts_bytes_clear(&m.bytes);
    return m.next != NO_POSTING;
}

/*
 * After a round of the lowest slices, all postings have been rewritten, or moved
 * into what will be; after another, what was on its way above them, too.
 */
static void forget_dead(ts_index *index, sqlite3_int64 round, ts_error *error)
{
    sqlite3_stmt *s = ts_statement_take(index, TS_DEAD_FORGET, error);
    if (s != NULL) sqlite3_bind_int64(s, 1, round - 2);
    ts_statement_run(index, TS_DEAD_FORGET, s, error);
}

/* Move the next slice of a level down; the last one ends a round. */
static void move_slice(ts_index *index, const ts_level *level, ts_error *error)
{
    ts_hashes postings = {0};
    sqlite3_int64 at = 0, round = 0;
    ts_config_get_count(index, level->slice, INT64_MAX, &at, error);
    ts_config_get_count(index, level->round, TS_CONFIG_COUNT_MAX, &round, error);
    const slice wanted = {
        .level = level, .from = at > 0 ? (uint64_t)at : 0, .n_blocks = SLICE_BLOCKS};
    const bool more = take_slice(index, &wanted, &postings, error);
    const uint64_t last = postings.size > 0 ? postings.data[postings.size - 1] : 0;
    /* The first block may begin before the slice; the slice, before the first block. */
    uint64_t from = wanted.from;
    if (postings.size > 0 && postings.data[0] < from) from = postings.data[0];
    const merge_range range = {
        .from = from, .to = more ? last : NO_POSTING, .incoming = &postings};
    if (error->code == SQLITE_OK) merge(index, level + 1, &range, error);
    ts_config_put(index, level->slice, more ? (sqlite3_int64)(last + 1) : 0, error);
    if (!more) {
        ts_config_put(index, level->round, ++round, error);
        if (level + 2 == ts_levels + TS_N_LEVELS) forget_dead(index, round, error);
    }
    ts_hashes_clear(&postings);
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
    ts_hashes postings = {0};
    take_tail(index, &postings, error);
    if (error->code == SQLITE_OK && postings.size > 0) {
        const merge_range range = {.from = postings.data[0],
                                   .to = postings.data[postings.size - 1],
                                   .incoming = &postings};
        merge(index, &ts_levels[0], &range, error);
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
            if (error->code == SQLITE_OK) move_slice(index, &ts_levels[i], error);
        }
    }
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
    ts_config_get_count(index, ts_levels[TS_N_LEVELS - 2].round, TS_CONFIG_COUNT_MAX,
                        &round, error);
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
    return merge(index, &ts_levels[TS_N_LEVELS - 1], &range, error);
}

bool ts_postings_optimize(ts_index *index, ts_error *error)
{
    ts_hashes postings = {0};
    take_tail(index, &postings, error);
    for (int i = 0; i + 1 < TS_N_LEVELS; i++) {
        const slice all = {.level = &ts_levels[i], .n_blocks = INT64_MAX};
        take_slice(index, &all, &postings, error);
        ts_config_put(index, ts_levels[i].slice, 0, error);
    }
    if (error->code == SQLITE_OK) {
        ts_set_sort(&postings);
        ts_postings_put(index, &postings, error);
    }
    ts_hashes_clear(&postings);
    return ts_index_exec(index, "DELETE FROM @dead", error);
}
