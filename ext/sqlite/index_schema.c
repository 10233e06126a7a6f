/*
 * The shadow tables of an index t, and what is in them.
 *
 * A shingle hash is 64 bits, uniform; what follows uses its upper 32, here just
 * "hash".  The sample of a document is those of its hashes that lie in the lower
 * third of their range, and at least so many of the least as the threshold asks
 * for (sample.h).  The sets are sorted, so a sample is how one begins.
 *
 *     t_config    key TEXT PRIMARY KEY, value                     WITHOUT ROWID
 *                 'format' is the version of this page; then the options of
 *                 CREATE, 'column', which is the first, and what the levels below
 *                 need to know of themselves: how many blocks each has, as 'recent';
 *                 where the next slice of t_recent begins, as 'recent slice', and how
 *                 far the present round is, as 'round slice', both as a key of blocks;
 *                 64 for each round that has ended, and how many 64ths of the hashes
 *                 the present one has passed, as 'time'; and, as 'documents', how many
 *                 there were when they were last counted
 *     t_docs      id INTEGER PRIMARY KEY, docno, sum
 *                 A document: its rowid; its number; a hash of its set, which is
 *                 the XXH3-64 of the first 64 hashes (ascending, little-endian) with
 *                 the seed 0, that of the next 64 with the former as seed, and so
 *                 on; 0 if there are none
 *     t_numbers   docno INTEGER PRIMARY KEY, id, shingles
 *                 The same by number, with the size of its set
 *     t_content   id INTEGER PRIMARY KEY, c0, c1, ...     where texts are stored:
 *                 the text, then the columns that are UNINDEXED
 *
 * With content='' the sets are kept instead of the texts, each once, however many
 * documents have it:
 *
 *     t_sets      id INTEGER PRIMARY KEY, place, sum
 *                 Where the set of a document is, and its sum as in t_docs
 *     t_packs     place INTEGER PRIMARY KEY, bytes
 *                 Sets as core/set_pack.h has them, one behind the other; what is at
 *                 the place p of a set is byte p - place of the row with the largest
 *                 place that is not over p.  A set that does not end with its row
 *                 goes on in the next, which begins where this one ends.  A row has
 *                 at most 4,057 bytes, so that it fills one page of 4 KB
 *     t_sums      sum INTEGER PRIMARY KEY, place, documents
 *                 The set with a sum that is shared, and by how many documents, 1
 *                 being usual.  If ever two sets have one sum, the other is not here
 *
 * Postings say which documents have a hash in their sample.  A document goes
 * through four levels on its way:
 *
 *     t_tail      docno INTEGER PRIMARY KEY, hashes
 *                 Each of the last documents, at most 256: its sample as varints,
 *                 the first hash and then the distances
 *     t_recent    key INTEGER PRIMARY KEY, block
 *     t_middle    key INTEGER PRIMARY KEY, block
 *     t_postings  key INTEGER PRIMARY KEY, block
 *                 Blocks of postings in the order of (hash, docno).  The key is the
 *                 first one, hash * 2^31 + docno.  The block has the others, of
 *                 each the distance of its hash, a varint, and then, if that is 0,
 *                 of its docno, else its docno
 *     t_dead      docno INTEGER PRIMARY KEY, round
 *                 Numbers of deleted documents that may still have postings, and
 *                 what 'time' was when each was deleted
 *
 * A varint is 7 bits a byte, the least first, the highest bit set where more
 * follow.  A block takes at most 3,960 bytes, so that a row of it fills one page
 * of 4 KB, and about 800 postings.
 *
 * Writing.  An INSERT writes one row of each table that it is in, and one of
 * the tail.  The last of each 256 numbers (docno % 256 = 255, so that nothing
 * is to be counted), and a document with more than 4,096 hashes in its sample, merge
 * the tail into t_recent; a level that is then larger than a tenth of the next, and
 * than 32 blocks (t_recent) or 320 (t_middle), gives it slices of 16 blocks until it is
 * not. Slices go round and round the hashes, so that the work is the same each time.  A
 * DELETE removes the rows, and notes a number that is not in the tail any more as dead;
 * merges drop its postings, and when a whole round has gone along the hashes since
 * then, on all levels, none can be left, so that it is forgotten (index_levels.c).  A
 * number is not used again before that.  No old text is needed.
 *
 * A set is written at the end of t_packs, unless t_sums has its sum and the bytes there
 * are the same set.  The DELETE of the last document that has it cuts it out: what is
 * left of its rows keeps its place, and SQLite joins pages that are nearly empty.
 * 'optimize' moves all together, so that no bytes are between two sets.
 *
 * Reading a set checks its sum against that in t_sets, so that damage is no answer.
 *
 * Reading.  A lookup of one hash is one block of each of the three levels, of which
 * the first two are small, and its part of the tail.  A query begins with its 16
 * least hashes, and goes on while many documents are left (index_candidates.c).  The
 * first one of a process reads about 100 pages.  Very many hashes are a walk along the
 * blocks, or a look at the documents, whichever is less.  Lists that all documents are
 * in are read only if a document needs more hits than there are other hashes, and
 * then the sizes in t_numbers (index_sizes.c).  Nothing is ever written by it.
 *
 * Space, for 118,517 documents of 2.1 kB and 280 shingles on average, external
 * content: 94 postings of 3.6 bytes, 21 bytes in t_docs and 14 in t_numbers, or 0.184
 * bytes per byte of text.  With content='' the sets come on top, 0.82 bytes, of which
 * 0.01 is in t_sets and 0.01 in t_sums: 57 bits a hash and a sixth of the documents
 * that are copies, against 1.29 as rows of shingle_set(), which left pages half empty.
 * Of documents of 480 bytes and 61 shingles it is 1.15 bytes in all.
 *
 * Time, one core at 2.6 GHz that was shared with others: to rebuild all of it,
 * 2.7 s; single INSERTs, 30,000 a second into an empty table, 7,000 where those
 * of 2.9 kB came last, none over 0.12 s; MATCH with similarity >= 0.7, median 0.15 ms,
 * 99th percentile 4 ms, which is families of a hundred copies; with query_in_doc >= 0.8
 * and 60 words, the same.  Of 100,000 documents that have one and the same licence as
 * half of each, 0.55 and 11 ms; as 60 %, 1 and 13 ms.
 *
 * Why this, of what was measured: B-tree rows of single postings take 18 bytes
 * each; bands of sketches 42 rows, and do not serve containment; blocks without
 * levels make each INSERT rewrite a block for every posting.  Sets in rows of 32 KB
 * would leave 5 % of the pages empty, and be slow to read singly; without the sharing,
 * they would take 0.95 bytes.
 */
#include "index_schema.h"

#include <string.h>
SQLITE_EXTENSION_INIT3

/* All suffixes; none has a "_", at the last of which SQLite splits a name. */
static const char *const suffixes[] = {"config", "docs",   "numbers",  "content",
                                       "sets",   "packs",  "sums",     "tail",
                                       "recent", "middle", "postings", "dead"};

#define N_SUFFIXES (sizeof suffixes / sizeof *suffixes)

int ts_schema_has(const char *suffix)
{
    for (size_t i = 0; i < N_SUFFIXES; i++)
        if (sqlite3_stricmp(suffix, suffixes[i]) == 0) return 1;
    return 0;
}

bool ts_index_exec(ts_index *index, const char *template, ts_error *error)
{
    if (error->code != SQLITE_OK) return false;
    char *sql = ts_index_sql(index, template);
    if (sql == NULL) {
        ts_error_nomem(error);
        return false;
    }
    int rc = sqlite3_exec(index->db, sql, NULL, NULL, NULL);
    sqlite3_free(sql);
    index->is_half = true;
    if (rc != SQLITE_OK) ts_error_shadow(error, index->db, rc);
    return rc == SQLITE_OK;
}

static bool create_content(ts_index *index, ts_error *error)
{
    sqlite3_str *s = sqlite3_str_new(index->db);
    sqlite3_str_appendall(s, "CREATE TABLE @content(id INTEGER PRIMARY KEY");
    for (int i = 0; i < index->config.n_columns; i++)
        sqlite3_str_appendf(s, ", c%d", i);
    sqlite3_str_appendall(s, ")");
    char *template = sqlite3_str_finish(s);
    if (template == NULL) {
        ts_error_nomem(error);
        return false;
    }
    bool ok = ts_index_exec(index, template, error);
    sqlite3_free(template);
    return ok;
}

bool ts_schema_create(ts_index *index, ts_error *error)
{
    ts_index_exec(index,
                  "CREATE TABLE @config(key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
                  "CREATE TABLE @docs(id INTEGER PRIMARY KEY, docno, sum);"
                  "CREATE TABLE @numbers(docno INTEGER PRIMARY KEY, id, shingles);"
                  "CREATE TABLE @tail(docno INTEGER PRIMARY KEY, hashes);"
                  "CREATE TABLE @recent(key INTEGER PRIMARY KEY, block);"
                  "CREATE TABLE @middle(key INTEGER PRIMARY KEY, block);"
                  "CREATE TABLE @postings(key INTEGER PRIMARY KEY, block);"
                  "CREATE TABLE @dead(docno INTEGER PRIMARY KEY, round)",
                  error);
    if (index->config.content == TS_CONTENT_STORED) create_content(index, error);
    if (index->config.content == TS_CONTENT_NONE)
        ts_index_exec(index,
                      "CREATE TABLE @sets(id INTEGER PRIMARY KEY, place, sum);"
                      "CREATE TABLE @packs(place INTEGER PRIMARY KEY, bytes);"
                      "CREATE TABLE @sums(sum INTEGER PRIMARY KEY, place, documents)",
                      error);
    return error->code == SQLITE_OK;
}

/* Whether a shadow table is there: damage may have taken it. */
static bool table_is_there(ts_index *index, const char *suffix)
{
    char *name = sqlite3_mprintf("%s_%s", index->name, suffix);
    bool there = name != NULL && sqlite3_table_column_metadata(
                                     index->db, index->schema, name, NULL, NULL, NULL,
                                     NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_free(name);
    return there;
}

bool ts_schema_rename(ts_index *index, const char *name, ts_error *error)
{
    for (size_t i = 0; i < N_SUFFIXES && error->code == SQLITE_OK; i++) {
        if (!table_is_there(index, suffixes[i])) continue;
        char *sql =
            sqlite3_mprintf("ALTER TABLE \"%w\".\"%w_%s\" RENAME TO \"%w_%s\"",
                            index->schema, index->name, suffixes[i], name, suffixes[i]);
        int rc =
            sql == NULL ? SQLITE_NOMEM : sqlite3_exec(index->db, sql, NULL, NULL, NULL);
        sqlite3_free(sql);
        if (rc != SQLITE_OK) ts_error_sqlite(error, index->db, rc);
    }
    return error->code == SQLITE_OK;
}

bool ts_schema_drop(ts_index *index, ts_error *error)
{
    for (size_t i = 0; i < N_SUFFIXES && error->code == SQLITE_OK; i++) {
        char template[64];
        sqlite3_snprintf(sizeof template, template, "DROP TABLE IF EXISTS @%s",
                         suffixes[i]);
        ts_index_exec(index, template, error);
    }
    return error->code == SQLITE_OK;
}

bool ts_schema_empty(ts_index *index, ts_error *error)
{
    return ts_index_exec(
        index,
        "DELETE FROM @docs; DELETE FROM @numbers; DELETE FROM @tail;"
        "DELETE FROM @recent; DELETE FROM @middle; DELETE FROM @postings;"
        "DELETE FROM @dead",
        error);
}

bool ts_schema_empty_texts(ts_index *index, ts_error *error)
{
    if (index->config.content == TS_CONTENT_STORED)
        return ts_index_exec(index, "DELETE FROM @content", error);
    if (index->config.content == TS_CONTENT_NONE)
        return ts_index_exec(
            index, "DELETE FROM @sets; DELETE FROM @packs; DELETE FROM @sums", error);
    return error->code == SQLITE_OK;
}
