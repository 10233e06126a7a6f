#include "normalize.h"

#include "alloc.h"
#include "unicode.h"

#include <string.h>
#include <utf8proc.h>

/* The longest expansion of one code point, U+FDFA, has 18. */
#define EXPANSION_MAX 32

/* Up to here insertion sorts faster than counting does. */
#define INSERTION_MAX 24

static ts_status reserve(ts_segment *s, size_t extra)
{
    if (s->capacity - s->n >= extra) return TS_OK;
    if (s->n + extra > SIZE_MAX / 4 / sizeof *s->code_points) return TS_TOO_BIG;
    size_t capacity = s->capacity + s->capacity / 2;
    if (capacity < s->n + extra) capacity = s->n + extra;
    if (capacity < 64) capacity = 64;
    int32_t *grown = ts_realloc(s->code_points, capacity * sizeof *grown);
    if (grown == NULL) return TS_NOMEM;
    s->code_points = grown;
    s->capacity = capacity;
    return TS_OK;
}

ts_status ts_segment_add(ts_segment *s, ts_case letter_case, uint32_t code_point)
{
    const ts_unicode_record *record = ts_unicode_lookup(code_point);
    utf8proc_option_t options = UTF8PROC_DECOMPOSE;
    int32_t target = (int32_t)code_point;

    ts_status rc = reserve(s, EXPANSION_MAX);
    if (rc != TS_OK) return rc;

    /*
     * The distance in the record leads to the folded form, which only has to be
     * decomposed; what expands is left to utf8proc whole.
     */
    if (record->info[letter_case] & TS_UNICODE_EXPANDS) {
        options |= UTF8PROC_COMPAT | UTF8PROC_IGNORE;
        if (letter_case == TS_CASE_FOLD) options |= UTF8PROC_CASEFOLD;
    } else {
        target += record->distance[letter_case];
    }
    utf8proc_ssize_t n = utf8proc_decompose_char(target, s->code_points + s->n,
                                                 EXPANSION_MAX, options, NULL);
    /* unreachable: it fails for what is no code point, which was replaced before */
    if (n < 0 || n > EXPANSION_MAX) {
        s->code_points[s->n] = target;
        n = 1;
    }
    s->n += (size_t)n;
    return TS_OK;
}

static int combining_class(int32_t code_point)
{
    return utf8proc_get_property(code_point)->combining_class;
}

/* A stable sort of marks by combining class. */
static ts_status order_marks(int32_t *marks, size_t n)
{
    if (n <= INSERTION_MAX) {
        for (size_t i = 1; i < n; i++) {
            int32_t mark = marks[i];
            size_t j = i;
            for (; j > 0 && combining_class(marks[j - 1]) > combining_class(mark); j--)
                marks[j] = marks[j - 1];
            marks[j] = mark;
        }
        return TS_OK;
    }

    size_t place[257] = {0};
    int32_t *sorted = ts_malloc(n * sizeof *sorted);
    if (sorted == NULL) return TS_NOMEM;
    for (size_t i = 0; i < n; i++)
        place[combining_class(marks[i]) + 1]++;
    for (int c = 1; c < 257; c++)
        place[c] += place[c - 1];
    for (size_t i = 0; i < n; i++)
        sorted[place[combining_class(marks[i])]++] = marks[i];
    memcpy(marks, sorted, n * sizeof *sorted);
    ts_free(sorted);
    return TS_OK;
}

static ts_status canonical_order(ts_segment *s)
{
    for (size_t i = 0; i < s->n;) {
        size_t end = i + 1;
        if (combining_class(s->code_points[i]) != 0) {
            while (end < s->n && combining_class(s->code_points[end]) != 0)
                end++;
            ts_status rc = order_marks(s->code_points + i, end - i);
            if (rc != TS_OK) return rc;
        }
        i = end;
    }
    return TS_OK;
}

/*
 * Drop the marks that stand on letters of the three alphabets.  (utf8proc's own
 * STRIPMARK also takes the vowel signs of Thai and Indic scripts, which are
 * letters to those who write them.)
 */
static void strip_marks(ts_segment *s)
{
    size_t kept = 0;
    int on_alphabet = 0;

    for (size_t i = 0; i < s->n; i++) {
        uint8_t info =
            ts_unicode_lookup((uint32_t)s->code_points[i])->info[TS_CASE_KEEP];
        if ((info & TS_CLASS_BITS) != TS_CLASS_MARK)
            on_alphabet = (info & TS_UNICODE_ALPHABET) != 0;
        else if (on_alphabet && (info & TS_UNICODE_DROPPABLE))
            continue;
        s->code_points[kept++] = s->code_points[i];
    }
    s->n = kept;
}

ts_status ts_segment_compose(ts_segment *s, ts_marks marks)
{
    ts_status rc = canonical_order(s);
    if (rc != TS_OK) return rc;
    if (marks == TS_MARKS_STRIP) {
        /* A dropped mark of class 0 kept those around it apart: order them again. */
        strip_marks(s);
        rc = canonical_order(s);
        if (rc != TS_OK) return rc;
    }
    if (s->n > 1) {
        utf8proc_ssize_t n = utf8proc_normalize_utf32(
            s->code_points, (utf8proc_ssize_t)s->n, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
        if (n > 0) s->n = (size_t)n;
    }
    return TS_OK;
}

void ts_segment_clear(ts_segment *s)
{
    ts_free(s->code_points);
    memset(s, 0, sizeof *s);
}
