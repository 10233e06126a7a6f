/* The baseline kernels, and the choice among all. */
#define KERNELS_NAME "baseline"
#define KERNELS_TABLE ts_kernels_baseline
#include "kernels_table.h"

#include "kernels_body.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(TS_PORTABLE)

/* The compiler's runtime asks the CPU, and whether the system saves its registers. */
static int has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}

static int has_avx512(void)
{
#if defined(TS_NO_AVX512)
    return 0; /* to measure and test AVX2 where there is more */
#endif
    return has_avx2() && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
           __builtin_cpu_supports("avx512vbmi2");
}

const ts_kernels *const *ts_kernels_all(size_t *n)
{
    static const ts_kernels *const all[] = {&ts_kernels_baseline, &ts_kernels_avx2,
                                            &ts_kernels_avx512};
    *n = has_avx512() ? 3 : has_avx2() ? 2 : 1;
    return all;
}

#else

const ts_kernels *const *ts_kernels_all(size_t *n)
{
    static const ts_kernels *const all[] = {&ts_kernels_baseline};
    *n = 1;
    return all;
}

#endif

const ts_kernels *ts_kernels_best(void)
{
    size_t n;
    const ts_kernels *const *all = ts_kernels_all(&n);
    return all[n - 1];
}

const char *ts_kernels_name(void)
{
    return ts_kernels_best()->name;
}
