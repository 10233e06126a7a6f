/*
 * A merge: see index_merge.h.
 *
 * It reads the blocks of a range, one by one, drops them, and writes what they had
 * together with what is new into full blocks.  It comes to a block by its key, which
 * is larger than all that was read before, while all that is written is not: so
 * reading and writing the same table do not meet.
 */
#include "index_merge.h"

#include "index_config.h"

#include <string.h>
SQLITE_EXTENSION_INIT3

/* A row of a block fills a page of 4 KB, of which its cell may take 4,061 bytes. */
#define BLOCK_SIZE 3960

typedef struct merger {
    ts_index *index;
    const ts_level *level;
    ts_error *error;
    const ts_dead *dead;
    ts_bytes bytes; /* owned: a block that was read */
    sqlite3_int64 key;
    ts_block old;
    uint64_t next; /* key of the block after it, or TS_NO_POSTING */
    uint8_t block[BLOCK_SIZE + TS_POSTING_SIZE]; /* what is being written */
    size_t size;
    uint64_t first, last;   /* its postings; 'first' is TS_NO_POSTING if it has none */
    sqlite3_int64 n_blocks; /* more than there were */
} merger;

/* --- dead documents ------------------------------------------------------------- */

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
static inline uint64_t *bits_of(const ts_dead *dead, uint64_t docno)
{
    return &dead->bits.data[docno / 64 & (dead->bits.size - 1)];
}

static bool reserve_places(ts_hashes *table, size_t n)
{
    if (ts_hashes_reserve(table, n) != TS_OK) return false;
    memset(table->data, 0, n * sizeof *table->data);
    table->size = n;
    return true;
}

static void fill(ts_dead *dead, const ts_hashes *numbers, ts_error *error)
{
    size_t n_places = 16;
    while (n_places < 2 * numbers->size)
        n_places *= 2;
    if (!reserve_places(&dead->table, n_places) ||
        !reserve_places(&dead->bits, n_places / 4)) {
        ts_error_nomem(error);
        return;
    }
    dead->n = numbers->size;
    for (size_t i = 0; i < numbers->size; i++) {
        const uint64_t docno = numbers->data[i];
        dead->table.data[place_of(&dead->table, docno)] = docno;
        *bits_of(dead, docno) |= UINT64_C(1) << (docno & 63);
    }
}

bool ts_dead_load(ts_dead *dead, ts_index *index, ts_error *error)
{
    ts_hashes numbers = {0};
    *dead = (ts_dead){0};
    sqlite3_stmt *s = ts_statement_take(index, TS_DEAD_ALL, error);
    while (s != NULL && ts_statement_row(index, s, error)) {
        const uint64_t docno = (uint64_t)sqlite3_column_int64(s, 0);
        if (ts_hashes_append(&numbers, &docno, 1) != TS_OK) ts_error_nomem(error);
    }
    ts_statement_give(index, TS_DEAD_ALL, s);
    if (error->code == SQLITE_OK && numbers.size > 0) fill(dead, &numbers, error);
    ts_hashes_clear(&numbers);
    return error->code == SQLITE_OK;
}

void ts_dead_clear(ts_dead *dead)
{
    ts_hashes_clear(&dead->table);
    ts_hashes_clear(&dead->bits);
    *dead = (ts_dead){0};
}

static inline bool is_dead(const ts_dead *dead, uint64_t posting)
{
    const uint64_t docno = ts_posting_docno(posting);
    return (*bits_of(dead, docno) >> (docno & 63) & 1) != 0 &&
           dead->table.data[place_of(&dead->table, docno)] != 0;
}

/* --- blocks ----------------------------------------------------------------------- */

/* Read the block that 'posting' would be in, and drop its row; false without one. */
static bool take_block(merger *m, uint64_t posting)
{
    const ts_level *level = m->level;
    sqlite3_stmt *s = ts_statement_take(m->index, level->seek, m->error);
    if (s != NULL) sqlite3_bind_int64(s, 1, (sqlite3_int64)posting);
    m->next = TS_NO_POSTING;
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
    if (m->first == TS_NO_POSTING) return;
    sqlite3_stmt *s = ts_statement_take(m->index, m->level->put, m->error);
    if (s != NULL) {
        sqlite3_bind_int64(s, 1, (sqlite3_int64)m->first);
        ts_statement_bind_blob(s, 2, m->block, m->size, m->error);
    }
    ts_statement_run(m->index, m->level->put, s, m->error);
    m->n_blocks++;
    m->first = TS_NO_POSTING;
}

static inline void write_posting(merger *m, uint64_t posting)
{
    if (m->dead->n > 0 && is_dead(m->dead, posting)) return;
    if (m->first != TS_NO_POSTING && m->size > BLOCK_SIZE - TS_POSTING_SIZE)
        write_block(m);
    if (m->first == TS_NO_POSTING) {
        m->first = posting;
        m->size = 0;
    } else {
        m->size += ts_block_append(m->block + m->size, m->last, posting);
    }
    m->last = posting;
}

/* --- merges ----------------------------------------------------------------------- */

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
    bool follows = m->first != TS_NO_POSTING && m->last == last;
    while (!old->is_damaged && ts_block_next(old) && m->error->code == SQLITE_OK) {
        const bool as_it_is =
            follows && (in->from == in->to || old->posting < *in->from) &&
            m->size + (size_t)(at - copied) <= BLOCK_SIZE - TS_POSTING_SIZE &&
            (m->dead->n == 0 || !is_dead(m->dead, old->posting));
        if (!as_it_is) {
            if (follows) write_bytes(m, copied, at, last);
            write_incoming(m, in, old->posting);
            if (in->from < in->to && *in->from == old->posting) in->from++;
            write_posting(m, old->posting);
            copied = old->at;
            follows = m->first != TS_NO_POSTING && m->last == old->posting;
        }
        if (follows && m->dead->n == 0) pass_postings(m, in, copied);
        at = old->at;
        last = old->posting;
    }
    if (follows) write_bytes(m, copied, at, last);
    check_block(m);
    write_incoming(m, in, m->next);
}

/* Note how many blocks the level has now. */
static void count_blocks(merger *m)
{
    sqlite3_int64 n = 0;
    if (ts_config_get_count(m->index, m->level->suffix, TS_CONFIG_COUNT_MAX, &n,
                            m->error))
        ts_config_put(m->index, m->level->suffix, n + m->n_blocks, m->error);
}

void ts_merge_run(ts_index *index, const ts_merge *merge, ts_error *error)
{
    merger m = {.index = index,
                .level = merge->level,
                .error = error,
                .dead = merge->dead,
                .first = TS_NO_POSTING};
    incoming in = {0};
    if (merge->incoming != NULL && merge->incoming->size > 0)
        in = (incoming){merge->incoming->data,
                        merge->incoming->data + merge->incoming->size};
    uint64_t at = merge->from;
    do {
        if (take_block(&m, at)) merge_block(&m, &in);
        at = m.next;
    } while (error->code == SQLITE_OK && at != TS_NO_POSTING &&
             (at <= merge->to || in.from < in.to));
    write_incoming(&m, &in, TS_NO_POSTING);
    if (error->code == SQLITE_OK) write_block(&m);
    count_blocks(&m);
    ts_bytes_clear(&m.bytes);
}

bool ts_merge_take(ts_index *index, const ts_slice *slice, ts_hashes *postings,
                   ts_error *error)
{
    merger m = {.index = index, .level = slice->level, .error = error};
    m.next = slice->from;
    for (sqlite3_int64 n = slice->n_blocks; n > 0 && m.next != TS_NO_POSTING; n--) {
        if (!take_block(&m, m.next)) break;
        if (!ts_block_decode(m.key, m.bytes.data, m.bytes.size, postings, error))
            ts_error_corrupt(error, slice->level->suffix, m.key);
        if (error->code != SQLITE_OK) break;
        if (m.next <= postings->data[postings->size - 1])
            ts_error_corrupt(error, slice->level->suffix, m.key);
    }
    count_blocks(&m);
    ts_bytes_clear(&m.bytes);
    return m.next != TS_NO_POSTING;
}
