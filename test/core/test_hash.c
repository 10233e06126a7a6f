#include "core/hash.h"

#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Of python3-xxhash; 0 bytes also from xxHash's own specification. */
static void test_hash_known(void **state)
{
    (void)state;
    uint8_t bytes[256];
    for (int i = 0; i < 256; i++)
        bytes[i] = (uint8_t)i;
    assert_true(ts_hash("", 0, 0) == UINT64_C(0x2D06800538D394C2));
    assert_true(ts_hash("a", 1, 0) == UINT64_C(0xE6C632B61E964E1F));
    assert_true(ts_hash("textsim", 7, 0) == UINT64_C(0x749AFE96D357A477));
    assert_true(ts_hash("textsim", 7, UINT32_MAX) == UINT64_C(0xA628516824F8C1EE));
    assert_true(ts_hash(bytes, 256, 7) == UINT64_C(0xBDC8572069C5DA9D));
}

static void test_hash_mix_known(void **state)
{
    (void)state;
    assert_true(ts_hash_mix(0) == 0);
    assert_true(ts_hash_mix(1) == UINT64_C(0x283A72A5B9AB93D3));
    assert_true(ts_hash_mix(2) == UINT64_C(0x4230B513611377FF));
    assert_true(ts_hash_mix(UINT64_MAX) == UINT64_C(0x100AB62DAADD9289));
}

/* One bit of the upper half of a * b after the other, as on paper. */
static uint64_t mul_high_on_paper(uint64_t a, uint64_t b)
{
    uint64_t low = 0, high = 0;
    for (int bit = 63; bit >= 0; bit--) {
        high = high << 1 | low >> 63;
        low <<= 1;
        if (b >> bit & 1) {
            low += a;
            high += low < a;
        }
    }
    return high;
}

static void test_mul_high(void **state)
{
    (void)state;
    static const uint64_t edges[] = {0,
                                     1,
                                     2,
                                     UINT32_MAX,
                                     UINT64_C(0x100000000),
                                     UINT64_C(0x100000001),
                                     UINT64_C(0x7FFFFFFFFFFFFFFF),
                                     UINT64_C(0x8000000000000000),
                                     UINT64_C(0xFFFFFFFF00000000),
                                     UINT64_C(0xFFFFFFFF00000001),
                                     UINT64_MAX - 1,
                                     UINT64_MAX};
    const size_t n_edges = sizeof edges / sizeof *edges;
    random_state r = {1};
    for (size_t i = 0; i < 20000; i++) {
        uint64_t a = random_next(&r) >> (i % 64);
        uint64_t b = random_next(&r) >> (i / 64 % 64);
        if (i < n_edges * n_edges) {
            a = edges[i / n_edges];
            b = edges[i % n_edges];
        }
        uint64_t high = mul_high_on_paper(a, b);
        assert_true(ts_mul_high(a, b) == high);
        assert_true(ts_mul_high_portable(a, b) == high);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hash_known),
        cmocka_unit_test(test_hash_mix_known),
        cmocka_unit_test(test_mul_high),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
