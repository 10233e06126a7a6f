/* Folding in pieces of any size, against utf8proc over the whole text. */
#include "core/fold.h"
#include "core/unicode.h"

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
#include <utf8proc.h>

static const ts_params all_params[] = {
    {.letter_case = TS_CASE_FOLD, .marks = TS_MARKS_KEEP},
    {.letter_case = TS_CASE_KEEP, .marks = TS_MARKS_KEEP},
    {.letter_case = TS_CASE_FOLD, .marks = TS_MARKS_STRIP},
    {.letter_case = TS_CASE_KEEP, .marks = TS_MARKS_STRIP},
};
enum { N_PARAMS = sizeof all_params / sizeof *all_params };

/* --- what folded text means ---------- */

/*
 * Folded text without what means nothing: of separators neither number nor bytes,
 * nor what might join but does not stand between two letters or two digits.
 */
typedef struct meaning {
    struct {
        int32_t code_point; /* 0 for separators */
        uint8_t class;
    } * chars;
    size_t n;
} meaning;

static uint8_t class_at(const meaning *m, size_t i)
{
    return i < m->n ? m->chars[i].class : TS_BYTE_SEPARATOR; /* also of SIZE_MAX */
}

static void add_char(meaning *m, int32_t c, uint8_t class)
{
    m->chars[m->n].code_point = class == TS_BYTE_JOINER && c != '.' ? '\'' : c;
    m->chars[m->n++].class = class == TS_BYTE_LETTER_TOO ? TS_BYTE_LETTER : class;
}

static void keep_what_means(meaning *m)
{
    size_t n_kept = 0;
    uint8_t before = TS_BYTE_SEPARATOR;
    for (size_t i = 0; i < m->n; i++) {
        uint8_t class = class_at(m, i), both = before & class_at(m, i + 1);
        bool joins =
            (class == TS_BYTE_JOINER && (both & (TS_BYTE_LETTER | TS_BYTE_DIGIT))) ||
            (class == TS_BYTE_COMMA && (both & TS_BYTE_DIGIT));
        before = class;
        if ((class & TS_BYTES_WORD) || joins) {
            m->chars[n_kept++] = m->chars[i];
        } else if (n_kept == 0 || m->chars[n_kept - 1].class != TS_BYTE_SEPARATOR) {
            m->chars[n_kept].code_point = 0;
            m->chars[n_kept++].class = TS_BYTE_SEPARATOR;
        }
    }
    m->n = n_kept;
}

static meaning new_meaning(size_t room)
{
    meaning m = {.chars = malloc((room + 1) * sizeof *m.chars)};
    assert_non_null(m.chars);
    return m;
}

static meaning meaning_by_utf8proc(const ts_params *params, const uint8_t *text,
                                   size_t size)
{
    static const unsigned classes[] = {
        [PLAIN_SEPARATOR] = TS_CLASS_SEPARATOR, [PLAIN_LETTER] = TS_CLASS_LETTER,
        [PLAIN_UNSPACED] = TS_CLASS_NOSPACE,    [PLAIN_MARK] = TS_CLASS_MARK,
        [PLAIN_DIGIT] = TS_CLASS_DIGIT,         [PLAIN_NUMBER] = TS_CLASS_NUMBER,
        [PLAIN_JOINER] = TS_CLASS_JOINER,       [PLAIN_COMMA] = TS_CLASS_COMMA,
    };
    plain_string s = plain_fold(params, text, size);
    meaning m = new_meaning(s.n);
    for (size_t i = 0; i < s.n; i++)
        add_char(&m, s.code_points[i],
                 ts_byte_class(classes[plain_kind_of(s.code_points[i])],
                               class_at(&m, i - 1)));
    free(s.code_points);
    keep_what_means(&m);
    return m;
}

/* Folded text in one piece, as the pieces of ts_fold gave it. */
typedef struct folded {
    uint8_t *bytes;
    uint8_t *classes;
    ts_source *sources;
    size_t n;
} folded;

/* Where the last character of the buffer begins. */
static size_t last_character(const ts_fold *f)
{
    size_t i = f->n;
    while (i > 0 && (f->bytes[--i] & 0xC0) == 0x80)
        ;
    return i;
}

/*
 * Fold all of a text.  The last character stays in the buffer, as words.c would
 * have it, because the next may be a mark on it.
 */
static folded fold_all(ts_fold *f, const ts_params *params, const uint8_t *text,
                       size_t size)
{
    size_t room = 6 * size + 64; /* no text grows more, of those here */
    folded all = {malloc(room), malloc(room), malloc(room * sizeof(ts_source)), 0};
    assert_true(all.bytes && all.classes && all.sources);
    ts_fold_begin(f, params, text, size);
    assert_int_equal(f->n, 0);
    for (;;) {
        size_t position = f->position, n = f->n;
        assert_int_equal(ts_fold_more(f), TS_OK);
        assert_true(f->n <= f->capacity && f->position <= size);
        assert_true(f->position == size || f->position > position || f->n > n);
        n = f->position < size ? last_character(f) : f->n;
        assert_true(all.n + n <= room);
        memcpy(all.bytes + all.n, f->bytes, n);
        memcpy(all.classes + all.n, f->classes, n);
        if (f->sources != NULL)
            memcpy(all.sources + all.n, f->sources, n * sizeof *f->sources);
        all.n += n;
        ts_fold_consume(f, n);
        if (f->position == size) return all;
    }
}

static void free_folded(folded *all)
{
    free(all->bytes);
    free(all->classes);
    free(all->sources);
}

static meaning meaning_of(const folded *all)
{
    meaning m = new_meaning(all->n);
    for (size_t i = 0, next; i < all->n; i = next) {
        int32_t c;
        utf8proc_ssize_t n =
            utf8proc_iterate(all->bytes + i, (utf8proc_ssize_t)(all->n - i), &c);
        /* What separates may be cut in two, with the rest of it behind. */
        next = i + (n > 0 ? (size_t)n : 1);
        assert_true(n > 0 || all->classes[i] == TS_BYTE_SEPARATOR);
        for (size_t j = i + 1; j < next; j++)
            assert_int_equal(all->classes[j], ts_byte_class_more(all->classes[i]));
        add_char(&m, c, all->classes[i]);
    }
    keep_what_means(&m);
    return m;
}

static void check_same(const meaning *a, const meaning *b)
{
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++) {
        assert_int_equal(a->chars[i].code_point, b->chars[i].code_point);
        assert_int_equal(a->chars[i].class, b->chars[i].class);
    }
}

/* --- folding ---------- */

static const size_t capacities[] = {TS_FOLD_ROOM + 4, 40, 64, 100, 300, 8192};
enum { N_CAPACITIES = sizeof capacities / sizeof *capacities };

/* One for each capacity, used again and again, every other with sources. */
static ts_fold folds[N_CAPACITIES];

static int init_folds(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_CAPACITIES; i++) {
        ts_fold_sources sources = i % 2 ? TS_FOLD_PLAIN : TS_FOLD_WITH_SOURCES;
        assert_int_equal(ts_fold_init(&folds[i], capacities[i], sources), TS_OK);
    }
    return 0;
}

static int clear_folds(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_CAPACITIES; i++)
        ts_fold_clear(&folds[i]);
    return 0;
}

static void check_meaning(ts_fold *f, const ts_params *params, const uint8_t *text,
                          size_t size, const meaning *wanted)
{
    folded all = fold_all(f, params, text, size);
    meaning found = meaning_of(&all);
    check_same(&found, wanted);
    free_folded(&all);
    free(found.chars);
}

static void check_fold(ts_fold *f, const ts_params *params, const uint8_t *text,
                       size_t size)
{
    meaning wanted = meaning_by_utf8proc(params, text, size);
    check_meaning(f, params, text, size, &wanted);
    free(wanted.chars);
}

/* With all capacities. */
static void check_folds(const ts_params *params, const uint8_t *text, size_t size)
{
    meaning wanted = meaning_by_utf8proc(params, text, size);
    for (size_t i = 0; i < N_CAPACITIES; i++)
        check_meaning(&folds[i], params, text, size, &wanted);
    free(wanted.chars);
}

static void test_random_texts(void **state)
{
    (void)state;
    size_t n_kernels;
    const ts_kernels *const *kernels = ts_kernels_all(&n_kernels);
    random_state r = {50};
    uint8_t text[1000];
    for (int trial = 0; trial < 6000; trial++) {
        size_t room = random_next(&r) % (trial % 10 ? 200 : 1000);
        size_t size = text_random(&r, TEXT_ALL, text, room);
        uint8_t *exact = text_exact(text, size);
        ts_fold *f = &folds[random_next(&r) % N_CAPACITIES];
        f->kernels = kernels[random_next(&r) % n_kernels];
        check_fold(f, &all_params[random_next(&r) % N_PARAMS], exact, size);
        free(exact);
    }
}

/*
 * Whether utf8proc says of a code point what Unicode 14.0 does: not of those
 * assigned since, nor of reserved ones that are ignored all the same.
 */
static bool is_known(uint32_t c)
{
    bool unassigned = ts_unicode_lookup(c)->info[TS_CASE_KEEP] == TS_UNICODE_UNASSIGNED;
    return utf8proc_codepoint_valid((int32_t)c) &&
           plain_unassigned((int32_t)c) == unassigned;
}

/* Each alone, behind a letter, and behind a mark. */
static void test_every_code_point(void **state)
{
    (void)state;
    const char *version = utf8proc_unicode_version();
    if (strcmp(version, "14.0.0") != 0 && strcmp(version, "15.0.0") != 0) skip();
    uint8_t text[4096];
    size_t size = 0, n_checked = 0;
    for (uint32_t c = 0; c < 0x110000; c++) {
        bool is_one_of_many = c >= 0x20000 && c % 61 != 0; /* Han, private, none */
        if (is_known(c) && (!is_one_of_many || c >> 12 == 0xE0)) {
            uint8_t one[4];
            size_t n = (size_t)utf8proc_encode_char((int32_t)c, one);
            memcpy(text + size, one, n);
            memcpy(text + size + n, " e", 2);
            memcpy(text + size + n + 2, one, n);
            memcpy(text + size + 2 * n + 2, u8" \u05D0\u05B8", 5);
            memcpy(text + size + 2 * n + 7, one, n);
            size += 3 * n + 7;
            text[size++] = ' ';
            n_checked++;
        }
        if (size + 32 <= sizeof text && c < 0x10FFFF) continue;
        for (size_t p = 0; p < N_PARAMS; p++)
            check_fold(&folds[p % 2 ? 3 : 5], &all_params[p], text, size);
        size = 0;
    }
    assert_true(n_checked > 120000);
}

/* Nothing composes across an ill-formed byte, and each separates. */
static void test_ill_formed(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < TEXT_KIND_PIECES; i++)
        for (size_t f = 0; f < N_CAPACITIES; f++) {
            text_piece piece = text_piece_of(12, i);
            uint8_t text[16] = {'e'};
            memcpy(text + 1, piece.bytes, piece.size);
            memcpy(text + 1 + piece.size, u8"\u0301z", 3);
            size_t size = 4 + piece.size;
            uint8_t *exact = text_exact(text, size);
            folded all = fold_all(&folds[f], &all_params[0], exact, size);
            meaning m = meaning_of(&all);
            assert_int_equal(m.n, 4);
            assert_int_equal(m.chars[0].code_point, 'e');
            assert_int_equal(m.chars[1].class, TS_BYTE_SEPARATOR);
            assert_int_equal(m.chars[2].code_point, 0x301);
            assert_int_equal(m.chars[2].class, TS_BYTE_OTHER);
            assert_int_equal(m.chars[3].code_point, 'z');
            free(m.chars);
            free_folded(&all);
            /* Cut anywhere, it is still what utf8proc says. */
            for (size_t end = 0; end <= size; end++)
                check_fold(&folds[f], &all_params[0], exact, end);
            free(exact);
        }
}

/* --- segments larger than the buffer ---------- */

static void test_thousands_of_marks(void **state)
{
    (void)state;
    random_state r = {51};
    for (int trial = 0; trial < 12; trial++) {
        text_buffer t = {0};
        text_add(&t, "before ", 50);
        text_add(&t, trial % 2 ? "q" : u8"\u1EC7", 1);
        for (int i = 0; i < 3000; i++) {
            static const char *const some[] = {u8"\u0301", u8"\u0323", u8"\u00AD",
                                               u8"\u05B8", u8"\u0345", u8"\U0001D165"};
            text_add(&t, some[random_next(&r) % 6], 1);
        }
        text_add(&t, "' after", 50);
        check_folds(&all_params[(size_t)trial % N_PARAMS], t.bytes, t.size);
        free(t.bytes);
    }
}

/* What is quadratic in any of these would not come to its end here. */
static void test_a_hundred_thousand(void **state)
{
    (void)state;
    enum { N = 100000 };
    static const char *const pieces[] = {u8"\u0301", u8"\u00AD", u8"\uFB01", "\x80",
                                         u8"\u05B8", u8"\u1161", "a\xCC\x81"};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        text_buffer t = {0};
        text_add(&t, "a", 1);
        text_add(&t, pieces[i], N);
        text_add(&t, u8"\u0301", 1);
        check_folds(&all_params[0], t.bytes, t.size);
        free(t.bytes);
    }
}

/* A large segment comes in parts, and what it took goes with the next text. */
static void test_large_segment_leaves_nothing(void **state)
{
    (void)state;
    ts_fold f;
    text_buffer t = {0};
    text_add(&t, "a", 1);
    text_add(&t, u8"\u0301",
             20000); /* of one class: utf8proc sorts in quadratic time */
    assert_int_equal(ts_fold_init(&f, 64, TS_FOLD_WITH_SOURCES), TS_OK);
    check_fold(&f, &all_params[0], t.bytes, t.size);
    assert_int_equal(f.capacity, 64);
    assert_true(f.segment.capacity >= 10000);
    ts_fold_begin(&f, &all_params[0], t.bytes, t.size);
    assert_int_equal(ts_fold_more(&f), TS_OK);
    assert_true(f.segment.n > 0); /* left in its middle */
    check_fold(&f, &all_params[0], t.bytes, 1);
    assert_int_equal(f.segment.capacity, 0);
    ts_fold_begin(&f, &all_params[0], t.bytes, 401); /* one so small that it is kept */
    assert_int_equal(ts_fold_more(&f), TS_OK);
    assert_true(f.segment.n > 0);
    check_fold(&f, &all_params[0], t.bytes, 1);
    assert_true(f.segment.capacity > 0);
    ts_fold_clear(&f);
    free(t.bytes);
}

/* --- sources ---------- */

/* Append the characters that are parts of words, from 'i' to 'end'. */
static void add_words(const folded *all, size_t i, size_t end, ts_bytes *out)
{
    for (; i < end; i++)
        if (all->classes[i] & TS_BYTES_WORD) plain_add_bytes(out, all->bytes + i, 1);
}

static void check_sources(const ts_params *params, const uint8_t *text, size_t size)
{
    ts_bytes here = {0}, alone = {0};
    ts_fold f;
    assert_int_equal(ts_fold_init(&f, 40, TS_FOLD_WITH_SOURCES), TS_OK);
    folded all = fold_all(&f, params, text, size);
    uint32_t last_to = 0;
    for (size_t i = 0, next; i < all.n; i = next) {
        ts_source source = all.sources[i];
        next = i + 1;
        while (next < all.n && all.sources[next].from == source.from) {
            assert_int_equal(all.sources[next].to, source.to);
            next++;
        }
        assert_true(source.from < source.to && source.to <= size);
        assert_true(source.from >= last_to);
        last_to = source.to;

        /* What came from there is what that makes when it is all there is. */
        uint8_t *part = text_exact(text + source.from, source.to - source.from);
        folded from_part = fold_all(&f, params, part, source.to - source.from);
        here.size = alone.size = 0;
        add_words(&all, i, next, &here);
        add_words(&from_part, 0, from_part.n, &alone);
        assert_int_equal(here.size, alone.size);
        if (here.size > 0) assert_memory_equal(here.data, alone.data, here.size);
        free_folded(&from_part);
        free(part);
    }
    free_folded(&all);
    ts_fold_clear(&f);
    ts_bytes_clear(&here);
    ts_bytes_clear(&alone);
}

static void test_sources(void **state)
{
    (void)state;
    random_state r = {52};
    uint8_t text[300];
    for (int trial = 0; trial < 1500; trial++) {
        size_t size = text_random(&r, TEXT_ALL, text, random_next(&r) % sizeof text);
        check_sources(&all_params[trial % N_PARAMS], text, size);
    }
}

/* --- memory ---------- */

/* A second text with the same params takes no more memory. */
static void test_memory_is_reused(void **state)
{
    (void)state;
    ts_fold f;
    random_state r = {53};
    uint8_t text[2000];
    size_t size = text_random(&r, TEXT_ALL, text, sizeof text), before = 0;
    assert_int_equal(ts_fold_init(&f, 300, TS_FOLD_WITH_SOURCES), TS_OK);
    for (size_t i = 0; i < 3 * N_PARAMS; i++) {
        if (i == N_PARAMS) before = ts_alloc_test_asked();
        folded all = fold_all(&f, &all_params[i % N_PARAMS], text, size);
        free_folded(&all);
    }
    assert_int_equal(ts_alloc_test_asked(), before);
    ts_fold_clear(&f);
}

typedef struct failing {
    const text_buffer *text;
    ts_fold *kept; /* or NULL: a new one each time */
} failing;

static ts_status fold_somewhere(void *arg)
{
    const failing *given = arg;
    ts_fold own, *f = given->kept != NULL ? given->kept : &own;
    ts_status rc = TS_OK;
    if (f == &own) rc = ts_fold_init(f, 64, TS_FOLD_WITH_SOURCES);
    if (rc != TS_OK) return rc;
    ts_fold_begin(f, &all_params[0], given->text->bytes, given->text->size);
    while ((rc = ts_fold_more(f)) == TS_OK && f->position < f->size)
        ts_fold_consume(f, last_character(f));
    if (f == &own) ts_fold_clear(f);
    return rc;
}

static void test_failure_of_memory(void **state)
{
    (void)state;
    text_buffer t = {0};
    text_add(&t, "Some words, then q", 3);
    text_add(&t, u8"\u0301\u0323", 200); /* a segment that sorts */
    text_add(&t, " after", 100);

    failing each_new = {&t, NULL};
    /* The buffer's three arrays, the table, the segment as it grows, what sorts it. */
    assert_true(ts_alloc_test_fail_each(fold_somewhere, &each_new) >= 8);

    ts_fold f; /* after any failure, the same one folds the next text right */
    assert_int_equal(ts_fold_init(&f, 64, TS_FOLD_WITH_SOURCES), TS_OK);
    failing kept = {&t, &f};
    for (size_t nth = 1; nth < 12; nth++) {
        ts_alloc_test_fail(nth);
        ts_status rc = fold_somewhere(&kept);
        ts_alloc_test_fail(0);
        assert_true(rc == TS_OK || rc == TS_NOMEM);
        check_fold(&f, &all_params[0], t.bytes, t.size);
        ts_fold_clear(&f);
        assert_int_equal(ts_fold_init(&f, 64, TS_FOLD_WITH_SOURCES), TS_OK);
    }
    ts_fold_clear(&f);
    free(t.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_texts),
        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_ill_formed),
        cmocka_unit_test(test_thousands_of_marks),
        cmocka_unit_test(test_a_hundred_thousand),
        cmocka_unit_test(test_large_segment_leaves_nothing),
        cmocka_unit_test_teardown(test_sources, clear_folds),
        cmocka_unit_test(test_memory_is_reused),
        cmocka_unit_test(test_failure_of_memory),
        cmocka_unit_test(ts_alloc_test_no_leaks),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("fold", tests, init_folds, NULL);
}
