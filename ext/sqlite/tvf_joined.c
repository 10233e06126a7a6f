#include "tvf_joined.h"

#include "../core/sample.h"

#include "index.h"

SQLITE_EXTENSION_INIT3

/*
 * Lookups may cost as much as reading this share of all documents, or so many: the
 * join costs two such readings a document, and a small one nothing at all.
 */
#define LOOKUP_SHARE 4
#define LOOKUPS_LEAST 400

/*
 * From this similarity on, the postings can tell that a document has no partner:
 * more must be shared than what is not sampled, by 5 % of a document, below which
 * nearly all remain (measured, of 118,517: 55 % of all shingles at 0.8, 65 % at 0.75,
 * 80 % at 0.7, 98 % at 0.65).
 */
#define THRESHOLD_OF_SURVEY (1.0 - (double)TS_SAMPLE_LIMIT / UINT32_MAX + 0.05)

void ts_joined_free(ts_joined *documents)
{
    if (documents == NULL) return;
    for (int i = 0; i < TS_JOIN_ARGUMENTS; i++)
        ts_value_copy_clear(&documents->arguments[i]);
    ts_partners_clear(&documents->lookups);
    ts_join_free(documents->partners);
    ts_clusters_free(documents->clusters);
    ts_join_sets_free(documents->sets);
    ts_hashes_clear(&documents->rowids);
    ts_error ignored = {.code = SQLITE_OK};
    ts_pulse_end(&documents->pulse, &ignored);
    ts_index_close(documents->index);
    sqlite3_free(documents);
}

bool ts_joined_is_of(const ts_joined *documents, sqlite3_value *const *arguments)
{
    if (documents == NULL || ts_joined_has_failed(documents)) return false;
    for (int i = 0; i < TS_JOIN_ARGUMENTS; i++)
        if (!ts_value_copy_equals(&documents->arguments[i], arguments[i])) return false;
    return true;
}

bool ts_joined_pulse(ts_joined *documents, ts_error *error)
{
    if (error->code != SQLITE_OK) return false;
    if (documents->poll.stop(documents->poll.context) == 0) return true;
    ts_error_sqlite(error, documents->pulse.db, documents->pulse.code);
    return false;
}

uint32_t ts_joined_find(const ts_joined *documents, sqlite3_int64 rowid)
{
    uint32_t low = 0, n = documents->sets->n_documents;
    while (n > 0) {
        const uint32_t half = n / 2;
        if (ts_joined_rowid(documents, low + half) < rowid) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return low;
}

/* --- opening ---------------------------------------------------------------------- */

/* The threshold of the call, which must be one that the index was made for. */
static void read_threshold(ts_joined *documents, sqlite3_value *argument,
                           ts_error *error)
{
    const ts_index *index = documents->index;
    const double lowest = index->config.threshold;
    documents->threshold = lowest;
    if (argument == NULL) return;
    /* A copy: asking for a number makes one of a text. */
    sqlite3_value *value = sqlite3_value_dup(argument);
    if (value == NULL) {
        ts_error_nomem(error);
        return;
    }
    const int type = sqlite3_value_numeric_type(value);
    const double threshold = sqlite3_value_double(value);
    if ((type != SQLITE_INTEGER && type != SQLITE_FLOAT) || !(threshold > 0.0) ||
        !(threshold <= 1.0)) {
        const char *quote = type == SQLITE_TEXT ? "'" : "";
        const unsigned char *text =
            type != SQLITE_BLOB ? sqlite3_value_text(value) : (const void *)"a BLOB";
        ts_error_set(
            error,
            "argument 2 (threshold) is %s%.40s%s, not a number over 0 and up to 1",
            quote, text == NULL ? "?" : (const char *)text, quote);
    } else if (threshold < lowest) {
        ts_error_set(error,
                     "threshold %.15g is below that of '%s', which is %.15g; create "
                     "the index again with threshold=%.15g",
                     threshold, index->name, lowest, threshold);
    } else {
        documents->threshold = threshold;
    }
    sqlite3_value_free(value);
}

static void copy_arguments(ts_joined *documents, sqlite3_value *const *arguments,
                           ts_error *error)
{
    ts_status rc = TS_OK;
    for (int i = 0; i < TS_JOIN_ARGUMENTS && rc == TS_OK; i++)
        if (arguments[i] != NULL)
            rc = ts_value_copy_make(&documents->arguments[i], arguments[i], NULL);
    ts_error_status(error, rc, 1);
}

ts_joined *ts_joined_open(sqlite3 *db, sqlite3_value *const *arguments, ts_error *error)
{
    ts_joined *documents = sqlite3_malloc64(sizeof *documents);
    if (documents == NULL) {
        ts_error_nomem(error);
        return NULL;
    }
    *documents = (ts_joined){.threshold = 0.0};
    documents->poll = ts_pulse_begin(&documents->pulse, db);
    copy_arguments(documents, arguments, error);
    const char *name = NULL, *schema = NULL;
    if (error->code == SQLITE_OK) name = ts_value_name(arguments[0], 1, error);
    if (error->code == SQLITE_OK && arguments[2] != NULL)
        schema = ts_value_name(arguments[2], 3, error);
    if (error->code == SQLITE_OK)
        documents->index = ts_index_open(db, schema, name, error);
    if (documents->index != NULL) {
        read_threshold(documents, arguments[1], error);
        ts_partners_init(&documents->lookups, documents->index, documents->threshold);
    }
    if (error->code == SQLITE_OK) return documents;
    ts_joined_free(documents);
    return NULL;
}

bool ts_joined_may_look_up(ts_joined *documents, size_t n_readings, ts_error *error)
{
    ts_partners *lookups = &documents->lookups;
    if (documents->sets != NULL || error->code != SQLITE_OK) return false;
    const uint64_t spent = lookups->spent + n_readings;
    if (spent <= LOOKUPS_LEAST) return true;
    uint64_t n_documents = 0;
    return ts_partners_count(lookups, &n_documents, error) &&
           spent <= n_documents / LOOKUP_SHARE + LOOKUPS_LEAST;
}

/* --- reading ---------------------------------------------------------------------- */

static void add_document(ts_joined *documents, ts_reader *reader, ts_error *error)
{
    if (!ts_reader_set(reader, error)) return;
    if (ts_reader_has_changed(reader, error) || error->code != SQLITE_OK) return;
    const uint64_t rowid = (uint64_t)reader->rowid;
    ts_status rc = ts_hashes_append(&documents->rowids, &rowid, 1);
    if (rc == TS_OK)
        rc = ts_join_sets_add(documents->sets, reader->set.data, reader->set.size);
    ts_error_status(error, rc, 1);
}

/* Where the postings can tell it, the rowids of documents that may have partners. */
static bool find_joinable(ts_joined *documents, ts_hashes *rowids, ts_error *error)
{
    if (documents->threshold < THRESHOLD_OF_SURVEY) return false;
    ts_index *index = documents->index;
    ts_survey *survey = &documents->lookups.survey;
    return (survey->n > 0 ||
            ts_survey_sizes(survey, index, documents->threshold, error)) &&
           (survey->seen != NULL || ts_survey_postings(survey, index, error)) &&
           ts_survey_joinable(survey, rowids, error);
}

static void read_documents(ts_joined *documents, ts_error *error)
{
    ts_hashes rowids = {0};
    ts_reader reader;
    ts_reader_init(&reader, documents->index);
    const bool chosen = find_joinable(documents, &rowids, error);
    ts_partners_clear(&documents->lookups);
    if (chosen) {
        for (size_t i = 0; i < rowids.size && error->code == SQLITE_OK; i++)
            if (ts_reader_seek(&reader, (sqlite3_int64)rowids.data[i], error))
                add_document(documents, &reader, error);
    } else if (error->code == SQLITE_OK) {
        ts_reader_range(&reader, INT64_MIN, INT64_MAX, error);
        while (ts_reader_next(&reader, error))
            add_document(documents, &reader, error);
    }
    ts_reader_clear(&reader);
    ts_hashes_clear(&rowids);
}

bool ts_joined_read(ts_joined *documents, ts_error *error)
{
    if (documents->is_read) return true;
    documents->sets = ts_join_sets_new();
    if (documents->sets == NULL) {
        ts_error_nomem(error);
        return false;
    }
    read_documents(documents, error);
    for (bool ready = false; error->code == SQLITE_OK && !ready;) {
        ts_error_status(error, ts_join_sets_prepare(documents->sets, &ready), 1);
        ts_joined_pulse(documents, error);
    }
    documents->is_read = error->code == SQLITE_OK;
    return documents->is_read;
}
