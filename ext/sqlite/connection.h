/*
 * What textsim keeps for one database connection: scratch memory, made when it
 * is first needed, and the sets of the texts that were compared last.
 *
 * There are no globals.  Every function and module that is registered owns a
 * reference, in its binding, which SQLite destroys when it drops the function:
 * the last one takes all with it.  SQLite lets one thread at a time work with a
 * connection, and the only SQL that runs while scratch memory is in use (pulse.h,
 * and statements on shadow tables) calls no function of ours, so that it is never
 * in use twice.
 */
#ifndef TS_CONNECTION_H
#define TS_CONNECTION_H

#include "../core/format.h"
#include "../core/hash.h"
#include "../core/shingles.h"
#include "../core/words.h"

#include "passages.h"
#include "values.h"

/*
 * How many sets of texts are kept.  Two would do for jaccard(a.body, b.body) in a
 * join; four do for titles and bodies, each in turn.
 */
#define TS_CACHE_ENTRIES 4

/*
 * A text is kept beside its set up to this size: to copy 2 kB and to compare them takes
 * a third of hashing them.  Of longer ones a hash is, which costs no memory.
 */
#define TS_CACHE_COPY_MAX (64 * 1024)

/*
 * Bytes of the sets that are kept beside those of the last two texts and the largest
 * one: half of what comparing two texts of 30 MB takes.
 */
#define TS_CACHE_SIZE_MAX (80 * 1024 * 1024)

/*
 * Entries larger than this go when so many texts were compared since their last use:
 * in a join each row uses them again, and else nobody may.
 */
#define TS_CACHE_IDLE_SIZE (1024 * 1024)
#define TS_CACHE_IDLE_USES 16

/* Larger scratch arrays go back to the system at the end of a call: 16 MB. */
#define TS_KEEP_HASHES (2 * 1024 * 1024)

/*
 * The set of a text, and what tells that text from others: its size and a copy of it,
 * or 128 bits of hash.  The set itself trusts hashes of 64 bits.
 */
typedef struct ts_cache_entry {
    bool valid;
    uint64_t last_use;
    ts_params params;
    size_t text_size;
    ts_bytes text;          /* owned copy, up to TS_CACHE_COPY_MAX */
    ts_wide_hash text_hash; /* of a longer text */
    ts_hashes set;          /* owned */
} ts_cache_entry;

/* Scratch memory.  What is in it holds to the end of the call that put it there. */
typedef struct ts_workspace {
    ts_shingler *shingler;              /* owned */
    ts_hashes sets[2];                  /* owned: of BLOBs, one for each argument */
    uint32_t slots[2][TS_NUM_PERM_MAX]; /* likewise */
    uint8_t blob[TS_HEADER_SIZE + 4 * TS_NUM_PERM_MAX]; /* a sketch to be returned */
    ts_words words; /* owned; see ts_workspace_words */
    bool has_words;
    ts_passage_search passages; /* owned: of coverage and highlight_passages */
    uint64_t clock;             /* for last_use */
    ts_cache_entry cache[TS_CACHE_ENTRIES];
} ts_workspace;

typedef struct ts_connection ts_connection;

/* A new one with one reference, or NULL if out of memory. */
ts_connection *ts_connection_new(void);
ts_connection *ts_connection_retain(ts_connection *connection);
void ts_connection_release(ts_connection *connection);

/* An index whose content is being read, by whatever cursor. */
typedef struct ts_reading {
    const char *schema, *name;       /* borrowed */
    const struct ts_reading *during; /* borrowed: another one's; or NULL */
} ts_reading;

/*
 * Begin to read it, until the end: false if that was begun.  Content may be a view of
 * anything; of its own index, in whatever way, it would have no end.
 */
bool ts_connection_begin_reading(ts_connection *connection, ts_reading *reading);
void ts_connection_end_reading(ts_connection *connection);

/* The workspace, or NULL if out of memory; it belongs to the connection. */
ts_workspace *ts_connection_workspace(ts_connection *connection);

/*
 * The set of a text, from the cache or put into it; it is borrowed until the end of
 * the call.  Two texts can be asked for in one call.
 */
ts_status ts_workspace_set(ts_workspace *work, const ts_params *params, ts_view text,
                           const ts_hashes **set);

/* What reads the words of a text, made when it is first needed; NULL: no memory. */
ts_words *ts_workspace_words(ts_workspace *work);

/* End a call: give back what is too large to be kept, least recently used first. */
void ts_workspace_trim(ts_workspace *work);

/* What SQLite is given to keep with a registered name. */
typedef struct ts_binding {
    ts_connection *connection; /* owned reference */
    const char *name;          /* static: as called */
    const void *what;          /* static: what a module is about (tvf.h), or NULL */
} ts_binding;

/* For SQLite to own; NULL if out of memory. */
ts_binding *ts_binding_new(ts_connection *connection, const char *name,
                           const void *what);
void ts_binding_free(void *binding);

#endif
