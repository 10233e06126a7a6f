/*
 * What is added for a document, and removed: see index_documents.h.
 */
#include "index_documents.h"

#include "../core/hash.h"

#include "index_candidates.h"
#include "index_postings.h"
#include "index_sets.h"

SQLITE_EXTENSION_INIT3

/* Hashes at a time that are made little-endian. */
#define SUM_PIECE 64

sqlite3_int64 ts_documents_sum(const ts_hashes *set)
{
    /* Chained, so that nothing is copied: each piece is seeded by those before. */
    uint8_t bytes[8 * SUM_PIECE];
    uint64_t sum = 0;
    for (size_t i = 0; i < set->size;) {
        size_t n = 0;
        for (; n < SUM_PIECE && i < set->size; n++, i++)
            ts_store64(bytes + 8 * n, set->data[i]);
        sum = ts_hash(bytes, 8 * n, sum);
    }
    return (sqlite3_int64)sum;
}

bool ts_documents_find(ts_index *index, sqlite3_int64 rowid, ts_entry *entry,
                       ts_error *error)
{
    sqlite3_stmt *s = ts_statement_take(index, TS_DOCS_GET, error);
    bool found = false;
    if (s != NULL) {
        sqlite3_bind_int64(s, 1, rowid);
        found = ts_statement_row(index, s, error);
    }
    if (found)
        *entry = (ts_entry){.docno = sqlite3_column_int64(s, 0),
                            .sum = sqlite3_column_int64(s, 1)};
    ts_statement_give(index, TS_DOCS_GET, s);
    if (found && (entry->docno <= 0 || entry->docno > (sqlite3_int64)TS_DOCNO_MAX)) {
        ts_error_corrupt(error, "docs", rowid);
        return false;
    }
    return found;
}

bool ts_documents_numbered(sqlite3_stmt *s, ts_numbered *row, ts_error *error)
{
    const sqlite3_int64 docno = sqlite3_column_int64(s, 0);
    const sqlite3_int64 size = sqlite3_column_int64(s, 2);
    if (docno <= 0 || docno > (sqlite3_int64)TS_DOCNO_MAX || size < 0 ||
        size > UINT32_MAX || sqlite3_column_type(s, 1) != SQLITE_INTEGER ||
        sqlite3_column_type(s, 2) != SQLITE_INTEGER) {
        ts_error_corrupt(error, "numbers", docno);
        return false;
    }
    *row = (ts_numbered){
        .docno = docno, .rowid = sqlite3_column_int64(s, 1), .size = (uint32_t)size};
    return true;
}

/* A number that no posting has. */
static bool next_number(ts_index *index, sqlite3_int64 *docno, ts_error *error)
{
    sqlite3_stmt *s = ts_statement_take(index, TS_NUMBERS_LAST, error);
    sqlite3_int64 last = 0;
    if (s != NULL && ts_statement_row(index, s, error))
        last = sqlite3_column_int64(s, 0);
    ts_statement_give(index, TS_NUMBERS_LAST, s);
    if (last < 0 || last > (sqlite3_int64)TS_DOCNO_MAX)
        ts_error_corrupt(error, "numbers", last);
    else if (error->code == SQLITE_OK && last == (sqlite3_int64)TS_DOCNO_MAX)
        ts_error_set(error, "the numbers of documents are used up; the command "
                            "'rebuild' begins again at 1");
    *docno = last + 1;
    return error->code == SQLITE_OK;
}

void ts_documents_forget_note(ts_index *index, sqlite3_int64 rowid)
{
    for (int i = 0; i < index->n_gone; i++)
        if (index->gone[i].rowid == rowid)
            index->gone[i--] = index->gone[--index->n_gone];
}

bool ts_documents_enter(ts_index *index, ts_document *document, ts_error *error)
{
    sqlite3_stmt *s = ts_statement_take(index, TS_DOCS_PUT, error);
    if (s != NULL) {
        if (document->wanted != NULL) sqlite3_bind_int64(s, 1, *document->wanted);
        sqlite3_bind_int64(s, 2, document->docno);
        sqlite3_bind_int64(s, 3, ts_documents_sum(document->set));
    }
    if (!ts_statement_run(index, TS_DOCS_PUT, s, error)) return false;
    document->rowid = document->wanted != NULL ? *document->wanted
                                               : sqlite3_last_insert_rowid(index->db);
    ts_documents_forget_note(index, document->rowid);

    s = ts_statement_take(index, TS_NUMBERS_PUT, error);
    if (s != NULL) {
        sqlite3_bind_int64(s, 1, document->docno);
        sqlite3_bind_int64(s, 2, document->rowid);
        sqlite3_bind_int64(s, 3, (sqlite3_int64)document->set->size);
    }
    return ts_statement_run(index, TS_NUMBERS_PUT, s, error);
}

bool ts_documents_add(ts_index *index, ts_document *document, ts_error *error)
{
    if (!next_number(index, &document->docno, error) ||
        !ts_documents_enter(index, document, error))
        return false;
    return ts_postings_add(index, (uint32_t)document->docno, document->set->data,
                           ts_sample_size(index, document->set), error);
}

static bool delete_row(ts_index *index, ts_statement which, sqlite3_int64 key,
                       ts_error *error)
{
    sqlite3_stmt *s = ts_statement_take(index, which, error);
    if (s != NULL) sqlite3_bind_int64(s, 1, key);
    return ts_statement_run(index, which, s, error);
}

static bool delete_content(ts_index *index, sqlite3_int64 rowid, ts_error *error)
{
    if (index->config.content == TS_CONTENT_EXTERNAL) return true;
    if (index->config.content == TS_CONTENT_NONE)
        return ts_sets_remove(index, rowid, error);
    return delete_row(index, TS_TEXT_DELETE, rowid, error);
}

bool ts_documents_remove(ts_index *index, sqlite3_int64 rowid, const ts_entry *entry,
                         ts_error *error)
{
    return delete_row(index, TS_DOCS_DELETE, rowid, error) &&
           delete_row(index, TS_NUMBERS_DELETE, entry->docno, error) &&
           delete_content(index, rowid, error) &&
           ts_postings_remove(index, (uint32_t)entry->docno, error);
}

static ts_gone *find_note(ts_index *index, sqlite3_int64 rowid)
{
    for (int i = 0; i < index->n_gone; i++)
        if (index->gone[i].rowid == rowid) return &index->gone[i];
    return NULL;
}

/* A place for one more note, if need be that of one which is settled; NULL if none. */
static ts_gone *free_note(ts_index *index)
{
    if (index->n_gone < TS_GONE_MAX) return &index->gone[index->n_gone++];
    for (int i = 0; i < index->n_gone; i++)
        if (index->gone[i].removed != TS_NOT_REMOVED) return &index->gone[i];
    return NULL;
}

void ts_documents_note_gone(ts_index *index, sqlite3_int64 rowid)
{
    if (index->config.content != TS_CONTENT_EXTERNAL) return;
    ts_gone *note = find_note(index, rowid);
    if (note != NULL) {
        note->removed = TS_NOT_REMOVED;
        /* What is known only now goes with a rollback to before now. */
        if (index->is_writing && !note->is_old) note->savepoint = index->savepoint;
        note->is_old = index->is_writing;
        return;
    }
    note = free_note(index);
    if (note != NULL)
        *note = (ts_gone){rowid, index->savepoint, TS_NOT_REMOVED, index->is_writing};
}

bool ts_documents_is_old(ts_index *index, sqlite3_int64 rowid)
{
    const ts_gone *note = find_note(index, rowid);
    return note != NULL && note->is_old;
}

bool ts_documents_is_gone(ts_index *index, sqlite3_int64 rowid, ts_error *error)
{
    if (index->config.content != TS_CONTENT_EXTERNAL) return false;
    ts_reader reader;
    ts_reader_init(&reader, index);
    const bool there = ts_reader_seek(&reader, rowid, error);
    ts_reader_clear(&reader);
    return !there && error->code == SQLITE_OK;
}

bool ts_documents_remove_gone(ts_index *index, ts_error *error)
{
    for (int i = 0; i < index->n_gone && error->code == SQLITE_OK; i++) {
        ts_gone *note = &index->gone[i];
        const sqlite3_int64 rowid = note->rowid;
        ts_entry entry;
        if (note->removed != TS_NOT_REMOVED) continue;
        note->removed = index->savepoint;
        if (!ts_documents_find(index, rowid, &entry, error)) continue;
        if (ts_documents_is_gone(index, rowid, error))
            ts_documents_remove(index, rowid, &entry, error);
        else
            ts_error_forgive(error); /* of a content that cannot be read */
        if (error->code == SQLITE_OK) index->is_half = false;
    }
    return error->code == SQLITE_OK;
}
