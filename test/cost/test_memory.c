/*
 * How much memory functions take beyond their arguments, as SQLite counts it.
 *
 * To be run from the top of the project; the extension is $TEXTSIM, without its
 * suffix.
 */
#include <sqlite3.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../extension.h"

/* What is kept from one call to the next: a connection's buffers and tables. */
#define KEPT (1 << 20)

/*
 * Most clients bind a text with its size.  Before SQLite 3.40 we cannot tell that it
 * is UTF-8 as it is, and have SQLite make a copy that has a NUL behind it.
 */
#define SIZE_GIVEN (SQLITE_VERSION_NUMBER >= 3040000)

static int open_database(void **state)
{
    *state = extension_open(":memory:");
    return *state != NULL ? 0 : -1;
}

static int close_database(void **state)
{
    return sqlite3_close(*state) == SQLITE_OK && sqlite3_memory_used() == 0 ? 0 : -1;
}

/* Words of five letters and a space each, all different; to be freed. */
static char *words(size_t n, uint32_t first)
{
    char *text = malloc(6 * n + 1);
    assert_non_null(text);
    for (size_t i = 0; i < n; i++) {
        uint32_t number = first + (uint32_t)i;
        for (size_t j = 0; j < 5; j++, number /= 26)
            text[6 * i + j] = (char)('a' + number % 26);
        text[6 * i + 5] = ' ';
    }
    text[6 * n] = '\0';
    return text;
}

/* The most memory that is in use at a time during a statement on some texts. */
static int64_t memory_of(sqlite3 *db, const char *sql, const char *a, const char *b)
{
    const char *const texts[] = {a, b};
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    for (int i = 0; i < sqlite3_bind_parameter_count(statement); i++)
        assert_int_equal(sqlite3_bind_text(statement, i + 1, texts[i],
                                           SIZE_GIVEN ? (int)strlen(texts[i]) : -1,
                                           SQLITE_STATIC),
                         SQLITE_OK);
    int64_t before = sqlite3_memory_used();
    sqlite3_memory_highwater(1);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_int_not_equal(sqlite3_column_type(statement, 0), SQLITE_NULL);
    int64_t most = sqlite3_memory_highwater(0) - before;
    sqlite3_finalize(statement);
    return most;
}

/* A sketch is made on the way: its memory does not grow with the text. */
static void test_sketch_of_100_megabytes(void **state)
{
    static const char *const statements[] = {
        "SELECT minhash(?)", "SELECT minhash(?, 'unit=char')", "SELECT fingerprint(?)"};
    char *text = words(100 * 1000 * 1000 / 6, 0);
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        assert_in_range(memory_of(*state, statements[i], text, NULL), 0, KEPT);
    free(text);
}

/* Sets of hashes and what sorts them: 16 bytes per token of the two together. */
static void test_jaccard_per_token(void **state)
{
    static const size_t sizes[] = {100 * 1000, 1000 * 1000, 3 * 1000 * 1000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *a = words(sizes[i], 0), *b = words(sizes[i], (uint32_t)sizes[i] / 2);
        int64_t most = memory_of(*state, "SELECT jaccard(?, ?)", a, b);
        assert_in_range(most, 0, 16 * 2 * (int64_t)sizes[i] + KEPT);
        free(a);
        free(b);
    }
}

/*
 * Their sets are kept, 8 bytes per token, in case that these texts come again; and
 * given back after some others.
 */
static void test_jaccard_keeps_sets(void **state)
{
    const size_t n = 3 * 1000 * 1000;
    char *a = words(n, 0), *b = words(n, (uint32_t)n / 2);
    const int64_t before = sqlite3_memory_used();
    memory_of(*state, "SELECT jaccard(?, ?)", a, b);
    assert_in_range(sqlite3_memory_used() - before, 8 * (int64_t)n,
                    8 * 2 * (int64_t)n + KEPT);
    for (uint32_t i = 0; i < 8; i++) {
        char *c = words(100, i), *d = words(100, i + 50);
        memory_of(*state, "SELECT jaccard(?, ?)", c, d);
        free(c);
        free(d);
    }
    assert_in_range(sqlite3_memory_used() - before, 0, KEPT);
    free(a);
    free(b);
}

/* The same words again and again, one in seven another. */
static char *repeated_words(size_t n, uint32_t seed)
{
    char *text = words(n, 0);
    for (size_t i = 0; i < n; i++) {
        seed = seed * 1664525 + 1013904223;
        if (seed >> 16 & 7)
            memcpy(text + 6 * i, text + 6 * (i % 50), 6);
        else
            memcpy(text + 6 * i, text + 6 * (1000 + (seed >> 8) % (n - 1000)), 6);
    }
    return text;
}

/* 64 bytes per word of the two texts, however much they repeat themselves. */
static void test_passages_per_word(void **state)
{
    static const size_t sizes[] = {100 * 1000, 1000 * 1000};
    static const char *const statements[] = {
        "SELECT coverage(?, ?)", "SELECT count(*) FROM textsim_passages(?, ?)"};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const size_t n = sizes[i];
        char *text[] = {words(n, 0), words(n, (uint32_t)n / 2), repeated_words(n, 1),
                        repeated_words(n, 2)};
        for (size_t j = 0; j < 4; j += 2) {
            assert_in_range(memory_of(*state, statements[0], text[j], text[j + 1]), 0,
                            64 * 2 * (int64_t)n + KEPT);
            /* The table-valued function has copies of its arguments. */
            assert_in_range(memory_of(*state, statements[1], text[j], text[j + 1]), 0,
                            (64 + 6) * 2 * (int64_t)n + KEPT);
        }
        for (size_t j = 0; j < 4; j++)
            free(text[j]);
    }
}

/* Of a large text nothing is kept. */
static void test_passages_keep_no_text(void **state)
{
    const size_t n = 2 * 1000 * 1000;
    char *a = words(n, 0), *b = words(100, 50);
    const int64_t before = sqlite3_memory_used();
    assert_true(memory_of(*state, "SELECT coverage(?, ?)", a, b) >= 8 * (int64_t)n);
    assert_in_range(sqlite3_memory_used() - before, 0, KEPT);
    free(a);
    free(b);
}

/* Passages everywhere: of eight words at eight places each, of three, and of one. */
static void test_passages_that_are_many(void **state)
{
    static const size_t n = 200 * 1000;
    static const struct {
        size_t size;    /* of what is repeated */
        size_t n_times; /* in each text */
        const char *coverage, *passages;
    } cases[] = {
        {8, 8, "SELECT coverage(?, ?)", "SELECT count(*) FROM textsim_passages(?, ?)"},
        {3, 8, "SELECT coverage(?, ?, 'min_words=3')",
         "SELECT count(*) FROM textsim_passages(?, ?, 'min_words=3')"},
        {1, 12, "SELECT coverage(?, ?, 'min_words=1')",
         "SELECT count(*) FROM textsim_passages(?, ?, 'min_words=1')"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text[] = {words(n, 0), words(n, 0)};
        for (size_t j = 0; j < 2; j++) {
            uint32_t seed = 7 + (uint32_t)j;
            char *from = words(n, 0);
            const size_t n_pieces = n / cases[i].size / cases[i].n_times;
            for (size_t at = 0; at + cases[i].size <= n; at += cases[i].size) {
                seed = seed * 1664525 + 1013904223;
                memcpy(text[j] + 6 * at,
                       from + 6 * ((seed >> 8) % n_pieces * cases[i].size),
                       6 * cases[i].size);
            }
            free(from);
        }
        assert_in_range(memory_of(*state, cases[i].coverage, text[0], text[1]), 0,
                        64 * 2 * (int64_t)n + KEPT);
        assert_in_range(memory_of(*state, cases[i].passages, text[0], text[1]), 0,
                        (64 + 6) * 2 * (int64_t)n + KEPT);
        free(text[0]);
        free(text[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sketch_of_100_megabytes, open_database,
                                        close_database),
        cmocka_unit_test_setup_teardown(test_jaccard_per_token, open_database,
                                        close_database),
        cmocka_unit_test_setup_teardown(test_jaccard_keeps_sets, open_database,
                                        close_database),
        cmocka_unit_test_setup_teardown(test_passages_per_word, open_database,
                                        close_database),
        cmocka_unit_test_setup_teardown(test_passages_keep_no_text, open_database,
                                        close_database),
        cmocka_unit_test_setup_teardown(test_passages_that_are_many, open_database,
                                        close_database),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
