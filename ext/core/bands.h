/*
 * Locality-sensitive band keys of a sketch.
 *
 * Indyk, Motwani 1998; banding as in Leskovec, Rajaraman, Ullman, "Mining of
 * Massive Datasets", 3.4: 'rows' slots make one band, and two sketches that
 * agree in all slots of a band are a candidate pair.  At similarity J they
 * share at least one of b bands with probability 1 - (1 - J^rows)^b.
 *
 * Empty slots are first filled from others by optimal densification
 * (Shrivastava 2017), or documents with few shingles would agree in emptiness.
 */
#ifndef TS_BANDS_H
#define TS_BANDS_H

#include <stdint.h>

/* Bands that a sketch of n slots gives: the last n % rows slots are left over. */
uint32_t ts_bands_count(uint32_t n, uint32_t rows);

/*
 * The keys of all bands; 'keys' has room for ts_bands_count() of them.  Returns
 * how many there are: none for an empty sketch, which resembles nothing.
 * A key is the XXH3-64 of the band's filled slots as little-endian bytes, with
 * the number of the band (from 0) as seed.
 */
uint32_t ts_bands_keys(const uint32_t *slots, uint32_t n, uint32_t rows, uint64_t *keys);

#endif
