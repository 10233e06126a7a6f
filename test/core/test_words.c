/* Words in pieces of any size, against the word rules over the whole text. */
#include "core/words.h"

#include "alloc_test.h"
#include "plain.h"
#include "random.h"
#include "texts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const ts_params all_params[] = {
    {.letter_case = TS_CASE_FOLD, .marks = TS_MARKS_KEEP},
    {.letter_case = TS_CASE_KEEP, .marks = TS_MARKS_KEEP},
    {.letter_case = TS_CASE_FOLD, .marks = TS_MARKS_STRIP},
    {.letter_case = TS_CASE_KEEP, .marks = TS_MARKS_STRIP},
};
enum { N_PARAMS = sizeof all_params / sizeof *all_params };

static const size_t capacities[] = {256, 300, 1024, 8192};
enum { N_CAPACITIES = sizeof capacities / sizeof *capacities };

/* One for each capacity, used again and again, every other with sources. */
static ts_words readers[N_CAPACITIES];

static int init_readers(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_CAPACITIES; i++) {
        ts_fold_sources sources = i % 2 ? TS_FOLD_PLAIN : TS_FOLD_WITH_SOURCES;
        assert_int_equal(ts_words_init(&readers[i], capacities[i], sources), TS_OK);
    }
    return 0;
}

static int clear_readers(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_CAPACITIES; i++)
        ts_words_clear(&readers[i]);
    return 0;
}

/* --- reading ---------- */

/* Append the words of one call; 'inside' says whether a word goes on. */
static void add_piece(const ts_words *w, bool *inside, ts_bytes *out)
{
    bool begins = w->part == TS_WORDS_WHOLE || w->part == TS_WORDS_BEGUN;
    bool ends = w->part == TS_WORDS_WHOLE || w->part == TS_WORDS_ENDED;
    uint32_t last_end = 0;

    assert_true(w->spans.n > 0);
    assert_int_equal(begins, !*inside);
    if (!ends) assert_int_equal(w->spans.n, 1);
    for (uint32_t i = 0; i < w->spans.n; i++) {
        uint32_t start = w->spans.start[i], end = w->spans.end[i];
        assert_true(last_end <= start && start < end && end <= w->fold.n);
        last_end = end;
        plain_add_bytes(out, w->fold.bytes + start, end - start);
        if (ends) plain_add(out, '\n');
    }
    *inside = !ends;
}

/* Append all words of a text, each with a line feed behind it. */
static ts_status add_words(ts_words *w, const ts_params *params, const uint8_t *text,
                           size_t size, ts_bytes *out)
{
    bool inside = false;
    ts_status rc;
    ts_words_begin(w, params, text, size);
    while ((rc = ts_words_next(w)) == TS_OK && w->spans.n > 0)
        add_piece(w, &inside, out);
    if (rc != TS_OK) return rc;
    assert_false(inside);
    assert_int_equal(w->fold.position, size);
    assert_int_equal(ts_words_next(w), TS_OK); /* the end stays the end */
    assert_int_equal(w->spans.n, 0);
    return TS_OK;
}

static void check_reader(ts_words *w, const ts_params *params, const uint8_t *text,
                         size_t size, const ts_bytes *wanted)
{
    ts_bytes found = {0};
    size_t capacity = w->fold.capacity;
    assert_int_equal(add_words(w, params, text, size, &found), TS_OK);
    assert_int_equal(w->fold.capacity, capacity); /* no text makes it grow */
    assert_int_equal(found.size, wanted->size);
    if (found.size > 0) assert_memory_equal(found.data, wanted->data, found.size);
    ts_bytes_clear(&found);
}

static void check_words(const ts_params *params, const uint8_t *text, size_t size)
{
    ts_bytes wanted = {0};
    plain_words(params, text, size, &wanted);
    for (size_t i = 0; i < N_CAPACITIES; i++)
        check_reader(&readers[i], params, text, size, &wanted);
    ts_bytes_clear(&wanted);
}

static void check_string(const char *text, const char *words)
{
    ts_bytes wanted = {0};
    plain_add_bytes(&wanted, words, strlen(words));
    for (size_t i = 0; i < N_CAPACITIES; i++)
        check_reader(&readers[i], &all_params[0], (const uint8_t *)text, strlen(text),
                     &wanted);
    ts_bytes_clear(&wanted);
}

/* The rules by their own examples, so that plain.h is tested too. */
static void test_examples(void **state)
{
    (void)state;
    check_string("", "");
    check_string(" .,' -- ", "");
    check_string("counter-terrorism", "counter\nterrorism\n");
    check_string(u8"Trump's Trump\u2019s TRUMP\u2018S", "trumps\ntrumps\ntrumps\n");
    check_string("U.S. and US", "us\nand\nus\n");
    check_string("1,000 1000 1.000 1'000 1,a a,b",
                 "1000\n1000\n1000\n1000\n1\na\na\nb\n");
    check_string("rock''n a..b 'tis o'", "rock\nn\na\nb\ntis\no\n");
    check_string(u8"e\u0301\u2019s \u00E9's", u8"\u00E9s\n\u00E9s\n");
    check_string(u8"\u4E2D\u6587a1", u8"\u4E2D\n\u6587\na1\n");
    check_string(u8"\u0E01\u0E35\u0E48\u0E01", u8"\u0E01\u0E35\u0E48\n\u0E01\n");
    check_string(u8"co\u00ADop a\u200Db", "coop\nab\n");
    check_string(u8"\u0301x", u8"\u0301x\n");
    check_string("a\x80z a\xED\xA0\x80z", "a\nz\na\nz\n");
}

static void test_random_texts(void **state)
{
    (void)state;
    size_t n_kernels;
    const ts_kernels *const *kernels = ts_kernels_all(&n_kernels);
    random_state r = {60};
    static uint8_t text[10000];
    for (int trial = 0; trial < 2500; trial++) {
        size_t room = trial % 100 ? random_next(&r) % 700 : sizeof text;
        size_t size =
            text_random(&r, trial % 3 ? TEXT_ALL : TEXT_WELL_FORMED, text, room);
        uint8_t *exact = text_exact(text, size);
        for (size_t i = 0; i < N_CAPACITIES; i++)
            readers[i].fold.kernels = kernels[random_next(&r) % n_kernels];
        check_words(&all_params[random_next(&r) % N_PARAMS], exact, size);
        free(exact);
    }
}

/* --- words longer than a piece ---------- */

static const char *const units[] = {
    "a",
    "Z",
    "a.",
    "b'",
    "1,",
    "ab\xE2\x80\x99",
    u8"\u00E9",
    u8"e\u0301",
    u8"e\u0301\u0323'",
    u8"\uD55C",
    u8"\u0915\u093F",
    u8"\U00010428",
    u8"\uFDFA",  /* several words, of one character */
    u8"x\u4E2D", /* a word by itself, again and again */
    u8"\u00ADy",
    u8"\u1112\u1161\u11AB",
    u8"\u0149",
};
enum { N_UNITS = sizeof units / sizeof *units };

/* Words of one unit that end anywhere around a cut, and what may stand behind. */
static void test_long_words(void **state)
{
    (void)state;
    static const char *const ends[] = {"",  " ",  ".",    "'b",       ".b c",    ",1",
                                       ",", "..", "\xFF", u8"\u4E2D", u8"\u0301"};
    for (size_t unit = 0; unit < N_UNITS; unit++)
        for (size_t c = 0; c < 2; c++)
            for (size_t i = 0; i < 60; i++) {
                size_t n_bytes = capacities[c] * (1 + i % 3) + i / 3 - 10;
                text_buffer t = {0};
                text_add(&t, &"w x y z"[(i * 5 + unit) % 8], 1);
                text_add(&t, units[unit], n_bytes / strlen(units[unit]));
                text_add(&t, ends[(unit + i) % 11], 1);
                check_words(&all_params[unit % N_PARAMS], t.bytes, t.size);
                free(t.bytes);
            }
}

/* Words of thousands of units, in any order. */
static void test_long_mixed_words(void **state)
{
    (void)state;
    random_state r = {61};
    for (int trial = 0; trial < 60; trial++) {
        text_buffer t = {0};
        size_t some[3];
        for (size_t i = 0; i < 3; i++)
            some[i] = random_next(&r) % N_UNITS;
        for (size_t i = random_next(&r) % 3000; i > 0; i--)
            text_add(&t, units[some[random_next(&r) % 3]], 1);
        check_words(&all_params[trial % N_PARAMS], t.bytes, t.size);
        free(t.bytes);
    }
}

/* Marks by the thousand: one segment, larger than the buffer. */
static void test_letters_under_thousands_of_marks(void **state)
{
    (void)state;
    static const char *const bases[] = {"a",        "1",        "'",   " ",
                                        u8"\u4E2D", u8"\u0E01", "\xC3"};
    static const char *const marks[] = {u8"\u0301", u8"\u0323", u8"\u0E35", u8"\u093F",
                                        u8"\u20DD"};
    random_state r = {62};
    for (int trial = 0; trial < 70; trial++) {
        size_t which = random_next(&r) % 5;
        text_buffer t = {0};
        text_add(&t, &"words"[5 - trial % 6], 1);
        text_add(&t, bases[trial % 7], 1);
        for (int i = 0; i < 2000; i++) { /* of one kind, or two */
            const char *mark = marks[random_next(&r) % 4 ? which : random_next(&r) % 5];
            text_add(&t, mark, 1);
        }
        text_add(&t, ".b 'c", (size_t)trial % 4);
        check_words(&all_params[trial % N_PARAMS], t.bytes, t.size);
        free(t.bytes);
    }
}

/* A text left in the middle of a word leaves nothing behind. */
static void test_begin_again(void **state)
{
    (void)state;
    text_buffer t = {0};
    text_add(&t, "aword", 5000);
    for (size_t i = 0; i < N_CAPACITIES; i++) {
        ts_words_begin(&readers[i], &all_params[0], t.bytes, t.size);
        assert_int_equal(ts_words_next(&readers[i]), TS_OK);
        assert_int_equal(readers[i].part, TS_WORDS_BEGUN);
        check_string("the next text", "the\nnext\ntext\n");
    }
    free(t.bytes);
}

/* --- memory ---------- */

/* However long words are, or what is between them, and wherever they begin. */
static void test_any_place_in_the_buffer(void **state)
{
    (void)state;
    enum { LENGTH = 2000 };
    for (size_t unit = 0; unit < N_UNITS + 2; unit++)
        for (size_t i = 0; i < 24; i++) {
            const char *piece = unit < N_UNITS    ? units[unit]
                                : unit == N_UNITS ? " "
                                                  : "\x80";
            text_buffer t = {0};
            text_add(&t, &"w, and something else  . "[i], 1);
            text_add(&t, piece, LENGTH / strlen(piece));
            text_add(&t, " and the end", 1);
            check_words(&all_params[0], t.bytes, t.size);
            free(t.bytes);
        }
}

/* Joiners are deleted in one pass, however large the buffer is. */
static void test_many_joiners_in_a_large_buffer(void **state)
{
    (void)state;
    enum { N = 1000000 };
    ts_words w;
    ts_bytes wanted = {0};
    text_buffer t = {0};
    text_add(&t, "a.b'", N / 2);
    text_add(&t, "c 1,2", 1);
    plain_words(&all_params[0], t.bytes, t.size, &wanted);
    assert_int_equal(ts_words_init(&w, 3 * N, TS_FOLD_WITH_SOURCES), TS_OK);
    check_reader(&w, &all_params[0], t.bytes, t.size, &wanted);
    ts_words_clear(&w);
    ts_bytes_clear(&wanted);
    free(t.bytes);
}

typedef struct failing {
    const text_buffer *text;
    ts_bytes found;
} failing;

static ts_status read_anew(void *arg)
{
    failing *f = arg;
    ts_words w;
    f->found.size = 0;
    ts_status rc = ts_words_init(&w, 256, TS_FOLD_WITH_SOURCES);
    if (rc != TS_OK) return rc;
    bool inside = false;
    ts_words_begin(&w, &all_params[0], f->text->bytes, f->text->size);
    while ((rc = ts_words_next(&w)) == TS_OK && w.spans.n > 0)
        add_piece(&w, &inside, &f->found);
    ts_words_clear(&w);
    return rc;
}

static void add_hard_text(text_buffer *t)
{
    text_add(t, "Some words, then one of many parts:", 1);
    text_add(t, u8"e\u0301's.", 500);
    text_add(t, " and 1,000 ", 30);
    text_add(t, u8"q\u0301", 1);
    text_add(t, u8"\u0301\u0323", 500);
    text_add(t, " after it", 50);
}

static void test_failure_of_memory(void **state)
{
    (void)state;
    text_buffer t = {0};
    add_hard_text(&t);
    failing f = {.text = &t};
    assert_int_equal(ts_bytes_reserve(&f.found, t.size), TS_OK);
    /* Of folding, and the four arrays of the spans. */
    assert_true(ts_alloc_test_fail_each(read_anew, &f) >= 15);
    ts_bytes wanted = {0};
    plain_words(&all_params[0], t.bytes, t.size, &wanted);
    assert_int_equal(f.found.size, wanted.size);
    assert_memory_equal(f.found.data, wanted.data, wanted.size);
    ts_bytes_clear(&wanted);
    ts_bytes_clear(&f.found);
    free(t.bytes);
}

/* Everything is as before the call that failed: calling again loses no word. */
static void test_reading_on_after_a_failure(void **state)
{
    (void)state;
    text_buffer t = {0};
    ts_bytes wanted = {0}, found = {0};
    add_hard_text(&t);
    plain_words(&all_params[0], t.bytes, t.size, &wanted);
    assert_int_equal(ts_bytes_reserve(&found, t.size), TS_OK);
    for (size_t nth = 1;; nth++) {
        bool inside = false, failed = false;
        ts_words w;
        ts_status rc;
        assert_int_equal(ts_words_init(&w, 256, TS_FOLD_WITH_SOURCES), TS_OK);
        ts_words_begin(&w, &all_params[0], t.bytes, t.size);
        found.size = 0;
        ts_alloc_test_fail(nth);
        while ((rc = ts_words_next(&w)) == TS_NOMEM || w.spans.n > 0) {
            failed = failed || rc == TS_NOMEM;
            if (rc == TS_OK) add_piece(&w, &inside, &found);
        }
        ts_alloc_test_fail(0);
        ts_words_clear(&w);
        assert_int_equal(rc, TS_OK);
        assert_int_equal(found.size, wanted.size);
        assert_memory_equal(found.data, wanted.data, wanted.size);
        if (!failed) break;
    }
    ts_bytes_clear(&wanted);
    ts_bytes_clear(&found);
    free(t.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_random_texts),
        cmocka_unit_test(test_long_words),
        cmocka_unit_test(test_long_mixed_words),
        cmocka_unit_test(test_letters_under_thousands_of_marks),
        cmocka_unit_test(test_begin_again),
        cmocka_unit_test(test_any_place_in_the_buffer),
        cmocka_unit_test_teardown(test_many_joiners_in_a_large_buffer, clear_readers),
        cmocka_unit_test(test_failure_of_memory),
        cmocka_unit_test(test_reading_on_after_a_failure),
        cmocka_unit_test(ts_alloc_test_no_leaks),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("words", tests, init_readers, NULL);
}
