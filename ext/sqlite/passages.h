/*
 * The passages that two arguments share: what textsim_passages, coverage and
 * highlight_passages have in common.
 *
 *     ts_passage_call call = {.a = ..., .b = ...};
 *     if (ts_passage_options_read(&call, value, 3, TS_PASSAGES_PLAIN, error) &&
 *         ts_passage_search_run(&search, db, &call, error))
 *         ... search.found ...
 */
#ifndef TS_SQLITE_PASSAGES_H
#define TS_SQLITE_PASSAGES_H

#include "options.h"
#include "values.h"

#include "../core/passages.h"
#include "../core/places.h"
#include "../core/token_hashes.h"

/* What the functions are called with. */
typedef struct ts_passage_call {
    ts_view a, b;
    ts_params params;         /* how words are made */
    ts_passage_params wanted; /* which passages */
    ts_view tags[2];          /* highlight_passages alone */
    bool escape_html;         /* highlight_passages alone */
} ts_passage_call;

/* Which functions know the option escape. */
typedef enum ts_passage_output {
    TS_PASSAGES_PLAIN,
    TS_PASSAGES_MARKED
} ts_passage_output;

/* Scratch memory, and what is found; zeroed at first. */
typedef struct ts_passage_search {
    ts_token_hashes *hasher; /* owned */
    ts_hashes tokens[2];     /* owned: of a and b */
    ts_passages found;       /* owned */
    ts_places places[2];     /* owned: where the passages begin and end in a and b */
} ts_passage_search;

/* The options of a call, from its argument of that number; NULL: the defaults. */
bool ts_passage_options_read(ts_passage_call *call, sqlite3_value *value, int argument,
                             ts_passage_output output, ts_error *error);

/* Set search->tokens and search->found; can be interrupted. */
bool ts_passage_search_run(ts_passage_search *search, sqlite3 *db,
                           const ts_passage_call *call, ts_error *error);

/* After that: set search->places of a, or of b, to the ends of all passages. */
bool ts_passage_search_locate(ts_passage_search *search, sqlite3 *db,
                              const ts_passage_call *call, int side, ts_error *error);

/* A part of a text: characters as substr() counts them, and bytes. */
typedef struct ts_passage_span {
    uint32_t start, length;
    uint32_t offset, size;
} ts_passage_span;

/* Where a passage is in a, or in b. */
ts_passage_span ts_passage_search_span(const ts_passage_search *search, int side,
                                       const ts_passage *passage);

/* Give back what is too large to be kept, and not needed for what was found. */
void ts_passage_search_trim(ts_passage_search *search);

/* Forget what was found. */
void ts_passage_search_end(ts_passage_search *search);
void ts_passage_search_clear(ts_passage_search *search);

#endif
