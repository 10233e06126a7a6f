/*
 * Functions of one text: what it is made into, minhash() to normalize_text(),
 * and simhash_distance(), which belongs to them.
 *
 * All of them unpack their arguments, call the core and pack the result.  A
 * sketch is built and encoded in the connection's scratch memory and copied to
 * the result, for which SQLite keeps a buffer from row to row; so a row costs no
 * allocation.  What grows with the text is handed over to SQLite instead.
 */
#include "functions.h"

#include "../core/alloc.h"
#include "../core/simhash.h"
#include "../core/sets.h"
#include "../core/sketch.h"
#include "../core/words.h"

#include <string.h>
SQLITE_EXTENSION_INIT3

bool ts_call_begin(ts_call *call, sqlite3_context *context, int argc,
                   sqlite3_value **argv)
{
    if (ts_values_have_null(argc, argv)) return false;
    const ts_binding *binding = sqlite3_user_data(context);
    *call = (ts_call){
        .context = context,
        .work = ts_connection_workspace(binding->connection),
        .error = {.name = binding->name, .code = SQLITE_OK},
    };
    if (call->work == NULL) {
        sqlite3_result_error_nomem(context);
        return false;
    }
    call->poll = ts_pulse_begin(&call->pulse, sqlite3_context_db_handle(context));
    ts_shingler_poll(call->work->shingler, &call->poll);
    return true;
}

void ts_call_end(ts_call *call)
{
    ts_shingler_poll(call->work->shingler, NULL);
    ts_pulse_end(&call->pulse, &call->error);
    ts_error_result(&call->error, call->context);
    ts_workspace_trim(call->work);
}

/* Make something of a text, with the options given; sets the result or the error. */
typedef void text_function(ts_call *call, ts_view text, const ts_params *params);

/* Call 'make' with the arguments text [, options]. */
static void call_with_text(sqlite3_context *context, int argc, sqlite3_value **argv,
                           text_function *make)
{
    ts_call call;
    if (!ts_call_begin(&call, context, argc, argv)) return;
    ts_view text;
    ts_options options = TS_OPTIONS_DEFAULT;
    if (ts_value_text(argv[0], 1, &text, &call.error) &&
        (argc < 2 || ts_options_from_value(&options, argv[1], 2, &call.error)))
        make(&call, text, &options.params);
    ts_call_end(&call);
}

/* The size up to which SQLite takes a result. */
static uint64_t result_limit(const ts_call *call)
{
    sqlite3 *db = sqlite3_context_db_handle(call->context);
    return (uint64_t)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, -1);
}

/*
 * Memory for a result of that many bytes, to be handed over to SQLite; NULL if
 * there is none, or where SQLite would refuse the result for its size.
 */
static uint8_t *result_new(ts_call *call, uint64_t size)
{
    if (size > result_limit(call)) {
        ts_error_status(&call->error, TS_TOO_BIG, 1);
        return NULL;
    }
    uint8_t *result = sqlite3_malloc64(size > 0 ? size : 1);
    if (result == NULL) ts_error_nomem(&call->error);
    return result;
}

static void minhash(ts_call *call, ts_view text, const ts_params *params)
{
    uint32_t *slots = call->work->slots[0];
    uint8_t *blob = call->work->blob;
    ts_status rc =
        ts_shingles_sketch(call->work->shingler, params, text.data, text.size, slots);
    if (rc != TS_OK) {
        ts_error_status(&call->error, rc, 1);
        return;
    }
    ts_sketch_encode(params, slots, blob);
    sqlite3_result_blob64(call->context, blob,
                          ts_format_size(TS_KIND_SKETCH, params->num_perm),
                          SQLITE_TRANSIENT);
}

void ts_function_minhash(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    call_with_text(context, argc, argv, minhash);
}

/* The set of a text, in scratch memory; NULL if there is an error. */
static const ts_hashes *set_of(ts_call *call, ts_view text, const ts_params *params)
{
    ts_hashes *set = &call->work->sets[0];
    ts_status rc =
        ts_shingles_set(call->work->shingler, params, text.data, text.size, set);
    ts_error_status(&call->error, rc, 1);
    return rc == TS_OK ? set : NULL;
}

static void shingle_set(ts_call *call, ts_view text, const ts_params *params)
{
    const ts_hashes *set = set_of(call, text, params);
    if (set == NULL) return;
    /* unreachable: no text of SQLite has so many shingles */
    if (set->size > UINT32_MAX) {
        ts_error_status(&call->error, TS_TOO_BIG, 1);
        return;
    }
    const uint32_t count = (uint32_t)set->size;
    const uint64_t size = ts_format_size(TS_KIND_SET, count);
    uint8_t *blob = result_new(call, size);
    if (blob == NULL) return;
    ts_status rc = ts_set_encode_polled(params, set->data, count, blob, &call->poll);
    ts_error_status(&call->error, rc, 1);
    if (rc == TS_OK)
        sqlite3_result_blob64(call->context, blob, size, sqlite3_free);
    else
        sqlite3_free(blob);
}

void ts_function_shingle_set(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    call_with_text(context, argc, argv, shingle_set);
}

static void simhash(ts_call *call, ts_view text, const ts_params *params)
{
    const ts_hashes *set = set_of(call, text, params);
    if (set != NULL && set->size > 0)
        sqlite3_result_int64(call->context,
                             (sqlite3_int64)ts_simhash(set->data, set->size));
}

void ts_function_simhash(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    call_with_text(context, argc, argv, simhash);
}

static void fingerprint(ts_call *call, ts_view text, const ts_params *params)
{
    uint64_t hash = 0, n_tokens = 0;
    ts_status rc = ts_shingles_fingerprint(call->work->shingler, params, text.data,
                                           text.size, &hash, &n_tokens);
    ts_error_status(&call->error, rc, 1);
    if (rc == TS_OK && n_tokens > 0)
        sqlite3_result_int64(call->context, (sqlite3_int64)hash);
}

void ts_function_fingerprint(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    call_with_text(context, argc, argv, fingerprint);
}

/* Append the next words of a text, with a space between any two. */
static ts_status append_words(ts_bytes *joined, const ts_words *words)
{
    const ts_spans *spans = &words->spans;
    const uint32_t size = spans->end[spans->n - 1] - spans->start[0];
    ts_status rc = ts_bytes_reserve(joined, (size_t)size + spans->n);
    if (rc != TS_OK) return rc;
    bool separate = words->part == TS_WORDS_WHOLE || words->part == TS_WORDS_BEGUN;
    for (uint32_t i = 0; i < spans->n; i++) {
        const size_t word_size = spans->end[i] - spans->start[i];
        if (separate && joined->size > 0) joined->data[joined->size++] = ' ';
        memcpy(joined->data + joined->size, words->fold.bytes + spans->start[i],
               word_size);
        joined->size += word_size;
        separate = true;
    }
    return TS_OK;
}

static ts_status join_words(ts_bytes *joined, ts_words *words, const ts_params *params,
                            ts_view text)
{
    ts_status rc = TS_OK;
    ts_words_begin(words, params, text.data, text.size);
    do {
        rc = ts_words_next(words);
        if (rc == TS_OK && words->spans.n > 0) rc = append_words(joined, words);
    } while (rc == TS_OK && words->spans.n > 0);
    return rc;
}

/*
 * The tokens of unit=char are the characters of the string that the words make
 * when they are joined: put together they are that string again, so that the
 * unit makes no difference here.
 */
static void normalize_text(ts_call *call, ts_view text, const ts_params *params)
{
    ts_words *words = ts_workspace_words(call->work);
    ts_bytes joined = {0};
    /* Text that folds to more than itself is rare. */
    ts_status rc = words == NULL ? TS_NOMEM : ts_bytes_reserve(&joined, text.size + 1);
    if (rc == TS_OK) {
        words->poll = &call->poll;
        rc = join_words(&joined, words, params, text);
        words->poll = NULL;
    }
    if (rc == TS_OK && joined.size > result_limit(call)) rc = TS_TOO_BIG;
    ts_error_status(&call->error, rc, 1);
    if (rc != TS_OK) {
        ts_bytes_clear(&joined);
        return;
    }
    sqlite3_result_text64(call->context, (const char *)joined.data, joined.size,
                          ts_free, SQLITE_UTF8);
}

void ts_function_normalize_text(sqlite3_context *context, int argc,
                                sqlite3_value **argv)
{
    call_with_text(context, argc, argv, normalize_text);
}

void ts_function_simhash_distance(sqlite3_context *context, int argc,
                                  sqlite3_value **argv)
{
    ts_call call;
    if (!ts_call_begin(&call, context, argc, argv)) return;
    sqlite3_int64 x = 0, y = 0;
    if (ts_value_integer(argv[0], 1, &x, &call.error) &&
        ts_value_integer(argv[1], 2, &y, &call.error))
        sqlite3_result_int(context, ts_simhash_distance((uint64_t)x, (uint64_t)y));
    ts_call_end(&call);
}
