/*
 * textsim_tokens(text [, options]): the words or characters that shingles are
 * made of, each with the span of the text that it came from.
 */
#include "tvf.h"

#include "../core/tokens.h"

#include "options.h"
#include "pulse.h"

SQLITE_EXTENSION_INIT3

enum { COLUMN_POSITION, COLUMN_TOKEN, COLUMN_START, COLUMN_LENGTH, N_COLUMNS };

typedef struct tokens_cursor {
    ts_tvf_cursor base;
    ts_token_list list; /* owned */
} tokens_cursor;

static void tokens_call(ts_tvf_cursor *base, sqlite3_value *const *arguments,
                        ts_error *error)
{
    tokens_cursor *cursor = (tokens_cursor *)base;
    ts_view text;
    ts_options options = TS_OPTIONS_DEFAULT;
    if (!ts_value_text(arguments[0], 1, &text, error)) return;
    if (arguments[1] != NULL &&
        !ts_options_from_value(&options, arguments[1], 2, error))
        return;
    ts_pulse pulse;
    ts_poll poll = ts_pulse_begin(&pulse, base->db);
    cursor->list.poll = &poll;
    ts_status rc =
        ts_token_list_build(&cursor->list, &options.params, text.data, text.size);
    cursor->list.poll = NULL;
    ts_pulse_end(&pulse, error);
    ts_error_status(error, rc, 1);
    if (rc == TS_OK) base->n_rows = (sqlite3_int64)cursor->list.n_tokens;
}

static void tokens_column(ts_tvf_cursor *base, sqlite3_int64 number, int column,
                          sqlite3_context *context)
{
    const tokens_cursor *cursor = (const tokens_cursor *)base;
    const ts_token *token = &cursor->list.tokens[number - 1];
    const char *text = (const char *)cursor->list.text.data;
    switch (column) {
    case COLUMN_TOKEN:
        sqlite3_result_text64(context, text + token->offset, token->size,
                              SQLITE_TRANSIENT, SQLITE_UTF8);
        break;
    case COLUMN_START:
        sqlite3_result_int64(context, (sqlite3_int64)token->start + 1);
        break;
    case COLUMN_LENGTH:
        sqlite3_result_int64(context, token->length);
        break;
    default:
        break;
    }
}

static void tokens_clear(ts_tvf_cursor *base)
{
    ts_token_list_clear(&((tokens_cursor *)base)->list);
}

const ts_tvf ts_tvf_tokens = {
    .schema = "CREATE TABLE x(position INTEGER, token TEXT, start INTEGER,"
              " length INTEGER, textsim_text TEXT HIDDEN, textsim_options BLOB HIDDEN)",
    .n_columns = N_COLUMNS,
    .n_arguments = 2,
    .n_required = 1,
    .argument_names = {"text", "options"},
    .typical_rows = 400,
    .cursor_size = sizeof(tokens_cursor),
    .call = tokens_call,
    .column = tokens_column,
    .clear = tokens_clear,
};
