#include "places.h"

#include "alloc.h"
#include "characters.h"

#include <assert.h>
#include <string.h>

/* Folded bytes at a time; with their sources ten times that. */
#define PIECE_SIZE 2048

ts_status ts_places_begin(ts_places *places, uint32_t n_words)
{
    const size_t n = (size_t)n_words / 64 + 1;
    places->n = 0;
    if (n > places->asked_capacity) {
        ts_free(places->asked);
        places->asked_capacity = 0;
        places->asked = ts_malloc(n * sizeof *places->asked);
        if (places->asked == NULL) return TS_NOMEM;
        places->asked_capacity = n;
    }
    memset(places->asked, 0, n * sizeof *places->asked);
    places->n_words = n_words;
    return TS_OK;
}

void ts_places_add(ts_places *places, uint32_t word)
{
    assert(word < places->n_words);
    uint64_t *bits = &places->asked[word / 64];
    const uint64_t bit = UINT64_C(1) << word % 64;
    if ((*bits & bit) == 0) places->n++;
    *bits |= bit;
}

static int is_asked(const ts_places *places, uint32_t word)
{
    return places->asked[word / 64] >> word % 64 & 1;
}

/* Make the list of what is asked for. */
static ts_status list_words(ts_places *places)
{
    if (places->n > places->capacity) {
        ts_free(places->items);
        places->capacity = 0;
        places->items = ts_malloc(places->n * sizeof *places->items);
        if (places->items == NULL) return TS_NOMEM;
        places->capacity = places->n;
    }
    size_t n = 0;
    for (uint32_t word = 0; n < places->n; word++) {
        if (word % 64 == 0 && places->asked[word / 64] == 0)
            word += 63;
        else if (is_asked(places, word))
            places->items[n++] = (ts_place){.word = word};
    }
    return TS_OK;
}

static ts_status reserve_words(ts_places *places)
{
    if (places->words != NULL) return TS_OK;
    ts_words *words = ts_malloc(sizeof *words);
    if (words == NULL) return TS_NOMEM;
    ts_status rc = ts_words_init(words, PIECE_SIZE, TS_FOLD_WITH_SOURCES);
    if (rc != TS_OK)
        ts_free(words);
    else
        places->words = words;
    return rc;
}

/* The words that are passed on the way, and the next one that is wanted. */
typedef struct search {
    ts_places *places;
    size_t next;     /* of the places */
    uint32_t number; /* of the next word */
    ts_characters begins, ends;
} search;

/* The word, or a further part of the one before, is in folded bytes start to end. */
static void pass_word(search *s, uint32_t start, uint32_t end, int further)
{
    const ts_fold *f = &s->places->words->fold;
    if (!further) {
        if (s->next < s->places->n && s->places->items[s->next].word < s->number)
            s->next++;
        s->number++;
    }
    if (s->next == s->places->n) return;
    ts_place *place = &s->places->items[s->next];
    if (place->word + 1 != s->number) return;
    if (!further) {
        place->start = ts_character_at(&s->begins, f->sources[start].from);
        place->offset = s->begins.offset;
    }
    /* The character of the last byte: the end may lie in ill-formed bytes. */
    place->end = ts_character_at(&s->ends, f->sources[end - 1].to - 1) + 1;
    place->end_offset = s->ends.offset + ts_character_size(&s->ends);
}

/* Bytes after which the poll is asked. */
#define WALKED 65536

/* Count the characters up to a byte where words begin: no place is far from there. */
static ts_status keep_up(search *s, uint32_t to, ts_poll *poll)
{
    ts_status rc = TS_OK;
    for (uint32_t next = s->begins.offset; next < to && rc == TS_OK;) {
        const uint32_t at = next;
        /* A character that is ill-formed can be longer than that. */
        const uint32_t end = s->begins.offset + ts_character_size(&s->begins);
        next = end > at + WALKED ? end : at + WALKED;
        if (next > to) next = to;
        ts_character_at(&s->begins, next);
        ts_character_at(&s->ends, next);
        rc = ts_poll_spend(poll, (size_t)(next - at) * 2);
    }
    return rc;
}

ts_status ts_places_find(ts_places *places, const ts_params *params,
                         const uint8_t *text, size_t size, ts_poll *poll)
{
    if (places->n == 0) return TS_OK;
    if (size > INT32_MAX) return TS_TOO_BIG;
    ts_status rc = reserve_words(places);
    if (rc == TS_OK) rc = list_words(places);
    if (rc != TS_OK) return rc;
    const ts_characters characters = {.text = text, .size = size};
    search s = {.places = places, .begins = characters, .ends = characters};

    ts_words *w = places->words;
    w->poll = poll;
    ts_words_begin(w, params, text, size);
    while ((rc = ts_words_next(w)) == TS_OK && w->spans.n > 0 && s.next < places->n) {
        int further = w->part == TS_WORDS_CONTINUED || w->part == TS_WORDS_ENDED;
        rc = keep_up(&s, w->fold.sources[w->spans.start[0]].from, poll);
        if (rc != TS_OK) break;
        for (uint32_t i = 0; i < w->spans.n; i++) {
            pass_word(&s, w->spans.start[i], w->spans.end[i], further);
            further = 0;
        }
        rc = ts_poll_spend(poll, (size_t)w->spans.n * 40);
        if (rc != TS_OK) break;
    }
    w->poll = NULL;
    return rc;
}

const ts_place *ts_places_of(const ts_places *places, uint32_t word)
{
    size_t low = 0, n = places->n;
    while (n > 1) {
        const size_t half = n / 2;
        if (places->items[low + half].word <= word) low += half;
        n -= half;
    }
    assert(places->n > 0 && places->items[low].word == word);
    return &places->items[low];
}

void ts_places_clear(ts_places *places)
{
    ts_free(places->asked);
    ts_free(places->items);
    if (places->words != NULL) {
        ts_words_clear(places->words);
        ts_free(places->words);
    }
    memset(places, 0, sizeof *places);
}
