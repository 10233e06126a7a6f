/*
 * The state of a connection: see connection.h.
 *
 * The cache exists for nested-loop joins, FROM docs a JOIN docs b with
 * jaccard(a.body, b.body).  Neither argument is constant, so that SQLite's
 * auxiliary data does not help, and the pointers of different rows are the
 * same; only the bytes tell.  The text of the outer loop is used in every row,
 * hence never the one that was used least recently, on whichever side it is and
 * however often a row asks: containment(a, b) and containment(b, a) in one
 * SELECT shingle two texts, not four.
 */
#include "connection.h"

#include "options.h"

#include <string.h>
SQLITE_EXTENSION_INIT3

/* Bytes of text that words are read from at a time. */
#define WORDS_PIECE 4096

struct ts_connection {
    size_t n_references;
    ts_workspace *workspace; /* owned; NULL before it is needed */
};

static void workspace_free(ts_workspace *work)
{
    if (work == NULL) return;
    ts_shingler_free(work->shingler);
    if (work->has_words) ts_words_clear(&work->words);
    ts_passage_search_clear(&work->passages);
    for (int i = 0; i < 2; i++)
        ts_hashes_clear(&work->sets[i]);
    for (int i = 0; i < TS_CACHE_ENTRIES; i++) {
        ts_bytes_clear(&work->cache[i].text);
        ts_hashes_clear(&work->cache[i].set);
    }
    sqlite3_free(work);
}

static ts_workspace *workspace_new(void)
{
    ts_workspace *work = sqlite3_malloc64(sizeof *work);
    if (work == NULL) return NULL;
    memset(work, 0, sizeof *work);
    work->shingler = ts_shingler_new();
    if (work->shingler == NULL) {
        workspace_free(work);
        return NULL;
    }
    return work;
}

ts_connection *ts_connection_new(void)
{
    ts_connection *connection = sqlite3_malloc64(sizeof *connection);
    if (connection != NULL) *connection = (ts_connection){.n_references = 1};
    return connection;
}

ts_connection *ts_connection_retain(ts_connection *connection)
{
    connection->n_references++;
    return connection;
}

void ts_connection_release(ts_connection *connection)
{
    if (connection == NULL || --connection->n_references > 0) return;
    workspace_free(connection->workspace);
    sqlite3_free(connection);
}

ts_workspace *ts_connection_workspace(ts_connection *connection)
{
    if (connection->workspace == NULL) connection->workspace = workspace_new();
    return connection->workspace;
}

ts_words *ts_workspace_words(ts_workspace *work)
{
    if (!work->has_words)
        work->has_words =
            ts_words_init(&work->words, WORDS_PIECE, TS_FOLD_PLAIN) == TS_OK;
    return work->has_words ? &work->words : NULL;
}

ts_binding *ts_binding_new(ts_connection *connection, const char *name,
                           const void *what)
{
    ts_binding *binding = sqlite3_malloc64(sizeof *binding);
    if (binding != NULL)
        *binding = (ts_binding){
            .connection = ts_connection_retain(connection), .name = name, .what = what};
    return binding;
}

void ts_binding_free(void *p)
{
    ts_binding *binding = p;
    if (binding != NULL) ts_connection_release(binding->connection);
    sqlite3_free(binding);
}

/* --- the texts that were compared last ---------------------------------------- */

static bool entry_is(const ts_cache_entry *entry, const ts_params *params, ts_view text)
{
    ts_difference difference;
    return entry->valid && entry->text.size == text.size &&
           !ts_options_differ(&entry->params, params, TS_OPTIONS_OF_SHINGLES,
                              &difference) &&
           (text.size == 0 || memcmp(entry->text.data, text.data, text.size) == 0);
}

/*
 * The entry of a text, or the one that shall make room for it.  With more than
 * one entry that is never the one that was found in the call before.
 */
static ts_cache_entry *entry_for(ts_workspace *work, const ts_params *params,
                                 ts_view text)
{
    ts_cache_entry *oldest = &work->cache[0];
    for (int i = 0; i < TS_CACHE_ENTRIES; i++) {
        ts_cache_entry *entry = &work->cache[i];
        if (entry_is(entry, params, text)) return entry;
        if (entry->last_use < oldest->last_use) oldest = entry;
    }
    oldest->valid = false;
    return oldest;
}

_Static_assert(TS_CACHE_ENTRIES >= 2, "a call uses two texts at a time");

static ts_status entry_fill(ts_workspace *work, ts_cache_entry *entry,
                            const ts_params *params, ts_view text)
{
    entry->text.size = 0;
    ts_status rc = ts_bytes_append(&entry->text, text.data, text.size);
    if (rc == TS_OK)
        rc = ts_shingles_set(work->shingler, params, text.data, text.size, &entry->set);
    if (rc != TS_OK) return rc;
    ts_hashes_trim(&entry->set);
    entry->params = *params;
    entry->valid = true;
    return TS_OK;
}

ts_status ts_workspace_set(ts_workspace *work, const ts_params *params, ts_view text,
                           int argument, const ts_hashes **set)
{
    ts_status rc = TS_OK;
    if (text.size > TS_CACHE_TEXT_MAX) {
        ts_hashes *own = &work->sets[argument];
        rc = ts_shingles_set(work->shingler, params, text.data, text.size, own);
        if (rc == TS_OK) *set = own;
        return rc;
    }
    ts_cache_entry *entry = entry_for(work, params, text);
    if (!entry->valid) rc = entry_fill(work, entry, params, text);
    if (rc != TS_OK) return rc;
    entry->last_use = ++work->clock;
    *set = &entry->set;
    return TS_OK;
}

static uint64_t entry_size(const ts_cache_entry *entry)
{
    return entry->text.capacity + sizeof(uint64_t) * (uint64_t)entry->set.capacity;
}

static void entry_clear(ts_cache_entry *entry)
{
    ts_bytes_clear(&entry->text);
    ts_hashes_clear(&entry->set);
    entry->valid = false;
}

void ts_workspace_trim(ts_workspace *work)
{
    for (int i = 0; i < 2; i++)
        if (work->sets[i].capacity > TS_KEEP_HASHES) ts_hashes_clear(&work->sets[i]);
    ts_passage_search_trim(&work->passages);

    uint64_t size = 0;
    for (int i = 0; i < TS_CACHE_ENTRIES; i++) {
        ts_cache_entry *entry = &work->cache[i];
        if (entry_size(entry) > TS_CACHE_IDLE_SIZE &&
            work->clock - entry->last_use >= TS_CACHE_IDLE_USES)
            entry_clear(entry);
        size += entry_size(entry);
    }
    while (size > TS_CACHE_SIZE_MAX) {
        ts_cache_entry *oldest = NULL;
        for (int i = 0; i < TS_CACHE_ENTRIES; i++) {
            ts_cache_entry *entry = &work->cache[i];
            if (entry_size(entry) > 0 &&
                (oldest == NULL || entry->last_use < oldest->last_use))
                oldest = entry;
        }
        size -= entry_size(oldest);
        entry_clear(oldest);
    }
}
