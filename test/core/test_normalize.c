/* Segments, against what utf8proc makes of the same characters as a text. */
#include "core/normalize.h"
#include "core/unicode.h"

#include "alloc_test.h"
#include "plain.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <utf8proc.h>

enum { LONGEST = 1200, ROOM = 18 * LONGEST };

static const ts_params all_params[] = {
    {.letter_case = TS_CASE_FOLD, .marks = TS_MARKS_KEEP},
    {.letter_case = TS_CASE_KEEP, .marks = TS_MARKS_KEEP},
    {.letter_case = TS_CASE_FOLD, .marks = TS_MARKS_STRIP},
    {.letter_case = TS_CASE_KEEP, .marks = TS_MARKS_STRIP},
};
enum { N_PARAMS = sizeof all_params / sizeof *all_params };

static void add_all(ts_segment *s, const ts_params *params, const uint32_t *text,
                    size_t n)
{
    s->n = 0; /* the memory is kept, as fold.c does */
    for (size_t i = 0; i < n; i++)
        assert_int_equal(ts_segment_add(s, params->letter_case, text[i]), TS_OK);
}

static void check(ts_segment *s, const ts_params *params, const uint32_t *text,
                  size_t n)
{
    static uint8_t bytes[4 * LONGEST];
    static int32_t wanted[ROOM];
    size_t size = 0;
    for (size_t i = 0; i < n; i++)
        size += (size_t)utf8proc_encode_char((int32_t)text[i], bytes + size);
    size_t n_wanted = plain_normalize(params, bytes, size, wanted, ROOM);

    add_all(s, params, text, n);
    assert_int_equal(ts_segment_compose(s, params->marks), TS_OK);
    assert_int_equal(s->n, n_wanted);
    assert_memory_equal(s->code_points, wanted, n_wanted * sizeof *wanted);
}

/* Not ignored nor unassigned, which never get here; nor a mere separator. */
static bool is_for_segments(uint32_t c)
{
    uint8_t info = ts_unicode_lookup(c)->info[TS_CASE_KEEP];
    return !(info & TS_UNICODE_IGNORED) && info != TS_UNICODE_UNASSIGNED &&
           info != TS_CLASS_SEPARATOR;
}

static void test_every_code_point_alone(void **state)
{
    (void)state;
    ts_segment s = {0};
    const char *version = utf8proc_unicode_version();
    bool exact = strcmp(version, "14.0.0") == 0 || strcmp(version, "15.0.0") == 0;
    size_t n_checked = 0;
    for (uint32_t c = 0; c < 0x110000; c++) {
        if (!is_for_segments(c)) continue;
        if (!exact && c > 0xFFFF) break; /* its folding may know more by now */
        check(&s, &all_params[0], &c, 1);
        check(&s, &all_params[1], &c, 1);
        n_checked++;
    }
    assert_true(n_checked > 60000);
    ts_segment_clear(&s);
}

/* --- marks ---------- */

static uint32_t marks[2000];
static size_t n_marks;

/* All that reorder. */
static int find_marks(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 0x110000; c++) {
        if (!is_for_segments(c) ||
            utf8proc_get_property((int32_t)c)->combining_class == 0)
            continue;
        if (n_marks < sizeof marks / sizeof *marks) marks[n_marks++] = c;
    }
    return 0;
}

static const uint32_t bases[] = {
    'a',    'E',    'q',    '1',    ' ',    0x00E9, 0x00DF,  0x1EC7, 0x0130,  0x03B1,
    0x1FB4, 0x0418, 0x0419, 0x05D0, 0x0644, 0x0915, 0x0958,  0x09C7, 0x0E01,  0x0F40,
    0x304B, 0xAC00, 0x4E2D, 0xFB01, 0xFDFA, 0x2ADC, 0x1D15E, 0x0301, 0x110A5,
};
enum { N_BASES = sizeof bases / sizeof *bases };

static size_t random_segment(random_state *r, uint32_t *text, size_t n_wanted)
{
    /* Of few marks, many compose, and many have the same class. */
    static const uint32_t few[] = {0x300, 0x301, 0x302, 0x308,  0x31B,  0x323, 0x327,
                                   0x328, 0x344, 0x345, 0x3099, 0x20DD, 0x488};
    bool any = random_next(r) & 1;
    size_t n = 0;
    text[n++] = bases[random_next(r) % N_BASES];
    while (n <= n_wanted)
        text[n++] = any ? marks[random_next(r) % n_marks]
                        : few[random_next(r) % (sizeof few / sizeof *few)];
    return n;
}

/* Around 24 marks, where the way of sorting changes; and far beyond. */
static void test_random_marks(void **state)
{
    (void)state;
    static const size_t some[] = {22, 23, 24, 25, 26, 27, 40, 64, 65, 100};
    uint32_t text[LONGEST];
    ts_segment s = {0};
    random_state r = {30};
    assert_true(n_marks > 800);
    for (int trial = 0; trial < 6000; trial++) {
        size_t n = trial % 3 == 0 ? some[random_next(&r) % 10] : random_next(&r) % 8;
        if (trial % 1000 == 0) n = 1000;
        n = random_segment(&r, text, n);
        check(&s, &all_params[trial % N_PARAMS], text, n);
    }
    ts_segment_clear(&s);
}

/* In the middle of a segment there may be starters: sorting does not cross them. */
static void test_several_runs_of_marks(void **state)
{
    (void)state;
    uint32_t text[LONGEST];
    ts_segment s = {0};
    random_state r = {31};
    for (int trial = 0; trial < 500; trial++) {
        size_t n = 0;
        for (int run = 0; run < 4; run++)
            n += random_segment(&r, text + n, random_next(&r) % 40);
        check(&s, &all_params[trial % N_PARAMS], text, n);
    }
    ts_segment_clear(&s);
}

static void test_hangul(void **state)
{
    (void)state;
    ts_segment s = {0};
    uint32_t text[3];
    for (uint32_t l = 0x1100; l < 0x1113; l++)
        for (uint32_t v = 0x1161; v < 0x1176; v++)
            for (uint32_t t = 0x11A7; t < 0x11C3; t += 3) { /* 11A7 is no final */
                text[0] = l, text[1] = v, text[2] = t;
                check(&s, &all_params[0], text, t == 0x11A7 ? 2 : 3);
            }
    text[0] = 0xAC01, text[1] = 0x11A8; /* has a final already */
    check(&s, &all_params[0], text, 2);
    ts_segment_clear(&s);
}

/* A sort that is quadratic would not come to its end here. */
static void test_a_million_marks(void **state)
{
    (void)state;
    enum { N = 1000000 };
    ts_segment s = {0};
    assert_int_equal(ts_segment_add(&s, TS_CASE_FOLD, 'x'), TS_OK);
    for (int i = 0; i < N; i++) /* of class 230 and of class 220 */
        assert_int_equal(ts_segment_add(&s, TS_CASE_FOLD, i % 2 ? 0x323 : 0x302),
                         TS_OK);
    assert_int_equal(ts_segment_compose(&s, TS_MARKS_KEEP), TS_OK);
    assert_int_equal(s.n, N + 1);
    for (size_t i = 1; i <= N; i++)
        assert_true(s.code_points[i] == (i <= N / 2 ? 0x323 : 0x302));
    ts_segment_clear(&s);
}

/* --- stripping ---------- */

static void check_stripped(const uint32_t *text, size_t n, const int32_t *wanted,
                           size_t n_wanted)
{
    ts_segment s = {0};
    for (size_t i = 0; i < n; i++)
        assert_int_equal(ts_segment_add(&s, TS_CASE_FOLD, text[i]), TS_OK);
    assert_int_equal(ts_segment_compose(&s, TS_MARKS_STRIP), TS_OK);
    assert_int_equal(s.n, n_wanted);
    assert_memory_equal(s.code_points, wanted, n_wanted * sizeof *wanted);
    ts_segment_clear(&s);
}

#define CHECK_STRIPPED(text, ...)                                                      \
    do {                                                                               \
        static const uint32_t given[] = text;                                          \
        static const int32_t wanted[] = {__VA_ARGS__};                                 \
        check_stripped(given, sizeof given / sizeof *given, wanted,                    \
                       sizeof wanted / sizeof *wanted);                                \
    } while (0)
#define TEXT(...)                                                                      \
    {                                                                                  \
        __VA_ARGS__                                                                    \
    }

static void test_stripping(void **state)
{
    (void)state;
    CHECK_STRIPPED(TEXT(0x00C9), 'e');
    CHECK_STRIPPED(TEXT(0x1EC7), 'e');
    CHECK_STRIPPED(TEXT('A', 0x30A, 0x323, 0x20DD), 'a');
    CHECK_STRIPPED(TEXT(0x0386), 0x3B1);
    CHECK_STRIPPED(TEXT(0x0419), 0x438);
    CHECK_STRIPPED(TEXT(0x044F, 0x488), 0x44F);
    CHECK_STRIPPED(TEXT(0x00F8), 0xF8); /* a letter of its own */
    CHECK_STRIPPED(TEXT(0xFB01, 0x301), 'f', 'i');
    CHECK_STRIPPED(TEXT('1', 0x301), '1', 0x301); /* no letter */
    CHECK_STRIPPED(TEXT(0x301), 0x301);           /* nor this */
    CHECK_STRIPPED(TEXT('a', 0xE4D), 'a', 0xE4D); /* a vowel of another script */
    CHECK_STRIPPED(TEXT('a', 0xE4D, 0x301), 'a', 0xE4D);
    CHECK_STRIPPED(TEXT(0x5D0, 0x5B8), 0x5D0, 0x5B8);
    CHECK_STRIPPED(TEXT(0x5D0, 0x301), 0x5D0, 0x301);
    CHECK_STRIPPED(TEXT(0x304C), 0x304C); /* its voicing mark is no diacritic */
    CHECK_STRIPPED(TEXT(0x928, 0x93C), 0x929);
    CHECK_STRIPPED(TEXT(0xAC01), 0xAC01);
}

/* --- memory ---------- */

typedef struct failing {
    ts_segment segment;
    size_t n_marks;
} failing;

static ts_status add_and_compose(void *arg)
{
    failing *f = arg;
    f->segment.n = 0;
    ts_status rc = ts_segment_add(&f->segment, TS_CASE_FOLD, 'x');
    for (size_t i = 0; i < f->n_marks && rc == TS_OK; i++)
        rc = ts_segment_add(&f->segment, TS_CASE_FOLD, i % 2 ? 0x323 : 0x302);
    if (rc == TS_OK) rc = ts_segment_compose(&f->segment, TS_MARKS_KEEP);
    return rc;
}

static void test_failure_of_memory(void **state)
{
    (void)state;
    static const size_t ns[] = {0, 24, 25, 500};
    for (size_t i = 0; i < 4; i++) {
        failing f = {.n_marks = ns[i]};
        size_t n_failures = ts_alloc_test_fail_each(add_and_compose, &f);
        assert_true(n_failures >= (ns[i] > 24 ? 2 : 1)); /* the sort's, the array's */
        assert_int_equal(f.segment.n, ns[i] + 1);
        for (size_t j = 1; j <= ns[i]; j++)
            assert_true(f.segment.code_points[j] == (j <= ns[i] / 2 ? 0x323 : 0x302));
        ts_segment_clear(&f.segment);
        assert_null(f.segment.code_points);
        assert_int_equal(f.segment.n, 0);
    }
}

static void test_empty_segment(void **state)
{
    (void)state;
    ts_segment s = {0};
    assert_int_equal(ts_segment_compose(&s, TS_MARKS_STRIP), TS_OK);
    assert_int_equal(s.n, 0);
    ts_segment_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_code_point_alone),
        cmocka_unit_test_setup(test_random_marks, find_marks),
        cmocka_unit_test(test_several_runs_of_marks),
        cmocka_unit_test(test_hangul),
        cmocka_unit_test(test_a_million_marks),
        cmocka_unit_test(test_stripping),
        cmocka_unit_test(test_failure_of_memory),
        cmocka_unit_test(test_empty_segment),
        cmocka_unit_test(ts_alloc_test_no_leaks),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("normalize", tests, NULL, NULL);
}
