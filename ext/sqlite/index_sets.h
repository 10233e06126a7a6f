/*
 * The sets of documents whose text is not kept, in t_sets, t_packs and t_sums: see
 * index_schema.c.  With content='' alone.
 */
#ifndef TS_INDEX_SETS_H
#define TS_INDEX_SETS_H

#include "index.h"

/* A row of t_packs holds so many bytes: with its cell it fills a page of 4 KB. */
#define TS_PACK_SIZE 4057

/* A place and what follows it stay below. */
#define TS_PLACE_MAX (INT64_MAX / 2)

/* A row of t_sets: where the set of a document is. */
typedef struct ts_kept {
    sqlite3_int64 rowid;
    sqlite3_int64 place;
    sqlite3_int64 sum;
} ts_kept;

/* Allocates nothing. */
void ts_pack_reader_init(ts_pack_reader *reader, ts_index *index);
/* Give everything back; the reader can be used again. */
void ts_pack_reader_clear(ts_pack_reader *reader);

/*
 * Make 'set' the one that is kept.  False if it is not there, which is damage, or
 * on any other error.  It is fast to read sets in the order of their places.
 */
bool ts_pack_read(ts_pack_reader *reader, const ts_kept *kept, ts_hashes *set,
                  ts_error *error);

/* Bytes of t_packs that the set takes which was read last. */
sqlite3_int64 ts_pack_size(const ts_pack_reader *reader);

/* Keep a set for a document that has none. */
bool ts_sets_put(ts_index *index, sqlite3_int64 rowid, const ts_hashes *set,
                 ts_error *error);

/* Forget the set of a document, if it has one; the last one frees its bytes. */
bool ts_sets_remove(ts_index *index, sqlite3_int64 rowid, ts_error *error);

/* Make t_sums anew, as 'rebuild' does. */
bool ts_sets_count(ts_index *index, ts_error *error);

/* Close the gaps that deleted sets left: index_repack.c. */
bool ts_sets_repack(ts_index *index, ts_error *error);

/* t_sets or t_packs is damaged: nothing is left from which they could be made. */
void ts_sets_lost(ts_error *error, sqlite3_int64 rowid);

#endif
