#include "passages.h"

#include "pulse.h"

#include "../core/alloc.h"

#include <string.h>
SQLITE_EXTENSION_INIT3

/* Larger arrays go back to the system at the end of a call: 8 MB, and 20 bytes each. */
#define KEEP_TOKENS (1024 * 1024)
#define KEEP_PLACES (1024 * 400)

enum { OWN_MIN_WORDS, OWN_MAX_GAP, OWN_ESCAPE, N_OWN };

bool ts_passage_options_read(ts_passage_call *call, sqlite3_value *value, int argument,
                             ts_passage_output output, ts_error *error)
{
    ts_own_option own[N_OWN] = {
        [OWN_MIN_WORDS] = {"min_words",
                           {NULL, NULL},
                           TS_MIN_WORDS_MIN,
                           TS_MIN_WORDS_MAX,
                           TS_MIN_WORDS_DEFAULT,
                           false},
        [OWN_MAX_GAP] = {"max_gap",
                         {NULL, NULL},
                         TS_MAX_GAP_MIN,
                         TS_MAX_GAP_MAX,
                         TS_MAX_GAP_DEFAULT,
                         false},
        [OWN_ESCAPE] = {"escape", {"none", "html"}, 0, 1, 0, false},
    };
    ts_options options = TS_OPTIONS_DEFAULT;
    options.own = own;
    options.n_own = output == TS_PASSAGES_MARKED ? N_OWN : OWN_ESCAPE;
    if (value != NULL && !ts_options_from_value(&options, value, argument, error))
        return false;
    if (options.params.unit != TS_UNIT_WORD) {
        ts_error_set(error, "unit=char is not possible: passages are made of words");
        return false;
    }
    call->params = options.params;
    call->wanted = (ts_passage_params){
        .anchor = TS_ANCHOR_DEFAULT,
        .min_words = own[OWN_MIN_WORDS].value,
        .max_gap = own[OWN_MAX_GAP].value,
    };
    if (options.given & TS_OPTION_BIT(TS_OPTION_K))
        call->wanted.anchor = options.params.k;
    else if (call->wanted.anchor > call->wanted.min_words)
        call->wanted.anchor = call->wanted.min_words;
    call->escape_html = own[OWN_ESCAPE].value != 0;
    return true;
}

static ts_status reserve_hasher(ts_passage_search *search)
{
    if (search->hasher != NULL) return TS_OK;
    ts_token_hashes *hasher = ts_malloc(sizeof *hasher);
    if (hasher == NULL) return TS_NOMEM;
    ts_status rc = ts_token_hashes_init(hasher);
    if (rc != TS_OK)
        ts_free(hasher);
    else
        search->hasher = hasher;
    return rc;
}

static ts_status read_tokens(ts_passage_search *search, int side, ts_view text,
                             const ts_params *params, ts_poll *poll)
{
    ts_token_hashes *hasher = search->hasher;
    ts_hashes *tokens = &search->tokens[side];
    ts_status rc = TS_OK;
    tokens->size = 0;
    hasher->words.poll = poll;
    ts_token_hashes_begin(hasher, params, text.data, text.size);
    do {
        rc = ts_token_hashes_next(hasher);
        if (rc == TS_OK)
            rc = ts_hashes_append(tokens, hasher->hashes + TS_K_MAX, hasher->n);
        if (rc == TS_OK) rc = ts_poll_spend(poll, hasher->n * 10);
    } while (rc == TS_OK && hasher->n > 0);
    hasher->words.poll = NULL;
    if (rc == TS_OK) ts_hashes_trim(tokens);
    return rc;
}

bool ts_passage_search_run(ts_passage_search *search, sqlite3 *db,
                           const ts_passage_call *call, ts_error *error)
{
    ts_pulse pulse;
    ts_poll poll = ts_pulse_begin(&pulse, db);
    int argument = 1;
    ts_status rc = reserve_hasher(search);
    if (rc == TS_OK) rc = read_tokens(search, 0, call->a, &call->params, &poll);
    if (rc == TS_OK) {
        argument = 2;
        rc = read_tokens(search, 1, call->b, &call->params, &poll);
    }
    if (rc == TS_OK)
        rc = ts_passages_find(&search->found, &call->wanted, &search->tokens[0],
                              &search->tokens[1], &poll);
    ts_pulse_end(&pulse, error);
    ts_error_status(error, rc, argument);
    return rc == TS_OK;
}

bool ts_passage_search_locate(ts_passage_search *search, sqlite3 *db,
                              const ts_passage_call *call, int side, ts_error *error)
{
    const ts_view text = side == 0 ? call->a : call->b;
    ts_places *places = &search->places[side];
    ts_pulse pulse;
    ts_poll poll = ts_pulse_begin(&pulse, db);
    ts_status rc = ts_places_begin(places, (uint32_t)search->tokens[side].size);
    for (size_t i = 0; i < search->found.n && rc == TS_OK; i++) {
        const ts_passage *p = &search->found.items[i];
        ts_places_add(places, side == 0 ? p->a : p->b);
        ts_places_add(places, (side == 0 ? p->a_end : p->b_end) - 1);
        rc = ts_poll_spend(&poll, 20);
    }
    if (rc == TS_OK)
        rc = ts_places_find(places, &call->params, text.data, text.size, &poll);
    ts_pulse_end(&pulse, error);
    ts_error_status(error, rc, side + 1);
    return rc == TS_OK;
}

ts_passage_span ts_passage_search_span(const ts_passage_search *search, int side,
                                       const ts_passage *p)
{
    const ts_places *places = &search->places[side];
    const ts_place *first = ts_places_of(places, side == 0 ? p->a : p->b);
    const ts_place *last = ts_places_of(places, (side == 0 ? p->a_end : p->b_end) - 1);
    return (ts_passage_span){first->start, last->end - first->start, first->offset,
                             last->end_offset - first->offset};
}

void ts_passage_search_trim(ts_passage_search *search)
{
    for (int i = 0; i < 2; i++)
        if (search->tokens[i].capacity > KEEP_TOKENS)
            ts_hashes_clear(&search->tokens[i]);
}

void ts_passage_search_end(ts_passage_search *search)
{
    ts_passages_clear(&search->found);
    for (int i = 0; i < 2; i++)
        if (search->places[i].capacity > KEEP_PLACES)
            ts_places_clear(&search->places[i]);
}

void ts_passage_search_clear(ts_passage_search *search)
{
    if (search->hasher != NULL) ts_token_hashes_clear(search->hasher);
    ts_free(search->hasher);
    ts_passages_clear(&search->found);
    for (int i = 0; i < 2; i++) {
        ts_hashes_clear(&search->tokens[i]);
        ts_places_clear(&search->places[i]);
    }
    memset(search, 0, sizeof *search);
}
