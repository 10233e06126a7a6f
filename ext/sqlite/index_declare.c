/*
 * CREATE VIRTUAL TABLE t USING textsim(argument, ...): see index_declare.h.
 *
 *     argument = column [ "UNINDEXED" ]       the first is the text, without it
 *              | option { space option }
 *     option   = key "=" value
 *
 * Names and values may be quoted in each of SQL's ways; an argument with a "="
 * outside of quotes is options, as in FTS5.
 */
#include "index_declare.h"

#include <string.h>
SQLITE_EXTENSION_INIT3

#define OUR_OPTIONS ", threshold, content, content_rowid, sync"

/* Of a number, so many digits count, and so many zeros before them. */
#define MAX_DIGITS 400
#define MAX_ZEROS 300

/* Bits of a double. */
#define DOUBLE_BITS 53

static const char *const hidden_names[TS_N_HIDDEN] = {
    [TS_HIDDEN_SIMILARITY] = "similarity",
    [TS_HIDDEN_QUERY_IN_DOC] = "query_in_doc",
    [TS_HIDDEN_DOC_IN_QUERY] = "doc_in_query",
    [TS_HIDDEN_RANK] = "rank",
};

void ts_config_clear(ts_index_config *config)
{
    for (int i = 0; i < config->n_columns; i++)
        sqlite3_free(config->columns[i]);
    sqlite3_free(config->columns);
    sqlite3_free(config->content_table);
    sqlite3_free(config->content_rowid);
    *config = (ts_index_config){0};
}

/* --- words ----------------------------------------------------------------------- */

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *skip_spaces(const char *p)
{
    while (is_space(*p))
        p++;
    return p;
}

/* What ends a quotation that begins with 'c', or 0 if it begins none. */
static char closing_quote(char c)
{
    if (c == '[') return ']';
    return c == '"' || c == '\'' || c == '`' ? c : '\0';
}

/*
 * Read a name or a value at *at, without its quotes, and go behind it; it is
 * owned.  NULL if out of memory or if a quote is not closed, which are errors.
 */
static char *read_word(const char **at, ts_error *error)
{
    const char *p = *at;
    const char quote = closing_quote(*p);
    char *word = sqlite3_malloc64(strlen(p) + 1);
    size_t n = 0;
    if (word == NULL) {
        ts_error_nomem(error);
        return NULL;
    }
    if (quote != '\0') {
        for (p++; *p != '\0'; p++) {
            if (*p == quote && (quote == ']' || p[1] != quote)) break;
            if (*p == quote) p++;
            word[n++] = *p;
        }
        if (*p == '\0') {
            ts_error_set(error, "a quote is not closed in: %s", *at);
            sqlite3_free(word);
            return NULL;
        }
        p++;
    } else {
        while (*p != '\0' && !is_space(*p) && *p != '=')
            word[n++] = *p++;
    }
    word[n] = '\0';
    *at = p;
    return word;
}

/* Whether there is a "=" outside of quotes. */
static bool is_options(const char *argument)
{
    char quote = '\0';
    for (const char *p = argument; *p != '\0'; p++) {
        if (quote != '\0')
            quote = *p == quote ? '\0' : quote;
        else if (*p == '=')
            return true;
        else
            quote = closing_quote(*p);
    }
    return false;
}

/* --- columns ---------------------------------------------------------------------- */

/* A name that each index has already; 'what' would be called so. */
static void refuse_reserved(const char *what, const char *name, ts_error *error)
{
    if (sqlite3_stricmp(name, "rowid") == 0)
        ts_error_set(error, "%s must not be named '%s'", what, name);
    for (int i = 0; i < TS_N_HIDDEN; i++)
        if (hidden_names[i] != NULL && sqlite3_stricmp(name, hidden_names[i]) == 0)
            ts_error_set(
                error, "%s must not be named '%s', which is one of the hidden columns",
                what, name);
}

bool ts_declare_name(const ts_index_config *config, const char *name, ts_error *error)
{
    refuse_reserved("the table", name, error);
    for (int i = 0; i < config->n_columns; i++)
        if (sqlite3_stricmp(name, config->columns[i]) == 0)
            ts_error_set(error, "a column must not have the name of the table, '%s'",
                         config->columns[i]);
    return error->code == SQLITE_OK;
}

static void check_column(const ts_index_config *config, const char *name,
                         ts_error *error)
{
    if (*name == '\0') ts_error_set(error, "a column must have a name");
    refuse_reserved("a column", name, error);
    for (int i = 0; i < config->n_columns; i++)
        if (sqlite3_stricmp(name, config->columns[i]) == 0)
            ts_error_set(error, "there are two columns '%s'", name);
}

/* The column takes over 'name'. */
static void add_column(ts_index_config *config, char *name, ts_error *error)
{
    char **columns = sqlite3_realloc64(
        config->columns, (sqlite3_uint64)(config->n_columns + 1) * sizeof *columns);
    if (columns == NULL) {
        ts_error_nomem(error);
        sqlite3_free(name);
        return;
    }
    config->columns = columns;
    columns[config->n_columns++] = name;
}

static void read_column(ts_index_config *config, const char *argument, ts_error *error)
{
    const char *at = skip_spaces(argument);
    char *name = read_word(&at, error);
    if (name == NULL) return;
    at = skip_spaces(at);
    const bool unindexed = sqlite3_stricmp(at, "UNINDEXED") == 0;
    if (*at != '\0' && !unindexed)
        ts_error_set(error,
                     "'%s' after column '%s' is not understood; further columns "
                     "are name UNINDEXED",
                     at, name);
    else if (config->n_columns == 0 && unindexed)
        ts_error_set(error,
                     "the first column, '%s', is the text and cannot be "
                     "UNINDEXED",
                     name);
    else if (config->n_columns > 0 && !unindexed)
        ts_error_set(error, "there is one text column, '%s'; '%s' must be UNINDEXED",
                     config->columns[0], name);
    check_column(config, name, error);
    if (error->code == SQLITE_OK)
        add_column(config, name, error);
    else
        sqlite3_free(name);
}

/* --- options ---------------------------------------------------------------------- */

/* A number as it is written: 0.ddd times ten to the power of 'place'. */
typedef struct decimal {
    unsigned char digits[MAX_ZEROS + MAX_DIGITS]; /* the first is not 0 */
    int n;
    int place;
} decimal;

/* "e" and a whole number, at the end of a number. */
static bool read_exponent(const char *p, const char *end, int *place)
{
    const bool negative = p < end && *p == '-';
    int exponent = 0;
    if (p < end && (*p == '-' || *p == '+')) p++;
    if (p == end) return false;
    for (; p < end; p++) {
        if (*p < '0' || *p > '9') return false;
        if (exponent < 2 * (MAX_ZEROS + MAX_DIGITS))
            exponent = 10 * exponent + (*p - '0');
    }
    *place += negative ? -exponent : exponent;
    return true;
}

static bool read_digits(ts_word word, decimal *d)
{
    const char *p = word.data, *end = word.data + word.size;
    bool point = false, any = false;
    for (; p < end && *p != 'e' && *p != 'E'; p++) {
        if (*p == '.' && !point) {
            point = true;
            continue;
        }
        if (*p < '0' || *p > '9' || d->n == MAX_DIGITS) return false;
        any = true;
        if (d->n > 0 || *p != '0') {
            d->digits[d->n++] = (unsigned char)(*p - '0');
            d->place += !point;
        } else {
            d->place -= point;
        }
    }
    if (p < end && !read_exponent(p + 1, end, &d->place)) return false;
    while (d->n > 0 && d->digits[d->n - 1] == 0)
        d->n--;
    return any;
}

/* Double a fraction; the bit that is carried out of it. */
static unsigned double_fraction(unsigned char *digits, int n)
{
    unsigned carry = 0;
    for (int i = n - 1; i >= 0; i--) {
        const unsigned twice = 2u * digits[i] + carry;
        carry = twice >= 10;
        digits[i] = (unsigned char)(twice - 10 * carry);
    }
    return carry;
}

/* The double that is nearest to a decimal below 1; the digits are used up. */
static double nearest(decimal *d)
{
    const int n_zeros = -d->place, n = d->n + n_zeros;
    double value = 0.0, unit = 1.0;
    unsigned bit = 0;
    memmove(d->digits + n_zeros, d->digits, (size_t)d->n);
    memset(d->digits, 0, (size_t)n_zeros);
    for (int n_bits = 0; n_bits<DOUBLE_BITS; n_bits += value> 0.0) {
        unit /= 2;
        bit = double_fraction(d->digits, n);
        if (bit) value += unit;
    }
    /* What is left is compared with one half; of two that are as near, the even. */
    if (double_fraction(d->digits, n)) {
        for (int i = 0; i < n; i++)
            bit |= d->digits[i];
        if (bit) value += unit;
    }
    return value;
}

/*
 * A number as SQL writes it, 0.5 or .5 or 5e-1, to the nearest double; what is over
 * 1 becomes 2, what is next to nothing 0.  strtod() would depend on the locale, and
 * what SQLite makes of so many digits, on its version.
 */
static bool read_decimal(ts_word word, double *number)
{
    decimal d = {.n = 0};
    if (!read_digits(word, &d)) return false;
    if (d.n == 0 || d.place < -MAX_ZEROS)
        *number = 0.0;
    else if (d.place <= 0)
        *number = nearest(&d);
    else
        *number = d.place == 1 && d.n == 1 && d.digits[0] == 1 ? 1.0 : 2.0;
    return true;
}

static char *copy_word(ts_word word, ts_error *error)
{
    char *copy = sqlite3_mprintf("%.*s", (int)word.size, word.data);
    if (copy == NULL) ts_error_nomem(error);
    return copy;
}

static void take_threshold(ts_index_config *config, ts_word value, ts_error *error)
{
    if (!read_decimal(value, &config->threshold) || config->threshold <= 0.0 ||
        config->threshold > 1.0)
        ts_error_set(error, "threshold=%.*s is not a number over 0 and up to 1",
                     ts_word_quotable(value), value.data);
}

static void take_sync(ts_index_config *config, ts_word value, ts_error *error)
{
    if (ts_word_is(value, "triggers"))
        config->sync = TS_SYNC_TRIGGERS;
    else if (!ts_word_is(value, "manual"))
        ts_error_set(error, "sync=%.*s is not one of manual, triggers",
                     ts_word_quotable(value), value.data);
}

bool ts_declare_take(ts_index_config *config, const char *key, ts_word value,
                     ts_error *error)
{
    if (sqlite3_stricmp(key, "threshold") == 0) {
        take_threshold(config, value, error);
    } else if (sqlite3_stricmp(key, "sync") == 0) {
        take_sync(config, value, error);
    } else if (sqlite3_stricmp(key, "content") == 0) {
        config->content = value.size > 0 ? TS_CONTENT_EXTERNAL : TS_CONTENT_NONE;
        sqlite3_free(config->content_table);
        config->content_table = copy_word(value, error);
    } else if (sqlite3_stricmp(key, "content_rowid") == 0) {
        sqlite3_free(config->content_rowid);
        config->content_rowid = copy_word(value, error);
    } else {
        return false;
    }
    return true;
}

/* Options of ours that were there, as bits; ts_options notices its own. */
static unsigned our_bit(const char *key)
{
    static const char *const keys[] = {"threshold", "sync", "content", "content_rowid"};
    for (unsigned i = 0; i < sizeof keys / sizeof *keys; i++)
        if (sqlite3_stricmp(key, keys[i]) == 0) return 1u << i;
    return 0;
}

static void given_twice(const ts_index_config *config, const ts_option *option,
                        ts_error *error)
{
    const ts_word nothing = {.data = "''", .size = 2};
    const ts_word value = option->value.size > 0 ? option->value : nothing;
    char number[32];
    const char *first = number;
    if (ts_word_is(option->key, "threshold"))
        sqlite3_snprintf(sizeof number, number, "%.15g", config->threshold);
    else if (ts_word_is(option->key, "sync"))
        first = config->sync == TS_SYNC_TRIGGERS ? "triggers" : "manual";
    else if (ts_word_is(option->key, "content"))
        first = config->content_table;
    else
        first = config->content_rowid;
    ts_error_set(error, "option %s is given twice, as %s and as %.*s; once is allowed",
                 option->key.data, *first != '\0' ? first : "''",
                 ts_word_quotable(value), value.data);
}

static void read_option(ts_index_config *config, const char **at, unsigned *given,
                        ts_error *error)
{
    char *key = read_word(at, error);
    char *value = NULL;
    const char *p = skip_spaces(*at);
    if (key != NULL && (*p != '=' || *key == '\0')) {
        ts_error_set(error, "'%s' is not key=value", *key != '\0' ? key : p);
    } else if (key != NULL) {
        *at = skip_spaces(p + 1);
        const bool quoted = closing_quote(**at) != '\0';
        value = read_word(at, error);
        if (value != NULL && *value == '\0' && !quoted)
            ts_error_set(error, "option '%s' has no value%s", key,
                         sqlite3_stricmp(key, "content") == 0
                             ? "; content='' keeps no text"
                             : "");
    }
    if (value != NULL && error->code == SQLITE_OK) {
        const ts_word key_word = {.data = key, .size = strlen(key)};
        const ts_option option = {.key = key_word,
                                  .value = {.data = value, .size = strlen(value)}};
        if (*given & our_bit(key)) given_twice(config, &option, error);
        *given |= our_bit(key);
        if (!ts_declare_take(config, key, option.value, error) &&
            !ts_options_take(&config->options, option, error))
            ts_options_unknown(option, OUR_OPTIONS, error);
    }
    sqlite3_free(key);
    sqlite3_free(value);
}

/* What depends on more than one argument. */
static void check_all(const ts_index_config *config, ts_error *error)
{
    if (config->n_columns == 0)
        ts_error_set(error,
                     "the first argument names the text column: USING textsim(body)");
    if (config->content == TS_CONTENT_NONE && config->n_columns > 1)
        ts_error_set(error,
                     "'%s' cannot be UNINDEXED with content='', which stores no "
                     "columns",
                     config->columns[1]);
    if (config->content != TS_CONTENT_EXTERNAL && config->content_rowid != NULL)
        ts_error_set(error,
                     "content_rowid='%s' needs the name of a table or view in "
                     "content",
                     config->content_rowid);
    if (config->content != TS_CONTENT_EXTERNAL && config->sync == TS_SYNC_TRIGGERS)
        ts_error_set(error, "sync=triggers needs the name of a table in content");
}

bool ts_declare_parse(ts_index_config *config, int argc, const char *const *argv,
                      ts_error *error)
{
    unsigned given = 0;
    *config = (ts_index_config){.options = TS_OPTIONS_DEFAULT,
                                .threshold = TS_THRESHOLD_DEFAULT};
    for (int i = 3; i < argc && error->code == SQLITE_OK; i++) {
        if (*skip_spaces(argv[i]) == '\0') continue;
        if (!is_options(argv[i])) {
            read_column(config, argv[i], error);
            continue;
        }
        if (config->n_columns == 0)
            ts_error_set(error, "the first argument names the text column, before %s",
                         argv[i]);
        const char *at = skip_spaces(argv[i]);
        while (*at != '\0' && error->code == SQLITE_OK) {
            read_option(config, &at, &given, error);
            at = skip_spaces(at);
        }
    }
    if (error->code == SQLITE_OK) check_all(config, error);
    return error->code == SQLITE_OK;
}

bool ts_declare_columns(ts_index *index, ts_error *error)
{
    sqlite3_str *s = sqlite3_str_new(index->db);
    sqlite3_str_appendall(s, "CREATE TABLE x(");
    for (int i = 0; i < index->config.n_columns; i++)
        sqlite3_str_appendf(s, "\"%w\", ", index->config.columns[i]);
    /* TEXT, so that '007' is not 7 to IN; REAL, so that a bound of TEXT is a number. */
    sqlite3_str_appendf(s, "\"%w\" TEXT HIDDEN", index->name);
    for (int i = TS_HIDDEN_SIMILARITY; i < TS_N_HIDDEN; i++)
        sqlite3_str_appendf(s, ", %s REAL HIDDEN", hidden_names[i]);
    sqlite3_str_appendall(s, ")");
    char *sql = sqlite3_str_finish(s);
    int rc = sql == NULL ? SQLITE_NOMEM : sqlite3_declare_vtab(index->db, sql);
    sqlite3_free(sql);
    if (rc != SQLITE_OK) ts_error_sqlite(error, index->db, rc);
    return rc == SQLITE_OK;
}
