/* The tables of kernels there may be; kernels.c knows which one to use. */
#ifndef TS_KERNELS_TABLE_H
#define TS_KERNELS_TABLE_H

#include "kernels.h"

extern const ts_kernels ts_kernels_baseline;
extern const ts_kernels ts_kernels_avx2;
extern const ts_kernels ts_kernels_avx512;

#endif
