#include "core/set_pack.h"

#include "alloc_test.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Pack a set behind something else, read it from bytes of its own, compare. */
static size_t check_return(const uint64_t *set, size_t n)
{
    ts_bytes packed = {0};
    ts_hashes read = {0};
    uint64_t size = 0;
    assert_int_equal(ts_bytes_append(&packed, "before", 6), TS_OK);
    assert_int_equal(ts_set_pack_append(&packed, set, n), TS_OK);
    assert_memory_equal(packed.data, "before", 6);

    /* Of its size, so that a load behind the end is seen. */
    const size_t all = packed.size - 6;
    uint8_t *bytes = malloc(all);
    assert_non_null(bytes);
    memcpy(bytes, packed.data + 6, all);
    const size_t head = all < TS_SET_PACK_HEAD ? all : TS_SET_PACK_HEAD;
    assert_int_equal(ts_set_pack_size(bytes, head, &size), TS_OK);
    assert_int_equal(size, all);
    assert_int_equal(ts_set_pack_decode(bytes, all, &read), TS_OK);
    assert_int_equal(read.size, n);
    if (n > 0) assert_memory_equal(read.data, set, n * sizeof *set);
    free(bytes);
    ts_bytes_clear(&packed);
    ts_hashes_clear(&read);
    return all;
}

static void test_known_bytes(void **state)
{
    (void)state;
    /* l = 62: 1 is 0 and 1; 2^62 + 7 is 1 and 5; 2^64 - 1 is 2 and 2^62 - 9 ... */
    static const uint64_t set[] = {1, (UINT64_C(1) << 62) + 7, UINT64_MAX};
    static const uint8_t known[] = {
        3,                                              /* n */
        0,                                              /* more */
        0x01, 0,    0,    0,    0,    0,    0,    0x40, /* 1; then 5 from bit 62 on */
        0x01, 0,    0,    0,    0,    0,    0,    0x70, /* and -9 from bit 124 on */
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x03, /* up to bit 185 */
        0x25                                            /* 1, 01, 001 */
    };
    ts_bytes packed = {0};
    assert_int_equal(ts_set_pack_append(&packed, set, 3), TS_OK);
    assert_int_equal(packed.size, sizeof known);
    assert_memory_equal(packed.data, known, sizeof known);
    ts_bytes_clear(&packed);
    check_return(set, 3);
}

static void test_random_sets(void **state)
{
    (void)state;
    random_state r = {1};
    uint64_t *set = malloc(70000 * sizeof *set);
    assert_non_null(set);
    for (size_t n = 0; n < 70000; n += n < 300 ? 1 : n / 3) {
        random_fill(&r, set, n);
        const size_t n_distinct = sort_plainly(set, n);
        const size_t size = check_return(set, n_distinct);
        /* 64 - log2(n) + 1.6 bits each, and what whole bytes take. */
        unsigned log = 0;
        while (n >> (log + 1) > 0)
            log++;
        assert_true(size <= (n * (66 - log)) / 8 + 12);
    }
    free(set);
}

/* Not uniform: what no text has, and somebody makes. */
static void test_strange_sets(void **state)
{
    (void)state;
    uint64_t set[1000];
    static const uint64_t edges[] = {0,
                                     1,
                                     2,
                                     UINT32_MAX,
                                     UINT64_C(1) << 32,
                                     (UINT64_C(1) << 63) - 1,
                                     UINT64_C(1) << 63,
                                     UINT64_MAX - 1,
                                     UINT64_MAX};
    const size_t n_edges = sizeof edges / sizeof *edges;
    for (unsigned chosen = 0; chosen < 1U << n_edges; chosen++) {
        size_t n = 0;
        for (size_t i = 0; i < n_edges; i++)
            if (chosen >> i & 1) set[n++] = edges[i];
        check_return(set, n);
    }
    for (size_t n = 1; n <= 1000; n += 37) {
        for (size_t i = 0; i < n; i++)
            set[i] = i;
        check_return(set, n);
        for (size_t i = 0; i < n; i++)
            set[i] = UINT64_MAX - (n - 1) + i;
        check_return(set, n);
        for (size_t i = 0; i < n; i++)
            set[i] = UINT64_MAX / n * (i + 1);
        check_return(set, n);
    }
}

/* Whatever the bytes: refused, or the one encoding of what was read. */
static ts_status check_any(const uint8_t *bytes, size_t size)
{
    ts_hashes set = {0};
    ts_bytes again = {0};
    uint8_t *own = malloc(size > 0 ? size : 1);
    assert_non_null(own);
    if (size > 0) memcpy(own, bytes, size);
    ts_status rc = ts_set_pack_decode(own, size, &set);
    if (rc == TS_OK) {
        for (size_t i = 1; i < set.size; i++)
            assert_true(set.data[i - 1] < set.data[i]);
        assert_int_equal(ts_set_pack_append(&again, set.data, set.size), TS_OK);
        assert_int_equal(again.size, size);
        assert_memory_equal(again.data, bytes, size);
    } else {
        assert_int_equal(rc, TS_CORRUPT);
        assert_int_equal(set.size, 0);
    }
    free(own);
    ts_hashes_clear(&set);
    ts_bytes_clear(&again);
    return rc;
}

static void test_damaged_bytes(void **state)
{
    (void)state;
    random_state r = {2};
    uint64_t set[40];
    ts_bytes packed = {0};
    for (size_t n = 0; n <= 40; n++) {
        random_fill(&r, set, n);
        const size_t n_distinct = sort_plainly(set, n);
        packed.size = 0;
        assert_int_equal(ts_set_pack_append(&packed, set, n_distinct), TS_OK);
        for (size_t size = 0; size < packed.size; size++)
            assert_int_equal(check_any(packed.data, size), TS_CORRUPT);
        for (size_t bit = 0; bit < 8 * packed.size; bit++) {
            packed.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
            check_any(packed.data, packed.size);
            packed.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        assert_int_equal(ts_bytes_append(&packed, "", 1), TS_OK);
        assert_int_equal(check_any(packed.data, packed.size), TS_CORRUPT);
    }
    ts_bytes_clear(&packed);
}

static void test_hostile_bytes(void **state)
{
    (void)state;
    static const struct {
        uint8_t bytes[12];
        size_t size;
    } bad[] = {
        {{0}, 0},                                     /* nothing */
        {{0x80}, 1},                                  /* a varint without an end */
        {{0x80, 0}, 2},                               /* 0, longer than needed */
        {{0xFF, 0xFF, 0xFF, 0xFF, 0x10, 0}, 6},       /* 2^32 and more */
        {{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0}, 7}, /* more than 32 bits */
        {{0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0}, 6},       /* 2^32 - 1 hashes, no bytes */
        {{1, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 1}, 11},   /* a bit after the lower part */
        {{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 11},      /* no upper part */
        {{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3}, 11},      /* two */
        {{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4}, 11},      /* 2^64 */
        {{1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0}, 12},   /* a byte too many */
        {{1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 12},   /* more than there can be */
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(check_any(bad[i].bytes, bad[i].size), TS_CORRUPT);

    random_state r = {3};
    for (int i = 0; i < 200000; i++) {
        uint8_t bytes[64];
        const size_t size = (size_t)(random_next(&r) % (sizeof bytes + 1));
        for (size_t j = 0; j < size; j++)
            bytes[j] = (uint8_t)random_next(&r);
        if (size > 1) bytes[0] %= 9, bytes[1] %= 3;
        check_any(bytes, size);
    }
}

/* Hashes that pass 2^64: of each number, those that just fit, and one more. */
static void test_overflow(void **state)
{
    (void)state;
    /* n = 2, l = 62: distances of 2^62 - 1 and an upper part. */
    uint8_t bytes[] = {2,    0,    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                       0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0};
    for (unsigned a = 0; a < 6; a++) {
        for (unsigned b = 0; a + b < 6; b++) {
            bytes[sizeof bytes - 1] = (uint8_t)(1U << a | 1U << (a + 1 + b));
            /* (a + 1) 2^62 - 1 and (a + b + 2) 2^62 - 1. */
            const ts_status rc = check_any(bytes, sizeof bytes);
            assert_int_equal(rc, a + b + 2 <= 4 ? TS_OK : TS_CORRUPT);
        }
    }
}

static ts_status pack_and_read(void *arg)
{
    static const uint64_t set[] = {1, 2, 3};
    ts_bytes packed = {0};
    ts_hashes *read = arg;
    ts_status rc = ts_set_pack_append(&packed, set, 3);
    if (rc == TS_OK) rc = ts_set_pack_decode(packed.data, packed.size, read);
    if (rc != TS_OK) assert_int_equal(read->size, 0);
    ts_bytes_clear(&packed);
    return rc;
}

static void test_failure_of_memory(void **state)
{
    (void)state;
    ts_hashes read = {0};
    assert_int_equal(ts_alloc_test_fail_each(pack_and_read, &read), 2);
    assert_int_equal(read.size, 3);
    ts_hashes_clear(&read);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_bytes),
        cmocka_unit_test(test_random_sets),
        cmocka_unit_test(test_strange_sets),
        cmocka_unit_test(test_damaged_bytes),
        cmocka_unit_test(test_hostile_bytes),
        cmocka_unit_test(test_overflow),
        cmocka_unit_test(test_failure_of_memory),
        cmocka_unit_test(ts_alloc_test_no_leaks),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("set_pack", tests, NULL, NULL);
}
