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

/* Store a set instead of its text. */
bool ts_documents_put_set(ts_index *index, sqlite3_int64 rowid, const ts_hashes *set,
                          ts_error *error);

#endif
