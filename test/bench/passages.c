/*
 * What finding passages costs, in ns for each word of both texts, and how many times
 * the sketches of both; for texts of a thousand words to a million, which share half
 * of their words, or nothing, or repeat themselves.
 *
 * Argument: a text file.  Words are drawn from it three to six in a row, so that
 * phrases are as frequent as they are in prose, and no two texts share more.
 */
#include "core/passages.h"
#include "core/shingles.h"
#include "core/token_hashes.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 3
#define NUM_PERM 128

typedef struct span {
    size_t at, size;
} span;

/* The words of the file. */
typedef struct source {
    char *text;
    span *words;
    size_t n_words;
} source;

typedef struct text {
    ts_bytes bytes;
    span *words; /* with room for all that are wanted */
    size_t n_words;
} text;

typedef void maker(const source *s, text *a, text *b, size_t n);

typedef struct kind {
    const char *name;
    maker *make;
} kind;

static uint32_t state = 1;

static uint32_t below(size_t n)
{
    state = state * 1664525 + 1013904223;
    return (uint32_t)(((uint64_t)state << 3) % n);
}

static double now(void)
{
    return (double)clock() * 1e9 / CLOCKS_PER_SEC;
}

static void require(bool ok)
{
    if (!ok) abort();
}

static void add(text *t, const char *word, size_t size)
{
    t->words[t->n_words++] = (span){t->bytes.size, size};
    require(ts_bytes_append(&t->bytes, word, size) == TS_OK);
    require(ts_bytes_append(&t->bytes, " ", 1) == TS_OK);
}

static void add_word_of(text *t, const source *s, size_t i)
{
    add(t, s->text + s->words[i].at, s->words[i].size);
}

/* Words of the file until there are n. */
static void add_prose(text *t, const source *s, size_t n)
{
    while (t->n_words < n) {
        size_t most = 3 + below(4), i = below(s->n_words - most);
        while (most-- > 0 && t->n_words < n)
            add_word_of(t, s, i++);
    }
}

static void make_unrelated(const source *s, text *a, text *b, size_t n)
{
    add_prose(a, s, n);
    add_prose(b, s, n);
}

/* Half of b is copied from a, 20 to 300 words in a row, one in twenty another. */
static void make_related(const source *s, text *a, text *b, size_t n)
{
    add_prose(a, s, n);
    while (b->n_words < n) {
        size_t size = 20 + below(280), at = below(n - size);
        size_t end = b->n_words + size < n ? b->n_words + size : n;
        add_prose(b, s, end);
        for (; size > 0 && b->n_words < n; size--, at++) {
            /* The array moves while it grows: a copy. */
            char word[256];
            span from = a->words[at];
            if (from.size > sizeof word) from.size = sizeof word;
            memcpy(word, a->bytes.data + from.at, from.size);
            if (below(20) == 0)
                add_word_of(b, s, below(s->n_words));
            else
                add(b, word, from.size);
        }
    }
}

/* One line again and again; one word in 'every' another. */
static void add_lines(text *t, const source *s, size_t n, size_t line, size_t every)
{
    while (t->n_words < n) {
        const size_t at = t->n_words % line;
        add_word_of(t, s, every > 0 && below(every) == 0 ? below(s->n_words) : at);
    }
}

static void make_line(const source *s, text *a, text *b, size_t n)
{
    add_lines(a, s, n, 10, 0);
    add_lines(b, s, n, 10, 0);
}

static void make_edited_line(const source *s, text *a, text *b, size_t n)
{
    add_lines(a, s, n, 10, 20);
    add_lines(b, s, n, 10, 20);
}

static void make_word(const source *s, text *a, text *b, size_t n)
{
    add_lines(a, s, n, 1, 0);
    add_lines(b, s, n, 1, 0);
}

static const kind kinds[] = {
    {"half of it shared", make_related}, {"nothing shared", make_unrelated},
    {"one line, repeated", make_line},   {"the line, 5 % edited", make_edited_line},
    {"one word, repeated", make_word},
};

static void hash_words(ts_token_hashes *hasher, const text *t, ts_hashes *hashes)
{
    const ts_params params = TS_PARAMS_DEFAULT;
    hashes->size = 0;
    ts_token_hashes_begin(hasher, &params, t->bytes.data, t->bytes.size);
    do {
        require(ts_token_hashes_next(hasher) == TS_OK);
        require(ts_hashes_append(hashes, hasher->hashes + TS_K_MAX, hasher->n) ==
                TS_OK);
    } while (hasher->n > 0);
}

static double time_passages(const text *a, const text *b)
{
    const ts_passage_params params = {TS_ANCHOR_DEFAULT, TS_MIN_WORDS_DEFAULT,
                                      TS_MAX_GAP_DEFAULT};
    ts_token_hashes hasher;
    ts_hashes of_a = {0}, of_b = {0};
    ts_passages found = {0};
    ts_poll poll = {0};
    require(ts_token_hashes_init(&hasher) == TS_OK);
    const double begun = now();
    hash_words(&hasher, a, &of_a);
    hash_words(&hasher, b, &of_b);
    require(ts_passages_find(&found, &params, &of_a, &of_b, &poll) == TS_OK);
    const double taken = now() - begun;
    ts_token_hashes_clear(&hasher);
    ts_hashes_clear(&of_a);
    ts_hashes_clear(&of_b);
    ts_passages_clear(&found);
    return taken;
}

static double time_sketches(const text *a, const text *b)
{
    const ts_params params = TS_PARAMS_DEFAULT;
    uint32_t slots[NUM_PERM];
    ts_shingler *shingler = ts_shingler_new();
    require(shingler != NULL);
    const double begun = now();
    const text *const both[] = {a, b};
    for (int i = 0; i < 2; i++)
        require(ts_shingles_sketch(shingler, &params, both[i]->bytes.data,
                                   both[i]->bytes.size, slots) == TS_OK);
    const double taken = now() - begun;
    ts_shingler_free(shingler);
    return taken;
}

static void text_init(text *t, size_t n)
{
    *t = (text){.words = malloc(n * sizeof *t->words)};
    require(t->words != NULL);
}

static void text_clear(text *t)
{
    ts_bytes_clear(&t->bytes);
    free(t->words);
}

static void measure(const source *s, const kind *k, size_t n)
{
    text a, b;
    text_init(&a, n);
    text_init(&b, n);
    k->make(s, &a, &b, n);
    double passages = 1e18, sketches = 1e18;
    for (int round = 0; round < ROUNDS; round++) {
        const double p = time_passages(&a, &b), q = time_sketches(&a, &b);
        if (p < passages) passages = p;
        if (q < sketches) sketches = q;
    }
    const double n_words = 2.0 * (double)n;
    if (sketches > 0)
        printf(" %7.0f %5.1f", passages / n_words, passages / sketches);
    else
        printf(" %7.0f     ?", passages / n_words);
    fflush(stdout);
    text_clear(&a);
    text_clear(&b);
}

static bool source_read(source *s, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) return false;
    const size_t room = 16000000;
    *s = (source){.text = malloc(room), .words = malloc(room * sizeof *s->words)};
    require(s->text != NULL && s->words != NULL);
    const size_t size = fread(s->text, 1, room, file);
    fclose(file);
    for (size_t i = 0; i < size; i++) {
        const size_t at = i;
        while (i < size && strchr(" \t\r\n", s->text[i]) == NULL)
            i++;
        if (i > at) s->words[s->n_words++] = (span){at, i - at};
    }
    return s->n_words > 100;
}

int main(int argc, char **argv)
{
    static const size_t sizes[] = {1000, 10000, 100000, 1000000};
    source s = {0};
    if (argc < 2 || !source_read(&s, argv[1])) return 1;
    printf(
        "\nPassages, ns per word of both texts, and times the sketches of both\n  words"
        " in each                 1 k          10 k         100 k           1 M\n");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        printf("  %-22s", kinds[i].name);
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++)
            measure(&s, &kinds[i], sizes[j]);
        printf("\n");
    }
    free(s.text);
    free(s.words);
    return 0;
}
