/*
 * The virtual table "textsim": an index of documents by their shingles.
 *
 * One file for each thing that happens to it:
 *
 *     index_schema      its shadow tables, byte by byte; made, renamed, dropped
 *     index_declare     CREATE VIRTUAL TABLE: the grammar, the columns
 *     index_content     what the content table must be, checked by CREATE
 *     index_config      what t_config keeps
 *     index_open        an index made, copied, closed, and opened by its name
 *     index_statements  prepared statements, and errors that name the table
 *     index_reader      its documents, one by one, in each content mode
 *     index_table       the module: what SQLite calls, and in which order
 *     index_plan        xBestIndex: conditions, and what they become
 *     index_query       a MATCH: its text, its bounds, the measures of a document
 *     index_candidates  which documents can meet the bounds
 *     index_sizes       of those with hits, by their sizes
 *     index_survey      what the samples tell of all documents, without chance
 *     index_partners    which can be partners of one, none left out
 *     index_postings    postings (hash, document) and their bytes
 *     index_merge       a range of them, merged
 *     index_levels      how they get from level to level; the dead, forgotten
 *     index_lookup      how they are found
 *     index_documents   what is added for a document, and removed
 *     index_sets        the sets that are kept where the text is not
 *     index_repack      their gaps, closed
 *     index_scan        cursors: xFilter, xNext, xColumn
 *     index_write       INSERT, UPDATE, DELETE
 *     index_commands    'rebuild', 'optimize', 'delete-all', 'progress'
 *     index_check       'integrity-check'
 *     index_triggers    sync=triggers
 *
 * Nothing that a transaction could roll back is kept in memory: a ts_index is
 * the options of CREATE, a cache of prepared statements, and hints.  So an index can be
 * opened any number of times, as the table itself and by textsim_pairs().
 *
 * What can fail takes a ts_error and returns false, or true where there is a
 * result; error->code tells an absence (SQLITE_OK) from a failure.
 */
#ifndef TS_INDEX_H
#define TS_INDEX_H

#include "connection.h"
#include "options.h"
#include "values.h"

#include "../core/buffer.h"

#include <limits.h>

/* The format of the shadow tables; a newer one is refused. */
#define TS_INDEX_FORMAT 3

/* Where the text of a document is. */
typedef enum ts_content {
    TS_CONTENT_STORED,   /* in t_content */
    TS_CONTENT_EXTERNAL, /* in a table or view of the user's */
    TS_CONTENT_NONE      /* nowhere: the sets of shingles are kept */
} ts_content;

typedef enum ts_sync { TS_SYNC_MANUAL, TS_SYNC_TRIGGERS } ts_sync;

/* Lowest Jaccard that the index is built to find fast. */
#define TS_THRESHOLD_DEFAULT 0.5

/* What CREATE VIRTUAL TABLE says.  A zeroed one is valid for ts_config_clear. */
typedef struct ts_index_config {
    ts_options options; /* options.given: those that CREATE names */
    double threshold;   /* 0 < threshold <= 1 */
    ts_content content;
    ts_sync sync;
    char *content_table; /* owned; TS_CONTENT_EXTERNAL: its name, without a schema */
    char *content_rowid; /* owned; likewise: the column that is the key */
    char **columns;      /* owned: the text column, then those UNINDEXED */
    int n_columns;
} ts_index_config;

void ts_config_clear(ts_index_config *config);

/* The statements that an index keeps prepared: index_statements.c. */
typedef enum ts_statement {
    TS_READ_RANGE,   /* ?1, ?2: documents with rowids from, to */
    TS_READ_ONE,     /* ?1: the document with a rowid */
    TS_READ_CONTENT, /* all that there is to index */
    TS_COUNT_CONTENT,
    TS_COUNT_DOCUMENTS,
    TS_CONFIG_GET, /* ?1: a value of t_config */
    TS_CONFIG_PUT,
    TS_DOCS_GET, /* ?1: docno and sum of a rowid */
    TS_DOCS_PUT,
    TS_DOCS_DELETE,
    TS_NUMBERS_GET,   /* ?1: docno, rowid and shingles of a docno */
    TS_NUMBERS_RANGE, /* ?1, ?2: the same of all from, to */
    TS_NUMBERS_SIZES, /* ?3, ?4: and of these sizes */
    TS_NUMBERS_LAST,  /* the largest docno in use */
    TS_NUMBERS_PUT,
    TS_NUMBERS_DELETE,
    TS_TEXT_PUT, /* t_content or t_sets */
    TS_TEXT_DELETE,
    TS_SETS_MOVE,  /* ?1: to a place */
    TS_PACKS_SEEK, /* ?1: rows from the one that a place would be in */
    TS_PACKS_FROM, /* ?1: rows from a place on */
    TS_PACKS_LAST,
    TS_PACKS_PUT,
    TS_PACKS_DELETE,
    TS_SUMS_GET, /* ?1: place and documents of a sum */
    TS_SUMS_PUT,
    TS_SUMS_DELETE,
    TS_TAIL_ALL,
    TS_TAIL_PUT,
    TS_TAIL_DELETE,
    TS_DEAD_ALL,
    TS_DEAD_PUT,
    TS_DEAD_FORGET,
    TS_RECENT_SEEK, /* ?1: blocks from the one that a key would be in */
    TS_RECENT_PUT,
    TS_RECENT_DELETE,
    TS_MIDDLE_SEEK,
    TS_MIDDLE_PUT,
    TS_MIDDLE_DELETE,
    TS_POSTINGS_SEEK,
    TS_POSTINGS_PUT,
    TS_POSTINGS_DELETE,
    TS_WRITE, /* the table itself: see index_write.c */
    TS_N_STATEMENTS
} ts_statement;

/* So many rowids are remembered whose content was seen to be gone. */
#define TS_GONE_MAX 64

typedef struct ts_gone {
    sqlite3_int64 rowid;
    int savepoint; /* a rollback to one of less takes the note along, */
    int removed;   /* and what was done about it in one of more; TS_NOT_REMOVED */
    bool is_old;   /* an entry that is there is that of the row which is gone */
} ts_gone;

#define TS_NOT_REMOVED INT_MAX

/* An index, open. */
typedef struct ts_index {
    sqlite3 *db;               /* borrowed */
    ts_connection *connection; /* owned reference */
    char *schema;              /* owned: "main", "temp", or as attached */
    char *name;                /* owned: of the virtual table; names its errors */
    ts_index_config config;
    bool is_checked;       /* see ts_config_check */
    bool reports_progress; /* the command 'progress' was given, on this connection */
    bool is_half;          /* rows were written, of a change that is not complete */
    sqlite3_stmt *statements[TS_N_STATEMENTS]; /* owned; those not in use now */
    /* A hint, checked before it is used: see index_documents.h. */
    ts_gone gone[TS_GONE_MAX];
    int n_gone;
    const struct ts_write *write; /* borrowed: for TS_WRITE to do */
    int savepoint;                /* how many are open, as SQLite counts them */
    bool is_writing;              /* between xBegin and its end: nobody else writes */
} ts_index;

/* --- opening ------------------------------------------------------------------ */

/*
 * Open the index with a name, as SQL functions do: in the schema named, or, if
 * 'schema' is NULL, where SQLite would find the table (temp, main, attached).
 * NULL and an error if there is no such table, if it is none of ours, or if its
 * format is newer.  Costs about 0.1 ms; keep it for the length of a statement.
 */
ts_index *ts_index_open(sqlite3 *db, const char *schema, const char *name,
                        ts_error *error);

/* Finalizes all statements; NULL is allowed. */
void ts_index_close(ts_index *index);

/* --- documents: index_reader.c ------------------------------------------------- */

/* Reads the sets that are kept instead of texts: index_sets.h. */
typedef struct ts_pack_reader {
    ts_index *index;         /* borrowed */
    sqlite3_stmt *statement; /* owned: on a row of t_packs; NULL: not yet used */
    const uint8_t *bytes;    /* that the row has; NULL: it is on none */
    sqlite3_int64 first;     /* their place, */
    sqlite3_int64 size;      /* and how many there are */
    ts_bytes gathered;       /* owned: of a set that lies in several rows */
    uint64_t packed_size;    /* of the last set */
} ts_pack_reader;

/*
 * Reads documents in the order of their rowids.
 *
 *     ts_reader reader;
 *     ts_reader_init(&reader, index);
 *     ts_reader_range(&reader, INT64_MIN, INT64_MAX, &error);
 *     while (ts_reader_next(&reader, &error))
 *         if (ts_reader_set(&reader, &error)) ... reader.rowid, reader.set ...
 *     ts_reader_clear(&reader);
 *
 * Documents whose row in the content table is gone are skipped.  Every step is
 * one of a long-lived statement: it notices sqlite3_interrupt() and calls the
 * progress handler.  Do not write to the index between the first and the last.
 */
typedef struct ts_reader {
    ts_index *index;         /* borrowed */
    sqlite3_stmt *statement; /* owned while documents are read */
    ts_statement which;
    sqlite3_int64 rowid;  /* of the present document */
    bool has_row;         /* there was one before */
    ts_hashes set;        /* owned; see ts_reader_set */
    ts_pack_reader packs; /* owned: with content='' */
} ts_reader;

/* Allocates nothing. */
void ts_reader_init(ts_reader *reader, ts_index *index);
/* Give everything back; the reader can be used again. */
void ts_reader_clear(ts_reader *reader);

/* Begin with all that there is to index, indexed or not, as 'rebuild' does. */
bool ts_reader_content(ts_reader *reader, ts_error *error);
/* Begin with the documents that have rowids from 'first' to 'last', both included. */
bool ts_reader_range(ts_reader *reader, sqlite3_int64 first, sqlite3_int64 last,
                     ts_error *error);
/* Go to the next document; false at the end and on an error. */
bool ts_reader_next(ts_reader *reader, ts_error *error);
/* Go to the document with a rowid; false if there is none, or on an error. */
bool ts_reader_seek(ts_reader *reader, sqlite3_int64 rowid, ts_error *error);

/*
 * Make reader->set the distinct shingle hashes of the present document, sorted:
 * of its text as it is now, or as it was stored.  It holds until the next call;
 * nothing of it is in the connection's workspace.
 */
bool ts_reader_set(ts_reader *reader, ts_error *error);

/*
 * Make 'set' the distinct shingle hashes of a text, sorted.  Long work is stopped by
 * sqlite3_interrupt() and calls the progress handler.  A NULL text is out of memory.
 */
bool ts_index_shingle(ts_index *index, ts_view text, ts_hashes *set, ts_error *error);

/*
 * Has the text of the present document changed since it was indexed, as a content table
 * may without the index being told?  After ts_reader_set(), for about a thirtieth of
 * its time; false on an error, and without external content.
 */
bool ts_reader_has_changed(const ts_reader *reader, ts_error *error);

/* Column of the present document, 0 being the text; NULL if the text is not kept. */
sqlite3_value *ts_reader_column(ts_reader *reader, int column);

/* How many documents there are, those that are gone included. */
bool ts_index_count(ts_index *index, sqlite3_int64 *n, ts_error *error);

/* --- statements and errors: index_statements.c --------------------------------- */

/*
 * A statement for the time of one use: from the index's cache, or prepared.  Two
 * uses at a time, as by two cursors, get two.  NULL on an error.
 */
sqlite3_stmt *ts_statement_take(ts_index *index, ts_statement which, ts_error *error);
/* Reset it and keep it for the next use; NULL is allowed. */
void ts_statement_give(ts_index *index, ts_statement which, sqlite3_stmt *statement);

/*
 * Step: true on a row.  At the end and on an error false, and the statement has
 * been reset.
 */
bool ts_statement_row(ts_index *index, sqlite3_stmt *statement, ts_error *error);
/*
 * The same of a statement that reads external content, or what is kept instead.  An
 * error names that content; to read the index is one, since it would not end.
 */
bool ts_content_row(ts_index *index, sqlite3_stmt *statement, ts_error *error);
/* SQLite returned 'rc' where external content was to be read: say which, and why. */
void ts_content_error(const ts_index *index, ts_error *error, int rc);
/* Bind bytes, which stay in place; they can be too many for SQLite's limit. */
void ts_statement_bind_blob(sqlite3_stmt *statement, int at, const void *bytes,
                            size_t size, ts_error *error);
/* Step a statement that writes, and give it back; false on an error. */
bool ts_statement_run(ts_index *index, ts_statement which, sqlite3_stmt *statement,
                      ts_error *error);

/* An SQLite call on index->db returned 'rc': take over code and message. */
void ts_error_sqlite(ts_error *error, sqlite3 *db, int rc);
/* The same of a shadow table; one that SQLite refuses to change so is damaged. */
void ts_error_shadow(ts_error *error, sqlite3 *db, int rc);

/*
 * For a change that failed when it was half written, in a transaction and in no
 * statement with a journal: make the error SQLITE_FULL, after which SQLite takes the
 * transaction back.  (If there is such a statement around it all, it takes that back.)
 */
void ts_error_undo(ts_error *error, const ts_index *index);

/* Take back an error that says that the database may not be written (now, or by us). */
bool ts_error_forgive_refusal(ts_error *error);

/*
 * Take back an error that says that something is not there, or not as it should be, as
 * after it was renamed; false if it is another, or none.
 */
bool ts_error_forgive(ts_error *error);

/* A shadow table has a row that cannot be: SQLITE_CORRUPT_VTAB, with a message. */
void ts_error_corrupt(ts_error *error, const char *suffix, sqlite3_int64 row);

/* The same: in t_numbers, two documents have one rowid. */
void ts_error_twice(ts_error *error);

#endif
