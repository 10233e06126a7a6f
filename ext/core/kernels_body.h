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

#if defined(__AVX512VBMI2__) || defined(__AVX2__) ||                                   \
    (defined(__SSE2__) && !defined(TS_PORTABLE))
#include <immintrin.h>
#endif

#include "kernels_bits.inc"
#include "kernels_fold.inc"
#include "kernels_words.inc"
#include "kernels_hash.inc"

const ts_kernels KERNELS_TABLE = {KERNELS_NAME, fold_run, find_words, hash_words,
                                  hash_windows};
