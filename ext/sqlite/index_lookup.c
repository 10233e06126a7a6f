/*
 * How postings are found: see index_postings.h.
 *
 * The hashes of a query come in ascending order, so that one block can answer
 * several, and what is in the tail is found by going along both.
 */
#include "index_postings.h"

#include "../core/sets.h"

SQLITE_EXTENSION_INIT3

/* From this many hashes for one posting of the tail on, search instead of merging. */
#define SEARCH_RATIO 16

/* Where a lookup is on a level. */
typedef struct level_reader {
    ts_index *index;
    const ts_level *level;
    ts_error *error;
    sqlite3_stmt *statement; /* on the row of the block */
    ts_block block;
    const uint8_t *bytes; /* where the block begins */
    uint32_t first;       /* its first hash */
    bool has_block;       /* that is not at its end */
    bool at_end;          /* there is nothing behind it */
} level_reader;

/* Step to the next block, which must go on where the last one ended. */
static bool next_block(level_reader *r, uint64_t last)
{
    r->has_block = false;
    r->at_end = !ts_statement_row(r->index, r->statement, r->error);
    if (r->at_end) return false;
    const sqlite3_int64 key = sqlite3_column_int64(r->statement, 0);
    const void *bytes = sqlite3_column_blob(r->statement, 1);
    const size_t size = (size_t)sqlite3_column_bytes(r->statement, 1);
    r->has_block =
        ts_block_open(&r->block, key, bytes, size) && r->block.posting > last;
    r->bytes = bytes;
    r->first = ts_posting_hash(r->block.posting);
    if (!r->has_block) ts_error_corrupt(r->error, r->level->suffix, key);
    return r->has_block;
}

/* 'more' is what the block says of its next posting: go on in the next block. */
static bool go_on(level_reader *r, bool more, uint64_t last)
{
    if (more) return true;
    if (!r->block.is_damaged) return next_block(r, last);
    r->has_block = false;
    ts_error_corrupt(r->error, r->level->suffix, sqlite3_column_int64(r->statement, 0));
    return false;
}

/* Go to the next posting, in this block or the next. */
static bool next_posting(level_reader *r)
{
    const uint64_t last = r->block.posting;
    return go_on(r, ts_block_next(&r->block), last);
}

/*
 * Whether a larger hash is probably in a later block: hashes are uniform, so that
 * those that were passed tell where the block ends, by a factor of two.  A mistake
 * costs time alone.
 */
static bool is_far(const level_reader *r, uint32_t hash)
{
    const uint32_t at = ts_posting_hash(r->block.posting);
    const double passed = (double)(r->block.at - r->bytes);
    const double left = (double)(r->block.end - r->block.at);
    return (double)(hash - at) * passed > 2.0 * (double)(at - r->first) * left;
}

/*
 * Whether a larger hash than all of a block is probably in the next one, which has
 * about as many: so very many hashes are a walk along the level.
 */
static bool is_close(const level_reader *r, uint32_t hash)
{
    const uint32_t last = ts_posting_hash(r->block.posting);
    return hash - last <= last - r->first;
}

/*
 * Go to the first posting of a hash, or of one that is larger.  The hashes ascend,
 * so that it may be in the block that the last one was in.
 */
static bool seek_hash(level_reader *r, uint32_t hash)
{
    if (r->has_block && ts_posting_hash(r->block.posting) < hash && is_far(r, hash))
        r->has_block = false;
    while (r->has_block) {
        if (ts_block_skip(&r->block, hash)) return true;
        if (r->block.is_damaged) return go_on(r, false, 0);
        if (!is_close(r, hash)) break;
        if (!next_block(r, r->block.posting)) return false;
    }
    sqlite3_reset(r->statement);
    sqlite3_bind_int64(r->statement, 1, (sqlite3_int64)ts_posting(hash, 0));
    if (!next_block(r, 0)) return false;
    const bool more = ts_block_skip(&r->block, hash);
    return go_on(r, more, r->block.posting);
}

static void append_hit(ts_lookup *lookup, uint64_t posting, size_t number,
                       ts_error *error)
{
    const uint64_t hit = ts_hit(ts_posting_docno(posting), (uint32_t)number);
    if (lookup->hits.size == lookup->hits.capacity &&
        ts_hashes_reserve(&lookup->hits, 1) != TS_OK)
        ts_error_nomem(error);
    else
        lookup->hits.data[lookup->hits.size++] = hit;
}

/*
 * Add the hits of one hash on a level, if they are not more than 'most'; false
 * if they are, or on an error.
 */
static bool find_hash(level_reader *r, ts_lookup *lookup, size_t number, size_t most)
{
    const uint32_t hash = lookup->hashes[number];
    const size_t n_before = lookup->hits.size;
    bool more = seek_hash(r, hash);
    while (more && ts_posting_hash(r->block.posting) == hash) {
        append_hit(lookup, r->block.posting, number, r->error);
        if (lookup->hits.size - n_before > most) {
            lookup->hits.size = n_before;
            return false;
        }
        more = next_posting(r) && r->error->code == SQLITE_OK;
    }
    return r->error->code == SQLITE_OK;
}

/* Hashes that are looked up on a level: from 'first' on, n of them. */
typedef struct hash_range {
    size_t first, n;
    size_t most; /* lists that are longer are only noted */
} hash_range;

/* Hashes that are known to be in long lists are passed, but by who wants all. */
static void search_level(ts_index *index, const ts_level *level, ts_lookup *lookup,
                         const hash_range *range, ts_error *error)
{
    level_reader r = {.index = index, .level = level, .error = error};
    const ts_hashes *known = &lookup->long_ones;
    const size_t n_known = range->most < SIZE_MAX ? known->size : 0;
    size_t at = 0;
    r.statement = ts_statement_take(index, level->seek, error);
    for (size_t i = range->first; i < range->first + range->n && !r.at_end; i++) {
        const uint64_t number = i;
        while (at < n_known && known->data[at] < number)
            at++;
        if (at < n_known && known->data[at] == number) continue;
        if (find_hash(&r, lookup, i, range->most)) continue;
        if (error->code != SQLITE_OK) break;
        if (ts_hashes_append(&lookup->long_ones, &number, 1) != TS_OK)
            ts_error_nomem(error);
    }
    ts_statement_give(index, level->seek, r.statement);
}

/* Drop the hits, from 'first' on, of n of the hashes that have long lists. */
static void drop_long(ts_lookup *lookup, size_t first, const uint64_t *known,
                      size_t n_long)
{
    ts_hashes *hits = &lookup->hits;
    size_t n = first;
    for (size_t i = first; i < hits->size; i++) {
        const uint64_t number = hits->data[i] & UINT32_MAX;
        size_t low = 0, left = n_long;
        while (left > 0) {
            const size_t half = left / 2;
            const bool less = known[low + half] < number;
            low += less ? half + 1 : 0;
            left = less ? left - half - 1 : half;
        }
        if (low == n_long || known[low] != number) hits->data[n++] = hits->data[i];
    }
    hits->size = n;
}

void ts_lookup_leave_out(ts_lookup *lookup, size_t first, size_t n)
{
    if (n > 0) drop_long(lookup, 0, lookup->long_ones.data + first, n);
}

/* The postings of one document of the tail against the hashes. */
static void match_row(ts_lookup *lookup, const ts_hashes *row, ts_error *error)
{
    const uint32_t *hashes = lookup->hashes;
    const size_t n = lookup->n;
    size_t at = 0;
    for (size_t i = 0; i < row->size && at < n; i++) {
        const uint32_t hash = ts_posting_hash(row->data[i]);
        if (n / SEARCH_RATIO > row->size) {
            size_t low = at, left = n - at;
            while (left > 0) {
                const size_t half = left / 2;
                low += hashes[low + half] < hash ? left - half : 0;
                left = half;
            }
            at = low;
        } else {
            while (at < n && hashes[at] < hash)
                at++;
        }
        if (at < n && hashes[at] == hash) append_hit(lookup, row->data[i], at, error);
    }
}

bool ts_lookup_tail(ts_index *index, ts_lookup *lookup, ts_error *error)
{
    ts_hashes postings = {0};
    sqlite3_stmt *s = ts_statement_take(index, TS_TAIL_ALL, error);
    while (s != NULL && ts_statement_row(index, s, error)) {
        const sqlite3_int64 docno = sqlite3_column_int64(s, 0);
        const void *row = sqlite3_column_blob(s, 1);
        const size_t size = (size_t)sqlite3_column_bytes(s, 1);
        postings.size = 0;
        if (docno <= 0 || docno > (sqlite3_int64)TS_DOCNO_MAX ||
            !ts_tail_decode((uint32_t)docno, row, size, &postings, error))
            ts_error_corrupt(error, "tail", docno);
        else
            match_row(lookup, &postings, error);
    }
    ts_statement_give(index, TS_TAIL_ALL, s);
    ts_hashes_clear(&postings);
    return error->code == SQLITE_OK;
}

/*
 * A list that is long on one level is left out on all, so that it is read once, and
 * whole, if it is read at all.  The lowest level comes first: it has nearly all of
 * them, and what is known by then is not looked for above.
 */
bool ts_lookup_levels(ts_index *index, ts_lookup *lookup, size_t first, size_t n,
                      ts_error *error)
{
    const hash_range range = {.first = first, .n = n, .most = TS_LONG_LIST};
    const size_t n_hits = lookup->hits.size;
    for (int i = TS_N_LEVELS; i-- > 0 && error->code == SQLITE_OK;) {
        const size_t n_long = lookup->long_ones.size, n_below = lookup->hits.size;
        search_level(index, &ts_levels[i], lookup, &range, error);
        if (lookup->long_ones.size == n_long) continue;
        ts_set_sort(&lookup->long_ones);
        if (n_below > n_hits)
            drop_long(lookup, n_hits, lookup->long_ones.data, lookup->long_ones.size);
    }
    return error->code == SQLITE_OK;
}

bool ts_lookup_long(ts_index *index, ts_lookup *lookup, size_t number, ts_error *error)
{
    const hash_range range = {.first = number, .n = 1, .most = SIZE_MAX};
    for (int i = 0; i < TS_N_LEVELS; i++)
        search_level(index, &ts_levels[i], lookup, &range, error);
    return error->code == SQLITE_OK;
}

void ts_lookup_clear(ts_lookup *lookup)
{
    ts_hashes_clear(&lookup->hits);
    ts_hashes_clear(&lookup->long_ones);
}
