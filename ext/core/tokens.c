#include "tokens.h"

#include "alloc.h"
#include "characters.h"

#include <string.h>

/* Folded bytes at a time; with their sources ten times that. */
#define PIECE_SIZE 2048

typedef struct builder {
    ts_token_list *list;
    ts_characters counter;
    uint32_t last_end; /* character after the last token: where a gap begins */
    /* The last span found: many characters may come from one segment. */
    ts_source source;
    uint32_t start, length;
} builder;

static ts_status append(builder *b, const uint8_t *bytes, size_t size, uint32_t start,
                        uint32_t length)
{
    ts_token_list *list = b->list;
    if (list->text.size + size > UINT32_MAX) return TS_TOO_BIG;
    if (list->n_tokens == list->capacity) {
        size_t capacity = list->capacity + list->capacity / 2 + 256;
        if (capacity > SIZE_MAX / sizeof *list->tokens) return TS_TOO_BIG;
        ts_token *grown = ts_realloc(list->tokens, capacity * sizeof *grown);
        if (grown == NULL) return TS_NOMEM;
        list->tokens = grown;
        list->capacity = capacity;
    }
    list->tokens[list->n_tokens++] =
        (ts_token){(uint32_t)list->text.size, (uint32_t)size, start, length};
    return ts_bytes_append(&list->text, bytes, size);
}

/*
 * The span in characters of a span of bytes.  The counter stays at its start:
 * the characters of one normalized segment all come from the same span.
 */
static void find_source(builder *b, uint32_t from, uint32_t to, uint32_t *start,
                        uint32_t *length)
{
    if (from != b->source.from || to != b->source.to) {
        b->source = (ts_source){from, to};
        b->start = ts_character_at(&b->counter, from);
        ts_characters ahead = b->counter;
        /* The character of the last byte: 'to' itself may lie in ill-formed bytes. */
        b->length = ts_character_at(&ahead, to - 1) + 1 - b->start;
    }
    *start = b->start;
    *length = b->length;
}

static ts_status add_word(builder *b, uint32_t start, uint32_t end, int further)
{
    const ts_fold *f = &b->list->words->fold;
    ts_token_list *list = b->list;
    uint32_t first, length;

    find_source(b, f->sources[start].from, f->sources[end - 1].to, &first, &length);
    if (!further) return append(b, f->bytes + start, end - start, first, length);

    ts_token *last = &list->tokens[list->n_tokens - 1];
    if (list->text.size + (end - start) > UINT32_MAX) return TS_TOO_BIG;
    last->size += end - start;
    last->length = first + length - last->start;
    return ts_bytes_append(&list->text, f->bytes + start, end - start);
}

static ts_status add_characters(builder *b, uint32_t start, uint32_t end, int further)
{
    const ts_fold *f = &b->list->words->fold;
    uint32_t first, length;
    ts_status rc = TS_OK;

    if (!further && b->list->n_tokens > 0) {
        first = ts_character_at(&b->counter, f->sources[start].from);
        uint32_t gap = b->last_end < first ? first - b->last_end : 0;
        rc = append(b, (const uint8_t *)" ", 1, first - gap, gap);
    }
    while (rc == TS_OK && start < end) {
        uint32_t next = start + 1;
        while (next < end && (f->bytes[next] & 0xC0) == 0x80)
            next++;
        find_source(b, f->sources[start].from, f->sources[start].to, &first, &length);
        rc = append(b, f->bytes + start, next - start, first, length);
        b->last_end = first + length;
        start = next;
    }
    return rc;
}

static ts_status reserve_words(ts_token_list *list)
{
    if (list->words != NULL) return TS_OK;
    ts_words *words = ts_malloc(sizeof *words);
    if (words == NULL) return TS_NOMEM;
    ts_status rc = ts_words_init(words, PIECE_SIZE, TS_FOLD_WITH_SOURCES);
    if (rc != TS_OK)
        ts_free(words);
    else
        list->words = words;
    return rc;
}

ts_status ts_token_list_build(ts_token_list *list, const ts_params *params,
                              const uint8_t *text, size_t size)
{
    builder b = {.list = list, .counter = {.text = text, .size = size}};

    list->text.size = 0;
    list->n_tokens = 0;
    if (size > INT32_MAX) return TS_TOO_BIG;
    ts_status rc = reserve_words(list);
    if (rc != TS_OK) return rc;

    ts_words *w = list->words;
    w->poll = list->poll;
    ts_words_begin(w, params, text, size);
    while ((rc = ts_words_next(w)) == TS_OK && w->spans.n > 0) {
        int further = w->part == TS_WORDS_CONTINUED || w->part == TS_WORDS_ENDED;
        for (uint32_t i = 0; i < w->spans.n && rc == TS_OK; i++) {
            uint32_t start = w->spans.start[i], end = w->spans.end[i];
            rc = params->unit == TS_UNIT_CHAR ? add_characters(&b, start, end, further)
                                              : add_word(&b, start, end, further);
            further = 0;
        }
        if (rc != TS_OK) break;
    }
    return rc;
}

void ts_token_list_clear(ts_token_list *list)
{
    ts_bytes_clear(&list->text);
    ts_free(list->tokens);
    if (list->words != NULL) {
        ts_words_clear(list->words);
        ts_free(list->words);
    }
    memset(list, 0, sizeof *list);
}
