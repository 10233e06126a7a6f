#include "core/format.h"
#include "core/hash.h"

#include "alloc_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N_SLOTS = 16, SKETCH_SIZE = TS_HEADER_SIZE + 4 * N_SLOTS };

/* Made by a reading of format.h in Python. */
static const uint8_t known_sketch[SKETCH_SIZE] = {
    'T',  'S',  'M',  1,    1,    9,    3,    0,    0xEF, 0xBE, 0xAD, 0xDE, 16,
    0,    0,    0,    0x97, 0x2C, 0x70, 0xE9, 0x90, 0x09, 0xA5, 0xDC, 0xFF, 0xFF,
    0xFF, 0xFF, 0x89, 0xA4, 0xFE, 0x18, 0x2D, 0x95, 0xD3, 0x41, 0x70, 0xE3, 0x0C,
    0x5D, 0x9B, 0xA8, 0x85, 0x11, 0x6B, 0x45, 0x97, 0x68, 0x82, 0x8B, 0x3F, 0x57,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xF6, 0xD2, 0x2C, 0x15, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x94, 0x0C, 0x50, 0x43, 0x6E, 0xFE,
    0x54, 0x46, 0xFF, 0xFF, 0xFF, 0xFF, 0x42, 0x9A, 0xBA, 0x47};
static const uint8_t known_empty_set[TS_HEADER_SIZE] = {
    'T', 'S', 'S', 1, 0,    64,   2,    0,    1,    0,    0,    0,
    0,   0,   0,   0, 0x98, 0xCB, 0xEE, 0xE2, 0xDC, 0x06, 0xE8, 0x16};

/* Open a copy that ends where its memory ends, so that reading on is noticed. */
static ts_status open_copy(ts_header *header, const uint8_t *blob, size_t size)
{
    uint8_t *copy = malloc(size + (size == 0));
    assert_non_null(copy);
    memcpy(copy, blob, size);
    ts_status rc = ts_format_open(header, copy, size);
    free(copy);
    return rc;
}

/* As open_copy(), where that has to fail and to leave the header alone. */
static ts_status open_bad(const uint8_t *blob, size_t size)
{
    ts_header header, before;
    memset(&header, 0x5A, sizeof header);
    before = header;
    ts_status rc = open_copy(&header, blob, size);
    assert_int_not_equal(rc, TS_OK);
    assert_memory_equal(&header, &before, sizeof header);
    return rc;
}

/* What somebody does who makes up a BLOB and knows the format. */
static void fix_checksum(uint8_t *blob, size_t size)
{
    uint64_t seed = ts_hash(blob, 16, 0);
    ts_store64(blob + 16, ts_hash(blob + TS_HEADER_SIZE, size - TS_HEADER_SIZE, seed));
}

static void test_loads_and_stores(void **state)
{
    (void)state;
    uint8_t bytes[24];
    for (size_t at = 0; at < 8; at++) { /* at every alignment */
        memset(bytes, 0xEE, sizeof bytes);
        ts_store32(bytes + at, UINT32_C(0x89ABCDEF));
        static const uint8_t four[] = {0xEF, 0xCD, 0xAB, 0x89, 0xEE};
        assert_memory_equal(bytes + at, four, sizeof four);
        assert_true(ts_load32(bytes + at) == UINT32_C(0x89ABCDEF));

        ts_store64(bytes + at, UINT64_C(0xFEDCBA9876543210));
        static const uint8_t eight[] = {0x10, 0x32, 0x54, 0x76, 0x98,
                                        0xBA, 0xDC, 0xFE, 0xEE};
        assert_memory_equal(bytes + at, eight, sizeof eight);
        assert_true(ts_load64(bytes + at) == UINT64_C(0xFEDCBA9876543210));
    }
}

static void test_size(void **state)
{
    (void)state;
    assert_true(ts_format_size(TS_KIND_SKETCH, 128) == 536);
    assert_true(ts_format_size(TS_KIND_SET, 0) == 24);
    assert_true(ts_format_size(TS_KIND_SET, 3) == 48);
    assert_true(ts_format_size(TS_KIND_SET, UINT32_MAX) == UINT64_C(34359738384));
}

static void test_known_blobs(void **state)
{
    (void)state;
    const ts_params params = {.unit = TS_UNIT_CHAR,
                              .k = 9,
                              .letter_case = TS_CASE_KEEP,
                              .marks = TS_MARKS_STRIP,
                              .seed = UINT32_C(0xDEADBEEF),
                              .num_perm = N_SLOTS};
    uint8_t blob[SKETCH_SIZE];
    memset(blob, 0x77, TS_HEADER_SIZE);
    memcpy(blob + TS_HEADER_SIZE, known_sketch + TS_HEADER_SIZE, 4 * N_SLOTS);
    ts_header header = {.kind = TS_KIND_SKETCH, .params = params, .count = N_SLOTS};
    ts_format_seal(&header, blob);
    assert_memory_equal(blob, known_sketch, sizeof known_sketch);

    assert_int_equal(open_copy(&header, known_empty_set, TS_HEADER_SIZE), TS_OK);
    assert_int_equal(header.kind, TS_KIND_SET);
    assert_int_equal(header.count, 0);
    assert_int_equal(header.params.unit, TS_UNIT_WORD);
    assert_int_equal(header.params.k, 64);
    assert_int_equal(header.params.letter_case, TS_CASE_FOLD);
    assert_int_equal(header.params.marks, TS_MARKS_STRIP);
    assert_int_equal(header.params.seed, 1);
    assert_int_equal(header.params.num_perm, TS_NUM_PERM_DEFAULT);
}

static void test_all_options_return(void **state)
{
    (void)state;
    static const uint32_t ks[] = {TS_K_MIN, 5, TS_K_MAX};
    static const uint32_t seeds[] = {0, 1, UINT32_C(0x80000000), UINT32_MAX};
    static const uint32_t counts[] = {TS_NUM_PERM_MIN, 17, TS_NUM_PERM_MAX};
    uint8_t *blob = calloc(1, TS_HEADER_SIZE + 8 * TS_NUM_PERM_MAX);
    assert_non_null(blob);
    for (unsigned i = 0; i < 8 * 3 * 4 * 3 * 2; i++) {
        ts_header header = {
            .kind = i % 2 ? TS_KIND_SKETCH : TS_KIND_SET,
            .params = {.unit = i / 2 % 2 ? TS_UNIT_CHAR : TS_UNIT_WORD,
                       .letter_case = i / 4 % 2 ? TS_CASE_KEEP : TS_CASE_FOLD,
                       .marks = i / 8 % 2 ? TS_MARKS_STRIP : TS_MARKS_KEEP,
                       .k = ks[i / 16 % 3],
                       .seed = seeds[i / 48 % 4],
                       .num_perm = TS_NUM_PERM_DEFAULT},
            .count = counts[i / 192]};
        if (header.kind == TS_KIND_SKETCH) header.params.num_perm = header.count;
        ts_format_seal(&header, blob);

        ts_header found;
        size_t size = (size_t)ts_format_size(header.kind, header.count);
        assert_int_equal(open_copy(&found, blob, size), TS_OK);
        assert_int_equal(found.kind, header.kind);
        assert_int_equal(found.count, header.count);
        assert_int_equal(found.params.unit, header.params.unit);
        assert_int_equal(found.params.k, header.params.k);
        assert_int_equal(found.params.letter_case, header.params.letter_case);
        assert_int_equal(found.params.marks, header.params.marks);
        assert_int_equal(found.params.seed, header.params.seed);
        assert_int_equal(found.params.num_perm, header.params.num_perm);
    }
    free(blob);
}

static void test_truncated(void **state)
{
    (void)state;
    ts_header header;
    uint8_t longer[SKETCH_SIZE + 1] = {0};
    memcpy(longer, known_sketch, SKETCH_SIZE);
    assert_int_equal(open_copy(&header, longer, SKETCH_SIZE), TS_OK);
    for (size_t size = 0; size < 4; size++)
        assert_int_equal(open_bad(known_sketch, size), TS_NOT_OURS);
    for (size_t size = 4; size < SKETCH_SIZE; size++)
        assert_int_equal(open_bad(known_sketch, size), TS_CORRUPT);
    assert_int_equal(open_bad(longer, SKETCH_SIZE + 1), TS_CORRUPT);
}

static void test_each_bit_flipped(void **state)
{
    (void)state;
    uint8_t blob[SKETCH_SIZE];
    for (size_t bit = 0; bit < 8 * SKETCH_SIZE; bit++) {
        memcpy(blob, known_sketch, SKETCH_SIZE);
        blob[bit / 8] ^= (uint8_t)(1 << bit % 8);
        open_bad(blob, SKETCH_SIZE);
        memcpy(blob, known_empty_set, TS_HEADER_SIZE);
        blob[bit / 8 % TS_HEADER_SIZE] ^= (uint8_t)(1 << bit % 8);
        open_bad(blob, TS_HEADER_SIZE);
    }
}

/* The table of format.h, read once more. */
static ts_status expected(size_t offset, uint8_t byte)
{
    switch (offset) {
    case 0:
        return byte == 'T' ? TS_OK : TS_NOT_OURS;
    case 1:
        return byte == 'S' ? TS_OK : TS_NOT_OURS;
    case 2: /* an 'S' has the wrong size then */
        return byte == 'M' ? TS_OK : byte == 'S' ? TS_CORRUPT : TS_NOT_OURS;
    case 3:
        if (byte == 0) return TS_CORRUPT;
        return byte == 1 ? TS_OK : byte <= 8 ? TS_NEWER : TS_NOT_OURS;
    case 4:
        return byte <= 1 ? TS_OK : TS_CORRUPT;
    case 5:
        return byte >= 1 && byte <= 64 ? TS_OK : TS_CORRUPT;
    case 6:
        return byte <= 3 ? TS_OK : TS_CORRUPT;
    case 7:
        return byte == 0 ? TS_OK : TS_CORRUPT;
    case 12:
        return byte == N_SLOTS ? TS_OK : TS_CORRUPT;
    case 13:
    case 14:
    case 15:
        return byte == 0 ? TS_OK : TS_CORRUPT;
    default: /* the seed, and the checksum, which is made to fit */
        return TS_OK;
    }
}

static void test_each_header_byte(void **state)
{
    (void)state;
    uint8_t blob[SKETCH_SIZE];
    for (size_t offset = 0; offset < TS_HEADER_SIZE; offset++) {
        for (int byte = 0; byte < 256; byte++) {
            memcpy(blob, known_sketch, SKETCH_SIZE);
            blob[offset] = (uint8_t)byte;
            fix_checksum(blob, SKETCH_SIZE);
            ts_status rc = expected(offset, (uint8_t)byte);
            ts_header header;
            if (rc == TS_OK)
                assert_int_equal(open_copy(&header, blob, SKETCH_SIZE), TS_OK);
            else
                assert_int_equal(open_bad(blob, SKETCH_SIZE), rc);
        }
    }
}

/* Counts whose size in bytes wraps around to the size of the BLOB in 32 bits. */
static void test_count_that_overflows(void **state)
{
    (void)state;
    static const struct {
        uint8_t kind;
        uint32_t count;
    } cases[] = {{'S', UINT32_C(0x20000000)}, {'S', UINT32_C(0x20000008)},
                 {'S', UINT32_C(0x80000008)}, {'S', UINT32_MAX},
                 {'M', UINT32_C(0x40000010)}, {'M', UINT32_C(0xC0000010)},
                 {'M', UINT32_MAX},           {'S', 0}};
    uint8_t blob[SKETCH_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        memcpy(blob, known_sketch, SKETCH_SIZE);
        blob[2] = cases[i].kind;
        ts_store32(blob + 12, cases[i].count);
        fix_checksum(blob, SKETCH_SIZE);
        assert_int_equal(open_bad(blob, SKETCH_SIZE), TS_CORRUPT);
    }
}

/* The slots of a sketch are bounded, the hashes of a set are not. */
static void test_range_of_count(void **state)
{
    (void)state;
    static const uint32_t counts[] = {0, 1, 15, 16, 4096, 4097, 8192};
    uint8_t *blob = calloc(1, TS_HEADER_SIZE + 8 * 8192);
    assert_non_null(blob);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        ts_header header = {.params = TS_PARAMS_DEFAULT, .count = counts[i]};
        header.kind = TS_KIND_SET;
        ts_format_seal(&header, blob);
        assert_int_equal(open_copy(&header, blob, 24 + 8 * (size_t)counts[i]), TS_OK);
        assert_int_equal(header.count, counts[i]);

        size_t size = 24 + 4 * (size_t)counts[i];
        header.kind = TS_KIND_SKETCH;
        ts_format_seal(&header, blob);
        if (counts[i] >= TS_NUM_PERM_MIN && counts[i] <= TS_NUM_PERM_MAX)
            assert_int_equal(open_copy(&header, blob, size), TS_OK);
        else
            assert_int_equal(open_bad(blob, size), TS_CORRUPT);
    }
    free(blob);
}

/* What people give to a function that takes a BLOB, and what it is. */
static void test_other_files(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        ts_status rc;
    } cases[] = {{"", TS_NOT_OURS},
                 {"T", TS_NOT_OURS},
                 {"TSM", TS_NOT_OURS},
                 {"TSMC raised its forecast on Thursday", TS_NOT_OURS},
                 {"TSS\ta table of stars", TS_NOT_OURS},
                 {"TSM\xC3\xBC", TS_NOT_OURS},
                 {"The quick brown fox jumps over the dog", TS_NOT_OURS},
                 {"SQLite format 3", TS_NOT_OURS},
                 {"%PDF-1.7", TS_NOT_OURS},
                 {"TSP\x01", TS_NOT_OURS},
                 {"TSM\x01", TS_CORRUPT},
                 {"TSM\x02", TS_NEWER},
                 {"TSS\x08 whatever its header is", TS_NEWER}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const uint8_t *bytes = (const uint8_t *)cases[i].bytes;
        assert_int_equal(open_bad(bytes, strlen(cases[i].bytes)), cases[i].rc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loads_and_stores),
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_known_blobs),
        cmocka_unit_test(test_all_options_return),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_each_bit_flipped),
        cmocka_unit_test(test_each_header_byte),
        cmocka_unit_test(test_count_that_overflows),
        cmocka_unit_test(test_range_of_count),
        cmocka_unit_test(test_other_files),
        cmocka_unit_test(ts_alloc_test_no_allocation),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
