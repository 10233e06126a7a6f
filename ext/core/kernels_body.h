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
 *     varies, which a loop would mispredict nearly every time; so twelve are
 *     always written, and only the count tells how many hold.
 *
 *   - XXH3 has one formula for each class of length, and the lengths of words
 *     are as good as random: a mispredicted branch per word.  So words are
 *     first dealt into one list per class, without a branch, and each list is
 *     hashed in a loop of its own.  With wide registers, all short words are
 *     hashed in their order, several at a time, by both formulas at once.
 *
 *   - Windows of k tokens are not rolled, as each step would wait for a
 *     multiplication by the step before: they are joined from windows of 1, 2, 4,
 *     ... tokens, log2(k) passes that vectorize.
 */
#include "kernels.h"

#include "bytes.h"
#include "hash.h"
#include "unicode.h"

#include <string.h>

#if defined(__AVX512VBMI2__) || defined(__AVX2__) || (defined(__SSE2__) && !defined(TS_PORTABLE))
#include <immintrin.h>
#endif

#define BLOCK 64

/* Some 64-bit numbers at once, in a register. */
#if defined(__AVX512DQ__)
#define LANES 8
#elif defined(__AVX2__)
#define LANES 4
#else
#define LANES 1
#endif

#if LANES > 1
typedef uint64_t lanes __attribute__((vector_size(8 * LANES)));
typedef long long signed_lanes __attribute__((vector_size(8 * LANES)));
#else
typedef uint64_t lanes;
#endif

static inline lanes load_lanes(const uint64_t *p)
{
    lanes v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline void store_lanes(uint64_t *p, lanes v)
{
    memcpy(p, &v, sizeof v);
}

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

/* Which of 64 bytes have any of the given bits, the first byte lowest. */
static inline uint64_t mask_of(const uint8_t *p, int bits)
{
#if defined(__AVX512BW__)
    return _mm512_test_epi8_mask(_mm512_loadu_si512((const void *)p),
                                 _mm512_set1_epi8((char)bits));
#elif defined(__AVX2__)
    __m256i wanted = _mm256_set1_epi8((char)bits), zero = _mm256_setzero_si256();
    __m256i a = _mm256_and_si256(_mm256_loadu_si256((const void *)p), wanted);
    __m256i b = _mm256_and_si256(_mm256_loadu_si256((const void *)(p + 32)), wanted);
    uint32_t low = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, zero));
    uint32_t high = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, zero));
    return ~((uint64_t)high << 32 | low);
#elif defined(__SSE2__) && !defined(TS_PORTABLE)
    __m128i wanted = _mm_set1_epi8((char)bits), zero = _mm_setzero_si128();
    uint64_t m = 0;
    for (int i = 3; i >= 0; i--) {
        __m128i v = _mm_and_si128(_mm_loadu_si128((const void *)(p + 16 * i)), wanted);
        m = m << 16 | (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, zero));
    }
    return ~m;
#else
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t m = 0;
    for (int i = 0; i < 8; i++) {
        /* The top bit of each byte: whether any bit is set; then all into one byte. */
        uint64_t v = ts_load64(p + 8 * i) & (ones * (uint64_t)bits);
        v = (((v & ones * 0x7F) + ones * 0x7F) | v) & ones * 0x80;
        m |= ((v >> 7) * UINT64_C(0x0102040810204080)) >> 56 << (8 * i);
    }
    return m;
#endif
}

/* Words in a block of prose, most of the time. */
#define USUAL 12

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
    for (uint32_t i = 0; i < USUAL; i++) {
        out[i] = base + lowest_one(m | guard);
        m &= m - 1;
    }
    if (n > USUAL) {
        for (uint32_t i = USUAL; i < n; i++) {
            out[i] = base + lowest_one(m | guard);
            m &= m - 1;
        }
    }
#endif
    return out + n;
}

/* ---- fold_run ------------------------------------------------------------ */

/*
 * Fold a block as if it were ASCII; returns which of its bytes are not.  Those
 * stay as they are, with the class of separators.
 */
static inline uint64_t fold_block(const uint8_t *restrict text, uint8_t upper_bit,
                                  uint8_t *restrict bytes, uint8_t *restrict classes)
{
#if defined(__AVX2__)
    /*
     * Each rule as a set of low and a set of high halves of a byte: 'a' to 'o'
     * are 61 to 6F, 'p' to 'z' are 70 to 7A.
     */
    enum {
        L = TS_BYTE_LETTER, L2 = TS_BYTE_LETTER_TOO, D = TS_BYTE_DIGIT,
        J = TS_BYTE_JOINER, C = TS_BYTE_COMMA
    };
    const __m256i by_low = _mm256_broadcastsi128_si256(_mm_setr_epi8(
        L2 | D, L | L2 | D, L | L2 | D, L | L2 | D, L | L2 | D, L | L2 | D, L | L2 | D,
        (char)(L | L2 | D | J), L | L2 | D, L | L2 | D, L | L2, L, (char)(L | C), L,
        (char)(L | J), L));
    const __m256i by_high = _mm256_broadcastsi128_si256(_mm_setr_epi8(
        0, 0, (char)(J | C), D, L, L2, L, L2, 0, 0, 0, 0, 0, 0, 0, 0));
    const __m256i half = _mm256_set1_epi8(0x0F);
    const __m256i upper = _mm256_set1_epi8((char)upper_bit);
    uint64_t foreign = 0;

    for (int i = 0; i < BLOCK; i += 32) {
        __m256i v = _mm256_loadu_si256((const void *)(text + i));
        __m256i high = _mm256_and_si256(_mm256_srli_epi16(v, 4), half);
        __m256i c = _mm256_and_si256(_mm256_shuffle_epi8(by_low, v),
                                     _mm256_shuffle_epi8(by_high, high));
        /* All of 40 to 7F get the bit of lower case: only letters matter. */
        __m256i above_3f = _mm256_cmpgt_epi8(v, _mm256_set1_epi8(0x3F));
        __m256i lower = _mm256_and_si256(above_3f, upper);
        _mm256_storeu_si256((void *)(classes + i), c);
        _mm256_storeu_si256((void *)(bytes + i), _mm256_or_si256(v, lower));
        foreign |= (uint64_t)(uint32_t)_mm256_movemask_epi8(v) << i;
    }
    return foreign;
#else
    uint8_t any = 0;
    for (int i = 0; i < BLOCK; i++) {
        uint8_t c = text[i];
        uint8_t letter = (uint8_t)((c | 0x20) - 'a') < 15 ? TS_BYTE_LETTER : 0;
        uint8_t letter_too = (uint8_t)((c | 0x20) - 'p') < 11 ? TS_BYTE_LETTER_TOO : 0;
        uint8_t digit = (uint8_t)(c - '0') < 10 ? TS_BYTE_DIGIT : 0;
        uint8_t apostrophe = c == '\'' ? TS_BYTE_JOINER : 0;
        uint8_t full_stop = c == '.' ? TS_BYTE_JOINER : 0;
        uint8_t comma = c == ',' ? TS_BYTE_COMMA : 0;
        bytes[i] = (uint8_t)(c | (c >> 1 & ~(c >> 2) & upper_bit));
        classes[i] = (uint8_t)(letter | letter_too | digit | apostrophe | full_stop | comma);
        any |= c;
    }
    return any & 0x80 ? mask_of(text, 0x80) : 0;
#endif
}

/* Fold a character of two bytes in place; 0 if it must be left to others. */
static inline int fold_two_bytes(const uint8_t *text, const ts_fold_table *table,
                                 uint8_t *bytes, uint8_t *classes)
{
    uint32_t folded = table->two_bytes[(text[0] & 0x1F) << 6 | (text[1] & 0x3F)];
    if (folded == TS_FOLD_LEAVE) return 0;
    bytes[0] = (uint8_t)folded;
    bytes[1] = (uint8_t)(folded >> 8);
    classes[0] = (uint8_t)(folded >> 16);
    classes[1] = (uint8_t)(folded >> 24);
    return 1;
}

/* Look a character of three bytes up, for the table. */
static uint8_t look_up_three_bytes(uint32_t c, const ts_fold_table *table)
{
    const ts_unicode_record *record = ts_unicode_lookup(c);
    uint8_t info = record->info[table->letter_case];
    uint32_t class = info & TS_CLASS_BITS;
    uint32_t target = c + (uint32_t)record->distance[table->letter_case];

    if (c < 0x800 || target < 0x800 || target > 0xFFFF || (info & table->leave) ||
        class == table->leave_class || class == TS_CLASS_JOINER || class == TS_CLASS_COMMA ||
        info == TS_UNICODE_UNASSIGNED)
        return TS_THREE_LEAVE;
    if (target != c || class == TS_CLASS_MARK) return TS_THREE_CHANGES;
    return ts_byte_class(class, TS_BYTE_SEPARATOR);
}

/* The same for three bytes; what changes neither is there already. */
static inline int fold_three_bytes(const uint8_t *text, ts_fold_table *table, uint8_t *bytes,
                                   uint8_t *classes)
{
    uint32_t c = (text[0] & 0x0Fu) << 12 | (text[1] & 0x3Fu) << 6 | (text[2] & 0x3Fu);
    uint8_t class = table->three_bytes[c];

    if (class >= TS_THREE_CHANGES) {
        if (class == TS_THREE_UNKNOWN)
            class = table->three_bytes[c] = look_up_three_bytes(c, table);
        if (class == TS_THREE_LEAVE) return 0;
        if (class == TS_THREE_CHANGES) {
            const ts_unicode_record *record = ts_unicode_lookup(c);
            c += (uint32_t)record->distance[table->letter_case];
            bytes[0] = (uint8_t)(0xE0 | c >> 12);
            bytes[1] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
            bytes[2] = (uint8_t)(0x80 | (c & 0x3F));
            class = ts_byte_class(record->info[table->letter_case] & TS_CLASS_BITS, classes[-1]);
        }
    }
    classes[0] = class;
    classes[1] = classes[2] = ts_byte_class_more(class);
    return 1;
}

/*
 * Fold what is no ASCII in a block of which fold_block did the rest: returns
 * how many bytes are done, all if *stop is not set.
 */
static size_t fold_foreign(const uint8_t *text, uint64_t foreign, ts_fold_table *table,
                           uint8_t *bytes, uint8_t *classes, int *stop)
{
    uint64_t bit6 = mask_of(text, 0x40), bit5 = mask_of(text, 0x20);
    uint64_t lead = foreign & bit6;
    uint64_t lead3 = lead & bit5;
    uint64_t follow = lead << 1 | lead3 << 2;
    uint64_t bad = (follow ^ (foreign & ~bit6)) | (lead3 & mask_of(text, 0x10));
    /* Guards: the end of the block is a bad place too, but no reason to stop. */
    size_t limit = bad != 0 ? lowest_one(bad) : BLOCK;

    for (; lead != 0; lead &= lead - 1) {
        uint32_t i = lowest_one(lead);
        uint32_t size = lead3 >> i & 1 ? 3 : 2;
        if (i + size > limit) {
            *stop = limit < BLOCK;
            return i < limit ? i : limit;
        }
        if (size == 2 ? !fold_two_bytes(text + i, table, bytes + i, classes + i)
                      : !fold_three_bytes(text + i, table, bytes + i, classes + i)) {
            *stop = 1;
            return i;
        }
    }
    *stop = limit < BLOCK;
    return limit;
}

static size_t fold_run(const uint8_t *text, size_t size, ts_fold_table *table,
                       uint8_t *bytes, uint8_t *classes)
{
    size_t i = 0;
    int stop = 0;

    while (size - i >= BLOCK) {
        uint64_t foreign = fold_block(text + i, table->upper_bit, bytes + i, classes + i);
        if (foreign == 0) {
            i += BLOCK;
            continue;
        }
        i += fold_foreign(text + i, foreign, table, bytes + i, classes + i, &stop);
        if (stop) return i;
    }
    if (i < size) {
        /* The end: behind it there may be nothing readable, and FF ends the run. */
        uint8_t last[BLOCK];
        memset(last, 0xFF, sizeof last);
        memcpy(last, text + i, size - i);
        uint64_t foreign = fold_block(last, table->upper_bit, bytes + i, classes + i);
        i += fold_foreign(last, foreign, table, bytes + i, classes + i, &stop);
    }
    return i;
}

/* ---- find_words ---------------------------------------------------------- */

/* What the rules beyond runs of word bytes make of a block. */
typedef struct block_masks {
    uint64_t word;    /* bytes inside words, deleted joiners included */
    uint64_t broken;  /* bytes before which a word ends in any case */
    uint64_t deleted; /* joiners */
} block_masks;

/* 'before' and 'after' are the classes of the bytes next to the block. */
static block_masks apply_rules(const uint8_t *classes, uint8_t before, uint8_t after)
{
    uint64_t word = mask_of(classes, TS_BYTES_WORD);
    uint64_t letter = mask_of(classes, TS_BYTES_LETTER);
    uint64_t digit = mask_of(classes, TS_BYTE_DIGIT);
    uint64_t joiner = mask_of(classes, TS_BYTE_JOINER);
    uint64_t comma = mask_of(classes, TS_BYTE_COMMA);
    uint64_t nospace = mask_of(classes, TS_BYTE_NOSPACE);
    uint64_t more = mask_of(classes, TS_BYTE_NOSPACE_MORE);

    uint64_t after_letter = letter << 1 | ((before & TS_BYTES_LETTER) != 0);
    uint64_t before_letter = letter >> 1 | (uint64_t)((after & TS_BYTES_LETTER) != 0) << 63;
    uint64_t after_digit = digit << 1 | ((before & TS_BYTE_DIGIT) != 0);
    uint64_t before_digit = digit >> 1 | (uint64_t)((after & TS_BYTE_DIGIT) != 0) << 63;
    uint64_t after_nospace = (nospace | more) << 1 | ((before & TS_BYTES_NOSPACE) != 0);

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
    uint8_t before = 0;

    spans->n_joiners = 0;
    for (size_t base = 0; base <= size; base += BLOCK) {
        const uint8_t *block = classes + base;
        uint8_t after = base + BLOCK < size ? block[BLOCK] : 0;
        uint64_t word = mask_of(block, TS_BYTES_WORD);
        uint64_t special = mask_of(block, TS_BYTES_SPECIAL);
        uint64_t ahead = word << 1 | inside;
        uint64_t behind = word >> 1 | (uint64_t)((after & TS_BYTES_WORD) != 0) << 63;

        /*
         * Full stops and commas are in most blocks, but few stand between word
         * bytes; and a letter after a no-space letter looks plain.
         */
        if ((special & (word | (ahead & behind))) == 0 && !(before & TS_BYTES_NOSPACE)) {
            start = put_ones(start, word & ~ahead, (uint32_t)base);
            end = put_ones(end, ahead & ~word, (uint32_t)base);
            inside = word >> 63;
        } else {
            block_masks m = apply_rules(block, before, after);
            ahead = m.word << 1 | inside;
            uint64_t starts = m.word & (~ahead | m.broken);
            uint32_t n_before = (uint32_t)(start - spans->start);
            for (uint64_t d = m.deleted; d != 0; d &= d - 1) {
                uint64_t lower = (d & (0 - d)) - 1;
                uint32_t i = spans->n_joiners++;
                spans->joiner[i] = (uint32_t)base + lowest_one(d);
                spans->joined[i] = n_before + count_ones(starts & lower) - 1;
            }
            start = put_ones(start, starts, (uint32_t)base);
            end = put_ones(end, ahead & (~m.word | m.broken), (uint32_t)base);
            inside = m.word >> 63;
        }
        before = block[BLOCK - 1];
    }
    spans->n = (uint32_t)(start - spans->start);
}

/* ---- hash_words ---------------------------------------------------------- */

#if defined(__GNUC__)
#define ASSUME(condition)                                                                  \
    do {                                                                                   \
        if (!(condition)) __builtin_unreachable();                                         \
    } while (0)
#define INLINE_CALLS __attribute__((flatten))
#else
#define ASSUME(condition) ((void)0)
#define INLINE_CALLS
#endif

/*
 * Hash the n listed words, which have 'min' to 'max' bytes: knowing that, the
 * compiler leaves one formula of XXH3 and no branch.
 */
#define DEFINE_HASH_CLASS(name, min, max)                                                  \
    INLINE_CALLS static void name(const uint8_t *restrict bytes,                           \
                                  const ts_spans *restrict words,                          \
                                  const uint32_t *restrict list, uint32_t n,               \
                                  uint64_t seed, uint64_t *restrict hashes)                \
    {                                                                                      \
        const uint32_t *restrict start = words->start, *restrict end = words->end;         \
        for (uint32_t i = 0; i < n; i++) {                                                 \
            uint32_t word = list[i];                                                       \
            size_t length = end[word] - start[word];                                       \
            ASSUME(length >= (min) && length <= (max));                                    \
            hashes[word] = ts_hash(bytes + start[word], length, seed);                     \
        }                                                                                  \
    }

DEFINE_HASH_CLASS(hash_9_to_16, 9, 16)

static void hash_others(const uint8_t *bytes, const ts_spans *words, const uint32_t *list,
                        uint32_t n, uint64_t seed, uint64_t *hashes)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t word = list[i];
        hashes[word] = ts_hash(bytes + words->start[word], words->end[word] - words->start[word], seed);
    }
}

#if LANES == 8

/* 32-bit numbers as lanes. */
static inline lanes widen(const uint32_t *p)
{
    return (lanes)_mm512_cvtepu32_epi64(_mm256_loadu_si256((const void *)p));
}

/*
 * XXH3 of some words of up to 8 bytes at once, whichever their lengths: its two
 * formulas have the same shape, and differ in constants that can be blended.
 * (From the specification, "xxHash fast digest algorithm", XXH3 for inputs of
 * 1 to 3 and of 4 to 8 bytes; the numbers are the first 24 bytes of its secret
 * and its primes.)  Of longer words comes noise.
 */
static inline lanes hash_lanes(const uint8_t *bytes, lanes start, lanes length, uint64_t seed)
{
    const uint32_t low = (uint32_t)seed;
    const uint64_t swapped =
        low << 24 | (low << 8 & 0xFF0000) | (low >> 8 & 0xFF00) | low >> 24;
    const uint64_t flip_3 = (UINT64_C(0x396CFEB8) ^ UINT64_C(0xBE4BA423)) + seed;
    const uint64_t flip_8 = (UINT64_C(0x1CAD21F72C81017C) ^ UINT64_C(0xDB979083E96DD4DE)) -
                            (seed ^ swapped << 32);
    const lanes is_8 = (lanes)((signed_lanes)length > 3);
    const lanes is_3 = ~is_8;
    lanes w = (lanes)_mm512_i64gather_epi64((__m512i)start, (const void *)bytes, 1);

    /* 1 to 3 bytes: the first, the middle, the last and the length. */
    lanes middle = w >> ((length >> 1) << 3);
    lanes last = w >> ((length - 1) << 3 & 63);
    lanes h3 = (w & 0xFF) << 16 | (middle & 0xFF) << 24 | (last & 0xFF) | length << 8;
    h3 ^= flip_3;
    /* 4 to 8 bytes: the first four and the last four, which may overlap. */
    lanes h8 = (w >> ((length - 4) << 3 & 63) & 0xFFFFFFFF) + (w << 32);
    h8 ^= flip_8;

    lanes turned = (h8 << 49 | h8 >> 15) ^ (h8 << 24 | h8 >> 40);
    lanes h = (is_3 & (h3 ^ h3 >> 33)) | (is_8 & (h8 ^ turned));
    h *= (is_3 & UINT64_C(0xC2B2AE3D27D4EB4F)) | (is_8 & UINT64_C(0x9FB21C651E98DF25));
    h ^= (is_3 & h >> 29) | (is_8 & ((h >> 35) + length));
    h *= (is_3 & UINT64_C(0x165667B19E3779F9)) | (is_8 & UINT64_C(0x9FB21C651E98DF25));
    return h ^ ((is_3 & h >> 32) | (is_8 & h >> 28));
}

/* List the words of LANES from 'first' on that are longer than 8 bytes. */
static inline uint32_t list_long(const ts_spans *words, uint32_t first, uint32_t *list)
{
    __m256i length = _mm256_sub_epi32(_mm256_loadu_si256((const void *)(words->end + first)),
                                      _mm256_loadu_si256((const void *)(words->start + first)));
    __m256i number = _mm256_add_epi32(_mm256_set1_epi32((int)first),
                                      _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    __mmask8 is_long = _mm256_cmpgt_epu32_mask(length, _mm256_set1_epi32(8));
    _mm256_storeu_si256((void *)list, _mm256_maskz_compress_epi32(is_long, number));
    return count_ones(is_long);
}

static void hash_words(const uint8_t *bytes, const ts_spans *words, uint64_t seed,
                       uint32_t *order, uint64_t *hashes)
{
    uint32_t n = words->n, n_long = 0, n_others = 0, n_16 = 0;
    uint32_t *others = order + n + TS_KERNEL_SLACK;

    /* The last lanes may lie behind the last word: let those be empty words. */
    for (uint32_t i = n; i < n + LANES; i++)
        words->start[i] = words->end[i] = 0;
    for (uint32_t i = 0; i < n; i += LANES) {
        lanes start = widen(words->start + i), end = widen(words->end + i);
        lanes h = hash_lanes(bytes, start, end - start, seed);
        store_lanes(hashes + i, h);
        n_long += list_long(words, i, order + n_long);
    }
    for (uint32_t i = 0; i < n_long; i++) {
        uint32_t word = order[i];
        others[n_others] = order[n_16] = word;
        n_others += words->end[word] - words->start[word] > 16;
        n_16 = i + 1 - n_others;
    }
    hash_9_to_16(bytes, words, order, n_16, seed, hashes);
    hash_others(bytes, words, others, n_others, seed, hashes);
}

#else

DEFINE_HASH_CLASS(hash_1_to_3, 1, 3)
DEFINE_HASH_CLASS(hash_4_to_8, 4, 8)

static void hash_words(const uint8_t *bytes, const ts_spans *words, uint64_t seed,
                       uint32_t *order, uint64_t *hashes)
{
    const uint32_t *start = words->start, *end = words->end;
    uint32_t n = words->n;
    uint32_t *list[TS_LENGTH_CLASSES] = {order, order + n, order + 2 * (size_t)n,
                                         order + 3 * (size_t)n};
    uint32_t count[TS_LENGTH_CLASSES] = {0, 0, 0, 0};

    for (uint32_t i = 0; i < n; i++) {
        uint32_t length = end[i] - start[i];
        uint32_t c = (uint32_t)(length > 3) + (uint32_t)(length > 8) + (uint32_t)(length > 16);
        list[c][count[c]++] = i;
    }
    hash_1_to_3(bytes, words, list[0], count[0], seed, hashes);
    hash_4_to_8(bytes, words, list[1], count[1], seed, hashes);
    hash_9_to_16(bytes, words, list[2], count[2], seed, hashes);
    hash_others(bytes, words, list[3], count[3], seed, hashes);
}

#endif

/* ---- hash_windows -------------------------------------------------------- */

static void hash_windows(uint64_t *restrict tokens, size_t n, uint32_t k,
                         uint64_t *restrict shingles)
{
    size_t n_shingles = n - k + 1;
    uint64_t power = TS_HASH_MULTIPLIER; /* to the 'width' */
    uint32_t width = 1;                  /* tokens that each tokens[i] stands for by now */
    uint32_t done = 0;                   /* tokens that each shingles[i] stands for by now */

    for (;;) {
        if (k & width) {
            if (done == 0)
                memcpy(shingles, tokens, n_shingles * sizeof *shingles);
            else
                for (size_t i = 0; i < n_shingles; i += LANES)
                    store_lanes(shingles + i, load_lanes(shingles + i) * power +
                                                  load_lanes(tokens + i + done));
            done += width;
        }
        if (done == k) break;
        n -= width;
        for (size_t i = 0; i < n; i += LANES)
            store_lanes(tokens + i,
                        load_lanes(tokens + i) * power + load_lanes(tokens + i + width));
        power *= power;
        width *= 2;
    }
    for (size_t i = 0; i < n_shingles; i += LANES) {
        lanes h = load_lanes(shingles + i);
        h ^= h >> 33;
        h *= UINT64_C(0xC2B2AE3D27D4EB4F);
        h ^= h >> 29;
        h *= UINT64_C(0x165667B19E3779F9);
        h ^= h >> 32;
        store_lanes(shingles + i, h);
    }
}

const ts_kernels KERNELS_TABLE = {KERNELS_NAME, fold_run, find_words, hash_words,
                                  hash_windows};
