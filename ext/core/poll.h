/*
 * How long work lets its caller stop it: the caller gives a function that is
 * asked every now and then, and the work says how much it did.
 */
#ifndef TS_POLL_H
#define TS_POLL_H

#include "status.h"

#include <stddef.h>

typedef struct ts_poll {
    /* Whether to stop, asked at least every millisecond or so; NULL: never. */
    int (*stop)(void *context);
    void *context; /* borrowed */
    size_t spent;  /* since it was asked last */
} ts_poll;

/* Steps of about a nanosecond that are done before it is asked. */
#define TS_POLL_STEPS 500000

/* Count some steps; TS_STOPPED if the caller does not want any more. */
static inline ts_status ts_poll_spend(ts_poll *poll, size_t steps)
{
    poll->spent += steps;
    if (poll->spent < TS_POLL_STEPS || poll->stop == NULL) return TS_OK;
    poll->spent = 0;
    return poll->stop(poll->context) ? TS_STOPPED : TS_OK;
}

/* Elements of a long loop between two questions. */
#define TS_POLL_PIECE 32768

/*
 * Count the next piece of a loop over n elements before it is done, 'steps' for each,
 * and say where it stops; a poll that is NULL does not ask:
 *
 *     for (size_t i = 0, stop; i < n && rc == TS_OK;) {
 *         rc = ts_poll_piece(poll, steps, i, n, &stop);
 *         for (; i < stop; i++)
 */
static inline ts_status ts_poll_piece(ts_poll *poll, size_t steps, size_t i, size_t n,
                                      size_t *stop)
{
    const size_t size = n - i < TS_POLL_PIECE ? n - i : TS_POLL_PIECE;
    *stop = i + size;
    return poll != NULL ? ts_poll_spend(poll, size * steps) : TS_OK;
}

#endif
