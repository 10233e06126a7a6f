#include "places.h"

#include "alloc.h"
#include "characters.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Folded bytes at a time; with their sources ten times that. */
#define PIECE_SIZE 2048

ts_status ts_places_add(ts_places *places, uint32_t word)
{
    if (places->n == places->capacity) {
        const size_t capacity = places->capacity + places->capacity / 2 + 32;
        if (capacity > SIZE_MAX / 2 / sizeof *places->items) return TS_TOO_BIG;
        ts_place *items = ts_realloc(places->items, capacity * sizeof *items);
        if (items == NULL) return TS_NOMEM;
        places->items = items;
        places->capacity = capacity;
    }
    places->items[places->n++] = (ts_place){.word = word};
    return TS_OK;
}

static int compare(const void *x, const void *y)
{
    const ts_place *p = x, *q = y;
    return (p->word > q->word) - (p->word < q->word);
}

/* Sort, and leave out what was asked for twice. */
static void sort_places(ts_places *places)
{
    if (places->n == 0) return;
    qsort(places->items, places->n, sizeof *places->items, compare);
    size_t n = 1;
    for (size_t i = 1; i < places->n; i++)
        if (places->items[i].word != places->items[n - 1].word)
            places->items[n++] = places->items[i];
    places->n = n;
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

ts_status ts_places_find(ts_places *places, const ts_params *params,
                         const uint8_t *text, size_t size, ts_poll *poll)
{
    if (places->n == 0) return TS_OK;
    if (size > INT32_MAX) return TS_TOO_BIG;
    ts_status rc = reserve_words(places);
    if (rc != TS_OK) return rc;
    sort_places(places);
    const ts_characters characters = {.text = text, .size = size};
    search s = {.places = places, .begins = characters, .ends = characters};

    ts_words *w = places->words;
    ts_words_begin(w, params, text, size);
    while ((rc = ts_words_next(w)) == TS_OK && w->spans.n > 0 && s.next < places->n) {
        int further = w->part == TS_WORDS_CONTINUED || w->part == TS_WORDS_ENDED;
        for (uint32_t i = 0; i < w->spans.n; i++) {
            pass_word(&s, w->spans.start[i], w->spans.end[i], further);
            further = 0;
        }
        rc = ts_poll_spend(poll, (size_t)w->spans.n * 40);
        if (rc != TS_OK) break;
    }
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

void ts_places_reset(ts_places *places)
{
    places->n = 0;
}

void ts_places_clear(ts_places *places)
{
    ts_free(places->items);
    if (places->words != NULL) {
        ts_words_clear(places->words);
        ts_free(places->words);
    }
    memset(places, 0, sizeof *places);
}
