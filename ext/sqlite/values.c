/*
 * Values in, errors out: see values.h.
 *
 * The order of calls matters.  sqlite3_value_text() may convert, from UTF-16
 * or from a number, and only sqlite3_value_bytes() after it tells the size of
 * what came out, with NULs inside counted.  Either may run out of memory, which
 * shows as a NULL pointer for a value that is not NULL.
 */
#include "values.h"

#include <stdarg.h>
#include <string.h>
#include <utf8proc.h>
SQLITE_EXTENSION_INIT3

/* Up to here a REAL has all digits of a whole number: 2^53. */
#define REAL_EXACT 9007199254740992.0

/* Bytes of a name: so few that nobody wants to stop while it is looked up. */
#define NAME_MAX_BYTES 1000000

/* The bytes of what has none. */
static const uint8_t nothing[1];

/*
 * A '?' for each byte that is part of no character: a word that is quoted may be
 * anything, but some clients cannot show a message that is not UTF-8.
 */
static void replace_ill_formed(char *text)
{
    uint8_t *p = (uint8_t *)text;
    size_t size = strlen(text);
    for (size_t i = 0; i < size;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t n = utf8proc_iterate(p + i, (utf8proc_ssize_t)(size - i), &c);
        if (n < 1) {
            p[i] = '?';
            n = 1;
        }
        i += (size_t)n;
    }
}

static void TS_PRINTF(3, 0)
    set_error(ts_error *error, int code, const char *format, va_list arguments)
{
    if (error->code != SQLITE_OK) return;
    char *text = sqlite3_vmprintf(format, arguments);
    if (text != NULL) {
        replace_ill_formed(text);
        error->message = sqlite3_mprintf("%s: %s", error->name, text);
    }
    sqlite3_free(text);
    error->code = error->message != NULL ? code : SQLITE_NOMEM;
}

void ts_error_set(ts_error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set_error(error, SQLITE_ERROR, format, arguments);
    va_end(arguments);
}

void ts_error_set_code(ts_error *error, int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set_error(error, code, format, arguments);
    va_end(arguments);
}

void ts_error_nomem(ts_error *error)
{
    if (error->code == SQLITE_OK) error->code = SQLITE_NOMEM;
}

void ts_error_status(ts_error *error, ts_status status, int argument)
{
    switch (status) {
    case TS_OK:
        break;
    case TS_NOMEM:
        ts_error_nomem(error);
        break;
    case TS_TOO_BIG:
        ts_error_set_code(error, SQLITE_TOOBIG, "string or blob too big");
        break;
    case TS_NOT_OURS:
        ts_error_set(error,
                     "argument %d is a BLOB that is not of minhash() or shingle_set()",
                     argument);
        break;
    case TS_NEWER:
        ts_error_set(error, "argument %d is a BLOB of a newer version of textsim",
                     argument);
        break;
    case TS_CORRUPT:
        ts_error_set(error, "argument %d is a damaged BLOB of textsim", argument);
        break;
    case TS_STOPPED:
        if (error->code == SQLITE_OK) error->code = SQLITE_INTERRUPT;
        break;
    }
}

void ts_error_result(ts_error *error, sqlite3_context *context)
{
    if (error->message != NULL) {
        sqlite3_result_error(context, error->message, -1);
        sqlite3_result_error_code(context, error->code);
    } else if (error->code == SQLITE_NOMEM) {
        sqlite3_result_error_nomem(context);
    } else if (error->code != SQLITE_OK)
        sqlite3_result_error_code(context, error->code);
    sqlite3_free(error->message);
    error->message = NULL;
}

int ts_error_vtab(ts_error *error, sqlite3_vtab *vtab)
{
    if (error->message != NULL) {
        sqlite3_free(vtab->zErrMsg);
        vtab->zErrMsg = error->message;
        error->message = NULL;
    }
    return error->code;
}

bool ts_values_have_null(int n, sqlite3_value **values)
{
    for (int i = 0; i < n; i++)
        if (sqlite3_value_type(values[i]) == SQLITE_NULL) return true;
    return false;
}

/* What an argument, not NULL, is to somebody who reads an error message. */
static const char *type_name(sqlite3_value *value)
{
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
        return "INTEGER";
    case SQLITE_FLOAT:
        return "REAL";
    case SQLITE_TEXT:
        return "TEXT";
    default:
        return "a BLOB";
    }
}

/*
 * Whether the bytes of a TEXT are UTF-8 as they are.  sqlite3_value_text() makes a
 * copy of one that has no NUL behind it, which is how most clients bind theirs, and
 * we need none.
 */
static bool is_plain_utf8(sqlite3_value *value)
{
#if SQLITE_VERSION_NUMBER >= 3040000
    return sqlite3_value_type(value) == SQLITE_TEXT &&
           sqlite3_libversion_number() >= 3040000 &&
           sqlite3_value_encoding(value) == SQLITE_UTF8;
#else
    (void)value;
    return false;
#endif
}

/* The text of what is no BLOB; false if memory is out. */
static bool text_of(sqlite3_value *value, ts_view *view)
{
    const bool plain = is_plain_utf8(value);
    const void *text = plain ? sqlite3_value_blob(value) : sqlite3_value_text(value);
    const size_t size = (size_t)sqlite3_value_bytes(value);
    *view = (ts_view){.data = text != NULL ? text : nothing, .size = size};
    return text != NULL || (plain && size == 0);
}

/* The bytes of a BLOB: none out of memory, too, of which SQLite ends the statement. */
static ts_view blob_of(sqlite3_value *value)
{
    const void *blob = sqlite3_value_blob(value);
    const size_t size = (size_t)sqlite3_value_bytes(value);
    return blob != NULL ? (ts_view){.data = blob, .size = size}
                        : (ts_view){.data = nothing, .size = 0};
}

bool ts_value_text(sqlite3_value *value, int argument, ts_view *view, ts_error *error)
{
    if (sqlite3_value_type(value) == SQLITE_BLOB) {
        ts_error_set(error, "argument %d is a BLOB where a text is wanted" TS_CAST_HINT,
                     argument);
        return false;
    }
    if (text_of(value, view)) return true;
    ts_error_nomem(error);
    return false;
}

const char *ts_value_name(sqlite3_value *value, int argument, ts_error *error)
{
    ts_view view;
    if (!ts_value_text(value, argument, &view, error)) return NULL;
    if (view.size > NAME_MAX_BYTES) {
        ts_error_set(error, "argument %d has %lld bytes; allowed for a name are %d",
                     argument, (sqlite3_int64)view.size, NAME_MAX_BYTES);
        return NULL;
    }
    if (view.size > 0 && memchr(view.data, '\0', view.size) != NULL) {
        ts_error_set(error, "argument %d has a NUL, which no name has", argument);
        return NULL;
    }
    const char *name = (const char *)sqlite3_value_text(value);
    if (name == NULL) ts_error_nomem(error);
    return name;
}

bool ts_value_blob(sqlite3_value *value, int argument, const char *wanted,
                   ts_view *view, ts_error *error)
{
    if (sqlite3_value_type(value) != SQLITE_BLOB) {
        ts_error_set(error, "argument %d is %s where %s is wanted", argument,
                     type_name(value), wanted);
        return false;
    }
    *view = blob_of(value);
    return true;
}

bool ts_value_integer(sqlite3_value *value, int argument, sqlite3_int64 *integer,
                      ts_error *error)
{
    const int type = sqlite3_value_numeric_type(value);
    if (type == SQLITE_FLOAT) {
        const double real = sqlite3_value_double(value);
        if (real >= -REAL_EXACT && real <= REAL_EXACT) {
            *integer = (sqlite3_int64)real;
            if ((double)*integer == real) return true;
        }
    }
    if (type != SQLITE_INTEGER) {
        ts_error_set(error, "argument %d is %s where an INTEGER is wanted", argument,
                     type_name(value));
        return false;
    }
    *integer = sqlite3_value_int64(value);
    return true;
}

ts_status ts_value_copy_make(ts_value_copy *copy, sqlite3_value *value, ts_poll *poll)
{
    const int type = sqlite3_value_type(value);
    ts_view bytes;
    if (type == SQLITE_BLOB) {
        bytes = blob_of(value);
    } else if (type != SQLITE_TEXT) {
        copy->other = sqlite3_value_dup(value);
        return copy->other != NULL ? TS_OK : TS_NOMEM;
    } else if (!text_of(value, &bytes)) {
        return TS_NOMEM;
    }
    copy->data = sqlite3_malloc64(bytes.size + 1);
    if (copy->data == NULL) return TS_NOMEM;
    copy->size = bytes.size;
    copy->type = type;
    ts_status rc = TS_OK;
    for (size_t i = 0, stop; i < bytes.size && rc == TS_OK; i = stop) {
        rc = ts_poll_piece(poll, 1, i, bytes.size, &stop);
        memcpy(copy->data + i, bytes.data + i, stop - i);
    }
    return rc;
}

void ts_value_copy_clear(ts_value_copy *copy)
{
    sqlite3_value_free(copy->other);
    sqlite3_free(copy->data);
    *copy = (ts_value_copy){.other = NULL};
}

/* Numbers by what they are. */
static bool numbers_equal(sqlite3_value *x, sqlite3_value *y)
{
    const int type = sqlite3_value_type(x);
    if (type != sqlite3_value_type(y)) return false;
    if (type == SQLITE_INTEGER) return sqlite3_value_int64(x) == sqlite3_value_int64(y);
    return type == SQLITE_FLOAT && sqlite3_value_double(x) == sqlite3_value_double(y);
}

bool ts_value_copy_equals(const ts_value_copy *copy, sqlite3_value *value)
{
    if (value == NULL) return copy->other == NULL && copy->data == NULL;
    if (copy->other != NULL) return numbers_equal(copy->other, value);
    if (copy->data == NULL || sqlite3_value_type(value) != copy->type) return false;
    ts_view bytes;
    if (copy->type == SQLITE_BLOB)
        bytes = blob_of(value);
    else if (!text_of(value, &bytes))
        return false;
    return bytes.size == copy->size && memcmp(bytes.data, copy->data, bytes.size) == 0;
}

void ts_value_copy_result(const ts_value_copy *copy, sqlite3_context *context)
{
    const char *data = (const char *)copy->data;
    if (copy->other != NULL)
        sqlite3_result_value(context, copy->other);
    else if (copy->data != NULL && copy->type == SQLITE_TEXT)
        sqlite3_result_text64(context, data, copy->size, SQLITE_TRANSIENT, SQLITE_UTF8);
    else if (copy->data != NULL)
        sqlite3_result_blob64(context, data, copy->size, SQLITE_TRANSIENT);
}
