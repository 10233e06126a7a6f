/*
 * Folding.
 *
 * Three ways lead through a text, the rare ones slower than the common:
 *
 *   1. Runs of ASCII, eight bytes or more, go to the kernel: blocks of 64.
 *   2. Other characters are decoded and looked up (unicode.h): nearly all fold
 *      to a single code point at a known distance.
 *   3. What expands, composes or reorders is gathered into a segment and
 *      normalized there (normalize.h).  A mark found after a character that
 *      went the second way takes that character back.
 *
 * The second way is taken by every letter of Greek, Cyrillic or Chinese, so it
 * has no state: the class of a byte is stored with it, and all rules about
 * neighbours are left to the masks of find_words.
 */
#include "fold.h"

#include "alloc.h"
#include "bytes.h"
#include "unicode.h"

#include <string.h>

/* Characters that the second way writes before it looks at the room again. */
#define CHARACTER_ROOM 8

#define NOWHERE SIZE_MAX

/* The byte class of each class of code points (TS_CLASS_MARK: see mark_class). */
static const uint8_t byte_class[8] = {
    TS_BYTE_SEPARATOR, TS_BYTE_LETTER,  TS_BYTE_DIGIT,  TS_BYTE_WORD,
    TS_BYTE_WORD,      TS_BYTE_NOSPACE, TS_BYTE_JOINER, TS_BYTE_COMMA,
};

ts_status ts_fold_init(ts_fold *f, size_t capacity, ts_fold_sources sources)
{
    memset(f, 0, sizeof *f);
    f->kernels = ts_kernels_best();
    f->capacity = capacity;
    f->bytes = ts_malloc(capacity + TS_KERNEL_SLACK);
    f->classes = ts_malloc(capacity + TS_KERNEL_SLACK);
    if (sources == TS_FOLD_WITH_SOURCES)
        f->sources = ts_malloc((capacity + TS_KERNEL_SLACK) * sizeof *f->sources);
    if (f->bytes == NULL || f->classes == NULL ||
        (sources == TS_FOLD_WITH_SOURCES && f->sources == NULL)) {
        ts_fold_clear(f);
        return TS_NOMEM;
    }
    return TS_OK;
}

void ts_fold_clear(ts_fold *f)
{
    ts_free(f->bytes);
    ts_free(f->classes);
    ts_free(f->sources);
    ts_segment_clear(&f->segment);
    memset(f, 0, sizeof *f);
}

void ts_fold_begin(ts_fold *f, const ts_params *params, const uint8_t *text, size_t size)
{
    f->letter_case = params->letter_case;
    f->marks = params->marks;
    f->text = text;
    f->size = size;
    f->position = 0;
    f->n = 0;
}

void ts_fold_consume(ts_fold *f, size_t n)
{
    f->n -= n;
    memmove(f->bytes, f->bytes + n, f->n);
    memmove(f->classes, f->classes + n, f->n);
    if (f->sources != NULL) memmove(f->sources, f->sources + n, f->n * sizeof *f->sources);
}

/* Make the buffer larger; what is in it stays. */
static ts_status grow(ts_fold *f, size_t capacity)
{
    uint8_t *bytes = ts_realloc(f->bytes, capacity + TS_KERNEL_SLACK);
    if (bytes == NULL) return TS_NOMEM;
    f->bytes = bytes;
    uint8_t *classes = ts_realloc(f->classes, capacity + TS_KERNEL_SLACK);
    if (classes == NULL) return TS_NOMEM;
    f->classes = classes;
    if (f->sources != NULL) {
        ts_source *sources =
            ts_realloc(f->sources, (capacity + TS_KERNEL_SLACK) * sizeof *sources);
        if (sources == NULL) return TS_NOMEM;
        f->sources = sources;
    }
    f->capacity = capacity;
    return TS_OK;
}

/*
 * Decode the character at 'p', which is no ASCII.  Returns its size, or 0 where
 * the bytes are ill-formed: overlong, a surrogate, past 10FFFF, cut short.
 */
static inline size_t decode(const uint8_t *p, const uint8_t *end, uint32_t *code_point)
{
    uint32_t c = p[0];
    if (c < 0xE0) {
        if (c < 0xC2 || end - p < 2 || (p[1] & 0xC0) != 0x80) return 0;
        *code_point = (c & 0x1F) << 6 | (p[1] & 0x3Fu);
        return 2;
    }
    if (c < 0xF0) {
        if (end - p < 3 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80) return 0;
        c = (c & 0x0F) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
        if (c < 0x800 || (c >= 0xD800 && c <= 0xDFFF)) return 0;
        *code_point = c;
        return 3;
    }
    if (c > 0xF4 || end - p < 4 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80 ||
        (p[3] & 0xC0) != 0x80)
        return 0;
    c = (c & 7) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
    if (c < 0x10000 || c > 0x10FFFF) return 0;
    *code_point = c;
    return 4;
}

/* Write a code point as UTF-8, always four bytes wide; returns how many count. */
static inline size_t encode(uint32_t c, uint8_t *p)
{
    if (c < 0x80) {
        p[0] = (uint8_t)c;
        return 1;
    }
    if (c < 0x800) {
        p[0] = (uint8_t)(0xC0 | c >> 6);
        p[1] = (uint8_t)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        p[0] = (uint8_t)(0xE0 | c >> 12);
        p[1] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
        p[2] = (uint8_t)(0x80 | (c & 0x3F));
        return 3;
    }
    p[0] = (uint8_t)(0xF0 | c >> 18);
    p[1] = (uint8_t)(0x80 | (c >> 12 & 0x3F));
    p[2] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
    p[3] = (uint8_t)(0x80 | (c & 0x3F));
    return 4;
}

/* A mark counts as what it stands on. */
static inline uint8_t mark_class(const ts_fold *f, size_t n)
{
    uint8_t before = n > 0 ? f->classes[n - 1] : TS_BYTE_SEPARATOR;
    if (!(before & 0x80)) return TS_BYTE_WORD;
    return before & 0x40 ? TS_BYTE_NOSPACE_MORE : before;
}

/* Append one folded code point of a class; returns the new n. */
static inline size_t put(ts_fold *f, size_t n, uint32_t code_point, uint32_t code_class)
{
    uint8_t c = byte_class[code_class];
    if (code_class == TS_CLASS_MARK) c = mark_class(f, n);
    if (c == TS_BYTE_SEPARATOR) code_point = ' ';
    if (c == TS_BYTE_JOINER && code_point != '.') code_point = '\'';
    size_t size = encode(code_point, f->bytes + n);
    uint32_t more = c == TS_BYTE_NOSPACE ? TS_BYTE_NOSPACE_MORE : c;
    ts_store32(f->classes + n, c | more * UINT32_C(0x01010100));
    return n + size;
}

/* Say of the folded bytes from 'n' on where they came from. */
static void put_sources(ts_fold *f, size_t n, size_t end, size_t from, size_t to)
{
    for (; n < end; n++)
        f->sources[n] = (ts_source){(uint32_t)from, (uint32_t)to};
}

/* Whether a character belongs to the segment before it. */
static inline int joins_segment(const ts_fold *f, uint8_t info)
{
    if (info & TS_UNICODE_COMBINES) return 1;
    return f->marks == TS_MARKS_STRIP && (info & TS_CLASS_BITS) == TS_CLASS_MARK;
}

/*
 * Gather the segment that begins with the character at f->position, normalize
 * it, and append it.  Without room for it, sets *full and leaves everything as
 * it was; but grows the buffer if it holds no more than 'n_before' bytes, which
 * the caller could not consume.
 */
static ts_status fold_segment(ts_fold *f, size_t n_before, int *full)
{
    const uint8_t *end = f->text + f->size;
    size_t first = f->position;
    size_t last = first; /* end of the last character taken */

    f->segment.n = 0;
    for (size_t i = first; i < f->size;) {
        uint32_t c = f->text[i];
        size_t size = c < 0x80 ? 1 : decode(f->text + i, end, &c);
        if (size == 0) break;
        uint8_t info = ts_unicode_lookup(c)->info[f->letter_case];
        if (i > first && !joins_segment(f, info) && !(info & TS_UNICODE_IGNORED)) break;
        i += size;
        if (info & TS_UNICODE_IGNORED) continue;
        ts_status rc = ts_segment_add(&f->segment, f->letter_case, c);
        if (rc != TS_OK) return rc;
        last = i;
    }
    ts_status rc = ts_segment_compose(&f->segment, f->marks);
    if (rc != TS_OK) return rc;

    size_t room = f->segment.n * 4 + CHARACTER_ROOM;
    if (f->capacity - f->n < room) {
        if (f->n > n_before) {
            *full = 1;
            return TS_OK;
        }
        rc = grow(f, f->n + room);
        if (rc != TS_OK) return rc;
    }
    size_t n = f->n;
    for (size_t i = 0; i < f->segment.n; i++) {
        uint32_t c = (uint32_t)f->segment.code_points[i];
        n = put(f, n, c, ts_unicode_lookup(c)->info[TS_CASE_KEEP] & TS_CLASS_BITS);
    }
    if (f->sources != NULL) put_sources(f, f->n, n, first, last);
    f->n = n;
    f->position = last;
    return TS_OK;
}

ts_status ts_fold_more(ts_fold *f)
{
    const uint8_t *text = f->text;
    const uint8_t *end = text + f->size;
    const uint8_t slow = f->marks == TS_MARKS_STRIP
                             ? TS_UNICODE_EXPANDS | TS_UNICODE_COMBINES | TS_UNICODE_DIACRITIC
                             : TS_UNICODE_EXPANDS | TS_UNICODE_COMBINES;
    /* Where the last character began, if a mark may still take it back. */
    size_t last_position = NOWHERE, last_n = 0;
    const size_t n_before = f->n;
    size_t i = f->position, n = f->n;

    if (f->capacity - f->n < 2 * CHARACTER_ROOM) {
        ts_status rc = grow(f, f->capacity + f->capacity / 2 + 2 * CHARACTER_ROOM);
        if (rc != TS_OK) return rc;
    }
    while (i < f->size && f->capacity - n >= CHARACTER_ROOM) {
        size_t left = f->size - i, size = 1;
        if (left >= 8 && (ts_load64(text + i) & UINT64_C(0x8080808080808080)) == 0) {
            size_t room = f->capacity - n;
            size = f->kernels->fold_ascii(text + i, left < room ? left : room, f->letter_case,
                                          f->bytes + n, f->classes + n);
            if (f->sources != NULL)
                for (size_t j = 0; j < size; j++)
                    put_sources(f, n + j, n + j + 1, i + j, i + j + 1);
            last_position = i + size - 1;
            last_n = n + size - 1;
            i += size;
            n += size;
            continue;
        }

        uint32_t c = text[i];
        if (c >= 0x80 && (size = decode(text + i, end, &c)) == 0) {
            /* Ill-formed, byte by byte: a separator that nothing composes with. */
            n = put(f, n, ' ', TS_CLASS_SEPARATOR);
            if (f->sources != NULL) put_sources(f, n - 1, n, i, i + 1);
            i += 1;
            last_position = NOWHERE;
            continue;
        }
        const ts_unicode_record *record = ts_unicode_lookup(c);
        uint8_t info = record->info[f->letter_case];
        if (info & TS_UNICODE_IGNORED) {
            i += size;
            continue;
        }
        if ((info & slow) || joins_segment(f, info)) {
            int full = 0;
            int take_back = joins_segment(f, info) && last_position != NOWHERE;
            f->position = take_back ? last_position : i;
            f->n = take_back ? last_n : n;
            ts_status rc = fold_segment(f, n_before, &full);
            if (rc != TS_OK || full) return rc;
            i = f->position;
            n = f->n;
            last_position = NOWHERE;
            continue;
        }
        last_position = info == TS_UNICODE_UNASSIGNED ? NOWHERE : i;
        last_n = n;
        n = put(f, n, c + (uint32_t)record->distance[f->letter_case], info & TS_CLASS_BITS);
        if (f->sources != NULL) put_sources(f, last_n, n, i, i + size);
        i += size;
    }

    /* What comes next may be a mark on the last character: keep them together. */
    if (i < f->size && text[i] >= 0x80 && last_position != NOWHERE && last_n > n_before) {
        i = last_position;
        n = last_n;
    }
    f->position = i;
    f->n = n;
    return TS_OK;
}
