/*
 * Between SQLite's values and ours: arguments come in as borrowed views,
 * errors go out as a code and a message.
 *
 * What can fail takes a ts_error, which knows the name that the user called
 * and holds the first error; nothing is reported before the end, in one place,
 * so that the same code serves functions and virtual tables.
 */
#ifndef TS_VALUES_H
#define TS_VALUES_H

#include "../core/poll.h"
#include "../core/status.h"

#include <sqlite3ext.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define TS_PRINTF(string, first) __attribute__((format(printf, string, first)))
#else
#define TS_PRINTF(string, first)
#endif

/* An error on its way to the user. */
typedef struct ts_error {
    const char *name;  /* borrowed: of the function or table; begins the message */
    const char *table; /* borrowed: of the index, if 'name' is another; or NULL */
    int code;          /* SQLITE_OK, or what went wrong first */
    char *message;     /* owned; NULL where the code says all, or memory is out */
} ts_error;

/* The name that shadow tables have in messages. */
static inline const char *ts_error_table(const ts_error *error)
{
    return error->table != NULL ? error->table : error->name;
}

/* Bytes of an argument, valid as long as its sqlite3_value is.  Never NULL. */
typedef struct ts_view {
    const uint8_t *data; /* borrowed */
    size_t size;
} ts_view;

/* The end of a message about a BLOB in the place of a text. */
#define TS_CAST_HINT                                                                   \
    "; for the bytes of a text, as from readfile(), use CAST(... AS TEXT)"

/* Begin a message with the name and ": "; SQLITE_ERROR.  Does not replace an error. */
void ts_error_set(ts_error *error, const char *format, ...) TS_PRINTF(2, 3);

/* The same, with another code. */
void ts_error_set_code(ts_error *error, int code, const char *format, ...)
    TS_PRINTF(3, 4);

/* Out of memory: SQLite has its own words for that. */
void ts_error_nomem(ts_error *error);

/*
 * The one map from what the core returns, of argument number 'argument' (from
 * 1), to what SQLite and the user are told.  Nothing happens for TS_OK.
 */
void ts_error_status(ts_error *error, ts_status status, int argument);

/* Hand the error over to a function's result, or to a virtual table. */
void ts_error_result(ts_error *error, sqlite3_context *context);
int ts_error_vtab(ts_error *error, sqlite3_vtab *vtab);

/* SQL's rule for all functions here: NULL in, NULL out. */
bool ts_values_have_null(int n, sqlite3_value **values);

/*
 * The UTF-8 text of an argument: TEXT as it is, with NULs inside and perhaps none
 * behind it; numbers as SQLite writes them.  A BLOB is an error that suggests a CAST.
 * Like the other functions, false if there is an error.
 */
bool ts_value_text(sqlite3_value *value, int argument, ts_view *view, ts_error *error);

/* The same as a name, with a NUL behind it; NULL if there is an error. */
const char *ts_value_name(sqlite3_value *value, int argument, ts_error *error);

/* The bytes of a BLOB; anything else is an error that says what is 'wanted'. */
bool ts_value_blob(sqlite3_value *value, int argument, const char *wanted,
                   ts_view *view, ts_error *error);

/*
 * An INTEGER, or TEXT that is one.  Some clients bind every number as REAL, so
 * that a whole one will do; above 2^53 it may have lost digits and is an error.
 */
bool ts_value_integer(sqlite3_value *value, int argument, sqlite3_int64 *integer,
                      ts_error *error);

/*
 * What a value was, for as long as one likes; zeroed, there is none.  SQLite would copy
 * a text of any size in one step, which nothing can stop.
 */
typedef struct ts_value_copy {
    sqlite3_value *other; /* owned: what is neither TEXT nor BLOB; or NULL */
    uint8_t *data;        /* owned: the bytes of a TEXT or BLOB; or NULL */
    size_t size;
    int type; /* of data */
} ts_value_copy;

/* Copy a value into 'copy', where there is none; 'poll' is NULL if it is short. */
ts_status ts_value_copy_make(ts_value_copy *copy, sqlite3_value *value, ts_poll *poll);

void ts_value_copy_clear(ts_value_copy *copy);

/*
 * Whether a value, or NULL for none, is the same to every function here: type and
 * bytes.  What is neither number nor bytes is not even the same as itself.
 */
bool ts_value_copy_equals(const ts_value_copy *copy, sqlite3_value *value);

/* Make it the result of a function or column; nothing if there is none. */
void ts_value_copy_result(const ts_value_copy *copy, sqlite3_context *context);

#endif
