/*
 * The partners of one document, and its cluster, by lookups: see index_partners.h.
 */
#ifndef TS_TVF_PARTNERS_H
#define TS_TVF_PARTNERS_H

#include "tvf_joined.h"

/*
 * Partners of a document, verified one by one.
 *
 *     if (ts_partner_list_begin(&list, documents, rowid, &error))
 *         while (ts_partner_list_next(&list, &error))
 *             ... list.reader.rowid, list.overlap ...
 *     ts_partner_list_end(&list);
 *
 * A zeroed list is valid and empty.
 */
typedef struct ts_partner_list {
    const ts_joined *documents; /* borrowed */
    sqlite3_int64 rowid;        /* of the document */
    ts_hashes set;              /* owned: its */
    ts_hashes rowids;           /* owned: of those that may be partners, ascending */
    size_t at;                  /* the next of them */
    ts_reader reader;           /* owned: on the partner */
    ts_overlap overlap;         /* a is the document, b the partner */
} ts_partner_list;

/*
 * Begin with the partners of a document, which has none if it is not there, or if its
 * text has changed behind the index (tvf_join.h).  False
 * on an error, and where reading all documents costs less.
 */
bool ts_partner_list_begin(ts_partner_list *list, ts_joined *documents,
                           sqlite3_int64 rowid, ts_error *error);
/* The same, of one other document only, which takes no lookup. */
bool ts_partner_list_begin_one(ts_partner_list *list, ts_joined *documents,
                               sqlite3_int64 rowid, sqlite3_int64 other,
                               ts_error *error);
bool ts_partner_list_next(ts_partner_list *list, ts_error *error);

/* Begin with a document, and with no partners. */
void ts_partner_list_open(ts_partner_list *list, ts_joined *documents,
                          sqlite3_int64 rowid, ts_error *error);
/*
 * Read another document, and list->overlap; false if it is not there, or on an
 * error.
 */
bool ts_partner_list_measure(ts_partner_list *list, sqlite3_int64 rowid,
                             ts_error *error);
/* Give all back, before the documents go; the list can be used again. */
void ts_partner_list_end(ts_partner_list *list);

/*
 * Make 'members' the rowids of the cluster that a document is in, ascending; it is
 * alone if it has no partner.  False as above.
 */
bool ts_partners_connected(ts_joined *documents, sqlite3_int64 rowid,
                           ts_hashes *members, ts_error *error);

#endif
