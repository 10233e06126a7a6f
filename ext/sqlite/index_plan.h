/*
 * What xBestIndex tells xFilter: one letter for each argument, in its string.
 *
 *     letter           condition                          given by
 *     PLAN_MATCH       t MATCH ?, t = ?, t(?)             must be there first
 *     PLAN_ROWID       rowid = ?                          = , IN without MATCH
 *     PLAN_ROWIDS      rowid IN (...)                     IN with MATCH, all at once
 *     PLAN_FROM        rowid >= ?                         > as well, and BETWEEN
 *     PLAN_TO          rowid <= ?                         < as well, and BETWEEN
 *     PLAN_SIMILARITY  similarity >= ?                    > and = as well
 *     PLAN_QUERY       query_in_doc >= ?                  likewise
 *     PLAN_DOC         doc_in_query >= ?                  likewise
 *     PLAN_RANK        rank <= ?                          < and = as well
 *
 * With MATCH a list of rowids is one argument, so that the query is read and looked up
 * once, and not once for each of them; of two lists the second is left to SQLite.
 *
 * Rows come in the order of their rowids, whatever the plan is.  All conditions
 * but MATCH are checked again by SQLite.
 */
#ifndef TS_INDEX_PLAN_H
#define TS_INDEX_PLAN_H

enum {
    PLAN_MATCH = 'm',
    PLAN_ROWID = 'r',
    PLAN_ROWIDS = 'i',
    PLAN_FROM = 'f',
    PLAN_TO = 't',
    PLAN_SIMILARITY = 's',
    PLAN_QUERY = 'q',
    PLAN_DOC = 'd',
    PLAN_RANK = 'k'
};

#endif
