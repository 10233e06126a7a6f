/*
 * xBestIndex: see index_plan.h for what comes out.
 *
 * A MATCH that is there and cannot be used makes the plan impossible, as in FTS5:
 * SQLite then looks for another order of the tables, and has no solution where
 * there is none.  The costs are only there to be compared: with a MATCH, a lookup of a
 * rowid before a list of them, that before all rows, and a bound before none; and each
 * MATCH long before a scan that leaves it to SQLite, which has no function for it: so
 * t MATCH x OR t MATCH y becomes two of them.
 *
 * For the same reason nothing costs less than half of a MATCH.  In t MATCH x AND
 * (rowid = 1 OR rowid = 2), SQLite may do the parts of the OR one by one, and none of
 * them gets the MATCH, which it leaves for later, or for never, if a bound without a
 * MATCH finds nothing; some versions think, though, that each gets it.  So two parts
 * must cost more than one MATCH for all, whether they have one or not, and more than
 * to sort what that finds.  In a join the MATCH for all is repeated for each row of the
 * tables before it, however many SQLite takes these to have; so where the statement has
 * a MATCH that a plan has not, that plan is the last resort.
 */
#include "index_plan.h"

#include "index_table.h"

#include <string.h>
SQLITE_EXTENSION_INIT3

/* Rows and costs of an index that is thought to have a million documents. */
#define ROWS_OF_TABLE 1000000
#define ROWS_OF_MATCH 100
#define ROWS_OF_BOUND 20
#define ROWS_OF_LIST 25
#define COST_OF_MATCH 50000.0
#define COST_OF_BOUND 30000.0
#define COST_OF_LOOKUP 30000.0
/* With a MATCH: the part of its cost that is left by a lookup of a rowid, by a list. */
#define PART_OF_LOOKUP 0.90
#define PART_OF_LIST 0.95
#define COST_OF_SCAN 1e11
/* How many times as much a lookup or a scan costs that leaves a MATCH to SQLite. */
#define TIMES_LEFT_LOOKUP 1e30
#define TIMES_LEFT_SCAN 1e60

/* The letter of a condition on one of the hidden columns, or 0. */
static char letter_of_hidden(int hidden, unsigned char op)
{
    const bool equal = op == SQLITE_INDEX_CONSTRAINT_EQ;
    const bool lower =
        equal || op == SQLITE_INDEX_CONSTRAINT_GE || op == SQLITE_INDEX_CONSTRAINT_GT;
    const bool upper =
        equal || op == SQLITE_INDEX_CONSTRAINT_LE || op == SQLITE_INDEX_CONSTRAINT_LT;
    switch (hidden) {
    case TS_HIDDEN_TABLE:
        return equal || op == SQLITE_INDEX_CONSTRAINT_MATCH ? PLAN_MATCH : 0;
    case TS_HIDDEN_SIMILARITY:
        return lower ? PLAN_SIMILARITY : 0;
    case TS_HIDDEN_QUERY_IN_DOC:
        return lower ? PLAN_QUERY : 0;
    case TS_HIDDEN_DOC_IN_QUERY:
        return lower ? PLAN_DOC : 0;
    case TS_HIDDEN_RANK:
        return upper ? PLAN_RANK : 0;
    default:
        return 0;
    }
}

static char letter_of(const ts_index *index, int column, unsigned char op)
{
    if (op == SQLITE_INDEX_CONSTRAINT_MATCH && column == 0) return PLAN_MATCH;
    if (column >= index->config.n_columns)
        return letter_of_hidden(column - index->config.n_columns, op);
    if (column >= 0) return 0;
    switch (op) {
    case SQLITE_INDEX_CONSTRAINT_EQ:
        return PLAN_ROWID;
    case SQLITE_INDEX_CONSTRAINT_GE:
    case SQLITE_INDEX_CONSTRAINT_GT:
        return PLAN_FROM;
    case SQLITE_INDEX_CONSTRAINT_LE:
    case SQLITE_INDEX_CONSTRAINT_LT:
        return PLAN_TO;
    default:
        return 0;
    }
}

/* The MATCH, or -1; errors and impossible plans go to *rc. */
static int find_match(sqlite3_vtab *vtab, const sqlite3_index_info *info, int *rc)
{
    const ts_index *index = ts_table_index(vtab);
    int match = -1;
    for (int i = 0; i < info->nConstraint; i++) {
        const struct sqlite3_index_constraint *c = &info->aConstraint[i];
        if (letter_of(index, c->iColumn, c->op) != PLAN_MATCH) continue;
        if (match >= 0) {
            ts_error error = ts_table_error(index);
            ts_error_set(&error, "there is more than one MATCH; the measures can be of "
                                 "one query only");
            *rc = ts_error_vtab(&error, vtab);
            return -1;
        }
        if (!c->usable) {
            *rc = SQLITE_CONSTRAINT;
            return -1;
        }
        match = i;
    }
    return match;
}

/* Whether the statement has the table's own column, which is there for MATCH. */
static bool has_match(const ts_index *index, const sqlite3_index_info *info)
{
    const int column = index->config.n_columns + TS_HIDDEN_TABLE;
    return (info->colUsed >> (column < 63 ? column : 63) & 1) != 0;
}

/* Costs and order, for the letters that were chosen. */
static void estimate(const ts_index *index, sqlite3_index_info *info,
                     const char *letters)
{
    bool match = false, lookup = false, list = false, bound = false;
    double part = 1.0;
    for (const char *p = letters; *p != '\0'; p++) {
        match = match || *p == PLAN_MATCH;
        lookup = lookup || *p == PLAN_ROWID;
        list = list || *p == PLAN_ROWIDS;
        bound = bound || *p == PLAN_SIMILARITY || *p == PLAN_QUERY || *p == PLAN_DOC ||
                *p == PLAN_RANK;
        if (*p == PLAN_FROM || *p == PLAN_TO) part /= 4;
    }
    double rows = ROWS_OF_TABLE * part, cost = COST_OF_SCAN * part;
    if (match) {
        rows = bound ? ROWS_OF_BOUND : ROWS_OF_MATCH * part;
        cost = bound ? COST_OF_BOUND : COST_OF_MATCH;
    }
    if (list) {
        rows = rows < ROWS_OF_LIST ? rows : ROWS_OF_LIST;
        cost *= PART_OF_LIST;
    }
    if (lookup) {
        rows = 1;
        cost = match ? cost * PART_OF_LOOKUP : COST_OF_LOOKUP;
        info->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
    }
    if (!match && has_match(index, info))
        cost *= lookup ? TIMES_LEFT_LOOKUP : TIMES_LEFT_SCAN;
    info->estimatedRows = (sqlite3_int64)rows;
    info->estimatedCost = cost;
    info->orderByConsumed =
        info->nOrderBy == 1 && info->aOrderBy[0].iColumn < 0 && !info->aOrderBy[0].desc;
}

/*
 * With a MATCH, ask for a list of rowids all at once; what is not a list stays as it
 * is, and 0 is for a second one.
 */
static char letter_of_list(sqlite3_index_info *info, int i, const char *letters)
{
    if (letters[0] != PLAN_MATCH || !sqlite3_vtab_in(info, i, -1)) return PLAN_ROWID;
    if (strchr(letters, PLAN_ROWIDS) != NULL) return 0;
    sqlite3_vtab_in(info, i, 1);
    return PLAN_ROWIDS;
}

int ts_plan_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info)
{
    const ts_index *index = ts_table_index(vtab);
    int rc = SQLITE_OK;
    const int match = find_match(vtab, info, &rc);
    if (rc != SQLITE_OK) return rc;

    char *letters = sqlite3_malloc64((sqlite3_uint64)info->nConstraint + 1);
    if (letters == NULL) return SQLITE_NOMEM;
    int n = 0;
    if (match >= 0) {
        letters[n++] = PLAN_MATCH;
        info->aConstraintUsage[match].argvIndex = n;
        /* SQLite cannot check it: there is no function match(). */
        info->aConstraintUsage[match].omit = 1;
    }
    for (int i = 0; i < info->nConstraint; i++) {
        const struct sqlite3_index_constraint *c = &info->aConstraint[i];
        char letter = letter_of(index, c->iColumn, c->op);
        if (i == match || !c->usable) continue;
        letters[n] = '\0';
        if (letter == PLAN_ROWID) letter = letter_of_list(info, i, letters);
        if (letter == 0) continue;
        letters[n++] = letter;
        info->aConstraintUsage[i].argvIndex = n;
    }
    letters[n] = '\0';
    info->idxStr = letters;
    info->needToFreeIdxStr = 1;
    estimate(index, info, letters);
    return SQLITE_OK;
}
