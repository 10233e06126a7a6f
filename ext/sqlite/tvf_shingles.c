/*
 * shingles(text [, options]): every shingle of a text, repeats included, with
 * its hash and the span of the text from its first token to its last.
 *
 * The shingle itself is put together from its tokens when its column is read,
 * which queries that join on the hash never do.
 */
#include "tvf.h"

#include "../core/shingles.h"
#include "../core/tokens.h"

#include "options.h"
#include "pulse.h"

SQLITE_EXTENSION_INIT3

enum {
    COLUMN_POSITION,
    COLUMN_SHINGLE,
    COLUMN_HASH,
    COLUMN_START,
    COLUMN_LENGTH,
    N_COLUMNS
};

typedef struct shingles_cursor {
    ts_tvf_cursor base;
    ts_params params;
    ts_token_list list; /* owned */
    ts_hashes hashes;   /* owned: one for each row */
    ts_bytes shingle;   /* owned: scratch */
} shingles_cursor;

static void shingles_call(ts_tvf_cursor *base, sqlite3_value *const *arguments,
                          ts_error *error)
{
    shingles_cursor *cursor = (shingles_cursor *)base;
    ts_view text;
    ts_options options = TS_OPTIONS_DEFAULT;
    if (!ts_value_text(arguments[0], 1, &text, error)) return;
    if (arguments[1] != NULL &&
        !ts_options_from_value(&options, arguments[1], 2, error))
        return;
    cursor->params = options.params;
    cursor->hashes.size = 0;
    ts_pulse pulse;
    ts_poll poll = ts_pulse_begin(&pulse, base->db);
    cursor->list.poll = &poll;
    ts_status rc =
        ts_token_list_build(&cursor->list, &options.params, text.data, text.size);
    if (rc == TS_OK)
        rc = ts_shingles_of_tokens(&options.params, &cursor->list, &cursor->hashes);
    cursor->list.poll = NULL;
    ts_pulse_end(&pulse, error);
    ts_error_status(error, rc, 1);
    if (rc == TS_OK) base->n_rows = (sqlite3_int64)cursor->hashes.size;
}

/* Words with single spaces between them; characters as they are. */
static void result_shingle(shingles_cursor *cursor, sqlite3_context *context,
                           const ts_token *first, const ts_token *last)
{
    ts_bytes *shingle = &cursor->shingle;
    ts_status rc = TS_OK;
    shingle->size = 0;
    for (const ts_token *token = first; token <= last && rc == TS_OK; token++) {
        if (token > first && cursor->params.unit == TS_UNIT_WORD)
            rc = ts_bytes_append(shingle, " ", 1);
        if (rc == TS_OK)
            rc = ts_bytes_append(shingle, cursor->list.text.data + token->offset,
                                 token->size);
    }
    if (rc != TS_OK) /* no shingle is longer than its text */
        sqlite3_result_error_nomem(context);
    else
        sqlite3_result_text64(context, (const char *)shingle->data, shingle->size,
                              SQLITE_TRANSIENT, SQLITE_UTF8);
}

static sqlite3_int64 shingles_hash(const ts_tvf_cursor *base, sqlite3_int64 number)
{
    const shingles_cursor *cursor = (const shingles_cursor *)base;
    return (sqlite3_int64)cursor->hashes.data[number - 1];
}

static void shingles_column(ts_tvf_cursor *base, sqlite3_int64 number, int column,
                            sqlite3_context *context)
{
    shingles_cursor *cursor = (shingles_cursor *)base;
    const size_t n_tokens = cursor->list.n_tokens;
    const size_t k = cursor->params.k < n_tokens ? cursor->params.k : n_tokens;
    const ts_token *first = &cursor->list.tokens[number - 1];
    const ts_token *last = first + (k - 1);
    switch (column) {
    case COLUMN_SHINGLE:
        result_shingle(cursor, context, first, last);
        break;
    case COLUMN_START:
        sqlite3_result_int64(context, (sqlite3_int64)first->start + 1);
        break;
    case COLUMN_LENGTH:
        sqlite3_result_int64(context,
                             (sqlite3_int64)last->start + last->length - first->start);
        break;
    default:
        break;
    }
}

static void shingles_clear(ts_tvf_cursor *base)
{
    shingles_cursor *cursor = (shingles_cursor *)base;
    ts_token_list_clear(&cursor->list);
    ts_hashes_clear(&cursor->hashes);
    ts_bytes_clear(&cursor->shingle);
}

const ts_tvf ts_tvf_shingles = {
    .schema = "CREATE TABLE x(position INTEGER, shingle TEXT, hash INTEGER,"
              " start INTEGER, length INTEGER, textsim_text TEXT HIDDEN, "
              "textsim_options BLOB HIDDEN)",
    .n_columns = N_COLUMNS,
    .hash_column = COLUMN_HASH,
    .n_arguments = 2,
    .n_required = 1,
    .argument_names = {"text", "options"},
    .typical_rows = 400,
    .cursor_size = sizeof(shingles_cursor),
    .call = shingles_call,
    .hash = shingles_hash,
    .column = shingles_column,
    .clear = shingles_clear,
};
