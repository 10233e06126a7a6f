/* The kernels for x86-64 with AVX-512 (F, BW, DQ, VL, VBMI, VBMI2). */
#if !defined(TS_PORTABLE) && defined(__AVX512VBMI2__)
#define KERNELS_NAME "avx512"
#define KERNELS_TABLE ts_kernels_avx512
#include "kernels_table.h"

#include "kernels_body.h"
#else
typedef int ts_kernels_avx512_not_built;
#endif
