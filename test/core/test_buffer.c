#include "core/buffer.h"

#include "alloc_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_append_keeps_all(void **state)
{
    (void)state;
    ts_bytes bytes = {0};
    ts_hashes hashes = {0};
    for (size_t i = 0; i < 20000; i++) {
        const uint8_t piece[3] = {(uint8_t)i, (uint8_t)(i >> 8), 7};
        const uint64_t hash = i * UINT64_C(0x0123456789ABCDEF);
        assert_int_equal(ts_bytes_append(&bytes, piece, 3), TS_OK);
        assert_int_equal(ts_hashes_append(&hashes, &hash, 1), TS_OK);
        assert_true(bytes.size <= bytes.capacity && hashes.size <= hashes.capacity);
    }
    assert_int_equal(bytes.size, 60000);
    assert_int_equal(hashes.size, 20000);
    for (size_t i = 0; i < 20000; i++) {
        assert_int_equal(bytes.data[3 * i] | bytes.data[3 * i + 1] << 8, i);
        assert_int_equal(bytes.data[3 * i + 2], 7);
        assert_true(hashes.data[i] == i * UINT64_C(0x0123456789ABCDEF));
    }
    ts_bytes_clear(&bytes);
    ts_hashes_clear(&hashes);
    assert_int_equal(ts_alloc_test_live(), 0);
}

/* By half: 256 bytes become a million in 21 steps, a third of them unused at most. */
static void test_growth(void **state)
{
    (void)state;
    ts_bytes b = {0};
    size_t before = ts_alloc_test_asked();
    for (size_t i = 0; i < 1000000; i++) {
        assert_int_equal(ts_bytes_append(&b, "x", 1), TS_OK);
        assert_true(b.capacity <= 256 || b.capacity <= b.size + b.size / 2 + 1);
    }
    assert_in_range(ts_alloc_test_asked() - before, 15, 25);
    ts_bytes_clear(&b);
}

/* What does not fit by half gets as much as it needs. */
static void test_leap(void **state)
{
    (void)state;
    static const char text[5000] = "more than half as much again";
    static const uint64_t numbers[700] = {1, 2, 3};
    ts_bytes bytes = {0};
    ts_hashes hashes = {0};
    assert_int_equal(ts_bytes_append(&bytes, "abc", 3), TS_OK);
    assert_int_equal(ts_hashes_append(&hashes, numbers, 3), TS_OK);
    assert_true(hashes.capacity * sizeof(uint64_t) <= 256);
    assert_int_equal(ts_bytes_append(&bytes, text, sizeof text), TS_OK);
    assert_int_equal(ts_hashes_append(&hashes, numbers, 700), TS_OK);
    assert_in_range(bytes.capacity, 5003, 6000);
    assert_in_range(hashes.capacity, 703, 800);
    assert_memory_equal(bytes.data, "abcmore", 7);
    assert_int_equal(bytes.size, 5003);
    assert_true(hashes.data[2] == 3 && hashes.data[3] == 1 && hashes.data[702] == 0);
    ts_bytes_clear(&bytes);
    ts_hashes_clear(&hashes);
}

static void test_reserve_holds_still(void **state)
{
    (void)state;
    ts_hashes b = {0};
    assert_int_equal(ts_hashes_reserve(&b, 0), TS_OK);
    assert_null(b.data);
    assert_int_equal(ts_hashes_reserve(&b, 1000), TS_OK);
    assert_int_equal(b.size, 0);
    const uint64_t *data = b.data;
    for (uint64_t i = 0; i < 1000; i++)
        assert_int_equal(ts_hashes_append(&b, &i, 1), TS_OK);
    assert_ptr_equal(b.data, data);
    assert_int_equal(b.size, 1000);
    ts_hashes_clear(&b);
}

static void test_append_nothing(void **state)
{
    (void)state;
    ts_bytes bytes = {0};
    ts_hashes hashes = {0};
    assert_int_equal(ts_bytes_append(&bytes, NULL, 0), TS_OK);
    assert_int_equal(ts_hashes_append(&hashes, NULL, 0), TS_OK);
    assert_null(bytes.data);
    assert_null(hashes.data);
    ts_bytes_clear(&bytes);
    ts_hashes_clear(&hashes);
}

static void test_clear_makes_empty(void **state)
{
    (void)state;
    const ts_bytes no_bytes = {0};
    const ts_hashes no_hashes = {0};
    const uint64_t hash = 4;
    ts_bytes bytes = {0};
    ts_hashes hashes = {0};
    for (int round = 0; round < 3; round++) {
        assert_int_equal(ts_bytes_append(&bytes, "again", 5), TS_OK);
        assert_int_equal(ts_hashes_append(&hashes, &hash, 1), TS_OK);
        assert_int_equal(bytes.size, 5);
        assert_int_equal(hashes.size, 1);
        for (int again = 0; again < 2; again++) {
            ts_bytes_clear(&bytes);
            ts_hashes_clear(&hashes);
            assert_memory_equal(&bytes, &no_bytes, sizeof bytes);
            assert_memory_equal(&hashes, &no_hashes, sizeof hashes);
        }
    }
}

/* No size wraps around, whatever is in use already; and nothing is asked for. */
static void test_too_big(void **state)
{
    (void)state;
    static const size_t sizes[] = {SIZE_MAX,     SIZE_MAX - 1,     SIZE_MAX - 2,
                                   SIZE_MAX / 2, SIZE_MAX / 2 + 1, SIZE_MAX / 2 - 1};
    ts_bytes bytes = {0};
    ts_hashes hashes = {0};
    const uint64_t hash = 5;
    assert_int_equal(ts_bytes_append(&bytes, "ab", 2), TS_OK);
    assert_int_equal(ts_hashes_append(&hashes, &hash, 1), TS_OK);
    const ts_bytes bytes_before = bytes;
    const ts_hashes hashes_before = hashes;
    size_t asked = ts_alloc_test_asked();
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        assert_int_equal(ts_bytes_reserve(&bytes, sizes[i]), TS_TOO_BIG);
        assert_int_equal(ts_bytes_append(&bytes, "", sizes[i]), TS_TOO_BIG);
        assert_int_equal(ts_hashes_reserve(&hashes, sizes[i]), TS_TOO_BIG);
        assert_int_equal(ts_hashes_reserve(&hashes, sizes[i] / 8 + 1), TS_TOO_BIG);
        assert_int_equal(ts_hashes_append(&hashes, &hash, sizes[i] / 8 + 1),
                         TS_TOO_BIG);
    }
    assert_int_equal(ts_alloc_test_asked(), asked);

    /* The greatest that are not too big: the allocator has to say no. */
    ts_alloc_test_fail(1);
    assert_int_equal(ts_bytes_reserve(&bytes, SIZE_MAX / 2 - 2), TS_NOMEM);
    ts_alloc_test_fail(1);
    assert_int_equal(ts_hashes_reserve(&hashes, SIZE_MAX / 16 - 1), TS_NOMEM);
    assert_memory_equal(&bytes, &bytes_before, sizeof bytes);
    assert_memory_equal(&hashes, &hashes_before, sizeof hashes);
    ts_bytes_clear(&bytes);
    ts_hashes_clear(&hashes);
}

static void test_failure_changes_nothing(void **state)
{
    (void)state;
    ts_bytes bytes = {0};
    ts_hashes hashes = {0};
    const uint64_t hash = 9;
    for (int round = 0; round < 4; round++) { /* empty at first, then full */
        const ts_bytes bytes_before = bytes;
        const ts_hashes hashes_before = hashes;
        ts_alloc_test_fail(1);
        assert_int_equal(ts_bytes_append(&bytes, "x", 1), TS_NOMEM);
        ts_alloc_test_fail(1);
        assert_int_equal(ts_hashes_append(&hashes, &hash, 1), TS_NOMEM);
        assert_memory_equal(&bytes, &bytes_before, sizeof bytes);
        assert_memory_equal(&hashes, &hashes_before, sizeof hashes);

        do
            assert_int_equal(ts_bytes_append(&bytes, "x", 1), TS_OK);
        while (bytes.size < bytes.capacity);
        do
            assert_int_equal(ts_hashes_append(&hashes, &hash, 1), TS_OK);
        while (hashes.size < hashes.capacity);
    }
    for (size_t i = 0; i < bytes.size; i++)
        assert_int_equal(bytes.data[i], 'x');
    for (size_t i = 0; i < hashes.size; i++)
        assert_int_equal(hashes.data[i], hash);
    ts_bytes_clear(&bytes);
    ts_hashes_clear(&hashes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_append_keeps_all),
        cmocka_unit_test(test_growth),
        cmocka_unit_test(test_leap),
        cmocka_unit_test(test_reserve_holds_still),
        cmocka_unit_test(test_append_nothing),
        cmocka_unit_test(test_clear_makes_empty),
        cmocka_unit_test(test_too_big),
        cmocka_unit_test(test_failure_changes_nothing),
        cmocka_unit_test(ts_alloc_test_no_leaks),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
