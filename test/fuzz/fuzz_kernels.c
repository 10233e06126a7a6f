/*
 * The kernels for every instruction set of this machine do what the baseline
 * does, on any bytes.
 *
 * Input: one byte that gives k, then bytes that are text, or classes of bytes, or
 * token hashes.
 */
#include "check.h"
#include "core/kernels.h"

#include <string.h>

#define MAX_SIZE 4096
#define ROOM (MAX_SIZE + 2 * TS_KERNEL_SLACK)

/* What a kernel makes of the input. */
typedef struct output {
    size_t n_folded;
    uint8_t bytes[ROOM], classes[ROOM];
    uint32_t start[ROOM], end[ROOM], joiner[ROOM], joined[ROOM];
    ts_spans spans;
    uint64_t hashes[ROOM], shingles[ROOM];
    size_t n_shingles;
} output;

static uint8_t to_class(uint8_t byte)
{
    static const uint8_t classes[8] = {
        TS_BYTE_SEPARATOR, TS_BYTE_WORD,  TS_BYTE_LETTER,  TS_BYTE_DIGIT,
        TS_BYTE_JOINER,    TS_BYTE_COMMA, TS_BYTE_NOSPACE, TS_BYTE_NOSPACE_MORE};
    return classes[byte & 7];
}

static void run(const ts_kernels *kernels, const uint8_t *data, size_t size, uint32_t k,
                output *out)
{
    static uint32_t order[TS_LENGTH_CLASSES * ROOM];
    static uint64_t tokens[ROOM];
    static uint8_t made_up[ROOM];

    out->n_folded = kernels->fold_ascii(data, size, k % 2 ? TS_CASE_KEEP : TS_CASE_FOLD,
                                        out->bytes, out->classes);

    memset(made_up, 0, sizeof made_up);
    for (size_t i = 0; i < size; i++) {
        made_up[i] = to_class(data[i]);
    }
    out->spans = (ts_spans){.start = out->start,
                            .end = out->end,
                            .joiner = out->joiner,
                            .joined = out->joined};
    kernels->find_words(made_up, size, &out->spans);

    static uint8_t padded[ROOM];
    memcpy(padded, data, size);
    kernels->hash_words(padded, &out->spans, k, order, out->hashes);

    size_t n = size / 8;
    out->n_shingles = n >= k ? n - k + 1 : 0;
    if (n >= k) {
        memcpy(tokens, data, 8 * n);
        kernels->hash_windows(tokens, n, k, out->shingles);
    }
}

static void check_same(const output *a, const output *b)
{
    CHECK(a->n_folded == b->n_folded);
    CHECK(memcmp(a->bytes, b->bytes, a->n_folded) == 0);
    CHECK(memcmp(a->classes, b->classes, a->n_folded) == 0);

    uint32_t n = a->spans.n, n_joiners = a->spans.n_joiners;
    CHECK(n == b->spans.n && n_joiners == b->spans.n_joiners);
    CHECK(memcmp(a->start, b->start, n * sizeof a->start[0]) == 0);
    CHECK(memcmp(a->end, b->end, n * sizeof a->end[0]) == 0);
    CHECK(memcmp(a->joiner, b->joiner, n_joiners * sizeof a->joiner[0]) == 0);
    CHECK(memcmp(a->joined, b->joined, n_joiners * sizeof a->joined[0]) == 0);
    CHECK(memcmp(a->hashes, b->hashes, n * sizeof a->hashes[0]) == 0);

    CHECK(a->n_shingles == b->n_shingles);
    CHECK(memcmp(a->shingles, b->shingles, a->n_shingles * sizeof a->shingles[0]) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static output baseline, other;
    size_t n_kernels;
    const ts_kernels *const *kernels = ts_kernels_all(&n_kernels);

    if (size < 1 || size > MAX_SIZE) {
        return 0;
    }
    uint32_t k = TS_K_MIN + data[0] % TS_K_MAX;
    run(kernels[0], data + 1, size - 1, k, &baseline);
    for (size_t i = 1; i < n_kernels; i++) {
        run(kernels[i], data + 1, size - 1, k, &other);
        check_same(&baseline, &other);
    }
    return 0;
}
