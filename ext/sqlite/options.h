/*
 * Options: key=value, separated by commas or white space.
 *
 *     options = { separator } [ option { separator option } { separator } ]
 *     option  = key { space } "=" { space } value
 *
 * Keys and values are bytes other than white space, commas and, in keys, "=";
 * they are compared without regard to ASCII case.  A key may be given once.
 *
 * There are two layers.  The reader yields pairs and knows no keys; ts_options
 * knows the keys of how a text becomes shingles and a sketch (ts_params), one
 * table of them.  A function with keys of its own adds a table of these.  Who has
 * keys of another kind reads the pairs, offers each to ts_options_take and treats
 * himself what that leaves.
 */
#ifndef TS_OPTIONS_H
#define TS_OPTIONS_H

#include "values.h"

#include "../core/params.h"

/* The options that all have, in the order in which they are listed. */
typedef enum ts_option_key {
    TS_OPTION_UNIT,
    TS_OPTION_K,
    TS_OPTION_CASE,
    TS_OPTION_MARKS,
    TS_OPTION_NUM_PERM,
    TS_OPTION_SEED,
    TS_N_OPTION_KEYS
} ts_option_key;

/* Sets of keys. */
#define TS_OPTION_BIT(key) (1u << (key))
#define TS_OPTIONS_ALL (TS_OPTION_BIT(TS_N_OPTION_KEYS) - 1)
/* What decides the shingles: all but the size of a sketch. */
#define TS_OPTIONS_OF_SHINGLES (TS_OPTIONS_ALL & ~TS_OPTION_BIT(TS_OPTION_NUM_PERM))

/* A further option, of one function: a number from min to max, or two words. */
typedef struct ts_own_option {
    const char *name;
    const char *words[2]; /* for the values 0 and 1; NULL if it is a number */
    uint32_t min;
    uint32_t max;
    uint32_t value; /* the default, before it is read */
    bool given;
} ts_own_option;

typedef struct ts_options {
    ts_params params;
    unsigned given;     /* the keys that were there; the others have their defaults */
    ts_own_option *own; /* borrowed: those that are taken besides */
    size_t n_own;
} ts_options;

#define TS_OPTIONS_DEFAULT                                                             \
    ((ts_options){.params = TS_PARAMS_DEFAULT, .given = 0, .own = NULL, .n_own = 0})

/* A part of the text that is read, not terminated. */
typedef struct ts_word {
    const char *data; /* borrowed */
    size_t size;
} ts_word;

typedef struct ts_option {
    ts_word key;
    ts_word value;
} ts_option;

/* Reads the bytes from 'at' to 'end'. */
typedef struct ts_option_reader {
    const char *at;
    const char *end;
} ts_option_reader;

/* The next pair; false at the end and on an error. */
bool ts_option_next(ts_option_reader *reader, ts_option *option, ts_error *error);

/* Whether a word equals 'name', the case of ASCII letters aside. */
bool ts_word_is(ts_word word, const char *name);

/* Of a word of the user's, so much as a message shall quote: whole characters. */
int ts_word_quotable(ts_word word);

/*
 * Take over an option with a key of ts_option_key or of options->own.  False if its key
 * is none of them, without an error; a bad value or a second one is an error, and true.
 */
bool ts_options_take(ts_options *options, ts_option option, ts_error *error);

/*
 * The error for a key that nobody took; 'others' are the keys that are allowed
 * besides those of ts_option_key, each with a ", " before it.
 */
void ts_options_unknown(ts_option option, const char *others, ts_error *error);

/*
 * From an argument in SQL: TEXT is read, a whole number stands for k.  (Some
 * clients bind every number as REAL, so that 3.0 must be 3.)  The values of
 * options->own are set there.
 */
bool ts_options_from_value(ts_options *options, sqlite3_value *value, int argument,
                           ts_error *error);

/* How two ts_params differ: in this key, with these values as one writes them. */
typedef struct ts_difference {
    const char *key;
    char x[16];
    char y[16];
} ts_difference;

/* Find the first of 'keys' in which x and y differ, if any. */
bool ts_options_differ(const ts_params *x, const ts_params *y, unsigned keys,
                       ts_difference *difference);

/* The value of a key as one writes it, and the key's name. */
const char *ts_option_name(ts_option_key key);
void ts_option_format(ts_option_key key, const ts_params *params, char text[16]);

/* Whether the value of a key is written as a number. */
bool ts_option_is_number(ts_option_key key);

#endif
