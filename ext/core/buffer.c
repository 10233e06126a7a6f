#include "buffer.h"

#include "alloc.h"

#include <string.h>

/* The first allocation; less would only be asked again at once. */
#define FIRST_SIZE 256

/*
 * Room for 'extra' items behind 'size' of them, of 'item_size' bytes each.
 * Gives the memory and its capacity, or leaves both alone.
 */
static ts_status grow(void *old, size_t size, size_t extra, size_t item_size,
                      size_t *capacity, void **data)
{
    /* An array over half the address space could not be indexed with ptrdiff_t. */
    const size_t most = SIZE_MAX / 2 / item_size;
    if (extra > most || size > most - extra) return TS_TOO_BIG;

    size_t target = *capacity + *capacity / 2;
    if (target > most) target = most;
    if (target < FIRST_SIZE / item_size) target = FIRST_SIZE / item_size;
    if (target < size + extra) target = size + extra;

    void *moved = ts_realloc(old, target * item_size);
    if (moved == NULL) return TS_NOMEM;
    *data = moved;
    *capacity = target;
    return TS_OK;
}

ts_status ts_bytes_reserve(ts_bytes *b, size_t extra)
{
    if (extra <= b->capacity - b->size) return TS_OK;
    void *data = NULL;
    ts_status rc = grow(b->data, b->size, extra, 1, &b->capacity, &data);
    if (rc == TS_OK) b->data = data;
    return rc;
}

ts_status ts_hashes_reserve(ts_hashes *b, size_t extra)
{
    if (extra <= b->capacity - b->size) return TS_OK;
    void *data = NULL;
    ts_status rc = grow(b->data, b->size, extra, sizeof *b->data, &b->capacity, &data);
    if (rc == TS_OK) b->data = data;
    return rc;
}

ts_status ts_bytes_append(ts_bytes *b, const void *data, size_t size)
{
    if (size == 0) return TS_OK; /* 'data' may be NULL, which memcpy() must not see */
    ts_status rc = ts_bytes_reserve(b, size);
    if (rc != TS_OK) return rc;
    memcpy(b->data + b->size, data, size);
    b->size += size;
    return TS_OK;
}

ts_status ts_hashes_append(ts_hashes *b, const uint64_t *data, size_t size)
{
    if (size == 0) return TS_OK;
    ts_status rc = ts_hashes_reserve(b, size);
    if (rc != TS_OK) return rc;
    memcpy(b->data + b->size, data, size * sizeof *data);
    b->size += size;
    return TS_OK;
}

/* Below this, moving the array costs more than the memory is worth. */
#define TRIM_MIN 65536

void ts_hashes_trim(ts_hashes *b)
{
    if (b->capacity - b->size < TRIM_MIN || b->size == 0) return;
    uint64_t *trimmed = ts_realloc(b->data, b->size * sizeof *trimmed);
    if (trimmed == NULL) return;
    b->data = trimmed;
    b->capacity = b->size;
}

void ts_bytes_clear(ts_bytes *b)
{
    ts_free(b->data);
    *b = (ts_bytes){0};
}

void ts_hashes_clear(ts_hashes *b)
{
    ts_free(b->data);
    *b = (ts_hashes){0};
}
