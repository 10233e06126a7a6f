/*
 * textsim_passages(a, b [, options]): what two texts share, the longest passage
 * first, with the spans of both texts that it is in.
 */
#include "tvf.h"

#include "passages.h"

SQLITE_EXTENSION_INIT3

enum {
    COLUMN_A_START,
    COLUMN_A_LENGTH,
    COLUMN_A_TEXT,
    COLUMN_B_START,
    COLUMN_B_LENGTH,
    COLUMN_B_TEXT,
    COLUMN_WORDS,
    COLUMN_IDENTITY,
    N_COLUMNS
};

typedef struct passages_cursor {
    ts_tvf_cursor base;
    ts_passage_call call;     /* borrows the arguments */
    ts_passage_search search; /* owned */
} passages_cursor;

/* The text of an argument, in its copy, which stays when the call is over. */
static bool kept_text(ts_tvf_cursor *base, int i, sqlite3_value *argument,
                      ts_view *text, ts_error *error)
{
    const ts_value_copy *copy = &base->arguments[i];
    if (!ts_value_text(argument, i + 1, text, error)) return false;
    if (copy->data != NULL) text->data = copy->data;
    return true;
}

static void passages_call(ts_tvf_cursor *base, sqlite3_value *const *arguments,
                          ts_error *error)
{
    passages_cursor *cursor = (passages_cursor *)base;
    ts_passage_search *search = &cursor->search;
    ts_passage_call *call = &cursor->call;
    if (kept_text(base, 0, arguments[0], &call->a, error) &&
        kept_text(base, 1, arguments[1], &call->b, error) &&
        ts_passage_options_read(call, arguments[2], 3, TS_PASSAGES_PLAIN, error) &&
        ts_passage_search_run(search, base->db, call, error) &&
        ts_passage_search_locate(search, base->db, call, 0, error) &&
        ts_passage_search_locate(search, base->db, call, 1, error))
        base->n_rows = (sqlite3_int64)search->found.n;
    ts_passage_search_trim(search);
}

/* The columns of one side, from its start on. */
static void result_span(const passages_cursor *cursor, sqlite3_context *context,
                        int side, int column)
{
    const ts_passage *passage = &cursor->search.found.items[cursor->base.number - 1];
    const ts_passage_span span = ts_passage_search_span(&cursor->search, side, passage);
    const ts_view text = side == 0 ? cursor->call.a : cursor->call.b;
    if (column == COLUMN_A_START)
        sqlite3_result_int64(context, (sqlite3_int64)span.start + 1);
    else if (column == COLUMN_A_LENGTH)
        sqlite3_result_int64(context, span.length);
    else
        sqlite3_result_text64(context, (const char *)text.data + span.offset, span.size,
                              SQLITE_TRANSIENT, SQLITE_UTF8);
}

static void passages_column(ts_tvf_cursor *base, sqlite3_int64 number, int column,
                            sqlite3_context *context)
{
    const passages_cursor *cursor = (const passages_cursor *)base;
    const ts_passage *passage = &cursor->search.found.items[number - 1];
    if (column == COLUMN_WORDS)
        sqlite3_result_int64(context, passage->words);
    else if (column == COLUMN_IDENTITY)
        sqlite3_result_double(context, (double)passage->words / passage->aligned);
    else if (column < COLUMN_B_START)
        result_span(cursor, context, 0, column);
    else
        result_span(cursor, context, 1, column - COLUMN_B_START);
}

static void passages_clear(ts_tvf_cursor *base)
{
    ts_passage_search_clear(&((passages_cursor *)base)->search);
}

const ts_tvf ts_tvf_passages = {
    .schema = "CREATE TABLE x(a_start INTEGER, a_length INTEGER, a_text TEXT,"
              " b_start INTEGER, b_length INTEGER, b_text TEXT, words INTEGER,"
              " identity REAL, textsim_a TEXT HIDDEN, textsim_b TEXT HIDDEN,"
              " textsim_options BLOB HIDDEN)",
    .n_columns = N_COLUMNS,
    .number_column = TS_TVF_NO_COLUMN,
    .n_arguments = 3,
    .n_required = 2,
    .argument_names = {"a", "b", "options"},
    .typical_rows = 10,
    .cursor_size = sizeof(passages_cursor),
    .call = passages_call,
    .column = passages_column,
    .clear = passages_clear,
};
