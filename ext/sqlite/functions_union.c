/*
 * minhash_union(sketch): the sketch of all the texts of a group together, which
 * is the slot-wise minimum of theirs.  NULLs are left out, as by SQLite's own
 * aggregates; without any sketch the result is NULL.
 *
 * It is no window function: a minimum cannot forget what left the window.
 */
#include "functions.h"

#include "../core/sketch.h"

#include "blobs.h"

#include <string.h>
SQLITE_EXTENSION_INIT3

/* What SQLite keeps for a group, zeroed at first. */
typedef struct group {
    ts_params params;
    uint32_t *slots; /* owned: params.num_perm of them; NULL before the first sketch */
} group;

/* Begin a group with the first sketch. */
static void begin(group *g, const ts_params *params, const uint32_t *slots,
                  ts_error *error)
{
    const size_t size = params->num_perm * sizeof *slots;
    g->slots = sqlite3_malloc64(size);
    if (g->slots == NULL) {
        ts_error_nomem(error);
        return;
    }
    memcpy(g->slots, slots, size);
    g->params = *params;
}

static void add(group *g, const ts_params *params, const uint32_t *slots,
                ts_error *error)
{
    ts_difference difference;
    if (ts_options_differ(&g->params, params, TS_OPTIONS_ALL, &difference))
        ts_error_set(error, "sketches with %s=%s and with %s=%s have no union",
                     difference.key, difference.x, difference.key, difference.y);
    else
        ts_sketch_union(g->slots, slots, params->num_perm);
}

void ts_function_union_step(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    ts_call call;
    if (!ts_call_begin(&call, context, argc, argv)) return;
    ts_header header;
    uint32_t *slots = call.work->slots[0];
    if (ts_blob_sketch(argv[0], 1, &header, slots, &call.error)) {
        group *g = sqlite3_aggregate_context(context, sizeof *g);
        if (g == NULL)
            ts_error_nomem(&call.error);
        else if (g->slots == NULL)
            begin(g, &header.params, slots, &call.error);
        else
            add(g, &header.params, slots, &call.error);
    }
    ts_call_end(&call);
}

/* SQLite calls this for every group that had a step, after an error too. */
void ts_function_union_final(sqlite3_context *context)
{
    group *g = sqlite3_aggregate_context(context, 0);
    if (g == NULL || g->slots == NULL) return;
    const uint64_t size = ts_format_size(TS_KIND_SKETCH, g->params.num_perm);
    uint8_t *blob = sqlite3_malloc64(size);
    if (blob != NULL) {
        ts_sketch_encode(&g->params, g->slots, blob);
        sqlite3_result_blob64(context, blob, size, sqlite3_free);
    } else {
        sqlite3_result_error_nomem(context);
    }
    sqlite3_free(g->slots);
}
