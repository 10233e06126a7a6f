/*
 * What is added for a document, and removed.
 */
#ifndef TS_INDEX_DOCUMENTS_H
#define TS_INDEX_DOCUMENTS_H

#include "index.h"

/* What t_docs has of a document. */
typedef struct ts_entry {
    sqlite3_int64 docno;
    sqlite3_int64 sum;
} ts_entry;

/* The sum of a set: see index_schema.c. */
sqlite3_int64 ts_documents_sum(const ts_hashes *set);

/* The entry of a rowid; false if there is none, or on an error. */
bool ts_documents_find(ts_index *index, sqlite3_int64 rowid, ts_entry *entry,
                       ts_error *error);

/* A row of t_numbers. */
typedef struct ts_numbered {
    sqlite3_int64 docno;
    sqlite3_int64 rowid;
    uint32_t size; /* of its set */
} ts_numbered;

/* Read the row that one of the statements TS_NUMBERS_... is on; false on an error. */
bool ts_documents_numbered(sqlite3_stmt *statement, ts_numbered *row, ts_error *error);

/* A document on its way in. */
typedef struct ts_document {
    const sqlite3_int64 *wanted; /* borrowed: its rowid; NULL: SQLite chooses */
    const ts_hashes *set;        /* borrowed */
    sqlite3_int64 rowid;         /* that it got */
    sqlite3_int64 docno;
} ts_document;

/* Enter a document under its docno into t_docs and t_numbers, without postings. */
bool ts_documents_enter(ts_index *index, ts_document *document, ts_error *error);

/* Index a document that has no entry; the docno is chosen. */
bool ts_documents_add(ts_index *index, ts_document *document, ts_error *error);

/* Remove the entry of a rowid, its postings, and the text where it is stored. */
bool ts_documents_remove(ts_index *index, sqlite3_int64 rowid, const ts_entry *entry,
                         ts_error *error);

/*
 * With external content, an entry whose row is gone is skipped by reads, and then
 * a DELETE does not come to it.  So what looks for a rowid and finds it gone notes
 * that, and the next write removes the entry; a DELETE that found nothing is one,
 * and so is a COMMIT.  Where there is a row again by then, and the note was made in the
 * transaction that writes, the entry is an old one, which is not in the way of an
 * INSERT.  A note from before says nothing of that: another connection may have written
 * since.  A rollback takes the notes along, and a new entry those of its rowid.  What
 * a write has done about a note is done, until that is rolled back or the note is
 * made again.  A hint is no reason to fail: where the content cannot be read, the
 * entry stays.
 */
void ts_documents_note_gone(ts_index *index, sqlite3_int64 rowid);
void ts_documents_forget_note(ts_index *index, sqlite3_int64 rowid);
bool ts_documents_is_old(ts_index *index, sqlite3_int64 rowid);
bool ts_documents_remove_gone(ts_index *index, ts_error *error);

/* Is there no row in the content table for an entry? */
bool ts_documents_is_gone(ts_index *index, sqlite3_int64 rowid, ts_error *error);

#endif
