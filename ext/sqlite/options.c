/*
 * Options: the grammar, and one table of keys that reading, comparing and
 * showing options all go by.  See options.h.
 */
#include "options.h"

#include <string.h>
SQLITE_EXTENSION_INIT3

/* How much of a user's word an error quotes: enough to find it by. */
#define QUOTE_MAX 40

/* Bytes of options: so few that nobody wants to stop while they are read. */
#define OPTIONS_MAX 1000000

/* Room for the names of a function's own options. */
#define OTHERS_MAX 80

/* For messages. */
#define TS_OPTION_NAMES "unit, k, case, marks, num_perm, seed"

/* A key has the numbers from min to max as its values, or two words for 0 and 1. */
typedef struct spec {
    const char *name;
    const char *words[2];
    uint32_t min;
    uint32_t max;
} spec;

static const spec specs[TS_N_OPTION_KEYS] = {
    [TS_OPTION_UNIT] = {"unit", {"word", "char"}, TS_UNIT_WORD, TS_UNIT_CHAR},
    [TS_OPTION_K] = {"k", {NULL, NULL}, TS_K_MIN, TS_K_MAX},
    [TS_OPTION_CASE] = {"case", {"fold", "keep"}, TS_CASE_FOLD, TS_CASE_KEEP},
    [TS_OPTION_MARKS] = {"marks", {"keep", "strip"}, TS_MARKS_KEEP, TS_MARKS_STRIP},
    [TS_OPTION_NUM_PERM] = {"num_perm", {NULL, NULL}, TS_NUM_PERM_MIN, TS_NUM_PERM_MAX},
    [TS_OPTION_SEED] = {"seed", {NULL, NULL}, TS_SEED_MIN, TS_SEED_MAX},
};

_Static_assert(TS_UNIT_WORD == 0 && TS_UNIT_CHAR == 1, "order of words in specs");
_Static_assert(TS_CASE_FOLD == 0 && TS_CASE_KEEP == 1, "order of words in specs");
_Static_assert(TS_MARKS_KEEP == 0 && TS_MARKS_STRIP == 1, "order of words in specs");

static uint32_t get(const ts_params *params, ts_option_key key)
{
    switch (key) {
    case TS_OPTION_UNIT:
        return params->unit;
    case TS_OPTION_K:
        return params->k;
    case TS_OPTION_CASE:
        return params->letter_case;
    case TS_OPTION_MARKS:
        return params->marks;
    case TS_OPTION_NUM_PERM:
        return params->num_perm;
    default:
        return params->seed;
    }
}

static void put(ts_params *params, ts_option_key key, uint32_t value)
{
    switch (key) {
    case TS_OPTION_UNIT:
        params->unit = value == TS_UNIT_CHAR ? TS_UNIT_CHAR : TS_UNIT_WORD;
        break;
    case TS_OPTION_K:
        params->k = value;
        break;
    case TS_OPTION_CASE:
        params->letter_case = value == TS_CASE_KEEP ? TS_CASE_KEEP : TS_CASE_FOLD;
        break;
    case TS_OPTION_MARKS:
        params->marks = value == TS_MARKS_STRIP ? TS_MARKS_STRIP : TS_MARKS_KEEP;
        break;
    case TS_OPTION_NUM_PERM:
        params->num_perm = value;
        break;
    default:
        params->seed = value;
        break;
    }
}

/* --- the grammar ------------------------------------------------------------ */

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void skip_spaces(ts_option_reader *reader)
{
    while (reader->at < reader->end && is_space(*reader->at))
        reader->at++;
}

/* The bytes up to white space, a comma or 'stop'. */
static ts_word read_word(ts_option_reader *reader, char stop)
{
    ts_word word = {.data = reader->at, .size = 0};
    while (reader->at < reader->end && !is_space(*reader->at) && *reader->at != ',' &&
           *reader->at != stop) {
        reader->at++;
        word.size++;
    }
    return word;
}

bool ts_option_next(ts_option_reader *reader, ts_option *option, ts_error *error)
{
    while (reader->at < reader->end && (is_space(*reader->at) || *reader->at == ','))
        reader->at++;
    if (reader->at == reader->end || error->code != SQLITE_OK) return false;

    ts_word key = read_word(reader, '=');
    skip_spaces(reader);
    if (reader->at == reader->end || *reader->at != '=') {
        ts_error_set(error,
                     "option '%.*s' has no value; options are key=value with a key "
                     "of " TS_OPTION_NAMES " (an INTEGER, no TEXT, can stand for k=)",
                     ts_word_quotable(key), key.data);
        return false;
    }
    reader->at++;
    skip_spaces(reader);
    ts_word value = read_word(reader, ',');
    if (key.size == 0) {
        ts_error_set(error, "'=%.*s' has no key; options are key=value",
                     ts_word_quotable(value), value.data);
        return false;
    }
    if (value.size == 0) {
        ts_error_set(error, "option '%.*s=' has no value; options are key=value",
                     ts_word_quotable(key), key.data);
        return false;
    }
    *option = (ts_option){.key = key, .value = value};
    return true;
}

bool ts_word_is(ts_word word, const char *name)
{
    size_t size = strlen(name);
    return word.size == size && sqlite3_strnicmp(word.data, name, (int)size) == 0;
}

int ts_word_quotable(ts_word word)
{
    if (word.size <= QUOTE_MAX) return (int)word.size;
    int size = QUOTE_MAX;
    while (size > 0 && ((unsigned char)word.data[size] & 0xC0) == 0x80)
        size--;
    return size;
}

/* --- the keys --------------------------------------------------------------- */

/*
 * A decimal number as far as uint32_t goes, greater ones as UINT64_MAX; with a
 * sign it is a number as well, but no value of ours.  False for anything else.
 */
static bool read_number(ts_word word, uint64_t *number)
{
    size_t i = word.size > 1 && word.data[0] == '-' ? 1 : 0;
    uint64_t n = i == 1 ? UINT64_MAX : 0;
    for (; i < word.size; i++) {
        if (word.data[i] < '0' || word.data[i] > '9') return false;
        if (n <= UINT32_MAX) n = 10 * n + (uint64_t)(word.data[i] - '0');
        if (n > UINT32_MAX) n = UINT64_MAX;
    }
    *number = n;
    return true;
}

/* The value of an option that is one of two words: 0 or 1. */
static bool read_choice(const char *name, const char *const words[2], ts_word value,
                        uint32_t *choice, ts_error *error)
{
    for (uint32_t i = 0; i < 2; i++) {
        if (!ts_word_is(value, words[i])) continue;
        *choice = i;
        return true;
    }
    ts_error_set(error, "%s=%.*s is not one of %s, %s", name, ts_word_quotable(value),
                 value.data, words[0], words[1]);
    return false;
}

/* The value of an option that is a number. */
static bool read_in_range(const spec *s, ts_word value, uint32_t *result,
                          ts_error *error)
{
    uint64_t number = 0;
    if (!read_number(value, &number))
        ts_error_set(error, "%s=%.*s is not a whole number in %u..%u", s->name,
                     ts_word_quotable(value), value.data, s->min, s->max);
    else if (number < s->min || number > s->max)
        ts_error_set(error, "%s=%.*s is out of range %u..%u", s->name,
                     ts_word_quotable(value), value.data, s->min, s->max);
    else
        *result = (uint32_t)number;
    return error->code == SQLITE_OK;
}

static bool read_value(const spec *s, ts_word value, uint32_t *result, ts_error *error)
{
    return s->words[0] != NULL ? read_choice(s->name, s->words, value, result, error)
                               : read_in_range(s, value, result, error);
}

static void error_twice(const char *name, const char *first, ts_word second,
                        ts_error *error)
{
    ts_error_set(error, "option %s is given twice, as %s and as %.*s; once is allowed",
                 name, first, ts_word_quotable(second), second.data);
}

/* Write a value as one writes it. */
static void format(const spec *s, uint32_t value, char text[16])
{
    if (s->words[0] == NULL)
        sqlite3_snprintf(16, text, "%u", value);
    else
        sqlite3_snprintf(16, text, "%s", s->words[value]);
}

static bool take_own(ts_options *options, ts_option option, ts_error *error)
{
    size_t i = 0;
    while (i < options->n_own && !ts_word_is(option.key, options->own[i].name))
        i++;
    if (i == options->n_own) return false;
    ts_own_option *own = &options->own[i];
    const spec s = {own->name, {own->words[0], own->words[1]}, own->min, own->max};
    if (own->given) {
        char first[16];
        format(&s, own->value, first);
        error_twice(own->name, first, option.value, error);
        return true;
    }
    own->given = true;
    read_value(&s, option.value, &own->value, error);
    return true;
}

bool ts_options_take(ts_options *options, ts_option option, ts_error *error)
{
    unsigned key = 0;
    while (key < TS_N_OPTION_KEYS && !ts_word_is(option.key, specs[key].name))
        key++;
    if (key == TS_N_OPTION_KEYS) return take_own(options, option, error);
    if (options->given & TS_OPTION_BIT(key)) {
        char first[16];
        ts_option_format((ts_option_key)key, &options->params, first);
        error_twice(specs[key].name, first, option.value, error);
        return true;
    }
    options->given |= TS_OPTION_BIT(key);
    uint32_t value = 0;
    if (read_value(&specs[key], option.value, &value, error))
        put(&options->params, (ts_option_key)key, value);
    return true;
}

void ts_options_unknown(ts_option option, const char *others, ts_error *error)
{
    ts_error_set(error, "unknown option '%.*s=%.*s'; allowed are " TS_OPTION_NAMES "%s",
                 ts_word_quotable(option.key), option.key.data,
                 ts_word_quotable(option.value), option.value.data, others);
}

static void read_all(ts_options *options, ts_view text, ts_error *error)
{
    const char *data = (const char *)text.data;
    if (memchr(data, 0, text.size) != NULL) {
        ts_error_set(error, "the options have a NUL character in them");
        return;
    }
    ts_option_reader reader = {.at = data, .end = data + text.size};
    ts_option option;
    while (ts_option_next(&reader, &option, error)) {
        if (ts_options_take(options, option, error)) continue;
        char others[OTHERS_MAX] = "";
        for (size_t i = 0; i < options->n_own; i++) {
            const int used = (int)strlen(others);
            sqlite3_snprintf(OTHERS_MAX - used, others + used, ", %s",
                             options->own[i].name);
        }
        ts_options_unknown(option, others, error);
    }
}

bool ts_options_from_value(ts_options *options, sqlite3_value *value, int argument,
                           ts_error *error)
{
    ts_options found = TS_OPTIONS_DEFAULT;
    found.own = options->own;
    found.n_own = options->n_own;
    const int type = sqlite3_value_type(value);
    if (type == SQLITE_BLOB) {
        ts_error_set(error, "argument %d is a BLOB where options are wanted", argument);
        return false;
    }
    ts_view text;
    if (!ts_value_text(value, argument, &text, error)) return false;
    if (type == SQLITE_TEXT && text.size > OPTIONS_MAX) {
        ts_error_set(error, "argument %d has %lld bytes of options; allowed are %d",
                     argument, (sqlite3_int64)text.size, OPTIONS_MAX);
    } else if (type == SQLITE_TEXT) {
        read_all(&found, text, error);
    } else {
        ts_word number = {.data = (const char *)text.data, .size = text.size};
        if (type == SQLITE_FLOAT && number.size > 2 &&
            memcmp(number.data + number.size - 2, ".0", 2) == 0)
            number.size -= 2;
        if (read_in_range(&specs[TS_OPTION_K], number, &found.params.k, error))
            found.given = TS_OPTION_BIT(TS_OPTION_K);
    }
    if (error->code != SQLITE_OK) return false;
    *options = found;
    return true;
}

/* --- comparing and showing ---------------------------------------------------- */

const char *ts_option_name(ts_option_key key)
{
    return specs[key].name;
}

bool ts_option_is_number(ts_option_key key)
{
    return specs[key].words[0] == NULL;
}

void ts_option_format(ts_option_key key, const ts_params *params, char text[16])
{
    format(&specs[key], get(params, key), text);
}

bool ts_options_differ(const ts_params *x, const ts_params *y, unsigned keys,
                       ts_difference *difference)
{
    for (unsigned key = 0; key < TS_N_OPTION_KEYS; key++) {
        if ((keys & TS_OPTION_BIT(key)) == 0 || get(x, key) == get(y, key)) continue;
        difference->key = specs[key].name;
        ts_option_format(key, x, difference->x);
        ts_option_format(key, y, difference->y);
        return true;
    }
    return false;
}
