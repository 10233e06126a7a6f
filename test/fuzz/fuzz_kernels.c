/*
 * The kernels for every instruction set of this machine do what the baseline
 * does: on any text, with any options, from folding to shingle hashes.
 *
 * Input: one byte of options, one of k, then the text.
 */
#include "check.h"
#include "core/fold.h"

#include <string.h>

#define PIECE_SIZE 1024
#define MAX_SIZE 8192
/* Folding makes eleven characters of one at most (U+FDFA, in NFKC eighteen). */
#define MAX_FOLDED (18 * MAX_SIZE)
#define ROOM (MAX_FOLDED + 2 * TS_KERNEL_SLACK)

/* What a set of kernels makes of a text. */
typedef struct output {
    size_t n_folded;
    uint8_t bytes[ROOM], classes[ROOM];
    ts_spans spans;
    uint32_t start[ROOM], end[ROOM], joiner[ROOM], joined[ROOM];
    uint64_t hashes[ROOM], shingles[ROOM];
    size_t n_shingles;
} output;

static void fold(const ts_kernels *kernels, const ts_params *params,
                 const uint8_t *text, size_t size, output *out)
{
    ts_fold f;

    out->n_folded = 0;
    CHECK(ts_fold_init(&f, PIECE_SIZE, TS_FOLD_PLAIN) == TS_OK);
    f.kernels = kernels;
    ts_fold_begin(&f, params, text, size);
    do {
        CHECK(ts_fold_more(&f) == TS_OK);
        CHECK(out->n_folded + f.n <= MAX_FOLDED);
        for (size_t i = 0; i < f.n; i++) {
            /* The bytes of separators mean nothing. */
            out->bytes[out->n_folded] = f.classes[i] ? f.bytes[i] : ' ';
            out->classes[out->n_folded++] = f.classes[i];
        }
        ts_fold_consume(&f, f.n);
    } while (f.position < f.size);
    memset(out->classes + out->n_folded, 0, TS_KERNEL_SLACK);
    ts_fold_clear(&f);
}

static void run(const ts_kernels *kernels, const ts_params *params, const uint8_t *text,
                size_t size, output *out)
{
    static uint32_t order[TS_KERNEL_ORDER + 2 * ROOM];
    static uint64_t tokens[ROOM];

    fold(kernels, params, text, size, out);
    out->spans = (ts_spans){.start = out->start,
                            .end = out->end,
                            .joiner = out->joiner,
                            .joined = out->joined};
    kernels->find_words(out->classes, out->n_folded, &out->spans);
    kernels->hash_words(out->bytes, &out->spans, params->seed, order, out->hashes);

    size_t n = out->spans.n;
    out->n_shingles = n >= params->k ? n - params->k + 1 : 0;
    if (out->n_shingles > 0) {
        memcpy(tokens, out->hashes, n * sizeof tokens[0]);
        kernels->hash_windows(tokens, n, params->k, out->shingles);
    }
}

static void check_same(const output *a, const output *b)
{
    CHECK(a->n_folded == b->n_folded);
    CHECK(memcmp(a->classes, b->classes, a->n_folded) == 0);
    CHECK(memcmp(a->bytes, b->bytes, a->n_folded) == 0);

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
    ts_params params = TS_PARAMS_DEFAULT;
    size_t n_kernels;
    const ts_kernels *const *kernels = ts_kernels_all(&n_kernels);

    if (size < 2 || size > MAX_SIZE) return 0;
    params.letter_case = data[0] & 1 ? TS_CASE_KEEP : TS_CASE_FOLD;
    params.marks = data[0] & 2 ? TS_MARKS_STRIP : TS_MARKS_KEEP;
    params.seed = data[0] >> 2;
    params.k = TS_K_MIN + data[1] % TS_K_MAX;
    run(kernels[0], &params, data + 2, size - 2, &baseline);
    for (size_t i = 1; i < n_kernels; i++) {
        run(kernels[i], &params, data + 2, size - 2, &other);
        check_same(&baseline, &other);
    }
    return 0;
}
