/*
 * The four measures of two texts, sets or sketches, in any mix.
 *
 * A call goes in three steps.  BLOBs are read first, because they decide the
 * options.  Then all must agree: the BLOBs with each other and with the options
 * of the call; nothing is ignored, and never is a number made from two things
 * that were made differently.  Last, the texts are shingled with what was
 * agreed, and both sides are brought to the same form: two sets, for an exact
 * answer, or two sketches if either of them is one.
 */
#include "functions.h"

#include "../core/measures.h"
#include "../core/sets.h"
#include "../core/sketch.h"

#include "blobs.h"

SQLITE_EXTENSION_INIT3

/* A measure of the core, which gives false where it is not defined. */
typedef bool formula(const ts_overlap *overlap, double *value);

/* An argument to be measured. */
typedef struct side {
    int argument; /* 0 or 1, which is also its place in the workspace */
    bool is_text;
    ts_view text;         /* if it is */
    ts_header header;     /* if not */
    const ts_hashes *set; /* borrowed; of a text, not before it is needed */
} side;

static bool is_sketch(const side *s)
{
    return !s->is_text && s->header.kind == TS_KIND_SKETCH;
}

static bool read_blob(ts_call *call, side *s, sqlite3_value *value)
{
    ts_workspace *work = call->work;
    ts_blob blob = {.slots = work->slots[s->argument], .set = &work->sets[s->argument]};
    ts_view view;
    if (!ts_value_blob(value, s->argument + 1, "a BLOB", &view, &call->error))
        return false;
    ts_status rc = ts_blob_read(&blob, view);
    if (rc == TS_NOT_OURS)
        ts_error_set(&call->error,
                     "argument %d is a BLOB that is not of minhash() or "
                     "shingle_set()" TS_CAST_HINT,
                     s->argument + 1);
    ts_error_status(&call->error, rc, s->argument + 1);
    s->header = blob.header;
    s->set = blob.set;
    return rc == TS_OK;
}

static bool read_side(ts_call *call, side *s, sqlite3_value *value)
{
    s->is_text = sqlite3_value_type(value) != SQLITE_BLOB;
    return s->is_text ? ts_value_text(value, s->argument + 1, &s->text, &call->error)
                      : read_blob(call, s, value);
}

/* The options that a BLOB has: a shingle set knows nothing of sketches. */
static unsigned own_options(const side *s)
{
    return s->header.kind == TS_KIND_SKETCH ? TS_OPTIONS_ALL : TS_OPTIONS_OF_SHINGLES;
}

/* A BLOB replaces the options of the call, which must not say anything else. */
static bool agree_with_options(ts_call *call, const side *s, ts_options *options)
{
    ts_difference difference;
    if (s->is_text) return true;
    const unsigned own = own_options(s);
    if (ts_options_differ(&s->header.params, &options->params, own & options->given,
                          &difference)) {
        ts_error_set(&call->error,
                     "argument %d was made with %s=%s, but the options say %s=%s",
                     s->argument + 1, difference.key, difference.x, difference.key,
                     difference.y);
        return false;
    }
    const uint32_t num_perm = options->params.num_perm;
    options->params = s->header.params;
    if ((own & TS_OPTION_BIT(TS_OPTION_NUM_PERM)) == 0)
        options->params.num_perm = num_perm;
    return true;
}

static bool agree_with_each_other(ts_call *call, const side *a, const side *b)
{
    ts_difference difference;
    if (a->is_text || b->is_text) return true;
    if (!ts_options_differ(&a->header.params, &b->header.params,
                           own_options(a) & own_options(b), &difference))
        return true;
    ts_error_set(&call->error, "argument 1 was made with %s=%s, argument 2 with %s=%s",
                 difference.key, difference.x, difference.key, difference.y);
    return false;
}

/* Have s->set, of a text too: the one of an outer loop is in the cache. */
static bool make_set(ts_call *call, side *s, const ts_params *params)
{
    if (!s->is_text) return true;
    ts_status rc = ts_workspace_set(call->work, params, s->text, &s->set);
    ts_error_status(&call->error, rc, s->argument + 1);
    return rc == TS_OK;
}

/* Have the slots of a side in the workspace.  A text goes by its set: see above. */
static bool make_sketch(ts_call *call, side *s, const ts_params *params)
{
    uint32_t *slots = call->work->slots[s->argument];
    if (is_sketch(s)) return true;
    if (!make_set(call, s, params)) return false;
    ts_sketch_clear(slots, params->num_perm);
    const ts_status rc = ts_sketch_add_polled(slots, params->num_perm, s->set->data,
                                              s->set->size, &call->poll);
    ts_error_status(&call->error, rc, s->argument + 1);
    return rc == TS_OK;
}

static bool overlap_of(ts_call *call, side *a, side *b, const ts_params *params,
                       ts_overlap *overlap)
{
    if (is_sketch(a) || is_sketch(b)) {
        if (!make_sketch(call, a, params) || !make_sketch(call, b, params))
            return false;
        ts_sketch_overlap(call->work->slots[0], call->work->slots[1], params->num_perm,
                          overlap);
    } else {
        if (!make_set(call, a, params) || !make_set(call, b, params)) return false;
        const ts_status rc =
            ts_set_overlap_polled(a->set, b->set, overlap, &call->poll);
        ts_error_status(&call->error, rc, 1);
        return rc == TS_OK;
    }
    return true;
}

static void measure(sqlite3_context *context, int argc, sqlite3_value **argv,
                    formula *f)
{
    ts_call call;
    if (!ts_call_begin(&call, context, argc, argv)) return;
    side a = {.argument = 0}, b = {.argument = 1};
    ts_options options = TS_OPTIONS_DEFAULT;
    ts_overlap overlap;
    double value = 0.0;
    if ((argc < 3 || ts_options_from_value(&options, argv[2], 3, &call.error)) &&
        read_side(&call, &a, argv[0]) && read_side(&call, &b, argv[1]) &&
        agree_with_each_other(&call, &a, &b) &&
        agree_with_options(&call, &a, &options) &&
        agree_with_options(&call, &b, &options) &&
        overlap_of(&call, &a, &b, &options.params, &overlap) && f(&overlap, &value))
        sqlite3_result_double(context, value);
    ts_call_end(&call);
}

void ts_function_jaccard(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    measure(context, argc, argv, ts_measure_jaccard);
}

void ts_function_containment(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    measure(context, argc, argv, ts_measure_containment);
}

void ts_function_overlap_coefficient(sqlite3_context *context, int argc,
                                     sqlite3_value **argv)
{
    measure(context, argc, argv, ts_measure_overlap_coefficient);
}

void ts_function_dice(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    measure(context, argc, argv, ts_measure_dice);
}
