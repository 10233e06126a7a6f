/*
 * Every kernel that this machine can run, against the words of kernels.h read
 * byte by byte, on buffers of exactly the size that they promise.
 */
#include "core/fold.h"
#include "core/hash.h"
#include "core/kernels.h"
#include "core/unicode.h"

#include "alloc_test.h"
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

#include "core/kernels_ones.inc"

static const ts_kernels *const *all;
static size_t n_all;

enum { MOST_KERNELS = 3 };

static void test_choice(void **state)
{
    (void)state;
    assert_in_range(n_all, 1, MOST_KERNELS);
    assert_string_equal(all[0]->name, "baseline");
    for (size_t i = 1; i < n_all; i++)
        assert_string_not_equal(all[i]->name, all[i - 1]->name);
    assert_ptr_equal(ts_kernels_best(), all[n_all - 1]);
    assert_string_equal(ts_kernels_name(), all[n_all - 1]->name);
}

static void test_byte_classes(void **state)
{
    (void)state;
    static const uint8_t classes[] = {0,    0x01, 0x02, 0x04, 0x08,
                                      0x10, 0x20, 0x40, 0x80};
    static const uint8_t marks[] = {0x08, 0x01, 0x02, 0x04, 0x08,
                                    0x20, 0x20, 0x08, 0x08};
    for (size_t i = 0; i < sizeof classes; i++) { /* a mark is what it stands on */
        assert_int_equal(ts_byte_class(TS_CLASS_MARK, classes[i]), marks[i]);
        assert_int_equal(ts_byte_class(TS_CLASS_LETTER, classes[i]), TS_BYTE_LETTER);
        assert_int_equal(ts_byte_class(TS_CLASS_NOSPACE, classes[i]), TS_BYTE_NOSPACE);
        assert_int_equal(ts_byte_class_more(classes[i]), classes[i] == TS_BYTE_NOSPACE
                                                             ? TS_BYTE_NOSPACE_MORE
                                                             : classes[i]);
    }
}

/* --- fold_run ---------- */

static const ts_params all_params[] = {
    {.letter_case = TS_CASE_FOLD, .marks = TS_MARKS_KEEP},
    {.letter_case = TS_CASE_KEEP, .marks = TS_MARKS_KEEP},
    {.letter_case = TS_CASE_FOLD, .marks = TS_MARKS_STRIP},
    {.letter_case = TS_CASE_KEEP, .marks = TS_MARKS_STRIP},
};
enum { N_PARAMS = sizeof all_params / sizeof *all_params };

/*
 * As fold.c makes them, with nothing in them yet of three bytes; one for each
 * kernel, so that each meets all characters itself.
 */
static ts_fold_table tables[N_PARAMS][MOST_KERNELS];

static void make_tables(void)
{
    for (size_t i = 0; i < N_PARAMS; i++) {
        ts_fold f;
        assert_int_equal(ts_fold_init(&f, 64, TS_FOLD_PLAIN), TS_OK);
        ts_fold_begin(&f, &all_params[i], (const uint8_t *)"", 0);
        assert_int_equal(ts_fold_more(&f), TS_OK);
        for (size_t k = 0; k < MOST_KERNELS; k++)
            tables[i][k] = *f.table;
        ts_fold_clear(&f);
    }
}

/* Whether a class of three bytes, behind another, may be inside a word. */
static bool may_join(unsigned class, uint8_t before)
{
    return (class == TS_CLASS_JOINER && (before & (TS_BYTES_LETTER | TS_BYTE_DIGIT))) ||
           (class == TS_CLASS_COMMA && (before & TS_BYTE_DIGIT));
}

/* Whether a character of two bytes or more is left to others. */
static bool is_left(uint32_t c, size_t size, const ts_fold_table *table, uint8_t before)
{
    const ts_unicode_record *record = ts_unicode_lookup(c);
    uint8_t info = record->info[table->letter_case];
    unsigned class = info & TS_CLASS_BITS;
    uint32_t target = c + (uint32_t)record->distance[table->letter_case];
    size_t target_size = target < 0x80      ? 1
                         : target < 0x800   ? 2
                         : target < 0x10000 ? 3
                                            : 4;
    if (size > 3 || (info & table->leave) || info == TS_UNICODE_UNASSIGNED) return true;
    if (class == (size == 2 ? TS_CLASS_MARK : table->leave_class)) return true;
    if (class == TS_CLASS_SEPARATOR) return false;
    if (class == TS_CLASS_JOINER || class == TS_CLASS_COMMA)
        return size == 2 || may_join(class, before);
    return target_size != size;
}

/* The bytes of what separates are set to 0 here: they mean nothing. */
static size_t fold_run_plainly(const uint8_t *text, size_t size,
                               const ts_fold_table *table, uint8_t *bytes,
                               uint8_t *classes)
{
    size_t i = 0;
    while (i < size) {
        int32_t c;
        utf8proc_ssize_t n =
            utf8proc_iterate(text + i, (utf8proc_ssize_t)(size - i), &c);
        uint8_t before = classes[(ptrdiff_t)i - 1];
        if (n < 1 || (n > 1 && is_left((uint32_t)c, (size_t)n, table, before))) break;

        const ts_unicode_record *record = ts_unicode_lookup((uint32_t)c);
        uint8_t info = record->info[table->letter_case];
        uint8_t class = ts_byte_class(info & TS_CLASS_BITS, before);
        if (c < 0x80 && class == TS_BYTE_LETTER && (c | 0x20) >= 'p')
            class = TS_BYTE_LETTER_TOO;
        if (n > 1) class &= TS_BYTES_WORD; /* joiners that join nothing */
        memset(bytes + i, 0, (size_t)n);
        if (class != 0)
            utf8proc_encode_char(c + record->distance[table->letter_case], bytes + i);
        classes[i] = class;
        for (utf8proc_ssize_t j = 1; j < n; j++)
            classes[i + (size_t)j] = ts_byte_class_more(class);
        i += (size_t)n;
    }
    return i;
}

/* One run into buffers of its own. */
typedef struct fold_result {
    uint8_t *bytes;
    uint8_t *classes;
    size_t n;
} fold_result;

static fold_result fold_with(const ts_kernels *kernels, const uint8_t *text,
                             size_t size, ts_fold_table *table, uint8_t before)
{
    fold_result f;
    uint8_t *classes = malloc(1 + size + TS_KERNEL_SLACK);
    f.bytes = malloc(size + TS_KERNEL_SLACK);
    assert_true(f.bytes != NULL && classes != NULL);
    memset(f.bytes, 0xEE, size + TS_KERNEL_SLACK);
    memset(classes, 0xEE, 1 + size + TS_KERNEL_SLACK);
    classes[0] = before;
    f.classes = classes + 1;
    f.n = kernels != NULL ? kernels->fold_run(text, size, table, f.bytes, f.classes)
                          : fold_run_plainly(text, size, table, f.bytes, f.classes);
    assert_int_equal(classes[0], before);
    assert_true(f.n <= size);
    return f;
}

static void free_result(fold_result *f)
{
    free(f->bytes);
    free(f->classes - 1);
}

static void check_bytes(const fold_result *f, const fold_result *plain)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->classes[i] != TS_BYTE_SEPARATOR)
            assert_int_equal(f->bytes[i], plain->bytes[i]);
}

/* All kernels on one text; returns how many bytes they folded. */
static size_t check_fold_run(const uint8_t *text, size_t size, ts_fold_table *table,
                             uint8_t before)
{
    fold_result plain = fold_with(NULL, text, size, table, before), first = {0};
    for (size_t k = 0; k < n_all; k++) {
        fold_result f = fold_with(all[k], text, size, &table[k], before);
        assert_int_equal(f.n, plain.n);
        assert_memory_equal(f.classes, plain.classes, f.n);
        check_bytes(&f, &plain);
        if (k > 0) { /* what means nothing is the same everywhere, too */
            assert_memory_equal(f.bytes, first.bytes, f.n);
            free_result(&f);
        } else {
            first = f;
        }
    }
    size_t n = plain.n;
    free_result(&first);
    free_result(&plain);
    return n;
}

/* Run after run, from each place where one stopped. */
static void check_fold_runs(const uint8_t *text, size_t size, ts_fold_table *table,
                            uint8_t before)
{
    for (size_t i = 0; i <= size;) {
        uint8_t *rest = text_exact(text + i, size - i);
        size_t n = check_fold_run(rest, size - i, table, before);
        free(rest);
        i += n > 0 ? n : 1;
    }
}

static uint8_t random_class(random_state *r)
{
    uint64_t bit = random_next(r) % 9;
    return (uint8_t)(bit == 8 ? 0 : 1 << bit);
}

/* Characters of three bytes as they come: what is folded by its bytes alone. */
static void random_wide(random_state *r, uint8_t *text, size_t size)
{
    static const uint32_t ranges[][2] = {
        {0x3040, 0x3100}, {0x3400, 0xA000}, {0xAC00, 0xE000}, {0x800, 0x10000}};
    size_t range = random_next(r) % 4;
    for (size_t i = 0; i + 3 <= size;) {
        if (random_next(r) % 16 == 0) {
            range = random_next(r) % 4;
            text[i++] = ' ';
        } else { /* surrogates, too */
            uint32_t first = ranges[range][0], end = ranges[range][1];
            uint32_t c = first + (uint32_t)(random_next(r) % (end - first));
            text[i++] = (uint8_t)(0xE0 | c >> 12);
            text[i++] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
            text[i++] = (uint8_t)(0x80 | (c & 0x3F));
        }
    }
}

static void test_fold_run(void **state)
{
    (void)state;
    static const int kinds[] = {
        TEXT_ALL,
        TEXT_ASCII | TEXT_WORDS,
        TEXT_ASCII | TEXT_ACCENTED | TEXT_SCRIPTS | TEXT_UNSPACED | TEXT_OTHERS,
        TEXT_WORDS | TEXT_SCRIPTS | TEXT_UNSPACED | TEXT_MARKS,
        TEXT_WORDS | TEXT_ACCENTED | TEXT_ILL_FORMED,
    };
    random_state r = {40};
    uint8_t text[264];
    for (size_t size = 0; size <= 200; size++) {
        if (size % 50 == 0) make_tables(); /* all is new again */
        for (int trial = 0; trial < 20; trial++) {
            ts_fold_table *table = tables[random_next(&r) % N_PARAMS];
            /* Filled beyond, so that characters are cut at the end. */
            memset(text, 'a', sizeof text);
            if (trial % 6 == 5)
                random_wide(&r, text, size + 4);
            else
                text_random(&r, kinds[trial % 6], text, size + 4);
            uint8_t *exact = text_exact(text, size);
            check_fold_runs(exact, size, table, random_class(&r));
            free(exact);
        }
    }
}

/* Each character of two and three bytes, before and behind the border of a block. */
static void test_fold_run_of_every_character(void **state)
{
    (void)state;
    uint8_t text[80];
    make_tables();
    for (size_t p = 0; p < N_PARAMS; p++)
        for (int32_t c = 0; c < 0x10000; c++) {
            size_t at = 61 + (size_t)c % 5;
            memset(text, 'a', sizeof text);
            if (!utf8proc_codepoint_valid(c)) { /* as they would be written */
                text[at] = 0xED;
                text[at + 1] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
                text[at + 2] = (uint8_t)(0x80 | (c & 0x3F));
            } else {
                utf8proc_encode_char(c, text + at);
            }
            check_fold_run(text, sizeof text, tables[p], 0);
        }
}

/* --- find_words ---------- */

static ts_spans make_spans(size_t room)
{
    ts_spans s = {.start = malloc(room * sizeof *s.start),
                  .end = malloc(room * sizeof *s.end),
                  .joiner = malloc(room * sizeof *s.joiner),
                  .joined = malloc(room * sizeof *s.joined)};
    assert_true(s.start && s.end && s.joiner && s.joined);
    memset(s.start, 0xEE, room * sizeof *s.start); /* what an earlier run left here */
    memset(s.end, 0xFF, room * sizeof *s.end);     /* must not look like this one's */
    memset(s.joiner, 0xEE, room * sizeof *s.joiner);
    memset(s.joined, 0xEE, room * sizeof *s.joined);
    return s;
}

static void free_spans(ts_spans *s)
{
    free(s->start);
    free(s->end);
    free(s->joiner);
    free(s->joined);
}

/* One byte after the other, by the rules about words. */
static void find_words_plainly(const uint8_t *classes, size_t size, ts_spans *spans)
{
    bool inside = false;
    spans->n = spans->n_joiners = 0;
    for (size_t i = 0; i <= size; i++) {
        uint8_t before = i > 0 ? classes[i - 1] : 0;
        uint8_t here = i < size ? classes[i] : 0;
        uint8_t after = i + 1 < size ? classes[i + 1] : 0;
        bool letters = (before & TS_BYTES_LETTER) && (after & TS_BYTES_LETTER);
        bool digits = (before & TS_BYTE_DIGIT) && (after & TS_BYTE_DIGIT);
        bool deleted = (here == TS_BYTE_JOINER && (letters || digits)) ||
                       (here == TS_BYTE_COMMA && digits);
        bool word = (here & TS_BYTES_WORD) || deleted;
        bool alone = here == TS_BYTE_NOSPACE ||
                     ((before & TS_BYTES_NOSPACE) && here != TS_BYTE_NOSPACE_MORE);
        if (inside && (!word || alone)) spans->end[spans->n++] = (uint32_t)i;
        if (word && (!inside || alone)) spans->start[spans->n] = (uint32_t)i;
        inside = word;
        if (deleted) {
            spans->joiner[spans->n_joiners] = (uint32_t)i;
            spans->joined[spans->n_joiners++] = spans->n;
        }
    }
}

static void check_find_words(const uint8_t *given, size_t size)
{
    uint8_t *classes = malloc(size + TS_KERNEL_SLACK);
    assert_non_null(classes);
    memcpy(classes, given, size);
    memset(classes + size, 0, TS_KERNEL_SLACK);
    ts_spans plain = make_spans(size + 1);
    find_words_plainly(classes, size, &plain);
    for (size_t k = 0; k < n_all; k++) {
        ts_spans s = make_spans(size / 2 + TS_KERNEL_SLACK);
        all[k]->find_words(classes, size, &s);
        assert_int_equal(s.n, plain.n);
        assert_int_equal(s.n_joiners, plain.n_joiners);
        assert_memory_equal(s.start, plain.start, s.n * sizeof *s.start);
        assert_memory_equal(s.end, plain.end, s.n * sizeof *s.end);
        assert_memory_equal(s.joiner, plain.joiner, s.n_joiners * sizeof *s.joiner);
        assert_memory_equal(s.joined, plain.joined, s.n_joiners * sizeof *s.joined);
        free_spans(&s);
    }
    free_spans(&plain);
    free(classes);
}

/* The classes of some characters, as folding makes them: each of all its bytes. */
static size_t put_unit(uint8_t *classes, int unit)
{
    enum { N = TS_BYTE_NOSPACE, M = TS_BYTE_NOSPACE_MORE };
    static const struct {
        size_t size;
        uint8_t classes[5];
    } units[] = {
        {1, {0}},
        {1, {TS_BYTE_LETTER}},
        {1, {TS_BYTE_LETTER_TOO}},
        {1, {TS_BYTE_DIGIT}},
        {1, {TS_BYTE_OTHER}},
        {1, {TS_BYTE_JOINER}},
        {1, {TS_BYTE_COMMA}},
        {3, {N, M, M}},
        {2, {TS_BYTE_LETTER, TS_BYTE_LETTER}},
        {3, {TS_BYTE_DIGIT, TS_BYTE_DIGIT, TS_BYTE_DIGIT}},
        {4, {N, M, M, M}},
        {5, {N, M, M, M, M}}, /* with a mark of two bytes */
    };
    memcpy(classes, units[unit].classes, units[unit].size);
    return units[unit].size;
}
enum { N_UNITS = 12 };

static void test_find_words(void **state)
{
    (void)state;
    random_state r = {41};
    uint8_t classes[400];
    for (int trial = 0; trial < 40000; trial++) {
        int chosen[4]; /* few, so that long and dense patterns come about */
        for (int i = 0; i < 4; i++)
            chosen[i] = (int)(random_next(&r) % N_UNITS);
        size_t wanted = random_next(&r) % (trial % 8 ? 150 : 390), size = 0;
        while (size < wanted)
            size += put_unit(classes + size, chosen[random_next(&r) % 4]);
        check_find_words(classes, size);
    }
}

/* All that may stand at the border of two blocks, within all kinds of text. */
static void test_find_words_at_borders(void **state)
{
    (void)state;
    static const uint8_t fills[] = {0, TS_BYTE_LETTER, TS_BYTE_DIGIT,
                                    TS_BYTE_NOSPACE_MORE, TS_BYTE_JOINER};
    uint8_t classes[132];
    for (size_t fill = 0; fill < sizeof fills; fill++)
        for (unsigned pattern = 0; pattern < 9 * 9 * 9 * 9; pattern++)
            for (size_t border = 64; border <= 128; border += 64) {
                memset(classes, fills[fill], sizeof classes);
                unsigned p = pattern;
                for (size_t i = border - 2; i < border + 2; i++, p /= 9)
                    classes[i] = (uint8_t)(p % 9 == 8 ? 0 : 1 << p % 9);
                check_find_words(classes, border + 1 + pattern % 3);
            }
}

/*
 * As many words as can begin or end in 64 bytes: at the most dense, a digit and
 * then an ideograph, two words in four bytes; a space once makes it 33.
 */
static void test_find_words_of_the_densest_text(void **state)
{
    (void)state;
    uint8_t classes[4 * 64];
    for (size_t n_before = 0; n_before < 64; n_before++)
        for (size_t spaced = 0; spaced < 40; spaced++) {
            size_t size = n_before;
            memset(classes, 0, sizeof classes);
            for (size_t i = 0; size < 3 * 64; i++) {
                size += put_unit(classes + size, 3);
                size += put_unit(classes + size, i == spaced ? 0 : 7);
            }
            check_find_words(classes, size);
        }
}

/* --- hash_words ---------- */

static void check_hash_words(const uint8_t *bytes, const uint32_t *start,
                             const uint32_t *end, uint32_t n, uint64_t seed)
{
    for (size_t k = 0; k < n_all; k++) {
        ts_spans s = make_spans(n + TS_KERNEL_SLACK);
        uint32_t *order = malloc((TS_KERNEL_ORDER + 2 * n) * sizeof *order);
        uint64_t *hashes = malloc((n + TS_KERNEL_SLACK) * sizeof *hashes);
        assert_true(order != NULL && hashes != NULL);
        memcpy(s.start, start, n * sizeof *s.start);
        memcpy(s.end, end, n * sizeof *s.end);
        memset(hashes, 0xEE, (n + TS_KERNEL_SLACK) * sizeof *hashes);
        s.n = n;
        all[k]->hash_words(bytes, &s, seed, order, hashes);
        assert_memory_equal(s.start, start, n * sizeof *s.start);
        assert_memory_equal(s.end, end, n * sizeof *s.end);
        for (uint32_t i = 0; i < n; i++)
            assert_true(hashes[i] == XXH3_64bits_withSeed(bytes + start[i],
                                                          end[i] - start[i], seed));
        free(hashes);
        free(order);
        free_spans(&s);
    }
}

static const uint64_t seeds[] = {0, 1, UINT32_MAX};

static void test_hash_words(void **state)
{
    (void)state;
    enum { SIZE = 1000, MOST = 5000 };
    random_state r = {42};
    uint8_t *bytes = malloc(SIZE + TS_KERNEL_SLACK);
    assert_non_null(bytes);
    for (size_t i = 0; i < SIZE + TS_KERNEL_SLACK; i++)
        bytes[i] = (uint8_t)random_next(&r);

    static uint32_t start[MOST], end[MOST];
    for (uint32_t length = 1; length <= 300; length++)
        for (size_t s = 0; s < 3; s++)
            for (uint32_t i = 0; i < 3; i++) { /* also at the very end */
                start[0] = i == 2 ? SIZE - length
                                  : (uint32_t)random_next(&r) % (SIZE - length);
                end[0] = start[0] + length;
                check_hash_words(bytes, start, end, 1, seeds[s]);
            }
    for (int trial = 0; trial < 4000; trial++) { /* lengths of all classes in turn */
        uint32_t n = (uint32_t)random_next(&r) % (trial % 100 ? 70 : MOST);
        for (uint32_t i = 0; i < n; i++) {
            static const uint32_t longest[] = {3, 8, 10, 20, 300};
            uint32_t length =
                1 + (uint32_t)random_next(&r) % longest[random_next(&r) % 5];
            start[i] = (uint32_t)random_next(&r) % (SIZE - length + 1);
            end[i] = start[i] + length;
        }
        check_hash_words(bytes, start, end, n,
                         trial % 4 ? seeds[trial % 3] : random_next(&r));
    }
    free(bytes);
}

/* --- hash_windows ---------- */

static void check_hash_windows(random_state *r, size_t n, uint32_t k)
{
    uint64_t *tokens = malloc((n + TS_KERNEL_SLACK) * sizeof *tokens);
    assert_non_null(tokens);
    random_fill(r, tokens, n + TS_KERNEL_SLACK);
    size_t n_shingles = n - k + 1;
    for (size_t kernel = 0; kernel < n_all; kernel++) {
        uint64_t *work = malloc((n + TS_KERNEL_SLACK) * sizeof *work);
        uint64_t *shingles = malloc((n_shingles + TS_KERNEL_SLACK) * sizeof *shingles);
        assert_true(work != NULL && shingles != NULL);
        memcpy(work, tokens, (n + TS_KERNEL_SLACK) * sizeof *work);
        memset(shingles, 0xEE, (n_shingles + TS_KERNEL_SLACK) * sizeof *shingles);
        all[kernel]->hash_windows(work, n, k, shingles);
        for (size_t i = 0; i < n_shingles; i++) {
            uint64_t h = tokens[i];
            for (size_t j = 1; j < k; j++)
                h = h * UINT64_C(0x9E3779B97F4A7C15) + tokens[i + j];
            assert_true(shingles[i] == ts_hash_mix(h));
        }
        free(work);
        free(shingles);
    }
    free(tokens);
}

static void test_hash_windows(void **state)
{
    (void)state;
    random_state r = {43};
    for (uint32_t k = 1; k <= TS_K_MAX; k++) {
        for (size_t n = k; n < k + 20; n++)
            check_hash_windows(&r, n, k);
        check_hash_windows(&r, k + 64 + random_next(&r) % 64, k);
        check_hash_windows(&r, 1000, k);
    }
}

static int set_up(void **state)
{
    (void)state;
    all = ts_kernels_all(&n_all);
    return 0;
}

/* The table of what AVX2 has no instruction for; texts do not come to all of it. */
static void test_ones(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        unsigned n = 0;
        for (unsigned bit = 0; bit < 8; bit++)
            if (byte >> bit & 1) assert_int_equal(ones_of[byte][n++], bit);
        while (n < 8)
            assert_int_equal(ones_of[byte][n++], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choice),
        cmocka_unit_test(test_byte_classes),
        cmocka_unit_test(test_ones),
        cmocka_unit_test(test_fold_run),
        cmocka_unit_test(test_fold_run_of_every_character),
        cmocka_unit_test(test_find_words),
        cmocka_unit_test(test_find_words_at_borders),
        cmocka_unit_test(test_find_words_of_the_densest_text),
        cmocka_unit_test(test_hash_words),
        cmocka_unit_test(test_hash_windows),
        cmocka_unit_test(ts_alloc_test_no_leaks),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("kernels", tests, set_up, NULL);
}
