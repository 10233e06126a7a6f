/* The kernels for x86-64 with AVX2 and BMI, compiled with those enabled. */
#if !defined(TS_PORTABLE) && defined(__AVX2__)
#define KERNELS_NAME "avx2"
#define KERNELS_TABLE ts_kernels_avx2
#include "kernels_table.h"

#include "kernels_body.h"
#else
typedef int ts_kernels_avx2_not_built;
#endif
