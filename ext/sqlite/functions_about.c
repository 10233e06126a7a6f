/*
 * Functions that tell about things: sketch_info() about a BLOB, and
 * textsim_version() and textsim_debug() about this build.
 */
#include "functions.h"

#include "../core/kernels.h"
#include "../core/sketch.h"

#include "blobs.h"
#include "version.h"

#include <utf8proc.h>
#include <xxhash.h>
SQLITE_EXTENSION_INIT3

/* The commit that this was built from; the Makefile knows it. */
#ifndef TEXTSIM_COMMIT
#define TEXTSIM_COMMIT "unknown"
#endif

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define COMPILER "gcc " __VERSION__
#elif defined(_MSC_VER)
#define STRING_OF(x) #x
#define STRING(x) STRING_OF(x)
#define COMPILER "msvc " STRING(_MSC_FULL_VER)
#else
#define COMPILER "unknown compiler"
#endif

/* Append one option and a comma. */
static void append_option(sqlite3_str *json, ts_option_key key, const ts_params *params)
{
    char value[16];
    ts_option_format(key, params, value);
    const char *quote = ts_option_is_number(key) ? "" : "\"";
    sqlite3_str_appendf(json, "\"%s\":%s%s%s,", ts_option_name(key), quote, value,
                        quote);
}

/* The JSON that describes a BLOB, to be freed; NULL if out of memory. */
static char *describe(const ts_header *header, uint64_t n_shingles)
{
    const bool is_set = header->kind == TS_KIND_SET;
    sqlite3_str *json = sqlite3_str_new(NULL);
    sqlite3_str_appendf(json, "{\"kind\":\"%s\",\"format\":%d,",
                        is_set ? "shingle_set" : "minhash", TS_FORMAT_VERSION);
    append_option(json, TS_OPTION_UNIT, &header->params);
    append_option(json, TS_OPTION_K, &header->params);
    append_option(json, TS_OPTION_CASE, &header->params);
    append_option(json, TS_OPTION_MARKS, &header->params);
    append_option(json, TS_OPTION_SEED, &header->params);
    if (!is_set) append_option(json, TS_OPTION_NUM_PERM, &header->params);
    sqlite3_str_appendf(json, "\"shingles\":%llu,\"exact\":%s}",
                        (unsigned long long)n_shingles, is_set ? "true" : "false");
    return sqlite3_str_finish(json);
}

static void sketch_info(ts_call *call, ts_view view)
{
    ts_blob blob = {.slots = call->work->slots[0], .set = &call->work->sets[0]};
    ts_status rc = ts_blob_read(&blob, view);
    if (rc != TS_OK) {
        ts_error_status(&call->error, rc, 1);
        return;
    }
    const ts_header *header = &blob.header;
    char *json = describe(header, header->kind == TS_KIND_SET
                                      ? header->count
                                      : ts_sketch_count(blob.slots, header->count));
    if (json != NULL)
        sqlite3_result_text(call->context, json, -1, sqlite3_free);
    else
        ts_error_nomem(&call->error);
}

void ts_function_sketch_info(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    ts_call call;
    if (!ts_call_begin(&call, context, argc, argv)) return;
    ts_view view;
    if (ts_value_blob(argv[0], 1, "a BLOB of minhash() or shingle_set()", &view,
                      &call.error))
        sketch_info(&call, view);
    ts_call_end(&call);
}

void ts_function_version(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    (void)argc;
    (void)argv;
    sqlite3_result_text(context, TEXTSIM_VERSION, -1, SQLITE_STATIC);
}

void ts_function_debug(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    (void)argc;
    (void)argv;
    char *line = sqlite3_mprintf(
        "textsim %s, commit %s, %s, SIMD %s, SQLite %s, xxHash %d.%d.%d, utf8proc %s",
        TEXTSIM_VERSION, TEXTSIM_COMMIT, COMPILER, ts_kernels_name(),
        sqlite3_libversion(), XXH_VERSION_MAJOR, XXH_VERSION_MINOR, XXH_VERSION_RELEASE,
        utf8proc_version());
    if (line != NULL)
        sqlite3_result_text(context, line, -1, sqlite3_free);
    else
        sqlite3_result_error_nomem(context);
}
