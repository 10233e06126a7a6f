/*
 * The hashes that textsim is made of, and the wide product that deals them out.
 *
 * XXH3 (Collet 2019) is compiled in, so that the hash of a token, which is a
 * few bytes long, is not a call; the header is meant to be used like this.  Its
 * result does not depend on the CPU, its SIMD or the byte order.
 */
#ifndef TS_HASH_H
#define TS_HASH_H

#include <stddef.h>
#include <stdint.h>

/* The warnings that we ask for are about our code, not about this header. */
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wundef"
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#ifndef XXH_INLINE_ALL
#define XXH_INLINE_ALL
#endif
#include <xxhash.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

/* XXH3 64-bit of 'size' bytes. */
static inline uint64_t ts_hash(const void *data, size_t size, uint64_t seed)
{
    return XXH3_64bits_withSeed(data, size, seed);
}

/* XXH3 128-bit of 'size' bytes, which may stand for them. */
typedef struct ts_wide_hash {
    uint64_t low, high;
} ts_wide_hash;

static inline ts_wide_hash ts_hash_wide(const void *data, size_t size)
{
    const XXH128_hash_t hash = XXH3_128bits(data, size);
    return (ts_wide_hash){.low = hash.low64, .high = hash.high64};
}

/* The base of the polynomial that joins token hashes (SQL.md section 2, point 5). */
#define TS_HASH_MULTIPLIER UINT64_C(0x9E3779B97F4A7C15)

/* The steps of ts_hash_mix, for several numbers in a register as well. */
#define TS_HASH_MIX(h)                                                                 \
    ((h) ^= (h) >> 33, (h) *= UINT64_C(0xC2B2AE3D27D4EB4F), (h) ^= (h) >> 29,          \
     (h) *= UINT64_C(0x165667B19E3779F9), (h) ^= (h) >> 32)

/*
 * The avalanche that ends XXH64: a bijection after which each bit depends on
 * all bits of 'h'.  Last step of a shingle hash (SQL.md section 2, point 5).
 */
static inline uint64_t ts_hash_mix(uint64_t h)
{
    TS_HASH_MIX(h);
    return h;
}

/*
 * The upper 64 bits of a * b from four products of 32 bits, for compilers that
 * have no wider type.  Here, not under an #else, so that it is always tested.
 */
static inline uint64_t ts_mul_high_portable(uint64_t a, uint64_t b)
{
    uint64_t a_low = a & UINT32_MAX, a_high = a >> 32;
    uint64_t b_low = b & UINT32_MAX, b_high = b >> 32;
    uint64_t low = a_low * b_low;
    uint64_t cross = a_high * b_low + (low >> 32); /* cannot overflow */
    uint64_t middle = a_low * b_high + (cross & UINT32_MAX);
    return a_high * b_high + (cross >> 32) + (middle >> 32);
}

/*
 * The upper 64 bits of a * b.  For a uniform 'a' that is a uniform number below
 * 'b' without a division (Lemire 2019).
 */
static inline uint64_t ts_mul_high(uint64_t a, uint64_t b)
{
#if defined(__SIZEOF_INT128__)
    __extension__ typedef unsigned __int128 ts_uint128;
    return (uint64_t)(((ts_uint128)a * b) >> 64);
#else
    return ts_mul_high_portable(a, b);
#endif
}

#endif
