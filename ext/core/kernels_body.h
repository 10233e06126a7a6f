/*
 * The source of all kernels: included by each kernels_*.c, after it has chosen
 * an instruction set, with KERNELS_NAME and KERNELS_TABLE defined.
 *
 * Optimizations:
 *
 *   - Folding has no branch per byte: blocks of 64 with a fixed trip count,
 *     which compilers turn into vector code on any machine.
 *
 *   - Words come out of bit masks, 64 bytes at a time.  Their number per block
 *     varies, which a loop would mispredict nearly every time; so eight are
 *     always written, and only the count tells how many hold.
 *
 *   - XXH3 has one formula for each class of length, and the lengths of words
 *     are as good as random: a mispredicted branch per word.  So words are
 *     first dealt into one list per class, without a branch, and each list is
 *     hashed in a loop of its own.
 *
 *   - Windows of k tokens are not rolled, as each step would wait for a
 *     multiplication by the step before: they are joined from windows of 1, 2, 4,
 *     ... tokens, log2(k) passes that vectorize.
 */
#include "kernels.h"

#include "bytes.h"
#include "hash.h"

#include <string.h>

#if defined(__AVX512VBMI2__) || defined(__AVX2__) || (defined(__SSE2__) && !defined(TS_PORTABLE))
#include <immintrin.h>
#endif

#define BLOCK 64

static inline uint32_t count_ones(uint64_t m)
{
#if defined(__POPCNT__) && defined(__GNUC__)
    return (uint32_t)__builtin_popcountll(m);
#else
    m -= (m >> 1) & UINT64_C(0x5555555555555555);
    m = (m & UINT64_C(0x3333333333333333)) + ((m >> 2) & UINT64_C(0x3333333333333333));
    m = (m + (m >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F);
    return (uint32_t)((m * UINT64_C(0x0101010101010101)) >> 56);
#endif
}

/* The number of the lowest bit set; m is not 0. */
static inline uint32_t lowest_one(uint64_t m)
{
#if defined(__GNUC__)
    return (uint32_t)__builtin_ctzll(m);
#else
    return count_ones((m & (0 - m)) - 1);
#endif
}

/* Bit 'bit' of 64 bytes as a mask, the first byte lowest. */
static inline uint64_t mask_of(const uint8_t *classes, int bit)
{
#if defined(__AVX512BW__)
    __m512i v = _mm512_loadu_si512((const void *)classes);
    return _mm512_test_epi8_mask(v, _mm512_set1_epi8((char)(1 << bit)));
#elif defined(__AVX2__)
    __m256i a = _mm256_loadu_si256((const void *)classes);
    __m256i b = _mm256_loadu_si256((const void *)(classes + 32));
    uint32_t low = (uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(a, 7 - bit));
    uint32_t high = (uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(b, 7 - bit));
    return (uint64_t)high << 32 | low;
#elif defined(__SSE2__) && !defined(TS_PORTABLE)
    uint64_t m = 0;
    for (int i = 3; i >= 0; i--) {
        __m128i v = _mm_loadu_si128((const void *)(classes + 16 * i));
        m = m << 16 | (uint32_t)_mm_movemask_epi8(_mm_slli_epi16(v, 7 - bit));
    }
    return m;
#else
    uint64_t m = 0;
    for (int i = 0; i < 8; i++) {
        uint64_t v = ts_load64(classes + 8 * i) >> bit & UINT64_C(0x0101010101010101);
        m |= (v * UINT64_C(0x0102040810204080)) >> 56 << (8 * i);
    }
    return m;
#endif
}

/* Append base + the number of each bit of m; may write 64 entries past them. */
static inline uint32_t *put_ones(uint32_t *out, uint64_t m, uint32_t base)
{
    uint32_t n = count_ones(m);
#if defined(__AVX512VBMI2__)
    const __m512i numbers = _mm512_set_epi8(
        63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43,
        42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22,
        21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    __m512i ones = _mm512_maskz_compress_epi8(m, numbers);
    __m512i first = _mm512_set1_epi32((int)base);
    __m512i some = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(ones));
    _mm512_storeu_si512((void *)out, _mm512_add_epi32(some, first));
    if (n > 16) {
        some = _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(ones, 1));
        _mm512_storeu_si512((void *)(out + 16), _mm512_add_epi32(some, first));
    }
    _Static_assert(BLOCK / 2 <= 32, "no more than 32 words begin in a block");
#else
    /* A bit that is always there keeps lowest_one() defined when m runs out. */
    const uint64_t guard = UINT64_C(1) << 63;
    for (uint32_t i = 0; i < 8; i++) {
        out[i] = base + lowest_one(m | guard);
        m &= m - 1;
    }
    if (n > 8) {
        for (uint32_t i = 8; i < 16; i++) {
            out[i] = base + lowest_one(m | guard);
            m &= m - 1;
        }
        for (uint32_t i = 16; i < n; i++) {
            out[i] = base + lowest_one(m | guard);
            m &= m - 1;
        }
    }
#endif
    return out + n;
}

/* ---- fold_ascii ---------------------------------------------------------- */

static inline uint8_t fold_block(const uint8_t *restrict text, uint8_t upper_bit,
                                 uint8_t *restrict bytes, uint8_t *restrict classes)
{
    uint8_t any = 0;
    for (int i = 0; i < BLOCK; i++) {
        uint8_t c = text[i];
        uint8_t letter = (uint8_t)((c | 0x20) - 'a') < 26 ? 0xFF : 0;
        uint8_t digit = (uint8_t)(c - '0') < 10 ? 0xFF : 0;
        uint8_t joiner = c == '\'' || c == '.' ? 0xFF : 0;
        uint8_t comma = c == ',' ? 0xFF : 0;
        bytes[i] = (uint8_t)(c | (letter & upper_bit));
        classes[i] = (uint8_t)((letter & TS_BYTE_LETTER) | (digit & TS_BYTE_DIGIT) |
                               (joiner & TS_BYTE_JOINER) | (comma & TS_BYTE_COMMA));
        any |= c;
    }
    return any & 0x80;
}

static size_t fold_ascii(const uint8_t *text, size_t size, ts_case letter_case,
                         uint8_t *bytes, uint8_t *classes)
{
    uint8_t upper_bit = letter_case == TS_CASE_FOLD ? 0x20 : 0;
    size_t i = 0;

    for (; size - i >= BLOCK; i += BLOCK) {
        if (fold_block(text + i, upper_bit, bytes + i, classes + i))
            return i + lowest_one(mask_of(text + i, 7));
    }
    if (i < size) {
        /* The end of the text: there may be nothing readable behind it. */
        uint8_t last[BLOCK];
        memset(last, 0x80, sizeof last);
        memcpy(last, text + i, size - i);
        fold_block(last, upper_bit, bytes + i, classes + i);
        i += lowest_one(mask_of(last, 7));
    }
    return i;
}

/* ---- find_words ---------------------------------------------------------- */

/*
 * The words of a block in which the joiner or no-space rules apply.  'before'
 * and 'after' are the classes next to the block; *inside says whether a word
 * is under way, and *words, *starts are the masks to find.
 */
typedef struct block_masks {
    uint64_t word;    /* bytes inside words, deleted joiners included */
    uint64_t broken;  /* bytes before which a word ends in any case */
    uint64_t deleted; /* joiners */
} block_masks;

static inline block_masks special_masks(const uint8_t *classes, uint64_t word, uint8_t before,
                                        uint8_t after)
{
    uint64_t letter = mask_of(classes, 0);
    uint64_t digit = mask_of(classes, 1);
    uint64_t joiner = mask_of(classes, 2);
    uint64_t comma = mask_of(classes, 3);
    uint64_t nospace = mask_of(classes, 4) & word;
    uint64_t more = mask_of(classes, 5) & word;

    uint64_t after_letter = letter << 1 | (before & 1);
    uint64_t before_letter = letter >> 1 | (uint64_t)(after & 1) << 63;
    uint64_t after_digit = digit << 1 | (before >> 1 & 1);
    uint64_t before_digit = digit >> 1 | (uint64_t)(after >> 1 & 1) << 63;
    uint64_t after_nospace = (nospace | more) << 1 | ((before & 0x30) != 0);

    block_masks m;
    m.deleted = (joiner & after_letter & before_letter) |
                ((joiner | comma) & after_digit & before_digit);
    m.word = word | m.deleted;
    m.broken = nospace | (after_nospace & ~more);
    return m;
}

static void find_words(const uint8_t *classes, size_t size, ts_spans *spans)
{
    uint32_t *start = spans->start;
    uint32_t *end = spans->end;
    uint64_t inside = 0; /* 1 while a word reaches into the block */

    spans->n_joiners = 0;
    for (size_t base = 0; base <= size; base += BLOCK) {
        uint64_t word = mask_of(classes + base, 7);
        uint64_t special = mask_of(classes + base, 6);
        /* A letter after a no-space letter is special too, though it looks plain. */
        uint8_t before = base > 0 ? classes[base - 1] : 0;
        if ((special | (before & 0x40)) == 0) {
            uint64_t ahead = word << 1 | inside;
            start = put_ones(start, word & ~ahead, (uint32_t)base);
            end = put_ones(end, ahead & ~word, (uint32_t)base);
            inside = word >> 63;
            continue;
        }
        uint8_t after = base + BLOCK < size ? classes[base + BLOCK] : 0;
        block_masks m = special_masks(classes + base, word, before, after);
        uint64_t ahead = m.word << 1 | inside;
        uint64_t starts = m.word & (~ahead | m.broken);
        uint32_t n_before = (uint32_t)(start - spans->start);
        for (uint64_t d = m.deleted; d != 0; d &= d - 1) {
            uint64_t bit = d & (0 - d);
            spans->joiner[spans->n_joiners] = (uint32_t)base + lowest_one(d);
            spans->joined[spans->n_joiners++] = n_before + count_ones(starts & (bit - 1)) - 1;
        }
        start = put_ones(start, starts, (uint32_t)base);
        end = put_ones(end, ahead & (~m.word | m.broken), (uint32_t)base);
        inside = m.word >> 63;
    }
    spans->n = (uint32_t)(start - spans->start);
}

/* ---- hash_words ---------------------------------------------------------- */

#if defined(__GNUC__)
#define ASSUME(condition)                                                                  \
    do {                                                                                   \
        if (!(condition)) __builtin_unreachable();                                         \
    } while (0)
#else
#define ASSUME(condition) ((void)0)
#endif

/* XXH3 of the listed words, whose lengths are known to lie within min..max. */
#define HASH_CLASS(list, count, min, max)                                                  \
    for (uint32_t j = 0; j < (count); j++) {                                               \
        uint32_t i = (list)[j];                                                            \
        size_t length = words->end[i] - words->start[i];                                   \
        ASSUME(length >= (min) && length <= (max));                                        \
        hashes[i] = ts_hash(bytes + words->start[i], length, seed);                        \
    }

static void hash_words(const uint8_t *bytes, const ts_spans *words, uint64_t seed,
                       uint32_t *order, uint64_t *hashes)
{
    uint32_t n = words->n;
    uint32_t *list[TS_LENGTH_CLASSES] = {order, order + n, order + 2 * (size_t)n,
                                         order + 3 * (size_t)n};
    uint32_t count[TS_LENGTH_CLASSES] = {0, 0, 0, 0};

    for (uint32_t i = 0; i < n; i++) {
        uint32_t length = words->end[i] - words->start[i];
        uint32_t c = (uint32_t)(length > 3) + (uint32_t)(length > 8) + (uint32_t)(length > 16);
        list[c][count[c]++] = i;
    }
    HASH_CLASS(list[0], count[0], 1, 3)
    HASH_CLASS(list[1], count[1], 4, 8)
    HASH_CLASS(list[2], count[2], 9, 16)
    HASH_CLASS(list[3], count[3], 17, SIZE_MAX)
}

/* ---- hash_windows -------------------------------------------------------- */

static void hash_windows(uint64_t *restrict tokens, size_t n, uint32_t k,
                         uint64_t *restrict shingles)
{
    size_t n_shingles = n - k + 1;
    uint64_t power = TS_HASH_MULTIPLIER; /* to the 'width' */
    uint32_t width = 1;          /* tokens that each tokens[i] stands for by now */
    uint32_t done = 0;           /* tokens that each shingles[i] stands for by now */

    for (;;) {
        if (k & width) {
            if (done == 0)
                memcpy(shingles, tokens, n_shingles * sizeof *shingles);
            else
                for (size_t i = 0; i < n_shingles; i++)
                    shingles[i] = shingles[i] * power + tokens[i + done];
            done += width;
        }
        if (done == k) break;
        n -= width;
        for (size_t i = 0; i < n; i++)
            tokens[i] = tokens[i] * power + tokens[i + width];
        power *= power;
        width *= 2;
    }
    for (size_t i = 0; i < n_shingles; i++)
        shingles[i] = ts_hash_mix(shingles[i]);
}

const ts_kernels KERNELS_TABLE = {KERNELS_NAME, fold_ascii, find_words, hash_words,
                                  hash_windows};
