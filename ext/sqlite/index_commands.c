/*
 * Commands: 'rebuild', 'optimize', 'integrity-check', 'delete-all', 'progress',
 * and 'delete', which is for the triggers.
 *
 * A rebuild reads the documents in the order of their rowids and gives them the
 * numbers from 1 on, so that t_docs and t_numbers are written at their ends.  The
 * postings are collected and sorted in memory, up to BATCH at a time; a batch is
 * merged into the blocks, which writes the index once for every 8 million
 * postings, about 130,000 documents.
 */
#include "index_commands.h"

#include "../core/sets.h"

#include "index_candidates.h"
#include "index_check.h"
#include "index_config.h"
#include "index_documents.h"
#include "index_postings.h"
#include "index_schema.h"
#include "index_sets.h"

SQLITE_EXTENSION_INIT3

/* Postings in memory, of 8 bytes each: 64 MB. */
#define BATCH ((size_t)8 << 20)

/* Look at the clock after so many documents; report so often. */
#define CLOCK_DOCUMENTS 256
#define REPORT_MS 1000

/* --- progress --------------------------------------------------------------------- */

typedef struct progress {
    const ts_index *index;
    const char *what;
    sqlite3_int64 n_done, n_all;
    sqlite3_int64 begun, reported; /* milliseconds */
} progress;

static sqlite3_int64 now(void)
{
    sqlite3_int64 ms = 0;
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    if (vfs != NULL && vfs->iVersion >= 2 && vfs->xCurrentTimeInt64 != NULL)
        vfs->xCurrentTimeInt64(vfs, &ms);
    return ms;
}

static void report(progress *p, sqlite3_int64 at)
{
    const double part = p->n_all > 0 ? (double)p->n_done / (double)p->n_all : 1.0;
    const double left =
        part > 0.0 ? (double)(at - p->begun) / part * (1.0 - part) : 0.0;
    sqlite3_log(SQLITE_NOTICE, "%s: %s: %lld of %lld documents, %lld s more",
                p->index->name, p->what, p->n_done, p->n_all,
                (sqlite3_int64)(left / 1000.0 + 0.5));
    p->reported = at;
}

static void begin_progress(progress *p, ts_index *index, const char *what,
                           ts_error *error)
{
    *p = (progress){.index = index, .what = what};
    if (!index->reports_progress) return;
    sqlite3_stmt *s = ts_statement_take(index, TS_COUNT_CONTENT, error);
    if (s != NULL && ts_content_row(index, s, error))
        p->n_all = sqlite3_column_int64(s, 0);
    ts_statement_give(index, TS_COUNT_CONTENT, s);
    p->begun = p->reported = now();
}

static void step_progress(progress *p)
{
    p->n_done++;
    if (!p->index->reports_progress || p->n_done % CLOCK_DOCUMENTS != 0) return;
    const sqlite3_int64 at = now();
    if (at - p->reported >= REPORT_MS) report(p, at);
}

static void end_progress(progress *p)
{
    if (p->index->reports_progress) report(p, now());
}

/* --- rebuild ---------------------------------------------------------------------- */

static void put_batch(ts_index *index, ts_hashes *batch, ts_error *error)
{
    ts_set_sort(batch);
    ts_postings_put(index, batch, error);
    batch->size = 0;
}

static void collect(ts_index *index, const ts_document *document, ts_hashes *batch,
                    ts_error *error)
{
    const uint64_t *set = document->set->data;
    const size_t n = ts_sample_size(index, document->set);
    if (ts_hashes_reserve(batch, n) != TS_OK) {
        ts_error_nomem(error);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const uint64_t posting =
            ts_posting((uint32_t)(set[i] >> 32), (uint32_t)document->docno);
        batch->data[batch->size++] = posting;
    }
    if (batch->size >= BATCH) put_batch(index, batch, error);
}

static void rebuild(ts_index *index, ts_error *error)
{
    ts_hashes batch = {0};
    ts_reader reader;
    progress p;
    ts_document document = {0};
    ts_reader_init(&reader, index);
    begin_progress(&p, index, "rebuild", error);
    if (ts_schema_empty(index, error) && ts_postings_reset(index, error))
        ts_reader_content(&reader, error);
    while (error->code == SQLITE_OK && ts_reader_next(&reader, error) &&
           ts_reader_set(&reader, error)) {
        document.wanted = &reader.rowid;
        document.set = &reader.set;
        document.docno++;
        if (ts_documents_enter(index, &document, error))
            collect(index, &document, &batch, error);
        step_progress(&p);
    }
    if (error->code == SQLITE_OK && batch.size > 0) put_batch(index, &batch, error);
    if (error->code == SQLITE_OK && index->config.content == TS_CONTENT_NONE)
        ts_sets_count(index, error);
    if (error->code == SQLITE_OK) end_progress(&p);
    ts_reader_clear(&reader);
    ts_hashes_clear(&batch);
}

/* --- the others ------------------------------------------------------------------- */

/* Remove the entries whose content is gone; nothing else can be. */
static void remove_gone(ts_index *index, ts_error *error)
{
    if (index->config.content != TS_CONTENT_EXTERNAL) return;
    char *sql = sqlite3_mprintf(
        "SELECT id, docno FROM \"%w\".\"%w_docs\" AS d WHERE NOT EXISTS (SELECT 1 FROM "
        "\"%w\".\"%w\" AS c WHERE c.\"%w\" = d.id)",
        index->schema, index->name, index->schema, index->config.content_table,
        index->config.content_rowid);
    sqlite3_stmt *s = NULL;
    ts_hashes gone = {0};
    int rc =
        sql == NULL ? SQLITE_NOMEM : sqlite3_prepare_v2(index->db, sql, -1, &s, NULL);
    sqlite3_free(sql);
    if (rc != SQLITE_OK) ts_content_error(index, error, rc);
    while (s != NULL && ts_content_row(index, s, error)) {
        const uint64_t rowid = (uint64_t)sqlite3_column_int64(s, 0);
        if (ts_hashes_append(&gone, &rowid, 1) != TS_OK) ts_error_nomem(error);
    }
    sqlite3_finalize(s);
    for (size_t i = 0; i < gone.size && error->code == SQLITE_OK; i++) {
        ts_entry entry;
        const sqlite3_int64 rowid = (sqlite3_int64)gone.data[i];
        if (ts_documents_find(index, rowid, &entry, error))
            ts_documents_remove(index, rowid, &entry, error);
    }
    ts_hashes_clear(&gone);
}

static void delete_one(ts_index *index, const ts_command *command, ts_error *error)
{
    ts_entry entry;
    if (sqlite3_value_numeric_type(command->rowid) != SQLITE_INTEGER) {
        ts_error_set(error,
                     "the command 'delete' needs a rowid: INSERT INTO t(t, rowid) "
                     "VALUES('delete', ...)");
        return;
    }
    const sqlite3_int64 rowid = sqlite3_value_int64(command->rowid);
    if (ts_documents_find(index, rowid, &entry, error))
        ts_documents_remove(index, rowid, &entry, error);
}

static void set_progress(ts_index *index, const ts_command *command, ts_error *error)
{
    if (sqlite3_value_numeric_type(command->rank) != SQLITE_INTEGER)
        ts_error_set(error, "the command 'progress' needs 1 or 0 as rank: INSERT INTO "
                            "t(t, rank) VALUES('progress', 1)");
    else
        index->reports_progress = sqlite3_value_int64(command->rank) != 0;
}

bool ts_commands_run(ts_index *index, const ts_command *command, ts_error *error)
{
    const char *name = (const char *)sqlite3_value_text(command->name);
    if (name == NULL) {
        ts_error_nomem(error);
    } else if (strlen(name) != (size_t)sqlite3_value_bytes(command->name)) {
        ts_error_set(error, "the command '%.40s' has a NUL behind it", name);
    } else if (sqlite3_stricmp(name, "rebuild") == 0) {
        rebuild(index, error);
    } else if (sqlite3_stricmp(name, "optimize") == 0) {
        remove_gone(index, error);
        if (error->code == SQLITE_OK) ts_postings_optimize(index, error);
        if (error->code == SQLITE_OK && index->config.content == TS_CONTENT_NONE)
            ts_sets_repack(index, error);
    } else if (sqlite3_stricmp(name, "integrity-check") == 0) {
        ts_check_run(index, error);
    } else if (sqlite3_stricmp(name, "delete-all") == 0) {
        if (ts_schema_empty(index, error) && ts_schema_empty_texts(index, error))
            ts_postings_reset(index, error);
    } else if (sqlite3_stricmp(name, "delete") == 0) {
        delete_one(index, command, error);
    } else if (sqlite3_stricmp(name, "progress") == 0) {
        set_progress(index, command, error);
    } else {
        ts_error_set(error,
                     "unknown command '%.40s'; allowed are rebuild, optimize, "
                     "integrity-check, delete-all, delete, progress",
                     name);
    }
    return error->code == SQLITE_OK;
}
