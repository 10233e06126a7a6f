/*
 * The text rules in plain steps, one after the other over a whole text, to compare
 * the pipeline with.  Normal forms are utf8proc's, and categories too; of scripts
 * it knows nothing, so those are written down here.
 */
#ifndef TS_PLAIN_H
#define TS_PLAIN_H

#include "core/buffer.h"
#include "core/params.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

typedef enum plain_kind {
    PLAIN_SEPARATOR,
    PLAIN_LETTER,
    PLAIN_UNSPACED, /* a letter that is a token by itself */
    PLAIN_MARK,
    PLAIN_DIGIT,
    PLAIN_NUMBER,
    PLAIN_JOINER,
    PLAIN_COMMA
} plain_kind;

typedef struct plain_range {
    int32_t first;
    int32_t last;
} plain_range;

static inline bool plain_within(int32_t c, const plain_range *ranges, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (c >= ranges[i].first && c <= ranges[i].last) return true;
    return false;
}

/* Letters among these belong to scripts without spaces (Script_Extensions). */
static inline bool plain_unspaced(int32_t c)
{
    static const plain_range ranges[] = {
        {0xE01, 0xE3A},     {0xE40, 0xE5B},     {0xE81, 0xE82},     {0xE84, 0xE84},
        {0xE86, 0xE8A},     {0xE8C, 0xEA3},     {0xEA5, 0xEA5},     {0xEA7, 0xEBD},
        {0xEC0, 0xEC4},     {0xEC6, 0xEC6},     {0xEC8, 0xECD},     {0xED0, 0xED9},
        {0xEDC, 0xEDF},     {0x1000, 0x109F},   {0x1780, 0x17DD},   {0x17E0, 0x17E9},
        {0x17F0, 0x17F9},   {0x19E0, 0x19FF},   {0x2E80, 0x2E99},   {0x2E9B, 0x2EF3},
        {0x2F00, 0x2FD5},   {0x3001, 0x3003},   {0x3005, 0x3011},   {0x3013, 0x301F},
        {0x3021, 0x302D},   {0x3030, 0x3035},   {0x3037, 0x303F},   {0x3041, 0x3096},
        {0x3099, 0x30FF},   {0x3190, 0x319F},   {0x31C0, 0x31E3},   {0x31F0, 0x31FF},
        {0x3220, 0x3247},   {0x3280, 0x32B0},   {0x32C0, 0x32CB},   {0x32D0, 0x3370},
        {0x337B, 0x337F},   {0x33E0, 0x33FE},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},
        {0xA700, 0xA707},   {0xA92E, 0xA92E},   {0xA9E0, 0xA9FE},   {0xAA60, 0xAA7F},
        {0xF900, 0xFA6D},   {0xFA70, 0xFAD9},   {0xFE45, 0xFE46},   {0xFF61, 0xFF9F},
        {0x16FE2, 0x16FE3}, {0x16FF0, 0x16FF1}, {0x1AFF0, 0x1AFF3}, {0x1AFF5, 0x1AFFB},
        {0x1AFFD, 0x1AFFE}, {0x1B000, 0x1B122}, {0x1B150, 0x1B152}, {0x1B164, 0x1B167},
        {0x1D360, 0x1D371}, {0x1F200, 0x1F200}, {0x1F250, 0x1F251}, {0x20000, 0x2A6DF},
        {0x2A700, 0x2B738}, {0x2B740, 0x2B81D}, {0x2B820, 0x2CEA1}, {0x2CEB0, 0x2EBE0},
        {0x2F800, 0x2FA1D}, {0x30000, 0x3134A}};
    return plain_within(c, ranges, sizeof ranges / sizeof *ranges);
}

/* Letters among these are Latin, Greek or Cyrillic. */
static inline bool plain_alphabet(int32_t c)
{
    static const plain_range ranges[] = {
        {0x0041, 0x02B8}, {0x0370, 0x03E1}, {0x03F0, 0x052F}, {0x1C80, 0x1C88},
        {0x1D00, 0x1DBF}, {0x1E00, 0x1FFF}, {0x2C60, 0x2C7F}, {0xA640, 0xA69F},
        {0xA722, 0xA7FF}, {0xAB30, 0xAB69}};
    return plain_within(c, ranges, sizeof ranges / sizeof *ranges);
}

/* Marks among these belong to those three, or to all scripts (scripts Inherited,
 * Common). */
static inline bool plain_diacritic(int32_t c)
{
    static const plain_range ranges[] = {
        {0x0300, 0x036F},   {0x0483, 0x0489},   {0x064B, 0x0655},   {0x0670, 0x0670},
        {0x0951, 0x0954},   {0x1AB0, 0x1ACE},   {0x1CD0, 0x1CD2},   {0x1CD4, 0x1CE8},
        {0x1CED, 0x1CED},   {0x1CF4, 0x1CF4},   {0x1CF7, 0x1CF9},   {0x1DC0, 0x1DFF},
        {0x20D0, 0x20F0},   {0x2DE0, 0x2DFF},   {0x302A, 0x302D},   {0x3099, 0x309A},
        {0xA66F, 0xA672},   {0xA674, 0xA67D},   {0xA69E, 0xA69F},   {0xFE00, 0xFE0F},
        {0xFE20, 0xFE2F},   {0x101FD, 0x101FD}, {0x102E0, 0x102E0}, {0x1133B, 0x1133B},
        {0x1CF00, 0x1CF2D}, {0x1CF30, 0x1CF46}, {0x1D165, 0x1D169}, {0x1D16D, 0x1D172},
        {0x1D17B, 0x1D182}, {0x1D185, 0x1D18B}, {0x1D1AA, 0x1D1AD}, {0x1D242, 0x1D244}};
    return plain_within(c, ranges, sizeof ranges / sizeof *ranges);
}

/* Unassigned in Unicode 14.0; of those since assigned, the ones in texts.h. */
static inline bool plain_unassigned(int32_t c)
{
    return utf8proc_category(c) == UTF8PROC_CATEGORY_CN || c == 0x11F02 ||
           c == 0x1E030 || c == 0x31350;
}

static inline plain_kind plain_kind_of(int32_t c)
{
    if (c == '\'' || c == '.' || c == 0x2018 || c == 0x2019 || c == 0x2BC)
        return PLAIN_JOINER;
    if (c == ',') return PLAIN_COMMA;
    if (plain_unassigned(c)) return PLAIN_SEPARATOR;
    switch (utf8proc_category_string(c)[0]) {
    case 'L':
        return plain_unspaced(c) ? PLAIN_UNSPACED : PLAIN_LETTER;
    case 'M':
        return PLAIN_MARK;
    case 'N':
        return utf8proc_category(c) == UTF8PROC_CATEGORY_ND ? PLAIN_DIGIT
                                                            : PLAIN_NUMBER;
    default:
        return PLAIN_SEPARATOR;
    }
}

/* What utf8proc calls the mapping of the params: decomposed, in canonical order. */
static inline utf8proc_option_t plain_options(const ts_params *params)
{
    int options =
        UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_IGNORE;
    if (params->letter_case == TS_CASE_FOLD) options |= UTF8PROC_CASEFOLD;
    return (utf8proc_option_t)options;
}

/* Drop the marks of letters; the string is decomposed.  Returns what is left. */
static inline size_t plain_strip(int32_t *string, size_t n)
{
    size_t kept = 0;
    bool drop = false;
    for (size_t i = 0; i < n; i++) {
        plain_kind kind = plain_kind_of(string[i]);
        if (kind != PLAIN_MARK)
            drop = kind == PLAIN_LETTER && plain_alphabet(string[i]);
        if (kind == PLAIN_MARK && drop && plain_diacritic(string[i])) continue;
        string[kept++] = string[i];
    }
    return kept;
}

/* Canonical order, as the standard defines it: exchange neighbours until none is wrong.
 */
static inline void plain_order(int32_t *string, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t j = i; j > 0; j--) {
            int32_t here = string[j], before = string[j - 1];
            int class = utf8proc_get_property(here)->combining_class;
            if (class == 0 || utf8proc_get_property(before)->combining_class <= class)
                break;
            string[j] = before;
            string[j - 1] = here;
        }
}

/* The normal form of well-formed UTF-8 without unassigned code points. */
static inline size_t plain_normalize(const ts_params *params, const uint8_t *text,
                                     size_t size, int32_t *string, size_t room)
{
    utf8proc_ssize_t n =
        utf8proc_decompose(text, (utf8proc_ssize_t)size, string, (utf8proc_ssize_t)room,
                           plain_options(params));
    if (n < 0 || (size_t)n > room) abort();
    if (params->marks == TS_MARKS_STRIP) {
        n = (utf8proc_ssize_t)plain_strip(string, (size_t)n);
        plain_order(string, (size_t)n);
    }
    n = utf8proc_normalize_utf32(string, n, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (n < 0) abort();
    return (size_t)n;
}

typedef struct plain_string {
    int32_t *code_points; /* owned; 0 for what separates and never composes */
    size_t n;
} plain_string;

/* Fold a text of any bytes. */
static inline plain_string plain_fold(const ts_params *params, const uint8_t *text,
                                      size_t size)
{
    enum { EXPANSION = 18 }; /* of U+FDFA, the longest; it has three bytes */
    size_t room = (size + 1) * EXPANSION, i = 0, run = 0;
    plain_string s = {.code_points = malloc(room * sizeof *s.code_points)};
    if (s.code_points == NULL) abort();
    for (;;) {
        int32_t c = 0;
        utf8proc_ssize_t n = 0;
        if (i < size) n = utf8proc_iterate(text + i, (utf8proc_ssize_t)(size - i), &c);
        if (n > 0 && !plain_unassigned(c)) {
            i += (size_t)n;
            continue;
        }
        if (i > run)
            s.n += plain_normalize(params, text + run, i - run, s.code_points + s.n,
                                   room - s.n);
        if (i == size) return s;
        s.code_points[s.n++] = 0;
        i += n > 0 ? (size_t)n : 1;
        run = i;
    }
}

static inline void plain_add_bytes(ts_bytes *out, const void *bytes, size_t size)
{
    if (ts_bytes_append(out, bytes, size) != TS_OK) abort();
}

static inline void plain_add(ts_bytes *out, int32_t c)
{
    uint8_t bytes[4];
    plain_add_bytes(out, bytes, (size_t)utf8proc_encode_char(c, bytes));
}

/* Append the words of a text, each with a line feed behind it. */
static inline void plain_words(const ts_params *params, const uint8_t *text,
                               size_t size, ts_bytes *out)
{
    plain_string s = plain_fold(params, text, size);
    plain_kind base = PLAIN_SEPARATOR; /* of the last character that is no mark */
    bool inside = false;
    for (size_t i = 0; i < s.n; i++) {
        plain_kind kind = plain_kind_of(s.code_points[i]);
        plain_kind next =
            i + 1 < s.n ? plain_kind_of(s.code_points[i + 1]) : PLAIN_SEPARATOR;
        bool joins =
            kind == PLAIN_JOINER || (kind == PLAIN_COMMA && base == PLAIN_DIGIT);
        if (joins && next == base && (base == PLAIN_LETTER || base == PLAIN_DIGIT))
            continue;

        bool separates =
            kind == PLAIN_SEPARATOR || kind == PLAIN_JOINER || kind == PLAIN_COMMA;
        bool alone =
            kind == PLAIN_UNSPACED || (base == PLAIN_UNSPACED && kind != PLAIN_MARK);
        if (inside && (separates || alone)) plain_add(out, '\n');
        inside = !separates;
        if (inside) plain_add(out, s.code_points[i]);
        if (kind != PLAIN_MARK) base = separates ? PLAIN_SEPARATOR : kind;
    }
    if (inside) plain_add(out, '\n');
    free(s.code_points);
}

/*
 * Append the characters of the words joined by single spaces, each with a line
 * feed behind it; 'words' come from plain_words().
 */
static inline void plain_characters(const ts_bytes *words, ts_bytes *out)
{
    for (size_t i = 0, next; i < words->size; i = next) {
        next = i + 1;
        while (next < words->size && (words->data[next] & 0xC0) == 0x80)
            next++;
        bool ends = words->data[i] == '\n';
        if (ends && next == words->size) break;
        plain_add_bytes(out, ends ? (const uint8_t *)" " : words->data + i, next - i);
        plain_add(out, '\n');
    }
}

#endif
