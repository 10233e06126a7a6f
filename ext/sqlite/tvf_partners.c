#include "tvf_partners.h"

#include "../core/join_bounds.h"
#include "../core/sets.h"

SQLITE_EXTENSION_INIT3

void ts_partner_list_end(ts_partner_list *list)
{
    if (list->reader.index != NULL) ts_reader_clear(&list->reader);
    ts_hashes_clear(&list->set);
    ts_hashes_clear(&list->rowids);
    *list = (ts_partner_list){0};
}

static void append_rowid(ts_hashes *rowids, sqlite3_int64 rowid, ts_error *error)
{
    const uint64_t number = (uint64_t)rowid;
    if (ts_hashes_append(rowids, &number, 1) != TS_OK) ts_error_nomem(error);
}

/* The set of a document that is not there, or not as it was indexed, is empty. */
void ts_partner_list_open(ts_partner_list *list, ts_joined *documents,
                          sqlite3_int64 rowid, ts_error *error)
{
    ts_partner_list_end(list);
    list->documents = documents;
    list->rowid = rowid;
    ts_reader_init(&list->reader, documents->index);
    if (!ts_reader_seek(&list->reader, rowid, error)) return;
    if (!ts_reader_set(&list->reader, error)) return;
    if (ts_reader_has_changed(&list->reader, error)) return;
    const ts_hashes *set = &list->reader.set;
    if (ts_hashes_append(&list->set, set->data, set->size) != TS_OK)
        ts_error_nomem(error);
}

bool ts_partner_list_begin(ts_partner_list *list, ts_joined *documents,
                           sqlite3_int64 rowid, ts_error *error)
{
    if (!ts_joined_may_look_up(documents, 0, error)) return false;
    ts_partner_list_open(list, documents, rowid, error);
    if (error->code != SQLITE_OK) return false;
    if (!ts_partners_find(&documents->lookups, &list->set, &list->rowids, error) ||
        !ts_joined_may_look_up(documents, list->rowids.size, error))
        return false;
    documents->lookups.spent += list->rowids.size;
    return true;
}

bool ts_partner_list_begin_one(ts_partner_list *list, ts_joined *documents,
                               sqlite3_int64 rowid, sqlite3_int64 other,
                               ts_error *error)
{
    if (!ts_joined_may_look_up(documents, 2, error)) return false;
    ts_partner_list_open(list, documents, rowid, error);
    append_rowid(&list->rowids, other, error);
    documents->lookups.spent += 2;
    return error->code == SQLITE_OK;
}

bool ts_partner_list_measure(ts_partner_list *list, sqlite3_int64 rowid,
                             ts_error *error)
{
    if (!ts_reader_seek(&list->reader, rowid, error)) return false;
    if (!ts_reader_set(&list->reader, error)) return false;
    if (ts_reader_has_changed(&list->reader, error)) return false;
    const ts_hashes *a = &list->set, *b = &list->reader.set;
    ts_set_overlap(a->data, a->size, b->data, b->size, &list->overlap);
    return true;
}

bool ts_partner_list_next(ts_partner_list *list, ts_error *error)
{
    const ts_overlap *o = &list->overlap;
    while (list->at < list->rowids.size && error->code == SQLITE_OK) {
        const sqlite3_int64 rowid = (sqlite3_int64)list->rowids.data[list->at++];
        if (rowid != list->rowid && ts_partner_list_measure(list, rowid, error) &&
            o->a > 0 && o->b > 0 &&
            ts_join_meets(list->documents->threshold, o->a + o->b, o->both))
            return true;
    }
    return false;
}

/* --- clusters --------------------------------------------------------------------- */

/* A search in rounds: the partners of documents, then the partners of those. */
typedef struct search {
    ts_joined *documents;
    ts_error *error;
    ts_partner_list list; /* owned */
    ts_hashes *members;   /* that were found in former rounds */
    ts_hashes round;      /* owned: that are looked up in this one */
    ts_hashes found;      /* owned: partners of these */
    ts_hashes copies;     /* owned: partners with an equal set, which have no others */
} search;

/* False on an error, or where it costs too much. */
static bool look_up_round(search *s)
{
    s->found.size = 0;
    for (size_t i = 0; i < s->round.size; i++) {
        const sqlite3_int64 rowid = (sqlite3_int64)s->round.data[i];
        if (!ts_partner_list_begin(&s->list, s->documents, rowid, s->error))
            return false;
        while (ts_partner_list_next(&s->list, s->error)) {
            const ts_overlap *o = &s->list.overlap;
            const bool is_copy = o->both == o->a && o->both == o->b;
            append_rowid(is_copy ? &s->copies : &s->found, s->list.reader.rowid,
                         s->error);
        }
    }
    return s->error->code == SQLITE_OK;
}

/* The next round has what was found and is no member yet; the members have all. */
static void begin_round(search *s)
{
    ts_hashes *members = s->members;
    ts_survey_sort(&s->found);
    s->round.size = 0;
    size_t j = 0;
    for (size_t i = 0; i < s->found.size; i++) {
        const sqlite3_int64 rowid = (sqlite3_int64)s->found.data[i];
        while (j < members->size && (sqlite3_int64)members->data[j] < rowid)
            j++;
        if (j == members->size || (sqlite3_int64)members->data[j] != rowid)
            append_rowid(&s->round, rowid, s->error);
    }
    if (ts_hashes_append(members, s->round.data, s->round.size) != TS_OK ||
        ts_hashes_append(members, s->copies.data, s->copies.size) != TS_OK)
        ts_error_nomem(s->error);
    s->copies.size = 0;
    ts_survey_sort(members);
}

bool ts_partners_connected(ts_joined *documents, sqlite3_int64 rowid,
                           ts_hashes *members, ts_error *error)
{
    search s = {.documents = documents, .error = error, .members = members};
    bool found = true;
    members->size = 0;
    append_rowid(&s.found, rowid, error);
    begin_round(&s);
    while (found && s.round.size > 0 && error->code == SQLITE_OK) {
        found = look_up_round(&s);
        if (found) begin_round(&s);
    }
    ts_partner_list_end(&s.list);
    ts_hashes_clear(&s.round);
    ts_hashes_clear(&s.found);
    ts_hashes_clear(&s.copies);
    return found && error->code == SQLITE_OK;
}
