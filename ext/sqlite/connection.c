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
    ts_workspace *workspace;   /* owned; NULL before it is needed */
    const ts_reading *reading; /* borrowed: the innermost; or NULL */
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

bool ts_connection_begin_reading(ts_connection *connection, ts_reading *reading)
{
    for (const ts_reading *r = connection->reading; r != NULL; r = r->during)
        if (sqlite3_stricmp(r->name, reading->name) == 0 &&
            sqlite3_stricmp(r->schema, reading->schema) == 0)
            return false;
    reading->during = connection->reading;
    connection->reading = reading;
    return true;
}

void ts_connection_end_reading(ts_connection *connection)
{
    connection->reading = connection->reading->during;
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

/* A text that a set is asked of. */
typedef struct text_key {
    const ts_params *params;
    ts_view text;
    ts_wide_hash hash; /* if it is too long to be copied */
} text_key;

static bool is_long(ts_view text)
{
    return text.size > TS_CACHE_COPY_MAX;
}

static bool has_text(const ts_cache_entry *entry, const text_key *key)
{
    if (is_long(key->text))
        return entry->text_hash.low == key->hash.low &&
               entry->text_hash.high == key->hash.high;
    return key->text.size == 0 ||
           memcmp(entry->text.data, key->text.data, key->text.size) == 0;
}

static bool entry_is(const ts_cache_entry *entry, const text_key *key)
{
    ts_difference difference;
    return entry->valid && entry->text_size == key->text.size &&
           !ts_options_differ(&entry->params, key->params, TS_OPTIONS_OF_SHINGLES,
                              &difference) &&
           has_text(entry, key);
}

/*
 * The entry of a text, or the one that shall make room for it.  With more than
 * one entry that is never the one that was found in the call before.
 */
static ts_cache_entry *entry_for(ts_workspace *work, const text_key *key)
{
    ts_cache_entry *oldest = &work->cache[0];
    for (int i = 0; i < TS_CACHE_ENTRIES; i++) {
        ts_cache_entry *entry = &work->cache[i];
        if (entry_is(entry, key)) return entry;
        if (entry->last_use < oldest->last_use) oldest = entry;
    }
    oldest->valid = false;
    return oldest;
}

_Static_assert(TS_CACHE_ENTRIES >= 2, "a call uses two texts at a time");

static ts_status entry_fill(ts_workspace *work, ts_cache_entry *entry,
                            const text_key *key)
{
    const ts_view text = key->text;
    ts_status rc = TS_OK;
    entry->text.size = 0;
    if (!is_long(text)) rc = ts_bytes_append(&entry->text, text.data, text.size);
    if (rc == TS_OK)
        rc = ts_shingles_set(work->shingler, key->params, text.data, text.size,
                             &entry->set);
    if (rc != TS_OK) return rc;
    ts_hashes_trim(&entry->set);
    entry->params = *key->params;
    entry->text_size = text.size;
    entry->text_hash = key->hash;
    entry->valid = true;
    return TS_OK;
}

ts_status ts_workspace_set(ts_workspace *work, const ts_params *params, ts_view text,
                           const ts_hashes **set)
{
    text_key key = {.params = params, .text = text};
    if (is_long(text)) key.hash = ts_hash_wide(text.data, text.size);
    ts_cache_entry *entry = entry_for(work, &key);
    if (!entry->valid) {
        ts_status rc = entry_fill(work, entry, &key);
        if (rc != TS_OK) return rc;
    }
    entry->last_use = ++work->clock;
    *set = &entry->set;
    return TS_OK;
}

static uint64_t entry_size(const ts_cache_entry *entry)
{
    return sizeof(uint64_t) * (uint64_t)entry->set.capacity;
}

static void entry_clear(ts_cache_entry *entry)
{
    ts_hashes_clear(&entry->set);
    entry->valid = false;
}

/*
 * The entry that goes first, or NULL: least recently used, but neither of the last
 * two, one of which is that of the outer text in the first row of a join, nor the
 * largest: where that is not the outer text, the inner one is larger and made anew
 * for each row anyway.
 */
static ts_cache_entry *entry_to_go(ts_workspace *work)
{
    ts_cache_entry *largest = &work->cache[0], *oldest = NULL;
    for (int i = 1; i < TS_CACHE_ENTRIES; i++)
        if (entry_size(&work->cache[i]) > entry_size(largest))
            largest = &work->cache[i];
    for (int i = 0; i < TS_CACHE_ENTRIES; i++) {
        ts_cache_entry *entry = &work->cache[i];
        if (entry != largest && entry_size(entry) > 0 &&
            work->clock - entry->last_use >= 2 &&
            (oldest == NULL || entry->last_use < oldest->last_use))
            oldest = entry;
    }
    return oldest;
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
    ts_cache_entry *entry;
    while (size > TS_CACHE_SIZE_MAX && (entry = entry_to_go(work)) != NULL) {
        size -= entry_size(entry);
        entry_clear(entry);
    }
}
