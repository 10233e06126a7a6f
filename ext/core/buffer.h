/*
 * Growable arrays of bytes and of 64-bit hashes.
 *
 * A zeroed buffer is a valid empty one.  The memory belongs to the buffer
 * until ts_*_clear; an array stays where it is until the next reserve.
 * Capacity grows by half, so that appending n items moves each about twice,
 * and that the peak while moving stays under three times the content.
 */
#ifndef TS_BUFFER_H
#define TS_BUFFER_H

#include "status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct ts_bytes {
    uint8_t *data; /* owned */
    size_t size;   /* bytes in use */
    size_t capacity;
} ts_bytes;

typedef struct ts_hashes {
    uint64_t *data; /* owned */
    size_t size;    /* hashes in use */
    size_t capacity;
} ts_hashes;

/* Make room for 'extra' more items; TS_NOMEM, TS_TOO_BIG. */
ts_status ts_bytes_reserve(ts_bytes *b, size_t extra);
ts_status ts_hashes_reserve(ts_hashes *b, size_t extra);

ts_status ts_bytes_append(ts_bytes *b, const void *data, size_t size);
ts_status ts_hashes_append(ts_hashes *b, const uint64_t *data, size_t size);

/* Give back the capacity that is not in use, if there is much of it. */
void ts_hashes_trim(ts_hashes *b);

/* Free the memory; the buffer is empty and usable again. */
void ts_bytes_clear(ts_bytes *b);
void ts_hashes_clear(ts_hashes *b);

#endif
