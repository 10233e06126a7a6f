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
 * where mix is ts_hash_mix() (hash.h).  That takes n / (slots in use) tries on
 * average, of about 1 ns each: 0.4 us for 50 of 128 slots, 7 ms at worst, for two
 * of 4096.  So that it surely ends, donor(i, j) is (i + j) mod n from
 * j = TS_BANDS_TRIES * n on; with two slots in use, one slot in e^128 comes so far.
 */
#ifndef TS_BANDS_H
#define TS_BANDS_H

#include <stdint.h>

#define TS_BANDS_TRIES 64 /* times n */

/* Bands that a sketch of n slots gives: the last n % rows slots are left over. */
uint32_t ts_bands_count(uint32_t n, uint32_t rows);

/*
 * The keys of all bands; 'keys' has room for ts_bands_count() of them.  Returns
 * how many there are: none for an empty sketch, which resembles nothing.
 * A key is the XXH3-64 of the band's filled slots as little-endian bytes, with
 * the number of the band (from 0) as seed.
 */
uint32_t ts_bands_keys(const uint32_t *slots, uint32_t n, uint32_t rows,
                       uint64_t *keys);

#endif
