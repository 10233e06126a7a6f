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
 * Empty slot i of n takes the value of the first of these that is not empty:
 *
 *     donor(i, j) = floor(mix(i * 2^32 + j + 1) * n / 2^64)    j = 0, 1, 2, ...
 *
 * where mix is the last line of SQL.md section 2, point 5 (ts_hash_mix).  That
 * takes n / (slots in use) tries on average; after TS_BANDS_TRIES * n, which
 * happens about once in e^64 slots, it is the next slot in use after i,
 * cyclically.
 */
#ifndef TS_BANDS_H
#define TS_BANDS_H

#include <stdint.h>

#define TS_BANDS_TRIES 64

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
