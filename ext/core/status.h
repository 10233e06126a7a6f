/*
 * Result codes of the core.  A function that can fail returns one of these,
 * and leaves its results untouched unless it returns TS_OK; but what is filled
 * bit by bit (a set, a sketch, a list of tokens) then holds nothing of use, and
 * can be filled again or cleared.  The core writes no messages:
 * ext/sqlite/values.c turns a status into words, once.
 */
#ifndef TS_STATUS_H
#define TS_STATUS_H

typedef enum ts_status {
    TS_OK = 0,

    /* An allocation failed.  Nothing is lost, and the call may be tried again. */
    TS_NOMEM,

    /* A size does not fit its type: a text of 2^31 bytes, 2^32 shingles. */
    TS_TOO_BIG,

    /* The bytes do not begin like a textsim BLOB; probably another file. */
    TS_NOT_OURS,

    /* A textsim BLOB whose format is newer than this code. */
    TS_NEWER,

    /* A textsim BLOB that was cut short, changed or made up. */
    TS_CORRUPT,

    /* The caller's poll (poll.h) said to stop. */
    TS_STOPPED
} ts_status;

#endif
