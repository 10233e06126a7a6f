/* The table of code points: each of them against utf8proc, and scripts by example. */
#include "core/params.h"
#include "core/unicode.h"

#include "plain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <utf8proc.h>

enum { N_CODE_POINTS = 0x110000 };

static uint8_t info_of(uint32_t c, int letter_case)
{
    return ts_unicode_lookup(c)->info[letter_case];
}

static unsigned class_of(uint32_t c, int letter_case)
{
    return info_of(c, letter_case) & TS_CLASS_BITS;
}

static uint32_t target_of(uint32_t c, int letter_case)
{
    return c + (uint32_t)ts_unicode_lookup(c)->distance[letter_case];
}

static bool unassigned(uint32_t c)
{
    return info_of(c, TS_CASE_KEEP) == TS_UNICODE_UNASSIGNED;
}

/* --- examples ---------- */

typedef struct example {
    uint32_t code_point;
    uint32_t folded;
    unsigned class;
} example;

static const example examples[] = {
    {'a', 'a', TS_CLASS_LETTER},
    {'Z', 'z', TS_CLASS_LETTER},
    {0x00C9, 0x00E9, TS_CLASS_LETTER},
    {0x03A3, 0x03C3, TS_CLASS_LETTER}, /* sigma, */
    {0x03C2, 0x03C3, TS_CLASS_LETTER}, /* and final */
    {0x042F, 0x044F, TS_CLASS_LETTER},
    {0x023A, 0x2C65, TS_CLASS_LETTER}, /* grows a byte */
    {0x212A, 'k', TS_CLASS_LETTER},    /* loses two */
    {0xFF21, 'a', TS_CLASS_LETTER},
    {0x1D400, 'a', TS_CLASS_LETTER},
    {0x13A0, 0x13A0, TS_CLASS_LETTER}, /* Cherokee folds to capitals */
    {0xAB70, 0x13A0, TS_CLASS_LETTER},
    {0x10400, 0x10428, TS_CLASS_LETTER},
    {0x05D0, 0x05D0, TS_CLASS_LETTER},
    {0x0915, 0x0915, TS_CLASS_LETTER},
    {0xAC00, 0xAC00, TS_CLASS_LETTER}, /* Hangul is written with spaces */
    {0xA000, 0xA000, TS_CLASS_LETTER}, /* and nobody asks for Yi */
    {0x4E2D, 0x4E2D, TS_CLASS_NOSPACE},
    {0x20000, 0x20000, TS_CLASS_NOSPACE},
    {0x3042, 0x3042, TS_CLASS_NOSPACE},
    {0x30AB, 0x30AB, TS_CLASS_NOSPACE},
    {0xFF71, 0x30A2, TS_CLASS_NOSPACE}, /* half-width */
    {0x30FC, 0x30FC, TS_CLASS_NOSPACE}, /* the long vowel of two scripts */
    {0x3005, 0x3005, TS_CLASS_NOSPACE},
    {0x2F00, 0x4E00, TS_CLASS_NOSPACE},
    {0x0E01, 0x0E01, TS_CLASS_NOSPACE},
    {0x0E81, 0x0E81, TS_CLASS_NOSPACE},
    {0x1780, 0x1780, TS_CLASS_NOSPACE},
    {0x1000, 0x1000, TS_CLASS_NOSPACE},
    {0xAA60, 0xAA60, TS_CLASS_NOSPACE},
    {'7', '7', TS_CLASS_DIGIT},
    {0x0661, 0x0661, TS_CLASS_DIGIT},
    {0x0E51, 0x0E51, TS_CLASS_DIGIT}, /* of a script without spaces, and runs */
    {0xFF17, '7', TS_CLASS_DIGIT},
    {0x00B2, '2', TS_CLASS_DIGIT}, /* superscript */
    {0x2460, '1', TS_CLASS_DIGIT},
    {0x2776, 0x2776, TS_CLASS_NUMBER},
    {0x3007, 0x3007, TS_CLASS_NUMBER},
    {0x2160, 'i', TS_CLASS_LETTER}, /* Roman numeral */
    {0x0301, 0x0301, TS_CLASS_MARK},
    {0x0488, 0x0488, TS_CLASS_MARK},
    {0x093F, 0x093F, TS_CLASS_MARK},
    {0x0E35, 0x0E35, TS_CLASS_MARK},
    {0xFF9E, 0x3099, TS_CLASS_MARK},
    {'\'', '\'', TS_CLASS_JOINER},
    {'.', '.', TS_CLASS_JOINER},
    {0x2018, 0x2018, TS_CLASS_JOINER},
    {0x2019, 0x2019, TS_CLASS_JOINER},
    {0x02BC, 0x02BC, TS_CLASS_JOINER}, /* not the letter that it is */
    {0xFF07, '\'', TS_CLASS_JOINER},
    {0xFF0E, '.', TS_CLASS_JOINER},
    {0x2024, '.', TS_CLASS_JOINER},
    {',', ',', TS_CLASS_COMMA},
    {0xFF0C, ',', TS_CLASS_COMMA},
    {0x060C, 0x060C, TS_CLASS_SEPARATOR}, /* the Arabic comma joins nothing */
    {0x201D, 0x201D, TS_CLASS_SEPARATOR},
    {' ', ' ', TS_CLASS_SEPARATOR},
    {'_', '_', TS_CLASS_SEPARATOR},
    {0, 0, TS_CLASS_SEPARATOR},
    {0x3000, ' ', TS_CLASS_SEPARATOR},
    {0x1F600, 0x1F600, TS_CLASS_SEPARATOR},
    {0xE000, 0xE000, TS_CLASS_SEPARATOR},
};

static void test_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const example *e = &examples[i];
        assert_int_equal(target_of(e->code_point, TS_CASE_FOLD), e->folded);
        assert_int_equal(class_of(e->code_point, TS_CASE_FOLD), e->class);
        assert_int_equal(class_of(e->code_point, TS_CASE_KEEP), e->class);
        assert_int_equal(class_of(e->folded, TS_CASE_FOLD), e->class);
    }
}

static void test_flags_by_example(void **state)
{
    (void)state;
    static const uint32_t alphabet[] = {'a',    'Z',   0xDF,  0xE9,
                                        0x1EA5, 0x3B1, 0x44F, 0xFF21};
    static const uint32_t droppable[] = {0x301, 0x345, 0x488, 0x20DD, 0x3099};
    static const uint32_t not_droppable[] = {0x5B8, 0x93F, 0xE35, 0xF71};
    static const uint32_t no_alphabet[] = {0x531, 0x5D0, 0x915, 0xAC00, 0x4E2D, 0x3E3};
    static const uint32_t none[] = {0x378, 0xFFFF, 0xFDD0, 0x10FFFF, 0xD800, 0xDFFF,
                                    /* assigned by later versions: */
                                    0x11F02, 0x1E030, 0x31350};
    for (int letter_case = 0; letter_case < 2; letter_case++) {
        for (size_t i = 0; i < sizeof alphabet / sizeof *alphabet; i++)
            if (alphabet[i] != 0xDF || letter_case == TS_CASE_KEEP) /* it expands */
                assert_true(info_of(alphabet[i], letter_case) & TS_UNICODE_ALPHABET);
        for (size_t i = 0; i < sizeof no_alphabet / sizeof *no_alphabet; i++)
            assert_false(info_of(no_alphabet[i], letter_case) & TS_UNICODE_ALPHABET);
        for (size_t i = 0; i < sizeof droppable / sizeof *droppable; i++)
            assert_true(info_of(droppable[i], TS_CASE_KEEP) & TS_UNICODE_DROPPABLE);
        for (size_t i = 0; i < sizeof not_droppable / sizeof *not_droppable; i++)
            assert_false(info_of(not_droppable[i], letter_case) & TS_UNICODE_DROPPABLE);
        for (size_t i = 0; i < sizeof none / sizeof *none; i++)
            assert_int_equal(info_of(none[i], letter_case), TS_UNICODE_UNASSIGNED);
    }
}

/* --- all code points ---------- */

static void check_record(uint32_t c, int letter_case)
{
    uint8_t info = info_of(c, letter_case);
    uint32_t target = target_of(c, letter_case);
    unsigned class = info & TS_CLASS_BITS;

    assert_true(target < N_CODE_POINTS);
    if (info & TS_UNICODE_IGNORED) {
        assert_int_equal(info, TS_UNICODE_IGNORED);
        assert_int_equal(target, c);
        return;
    }
    if (info & TS_UNICODE_EXPANDS) {
        assert_int_equal(target, c);
        assert_false(info & (TS_UNICODE_DIACRITIC | TS_UNICODE_ALPHABET));
        return;
    }
    /* The target stays as it is, and has the same class and flags already. */
    assert_int_equal(target_of(target, letter_case), target);
    assert_int_equal(info_of(target, letter_case), info);
    if (info & TS_UNICODE_DIACRITIC)
        assert_true(class == TS_CLASS_LETTER && (info & TS_UNICODE_ALPHABET));
    if (info & TS_UNICODE_ALPHABET)
        assert_true(class == TS_CLASS_LETTER || class == TS_CLASS_MARK ||
                    info == TS_UNICODE_UNASSIGNED);
    if (info == TS_UNICODE_UNASSIGNED) assert_int_equal(target, c);
}

/* With AddressSanitizer also: no look-up leaves the tables. */
static void test_every_record_is_sane(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < N_CODE_POINTS; c++) {
        check_record(c, TS_CASE_FOLD);
        check_record(c, TS_CASE_KEEP);
        assert_int_equal(info_of(c, TS_CASE_FOLD) == TS_UNICODE_UNASSIGNED,
                         unassigned(c));
    }
}

/* Decompose one code point; returns how many it becomes. */
static size_t decompose(uint32_t c, int options, int32_t *string)
{
    utf8proc_ssize_t n = utf8proc_decompose_char(
        (int32_t)c, string, 32, (utf8proc_option_t)(options | UTF8PROC_DECOMPOSE),
        NULL);
    assert_in_range(n, 0, 32);
    return (size_t)n;
}

static size_t compose(int32_t *string, size_t n)
{
    utf8proc_ssize_t composed = utf8proc_normalize_utf32(
        string, (utf8proc_ssize_t)n, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    assert_in_range(composed, 0, n);
    return (size_t)composed;
}

/* Whether each code point may become one with what stands before it. */
static uint8_t composes_backward[N_CODE_POINTS];

/* What comes last in a canonical decomposition that can be undone. */
static void find_what_composes_backward(void)
{
    for (uint32_t c = 0; c < N_CODE_POINTS; c++) {
        int32_t string[32];
        size_t n = decompose(c, 0, string);
        int32_t last = string[n - 1];
        if (n > 1 && compose(string, n) == 1 && string[0] == (int32_t)c)
            composes_backward[last] = 1;
    }
}

static unsigned class_by_category(uint32_t c)
{
    if (plain_kind_of((int32_t)c) == PLAIN_UNSPACED) return TS_CLASS_LETTER;
    static const unsigned classes[] = {
        [PLAIN_SEPARATOR] = TS_CLASS_SEPARATOR, [PLAIN_LETTER] = TS_CLASS_LETTER,
        [PLAIN_MARK] = TS_CLASS_MARK,           [PLAIN_DIGIT] = TS_CLASS_DIGIT,
        [PLAIN_NUMBER] = TS_CLASS_NUMBER,       [PLAIN_JOINER] = TS_CLASS_JOINER,
        [PLAIN_COMMA] = TS_CLASS_COMMA,
    };
    return classes[plain_kind_of((int32_t)c)];
}

/* Whether the record of an assigned code point says what utf8proc says. */
static bool agrees(uint32_t c, int letter_case)
{
    int options = UTF8PROC_COMPAT | UTF8PROC_IGNORE | UTF8PROC_STABLE;
    if (letter_case == TS_CASE_FOLD) options |= UTF8PROC_CASEFOLD;
    int32_t string[32];
    size_t n = decompose(c, options, string);
    int32_t before_composing = string[0];
    bool marked = false, has_words = false;
    for (size_t i = 0; i < n; i++) {
        plain_kind kind = plain_kind_of(string[i]);
        marked = marked || (i > 0 && kind == PLAIN_MARK);
        has_words = has_words || (kind != PLAIN_SEPARATOR && kind != PLAIN_JOINER &&
                                  kind != PLAIN_COMMA);
    }
    n = compose(string, n);

    uint8_t info = info_of(c, letter_case);
    if (n == 0) return info == TS_UNICODE_IGNORED;
    if (info & TS_UNICODE_IGNORED) return false;

    uint32_t first = (uint32_t)string[0];
    bool combines = utf8proc_get_property(string[0])->combining_class != 0 ||
                    composes_backward[first];
    if (combines != ((info & TS_UNICODE_COMBINES) != 0)) return false;
    /* Three full stops, none of which is alone, are no more than a separator. */
    if (n > 1 && !has_words) return info == TS_CLASS_SEPARATOR;
    if (n > 1) return (info & TS_UNICODE_EXPANDS) != 0;

    unsigned class = info & TS_CLASS_BITS;
    if (class == TS_CLASS_NOSPACE) class = TS_CLASS_LETTER; /* scripts: by example */
    bool diacritic =
        marked && class == TS_CLASS_LETTER && plain_alphabet(before_composing);
    return !(info & TS_UNICODE_EXPANDS) && target_of(c, letter_case) == first &&
           class == class_by_category(first) &&
           diacritic == ((info & TS_UNICODE_DIACRITIC) != 0);
}

static void check_stays_with(uint32_t c, unsigned class)
{
    for (int letter_case = 0; letter_case < 2; letter_case++) {
        assert_int_equal(target_of(c, letter_case), c);
        /* The one flag that makes no difference to how it folds. */
        assert_int_equal(info_of(c, letter_case) & ~TS_UNICODE_ALPHABET, class);
    }
}

/* What the kernels take for granted of the end of a row of 4096. */
static void test_rows(void **state)
{
    (void)state;
    size_t n_covered = 0;
    for (uint32_t row = 0; row < 16; row++) {
        if (ts_unicode_row_class[row] == TS_CLASS_SEPARATOR)
            continue; /* no use of it */
        uint32_t from = ts_unicode_row_from[row];
        assert_in_range(from, 0x80, 0xBF);
        uint32_t end = (row + 1) << 12;
        for (uint32_t c = (row << 12) + ((from - 0x80) << 6); c < end; c++, n_covered++)
            check_stays_with(c, ts_unicode_row_class[row]);
    }
    assert_true(n_covered > 30000); /* Han and Hangul */
}

static void test_kana(void **state)
{
    (void)state;
    size_t n_plain = 0;
    for (uint32_t c = 0x3040; c < 0x3100; c++) {
        uint32_t second = 0x80 | (c >> 6 & 0x3F), third = 0x80 | (c & 0x3F);
        if (ts_unicode_kana_others[0][second & 15] &
            ts_unicode_kana_others[1][third >> 4] &
            ts_unicode_kana_others[2][third & 15])
            continue;
        check_stays_with(c, TS_CLASS_NOSPACE);
        n_plain++;
    }
    assert_true(n_plain > 170);
}

static void test_every_code_point_against_utf8proc(void **state)
{
    (void)state;
    /* Later versions of Unicode correct a property now and then, and add characters. */
    const char *version = utf8proc_unicode_version();
    bool exact = strcmp(version, "14.0.0") == 0 || strcmp(version, "15.0.0") == 0;
    size_t n_differ = 0, n_compared = 0;

    find_what_composes_backward();
    for (uint32_t c = 0; c < N_CODE_POINTS; c++) {
        bool known = utf8proc_category((int32_t)c) != UTF8PROC_CATEGORY_CN &&
                     utf8proc_category((int32_t)c) != UTF8PROC_CATEGORY_CS;
        if (!known) { /* not to a later version either */
            uint8_t info = info_of(c, TS_CASE_KEEP);
            assert_true(info == TS_UNICODE_UNASSIGNED || info == TS_UNICODE_IGNORED);
        } else if (!unassigned(c)) {
            n_differ += !agrees(c, TS_CASE_FOLD) || !agrees(c, TS_CASE_KEEP);
            n_compared++;
        }
    }
    assert_int_equal(n_compared, 144697 + 6400 + 2 * 65534 + 65); /* of Unicode 14.0 */
    assert_true(n_differ <= (exact ? 0 : 64));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_flags_by_example),
        cmocka_unit_test(test_every_record_is_sane),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_kana),
        cmocka_unit_test(test_every_code_point_against_utf8proc),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("unicode", tests, NULL, NULL);
}
