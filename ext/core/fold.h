/*
 * From UTF-8 to folded text: toNFKC_Casefold of Unicode 14.0, or NFKC without
 * the default-ignorables, with a class for every byte (kernels.h).
 *
 * Folded text is there for its words only, so the bytes of separators mean
 * nothing, and each apostrophe is one of U+0027, whatever it was.
 *
 * A text is folded piece by piece into a buffer that the caller empties, so
 * that everything stays in the cache.
 */
#ifndef TS_FOLD_H
#define TS_FOLD_H

#include "kernels.h"
#include "normalize.h"
#include "params.h"
#include "poll.h"
#include "status.h"

/* Offsets in the given text of what one byte of folded text came from. */
typedef struct ts_source {
    uint32_t from;
    uint32_t to; /* one past the last byte */
} ts_source;

/* One table for each combination of case and marks. */
#define TS_FOLD_TABLES 4

typedef struct ts_fold {
    const ts_kernels *kernels;
    ts_case letter_case;
    ts_marks marks;

    const uint8_t *text; /* borrowed */
    size_t size;
    size_t position; /* bytes of it folded so far */

    /* Owned.  The arrays have room for 'capacity' and TS_KERNEL_SLACK bytes. */
    uint8_t *bytes;
    uint8_t *classes;
    ts_source *sources; /* NULL unless wanted */
    size_t n;           /* bytes of folded text in them */
    size_t capacity;

    ts_fold_table *tables[TS_FOLD_TABLES]; /* owned; each made when first needed */
    ts_fold_table *table;                  /* the one for this text */

    /* What did not fit of a segment, from 'segment_at' on; it begins at 'position'. */
    ts_segment segment; /* owned */
    size_t segment_at;
    size_t segment_end; /* of its bytes in the text */

    ts_poll *poll; /* borrowed: asked about what leaves no bytes; NULL: nobody is */
} ts_fold;

typedef enum ts_fold_sources { TS_FOLD_PLAIN, TS_FOLD_WITH_SOURCES } ts_fold_sources;

/* The room in its buffer that ts_fold_more must find. */
#define TS_FOLD_ROOM 16

/* Room for 'capacity' bytes at a time, at least TS_FOLD_ROOM; TS_NOMEM. */
ts_status ts_fold_init(ts_fold *f, size_t capacity, ts_fold_sources sources);
void ts_fold_clear(ts_fold *f);

/* Start on a text, which must stay in place.  The buffer is empty again. */
void ts_fold_begin(ts_fold *f, const ts_params *params, const uint8_t *text,
                   size_t size);

/*
 * Fold on until the buffer is full or the text ends (f->position == f->size).
 * There is room for TS_FOLD_ROOM bytes, so that it always makes progress: a normalized
 * sequence that does not fit, as that of a letter under a thousand accents, is given in
 * parts.  It is held apart, at four bytes for each of its code points, until the next
 * text.  TS_NOMEM; TS_STOPPED, and then the rest is lost.
 */
ts_status ts_fold_more(ts_fold *f);

/*
 * Drop the first 'n' bytes of the buffer.  A word that may go on has to keep its
 * last character, or the marks that follow stand on nothing.
 */
void ts_fold_consume(ts_fold *f, size_t n);

#endif
