/*
 * The scalar and aggregate functions, as textsim.c registers them, and what
 * they have in common: a call.
 *
 *     ts_call call;
 *     if (ts_call_begin(&call, context, argc, argv)) {
 *         ... call.work, call.error ...
 *         ts_call_end(&call);
 *     }
 */
#ifndef TS_FUNCTIONS_H
#define TS_FUNCTIONS_H

#include "connection.h"
#include "options.h"
#include "pulse.h"
#include "values.h"

/* A function that is being called. */
typedef struct ts_call {
    sqlite3_context *context;
    ts_workspace *work; /* borrowed from the connection */
    ts_error error;     /* what ts_call_end reports */
    ts_pulse pulse;
    ts_poll poll; /* what is asked while texts are read */
} ts_call;

/*
 * False if there is nothing to do: an argument is NULL, and so is the result
 * (checked before anything else), or memory is out, which has been reported.
 */
bool ts_call_begin(ts_call *call, sqlite3_context *context, int argc,
                   sqlite3_value **argv);

/* Report the error, if any, and release scratch memory that is too large. */
void ts_call_end(ts_call *call);

/* text [, options]: functions.c */
void ts_function_minhash(sqlite3_context *context, int argc, sqlite3_value **argv);
void ts_function_shingle_set(sqlite3_context *context, int argc, sqlite3_value **argv);
void ts_function_simhash(sqlite3_context *context, int argc, sqlite3_value **argv);
void ts_function_fingerprint(sqlite3_context *context, int argc, sqlite3_value **argv);
void ts_function_normalize_text(sqlite3_context *context, int argc,
                                sqlite3_value **argv);
void ts_function_simhash_distance(sqlite3_context *context, int argc,
                                  sqlite3_value **argv);

/* a, b [, options]: functions_measure.c */
void ts_function_jaccard(sqlite3_context *context, int argc, sqlite3_value **argv);
void ts_function_containment(sqlite3_context *context, int argc, sqlite3_value **argv);
void ts_function_overlap_coefficient(sqlite3_context *context, int argc,
                                     sqlite3_value **argv);
void ts_function_dice(sqlite3_context *context, int argc, sqlite3_value **argv);

/* a, b [, options], and a, b, open, close [, options]: functions_passages.c */
void ts_function_coverage(sqlite3_context *context, int argc, sqlite3_value **argv);
void ts_function_highlight_passages(sqlite3_context *context, int argc,
                                    sqlite3_value **argv);

/* minhash_union, an aggregate: functions_union.c */
void ts_function_union_step(sqlite3_context *context, int argc, sqlite3_value **argv);
void ts_function_union_final(sqlite3_context *context);

/* About BLOBs and this build: functions_about.c */
void ts_function_sketch_info(sqlite3_context *context, int argc, sqlite3_value **argv);
void ts_function_version(sqlite3_context *context, int argc, sqlite3_value **argv);
void ts_function_debug(sqlite3_context *context, int argc, sqlite3_value **argv);

#endif
