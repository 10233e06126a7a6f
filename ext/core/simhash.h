/*
 * SimHash: 64 bits whose Hamming distance tells how alike two sets are.
 *
 * Charikar 2002, as used for web pages by Manku, Jain, Das Sarma 2007; every
 * distinct shingle has the weight one.  A bit is set if more than half of the
 * hashes have it.
 */
#ifndef TS_SIMHASH_H
#define TS_SIMHASH_H

#include <stddef.h>
#include <stdint.h>

/* Of 'n' distinct hashes; the order does not matter.  0 if there are none. */
uint64_t ts_simhash(const uint64_t *hashes, size_t n);

/* Differing bits: 0..64. */
int ts_simhash_distance(uint64_t x, uint64_t y);

#endif
