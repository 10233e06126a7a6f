/*
 * What each stage of the pipeline costs, in ns per byte, for each set of
 * kernels that this machine can run; beside them memcpy and XXH3 of the same
 * bytes.  Arguments: text files, each cut into documents of about 2 kB.
 */
#include "core/hash.h"
#include "core/kernels.h"
#include "core/sketch.h"
#include "core/sets.h"
#include "core/token_hashes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DOCUMENT_SIZE 2000
#define ROUNDS 5
#define TURNS 16
#define SLOTS 128
#define K 5

enum { COPY, XXH3, FOLD, FIND, HASH, WINDOWS, SKETCH, SORT, N_STAGES };
static const char *const stage_names[N_STAGES] = {
    "memcpy", "XXH3", "fold", "find", "hash", "windows", "sketch", "sort"};

static double now(void)
{
    struct timespec t;
    timespec_get(&t, TIME_UTC);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/*
 * What the code takes once, in ns: the best of some rounds, each of which does
 * it several times, since the clock is too coarse for one.
 */
#define TIME(stage, code)                                                              \
    do {                                                                               \
        double best = 1e18;                                                            \
        for (int round = 0; round < ROUNDS; round++) {                                 \
            double begun = now();                                                      \
            for (int turn = 0; turn < TURNS; turn++) {                                 \
                code;                                                                  \
            }                                                                          \
            double taken = (now() - begun) / TURNS;                                    \
            if (taken < best) best = taken;                                            \
        }                                                                              \
        cost[stage] += best;                                                           \
    } while (0)

/* Add to cost[] what each stage takes for one document. */
static void measure(ts_token_hashes *t, const uint8_t *text, size_t size, double *cost)
{
    static uint8_t copy[4 * DOCUMENT_SIZE];
    static uint64_t tokens[4 * DOCUMENT_SIZE], scratch[4 * DOCUMENT_SIZE];
    static uint64_t shingles[4 * DOCUMENT_SIZE];
    uint32_t slots[SLOTS];
    const ts_params params = TS_PARAMS_DEFAULT;
    const ts_kernels *kernels = t->words.fold.kernels;
    ts_fold *f = &t->words.fold;
    ts_spans *spans = &t->words.spans;
    ts_hashes sorted = {.data = scratch};

    /* What a call leaves is used by the next, so that none can be left out. */
    TIME(COPY, memcpy(copy, text, size); copy[copy[0]] ^= 1);
    TIME(XXH3, copy[0] ^= (uint8_t)ts_hash(copy, size, 0));
    TIME(FOLD, ts_words_begin(&t->words, &params, text, size);
         if (ts_fold_more(f) != TS_OK) abort());
    memset(f->classes + f->n, 0, TS_KERNEL_SLACK);
    TIME(FIND, kernels->find_words(f->classes, f->n, spans));
    TIME(HASH, kernels->hash_words(f->bytes, spans, 0, t->order, tokens));
    if (spans->n < K) return;
    size_t n = spans->n - K + 1;
    /* These two destroy what they read: the cost of a copy is in theirs. */
    TIME(WINDOWS, memcpy(scratch, tokens, spans->n * sizeof *tokens);
         kernels->hash_windows(scratch, spans->n, K, shingles));
    ts_sketch_clear(slots, SLOTS);
    TIME(SKETCH, ts_sketch_add(slots, SLOTS, shingles, n));
    TIME(SORT, memcpy(scratch, shingles, n * sizeof *scratch); sorted.size = n;
         ts_set_sort(&sorted));
}

static void measure_file(const char *path)
{
    static uint8_t text[1 << 20];
    size_t n_kernels;
    const ts_kernels *const *all = ts_kernels_all(&n_kernels);
    FILE *file = fopen(path, "rb");
    if (file == NULL) return;
    size_t size = fread(text, 1, sizeof text, file);
    fclose(file);

    for (size_t i = 0; i < n_kernels; i++) {
        ts_token_hashes t;
        double cost[N_STAGES] = {0};
        size_t done = 0;
        if (ts_token_hashes_init(&t) != TS_OK) abort();
        t.words.fold.kernels = all[i];
        while (size - done >= 2 * DOCUMENT_SIZE) {
            size_t end = done + DOCUMENT_SIZE;
            while ((text[end] & 0xC0) == 0x80)
                end++;
            measure(&t, text + done, end - done, cost);
            done = end;
        }
        const char *name = strrchr(path, '/');
        printf("  %-16s %-9s", name != NULL ? name + 1 : path, all[i]->name);
        for (int stage = 0; stage < N_STAGES; stage++)
            printf(" %8.3f", done > 0 ? cost[stage] / (double)done : 0.0);
        printf("\n");
        ts_token_hashes_clear(&t);
    }
}

int main(int argc, char **argv)
{
    printf("\nStages, ns per byte of text  ");
    for (int stage = 0; stage < N_STAGES; stage++)
        printf(" %8s", stage_names[stage]);
    printf("\n");
    for (int i = 1; i < argc; i++)
        measure_file(argv[i]);
    return 0;
}
