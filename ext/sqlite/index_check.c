/*
 * 'integrity-check': see index_check.h.
 *
 * First of all, the options in t_config are those of CREATE, whether or not that was
 * seen before.  Then the shadow tables are compared with one another and with the
 * texts:
 *
 *   1. t_docs and t_numbers say the same of the same documents.
 *   2. What there is to index has entries, in order, and the sum and the size of
 *      its set are those in them.  An entry without content is damage only where
 *      the content is ours.
 *   3. The postings of each document are its sample, no more and no less.  They lie
 *      all over the index, so what is compared is, for each document, a sum of
 *      their hashes modulo 2^64, which takes 16 bytes of memory a document.
 *   4. Blocks are in order, and have no number that was never given.  There are as
 *      many as t_config counts.
 *   5. With content='' the sets that are kept take each byte of t_packs, none of them
 *      twice, and t_sums counts the documents that have them.
 */
#include "index_check.h"

#include "../core/hash.h"

#include "index_candidates.h"
#include "index_config.h"
#include "index_documents.h"
#include "index_postings.h"
#include "index_schema.h"
#include "index_sets.h"
#include "index_table.h"

SQLITE_EXTENSION_INIT3

typedef struct checker {
    ts_index *index;
    ts_error *error;
    ts_hashes numbers; /* owned: docnos in use, ascending; then of each, its sum */
    ts_hashes sums;    /* owned */
    ts_hashes dead;    /* owned: as numbers */
    ts_hashes gone;    /* owned: of entries without content, by their rowids */
} checker;

/* The error that is not about the bytes of a row. */
static void fail(checker *c, sqlite3_int64 rowid, const char *what)
{
    ts_error_set_code(c->error, SQLITE_CORRUPT_VTAB, "row %lld %s", rowid, what);
}

/* Where x is among ascending numbers, or SIZE_MAX. */
static size_t find(const ts_hashes *numbers, uint64_t x)
{
    size_t low = 0, n = numbers->size;
    while (n > 0) {
        const size_t half = n / 2;
        if (numbers->data[low + half] < x) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return low < numbers->size && numbers->data[low] == x ? low : SIZE_MAX;
}

static void append(checker *c, ts_hashes *numbers, uint64_t x)
{
    if (c->error->code == SQLITE_OK && ts_hashes_append(numbers, &x, 1) != TS_OK)
        ts_error_nomem(c->error);
}

/* A statement of its own; NULL on an error. */
static sqlite3_stmt *prepare(checker *c, const char *template)
{
    sqlite3_stmt *s = NULL;
    if (c->error->code != SQLITE_OK) return NULL;
    char *sql = ts_index_sql(c->index, template);
    int rc = sql == NULL ? SQLITE_NOMEM
                         : sqlite3_prepare_v2(c->index->db, sql, -1, &s, NULL);
    sqlite3_free(sql);
    if (rc != SQLITE_OK) ts_error_sqlite(c->error, c->index->db, rc);
    return s;
}

static bool next(checker *c, sqlite3_stmt *s)
{
    return s != NULL && ts_statement_row(c->index, s, c->error);
}

/* --- 1 ---------------------------------------------------------------------------- */

static void check_numbers(checker *c)
{
    sqlite3_stmt *s =
        prepare(c, "SELECT n.docno, n.id, d.docno FROM @numbers AS n LEFT "
                   "JOIN @docs AS d ON d.id = n.id ORDER BY n.docno");
    while (next(c, s)) {
        const sqlite3_int64 docno = sqlite3_column_int64(s, 0);
        if (docno <= 0 || docno > (sqlite3_int64)TS_DOCNO_MAX ||
            sqlite3_column_type(s, 1) != SQLITE_INTEGER ||
            sqlite3_column_type(s, 2) != SQLITE_INTEGER ||
            sqlite3_column_int64(s, 2) != docno)
            ts_error_corrupt(c->error, "numbers", docno);
        append(c, &c->numbers, (uint64_t)docno);
        append(c, &c->sums, 0);
    }
    sqlite3_finalize(s);
    s = prepare(c, "SELECT d.id FROM @docs AS d LEFT JOIN @numbers AS n ON n.docno = "
                   "d.docno WHERE n.id IS NOT d.id ORDER BY d.id LIMIT 1");
    if (next(c, s)) ts_error_corrupt(c->error, "docs", sqlite3_column_int64(s, 0));
    sqlite3_finalize(s);
    sqlite3_int64 time = 0, n_documents = 0;
    ts_config_get_count(c->index, TS_TIME, TS_CONFIG_COUNT_MAX, &time, c->error);
    ts_config_get_count(c->index, TS_DOCUMENTS, TS_CONFIG_COUNT_MAX, &n_documents,
                        c->error);
    s = prepare(c, "SELECT docno, round FROM @dead ORDER BY docno");
    while (next(c, s)) {
        const sqlite3_int64 docno = sqlite3_column_int64(s, 0);
        const sqlite3_int64 died = sqlite3_column_int64(s, 1);
        if (sqlite3_column_type(s, 1) != SQLITE_INTEGER || died < 0 || died > time ||
            docno <= 0 || docno > (sqlite3_int64)TS_DOCNO_MAX ||
            find(&c->numbers, (uint64_t)docno) != SIZE_MAX)
            ts_error_corrupt(c->error, "dead", docno);
        append(c, &c->dead, (uint64_t)docno);
    }
    sqlite3_finalize(s);
}

/* --- 2 ---------------------------------------------------------------------------- */

/* The sample of a document, in the sum of its number. */
static void add_sample(checker *c, size_t at, const ts_hashes *set)
{
    const uint32_t docno = (uint32_t)c->numbers.data[at];
    const size_t n = ts_sample_size(c->index, set);
    for (size_t i = 0; i < n; i++) {
        const uint32_t hash = (uint32_t)(set->data[i] >> 32);
        if (i > 0 && hash == (uint32_t)(set->data[i - 1] >> 32)) continue;
        c->sums.data[at] += ts_hash_mix(ts_posting(hash, docno));
    }
}

static void check_size(checker *c, sqlite3_int64 docno, const ts_hashes *set)
{
    sqlite3_stmt *s = ts_statement_take(c->index, TS_NUMBERS_GET, c->error);
    if (s != NULL) sqlite3_bind_int64(s, 1, docno);
    if (next(c, s) && (sqlite3_column_type(s, 2) != SQLITE_INTEGER ||
                       sqlite3_column_int64(s, 2) != (sqlite3_int64)set->size))
        ts_error_corrupt(c->error, "numbers", docno);
    ts_statement_give(c->index, TS_NUMBERS_GET, s);
}

/* Go to the next entry: no two are of one row, as the key of the table promises. */
static bool next_entry(checker *c, sqlite3_stmt *docs)
{
    const bool is_first = sqlite3_data_count(docs) == 0;
    const sqlite3_int64 before = is_first ? 0 : sqlite3_column_int64(docs, 0);
    if (!next(c, docs)) return false;
    const sqlite3_int64 rowid = sqlite3_column_int64(docs, 0);
    if (!is_first && rowid <= before) ts_error_corrupt(c->error, "docs", rowid);
    return c->error->code == SQLITE_OK;
}

/* What has an entry and no content, up to 'last'; 'docs' goes to the next. */
static void check_gone(checker *c, sqlite3_stmt *docs, sqlite3_int64 last)
{
    while (c->error->code == SQLITE_OK && sqlite3_data_count(docs) > 0 &&
           sqlite3_column_int64(docs, 0) <= last) {
        const sqlite3_int64 rowid = sqlite3_column_int64(docs, 0);
        if (c->index->config.content != TS_CONTENT_EXTERNAL)
            fail(c, rowid, "is in the index, and its text is not stored");
        append(c, &c->gone, (uint64_t)sqlite3_column_int64(docs, 1));
        if (!next_entry(c, docs)) break;
    }
}

static void check_document(checker *c, const ts_reader *reader, sqlite3_stmt *docs)
{
    if (sqlite3_data_count(docs) == 0 ||
        sqlite3_column_int64(docs, 0) != reader->rowid) {
        fail(c, reader->rowid, "is not in the index");
        return;
    }
    const sqlite3_int64 docno = sqlite3_column_int64(docs, 1);
    const size_t at = find(&c->numbers, (uint64_t)docno);
    if (at == SIZE_MAX || sqlite3_column_type(docs, 2) != SQLITE_INTEGER) {
        ts_error_corrupt(c->error, "docs", reader->rowid);
        return;
    }
    if (sqlite3_column_int64(docs, 2) != ts_documents_sum(&reader->set))
        fail(c, reader->rowid, "has another text than the one that was indexed");
    check_size(c, docno, &reader->set);
    add_sample(c, at, &reader->set);
}

static void check_texts(checker *c)
{
    ts_reader reader;
    ts_reader_init(&reader, c->index);
    sqlite3_stmt *docs = prepare(c, "SELECT id, docno, sum FROM @docs ORDER BY id");
    next_entry(c, docs);
    if (c->error->code == SQLITE_OK) ts_reader_content(&reader, c->error);
    while (c->error->code == SQLITE_OK && ts_reader_next(&reader, c->error) &&
           ts_reader_set(&reader, c->error)) {
        if (reader.rowid > INT64_MIN) check_gone(c, docs, reader.rowid - 1);
        if (c->error->code == SQLITE_OK) check_document(c, &reader, docs);
        if (c->error->code == SQLITE_OK) next_entry(c, docs);
    }
    check_gone(c, docs, INT64_MAX);
    sqlite3_finalize(docs);
    ts_reader_clear(&reader);
}

/* --- 3 and 4 ---------------------------------------------------------------------- */

/* Take postings off the sums of their documents. */
static void check_postings(checker *c, const ts_hashes *postings, const char *suffix,
                           sqlite3_int64 row)
{
    for (size_t i = 0; i < postings->size && c->error->code == SQLITE_OK; i++) {
        const uint64_t docno = ts_posting_docno(postings->data[i]);
        const size_t at = find(&c->numbers, docno);
        if (at != SIZE_MAX)
            c->sums.data[at] -= ts_hash_mix(postings->data[i]);
        else if (find(&c->dead, docno) == SIZE_MAX)
            ts_error_corrupt(c->error, suffix, row);
    }
}

static void check_tail(checker *c)
{
    ts_hashes postings = {0};
    sqlite3_stmt *s = prepare(c, "SELECT docno, hashes FROM @tail");
    while (next(c, s)) {
        const sqlite3_int64 docno = sqlite3_column_int64(s, 0);
        const void *row = sqlite3_column_blob(s, 1);
        const size_t size = (size_t)sqlite3_column_bytes(s, 1);
        postings.size = 0;
        if (find(&c->numbers, (uint64_t)docno) == SIZE_MAX ||
            !ts_tail_decode((uint32_t)docno, row, size, &postings, c->error))
            ts_error_corrupt(c->error, "tail", docno);
        else
            check_postings(c, &postings, "tail", docno);
    }
    sqlite3_finalize(s);
    ts_hashes_clear(&postings);
}

/* What t_config has of a level that has so many blocks. */
static void check_count(checker *c, const ts_level *level, sqlite3_int64 n_blocks)
{
    sqlite3_int64 n = 0, slice = 0;
    ts_config_get_count(c->index, level->suffix, TS_CONFIG_COUNT_MAX, &n, c->error);
    ts_config_get_count(c->index, level->slice, INT64_MAX, &slice, c->error);
    if (n != n_blocks) ts_config_damaged(c->error, level->suffix);
}

static void check_level(checker *c, const ts_level *level)
{
    ts_hashes postings = {0};
    uint64_t last = 0;
    sqlite3_int64 n_blocks = 0;
    char template[64];
    sqlite3_snprintf(sizeof template, template,
                     "SELECT key, block FROM @%s ORDER BY key", level->suffix);
    sqlite3_stmt *s = prepare(c, template);
    while (next(c, s)) {
        const sqlite3_int64 key = sqlite3_column_int64(s, 0);
        const void *block = sqlite3_column_blob(s, 1);
        const size_t size = (size_t)sqlite3_column_bytes(s, 1);
        postings.size = 0;
        if (key <= 0 || (uint64_t)key <= last ||
            !ts_block_decode(key, block, size, &postings, c->error)) {
            ts_error_corrupt(c->error, level->suffix, key);
            break;
        }
        last = postings.data[postings.size - 1];
        n_blocks++;
        check_postings(c, &postings, level->suffix, key);
    }
    sqlite3_finalize(s);
    ts_hashes_clear(&postings);
    check_count(c, level, n_blocks);
}

/* Any document whose postings were not its sample; the first by rowid. */
static void check_sums(checker *c)
{
    sqlite3_stmt *s = prepare(c, "SELECT id, docno FROM @docs ORDER BY id");
    size_t n_gone = 0;
    while (next(c, s)) {
        const uint64_t docno = (uint64_t)sqlite3_column_int64(s, 1);
        if (n_gone < c->gone.size && c->gone.data[n_gone] == docno) {
            n_gone++; /* they are in the order of their rowids, too */
            continue;
        }
        const size_t at = find(&c->numbers, docno);
        if (at != SIZE_MAX && c->sums.data[at] != 0)
            fail(c, sqlite3_column_int64(s, 0), "has not the postings of its text");
    }
    sqlite3_finalize(s);
}

/* --- 5 ---------------------------------------------------------------------------- */

/* A row that should not be there: its key is the first column. */
static void check_none(checker *c, const char *template, const char *suffix)
{
    sqlite3_stmt *s = prepare(c, template);
    if (next(c, s)) ts_error_corrupt(c->error, suffix, sqlite3_column_int64(s, 0));
    sqlite3_finalize(s);
}

/* Each set that is kept, in the order of their places; how many bytes they take. */
static sqlite3_int64 check_places(checker *c)
{
    ts_pack_reader reader;
    ts_hashes set = {0};
    sqlite3_int64 end = 0, size = 0;
    ts_pack_reader_init(&reader, c->index);
    sqlite3_stmt *s = prepare(
        c, "SELECT g.id, g.place, g.sum, g.n, m.place, m.documents FROM (SELECT "
           "min(id) AS id, place, sum, count(*) AS n FROM @sets GROUP BY place, sum) "
           "AS g LEFT JOIN @sums AS m ON m.sum = g.sum ORDER BY g.place");
    while (next(c, s)) {
        const ts_kept kept = {.rowid = sqlite3_column_int64(s, 0),
                              .place = sqlite3_column_int64(s, 1),
                              .sum = sqlite3_column_int64(s, 2)};
        const sqlite3_int64 n = sqlite3_column_int64(s, 3);
        const bool is_shared = sqlite3_column_type(s, 4) == SQLITE_INTEGER &&
                               sqlite3_column_int64(s, 4) == kept.place;
        if (!ts_pack_read(&reader, &kept, &set, c->error)) break;
        if (kept.place < end) ts_sets_lost(c->error, kept.rowid);
        if (n != (is_shared ? sqlite3_column_int64(s, 5) : 1))
            ts_error_corrupt(c->error, "sums", kept.sum);
        end = kept.place + ts_pack_size(&reader);
        size += ts_pack_size(&reader);
    }
    sqlite3_finalize(s);
    ts_hashes_clear(&set);
    ts_pack_reader_clear(&reader);
    return size;
}

static void check_sets(checker *c)
{
    if (c->index->config.content != TS_CONTENT_NONE) return;
    const sqlite3_int64 size = check_places(c);
    check_none(c,
               "SELECT sum, place FROM @sums EXCEPT SELECT sum, place FROM @sets "
               "ORDER BY 1 LIMIT 1",
               "sums");
    check_none(c,
               "SELECT place FROM @packs WHERE length(CAST(bytes AS BLOB)) > 0 IS NOT "
               "1 LIMIT 1",
               "packs");
    sqlite3_stmt *s =
        prepare(c, "SELECT coalesce(sum(length(CAST(bytes AS BLOB))), 0) FROM @packs");
    if (next(c, s) && sqlite3_column_int64(s, 0) != size)
        ts_error_set_code(c->error, SQLITE_CORRUPT_VTAB,
                          "the shadow table %s_packs has bytes that are no document's",
                          ts_error_table(c->error));
    sqlite3_finalize(s);
}

bool ts_check_run(ts_index *index, ts_error *error)
{
    checker c = {.index = index, .error = error};
    ts_config_check_all(index, error);
    check_numbers(&c);
    check_texts(&c);
    check_sets(&c);
    check_tail(&c);
    for (int i = 0; i < TS_N_LEVELS; i++)
        check_level(&c, &ts_levels[i]);
    check_sums(&c);
    ts_hashes_clear(&c.numbers);
    ts_hashes_clear(&c.sums);
    ts_hashes_clear(&c.dead);
    ts_hashes_clear(&c.gone);
    return error->code == SQLITE_OK;
}

/* unreachable: from SQLite before 3.44; make test-versions runs it */
int ts_check_pragma(sqlite3_vtab *vtab, const char *schema, const char *name, int flags,
                    char **message)
{
    ts_index *index = ts_table_index(vtab);
    ts_error error = ts_table_error(index);
    (void)schema;
    (void)name;
    (void)flags;
    ts_check_run(index, &error);
    if (error.message == NULL) return error.code;
    *message = error.message;
    return SQLITE_OK;
}
