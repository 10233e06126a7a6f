/*
 * coverage() and highlight_passages(): how much of a text lies in passages that
 * it shares with another one, and where.
 */
#include "functions.h"

#include "../core/buffer.h"

#include "passages.h"
#include "pulse.h"

#include <string.h>
SQLITE_EXTENSION_INIT3

void ts_function_coverage(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    ts_call call;
    ts_passage_call wanted;
    if (!ts_call_begin(&call, context, argc, argv)) return;
    ts_passage_search *search = &call.work->passages;
    if (ts_value_text(argv[0], 1, &wanted.a, &call.error) &&
        ts_value_text(argv[1], 2, &wanted.b, &call.error) &&
        ts_passage_options_read(&wanted, argc > 2 ? argv[2] : NULL, 3,
                                TS_PASSAGES_PLAIN, &call.error) &&
        ts_passage_search_run(search, sqlite3_context_db_handle(context), &wanted,
                              &call.error) &&
        search->tokens[0].size > 0)
        sqlite3_result_double(context, (double)ts_passages_words(&search->found) /
                                           (double)search->tokens[0].size);
    ts_passage_search_end(search);
    ts_call_end(&call);
}

/* --- highlight_passages ----------------------------------------------------------- */

/* What stands for a byte in HTML, in text and in quoted attributes. */
static const char *entity_of(uint8_t byte)
{
    switch (byte) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static ts_status append_html(ts_bytes *out, const uint8_t *text, size_t size)
{
    ts_status rc = TS_OK;
    size_t done = 0;
    for (size_t i = 0; i < size && rc == TS_OK; i++) {
        const char *entity = entity_of(text[i]);
        if (entity == NULL) continue;
        rc = ts_bytes_append(out, text + done, i - done);
        if (rc == TS_OK) rc = ts_bytes_append(out, entity, strlen(entity));
        done = i + 1;
    }
    return rc == TS_OK ? ts_bytes_append(out, text + done, size - done) : rc;
}

static ts_status append_text(ts_bytes *out, const ts_passage_call *call, size_t from,
                             size_t to, ts_poll *poll)
{
    ts_status rc = TS_OK;
    for (size_t stop; from < to && rc == TS_OK; from = stop) {
        rc = ts_poll_piece(poll, 2, from, to, &stop);
        const uint8_t *text = call->a.data + from;
        if (rc == TS_OK)
            rc = call->escape_html ? append_html(out, text, stop - from)
                                   : ts_bytes_append(out, text, stop - from);
    }
    return rc;
}

/*
 * The text, with its passages, which are in the order of the text, between tags.
 * TS_TOO_BIG as soon as it has more than 'limit' bytes: tags may be long, and many.
 */
static ts_status mark(ts_bytes *out, const ts_passage_search *search,
                      const ts_passage_call *call, size_t limit, ts_poll *poll)
{
    size_t done = 0;
    ts_status rc = ts_bytes_reserve(out, call->a.size + 1);
    for (size_t i = 0; i < search->found.n && rc == TS_OK; i++) {
        const ts_passage_span span =
            ts_passage_search_span(search, 0, &search->found.items[i]);
        /* Two passages share a character where it is one of several words. */
        size_t from = span.offset, to = from + span.size;
        if (from < done) from = done;
        if (from >= to) continue;
        rc = ts_poll_spend(poll, 500 + call->tags[0].size + call->tags[1].size);
        if (rc == TS_OK) rc = append_text(out, call, done, from, poll);
        if (rc == TS_OK)
            rc = ts_bytes_append(out, call->tags[0].data, call->tags[0].size);
        if (rc == TS_OK) rc = append_text(out, call, from, to, poll);
        if (rc == TS_OK)
            rc = ts_bytes_append(out, call->tags[1].data, call->tags[1].size);
        if (rc == TS_OK && out->size > limit) rc = TS_TOO_BIG;
        done = to;
    }
    return rc == TS_OK ? append_text(out, call, done, call->a.size, poll) : rc;
}

/* After a search: the text that is the result. */
static bool mark_found(ts_bytes *out, ts_passage_search *search, sqlite3 *db,
                       const ts_passage_call *call, ts_error *error)
{
    ts_pulse pulse;
    ts_poll poll = ts_pulse_begin(&pulse, db);
    ts_status rc = ts_passages_sort_by_place(&search->found, &poll);
    const size_t limit = (size_t)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, -1);
    if (rc == TS_OK) rc = mark(out, search, call, limit, &poll);
    ts_pulse_end(&pulse, error);
    ts_error_status(error, rc, 1);
    return rc == TS_OK;
}

void ts_function_highlight_passages(sqlite3_context *context, int argc,
                                    sqlite3_value **argv)
{
    ts_call call;
    ts_passage_call wanted;
    ts_bytes out = {0};
    if (!ts_call_begin(&call, context, argc, argv)) return;
    sqlite3 *db = sqlite3_context_db_handle(context);
    ts_passage_search *search = &call.work->passages;
    if (ts_value_text(argv[0], 1, &wanted.a, &call.error) &&
        ts_value_text(argv[1], 2, &wanted.b, &call.error) &&
        ts_value_text(argv[2], 3, &wanted.tags[0], &call.error) &&
        ts_value_text(argv[3], 4, &wanted.tags[1], &call.error) &&
        ts_passage_options_read(&wanted, argc > 4 ? argv[4] : NULL, 5,
                                TS_PASSAGES_MARKED, &call.error) &&
        ts_passage_search_run(search, db, &wanted, &call.error) &&
        ts_passage_search_locate(search, db, &wanted, 0, &call.error) &&
        mark_found(&out, search, db, &wanted, &call.error)) {
        sqlite3_result_text64(context, (const char *)out.data, out.size, sqlite3_free,
                              SQLITE_UTF8);
        out = (ts_bytes){0}; /* handed over */
    }
    ts_bytes_clear(&out);
    ts_passage_search_end(search);
    ts_call_end(&call);
}
