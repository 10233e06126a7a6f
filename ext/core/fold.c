/*
 * Folding.
 *
 * Two ways lead through a text:
 *
 *   1. Runs of characters whose size does not change, which is nearly all of
 *      any text, go to the kernel: ASCII in blocks of 64, letters of other
 *      scripts by table, in place.
 *   2. Whatever stops the kernel is done here, one character at a time: the
 *      apostrophes, a few letters, emoji, ill-formed bytes.  What expands,
 *      composes or reorders is gathered into a segment and normalized there
 *      (normalize.h); a mark takes the character before it back for that.
 *
 * Neither has any state: the class of a byte is stored with it, and all rules
 * about neighbours are left to the masks of find_words.
 */
#include "fold.h"

#include "alloc.h"
#include "bytes.h"
#include "unicode.h"

#include <string.h>

/* Characters that the second way writes before it looks at the room again. */
#define CHARACTER_ROOM 8
_Static_assert(TS_FOLD_ROOM >= 2 * CHARACTER_ROOM, "a character, and one to take back");

#define NOWHERE SIZE_MAX

/* A segment that took more code points than this gives its memory back. */
#define SEGMENT_KEPT 4096

/* Classes lie behind one that is always 0: what is before the buffer separates. */
#define CLASSES_FRONT 8

ts_status ts_fold_init(ts_fold *f, size_t capacity, ts_fold_sources sources)
{
    memset(f, 0, sizeof *f);
    f->kernels = ts_kernels_best();
    f->capacity = capacity;
    f->bytes = ts_malloc(capacity + TS_KERNEL_SLACK);
    uint8_t *classes = ts_malloc(CLASSES_FRONT + capacity + TS_KERNEL_SLACK);
    if (classes != NULL) {
        memset(classes, TS_BYTE_SEPARATOR, CLASSES_FRONT);
        f->classes = classes + CLASSES_FRONT;
    }
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
    if (f->classes != NULL) ts_free(f->classes - CLASSES_FRONT);
    ts_free(f->sources);
    for (int i = 0; i < TS_FOLD_TABLES; i++)
        ts_free(f->tables[i]);
    ts_segment_clear(&f->segment);
    memset(f, 0, sizeof *f);
}

void ts_fold_begin(ts_fold *f, const ts_params *params, const uint8_t *text,
                   size_t size)
{
    f->letter_case = params->letter_case;
    f->marks = params->marks;
    f->text = text;
    f->size = size;
    f->position = 0;
    f->n = 0;
    f->table = NULL;
    if (f->segment.capacity > SEGMENT_KEPT) ts_segment_clear(&f->segment);
    f->segment.n = f->segment_at = 0;
}

void ts_fold_consume(ts_fold *f, size_t n)
{
    f->n -= n;
    memmove(f->bytes, f->bytes + n, f->n);
    memmove(f->classes, f->classes + n, f->n);
    if (f->sources != NULL)
        memmove(f->sources, f->sources + n, f->n * sizeof *f->sources);
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

/* Write a code point as UTF-8, for which there is room; returns its size. */
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

/* Append one folded code point of a class; returns the new n. */
static size_t put(ts_fold *f, size_t n, uint32_t code_point, unsigned code_class)
{
    /* n may be 0: there is a separator in front of the classes. */
    uint8_t c = ts_byte_class(code_class, f->classes[(ptrdiff_t)n - 1]);
    if (c == TS_BYTE_SEPARATOR) code_point = ' ';
    if (c == TS_BYTE_JOINER && code_point != '.') code_point = '\'';
    size_t size = encode(code_point, f->bytes + n);
    uint32_t more = ts_byte_class_more(c);
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

/* What a character costs that is passed by, or gathered, for the poll. */
#define STEPS_PER_CHARACTER 20

/* The buffer does not fill with it, so that nobody else counts it. */
static ts_status pass_character(ts_fold *f)
{
    return f->poll != NULL ? ts_poll_spend(f->poll, STEPS_PER_CHARACTER) : TS_OK;
}

/*
 * Gather the segment that begins with the character at f->position and
 * normalize it, for write_segment.
 */
static ts_status gather_segment(ts_fold *f)
{
    const uint8_t *end = f->text + f->size;
    ts_status rc = TS_OK;

    f->segment.n = 0;
    f->segment_at = 0;
    f->segment_end = f->position;
    for (size_t i = f->position; i < f->size;) {
        uint32_t c = f->text[i];
        size_t size = c < 0x80 ? 1 : decode(f->text + i, end, &c);
        if (size == 0) break;
        uint8_t info = ts_unicode_lookup(c)->info[f->letter_case];
        if (i > f->position && !joins_segment(f, info) && !(info & TS_UNICODE_IGNORED))
            break;
        i += size;
        rc = pass_character(f);
        if (rc == TS_OK && (info & TS_UNICODE_IGNORED)) continue;
        if (rc == TS_OK) rc = ts_segment_add(&f->segment, f->letter_case, c);
        if (rc != TS_OK) break;
        f->segment_end = i;
    }
    if (rc == TS_OK) rc = ts_segment_compose(&f->segment, f->marks);
    if (rc != TS_OK) f->segment.n = 0; /* gathered anew, if the call is tried again */
    return rc;
}

/* Append as much of the segment as there is room for; whether that is all. */
static int write_segment(ts_fold *f)
{
    size_t n = f->n;
    while (f->segment_at < f->segment.n && f->capacity - n >= CHARACTER_ROOM) {
        uint32_t c = (uint32_t)f->segment.code_points[f->segment_at++];
        n = put(f, n, c, ts_unicode_lookup(c)->info[TS_CASE_KEEP] & TS_CLASS_BITS);
    }
    if (f->sources != NULL) put_sources(f, f->n, n, f->position, f->segment_end);
    f->n = n;
    if (f->segment_at < f->segment.n) return 0;
    f->position = f->segment_end;
    f->segment.n = f->segment_at = 0;
    return 1;
}

/* Say where a run of characters that kept their sizes came from. */
static void put_run_sources(ts_fold *f, size_t n, size_t from, size_t size)
{
    size_t end = from + size;
    while (from < end) {
        size_t next = from + 1;
        while (next < end && (f->text[next] & 0xC0) == 0x80)
            next++;
        put_sources(f, n, n + (next - from), from, next);
        n += next - from;
        from = next;
    }
}

/* The flags of characters that only a segment can do justice to. */
static uint8_t flags_to_leave(ts_marks marks)
{
    uint8_t leave = TS_UNICODE_EXPANDS | TS_UNICODE_COMBINES | TS_UNICODE_IGNORED;
    return marks == TS_MARKS_STRIP ? leave | TS_UNICODE_DIACRITIC : leave;
}

/* Set f->table to the one for the case and marks of this text. */
static ts_status choose_table(ts_fold *f)
{
    ts_fold_table **place = &f->tables[2 * f->letter_case + f->marks];

    if (*place == NULL) {
        ts_fold_table *table = ts_malloc(sizeof *table);
        if (table == NULL) return TS_NOMEM;
        table->letter_case = f->letter_case;
        table->upper_bit = f->letter_case == TS_CASE_FOLD ? 0x20 : 0;
        table->leave = flags_to_leave(f->marks);
        table->leave_class =
            f->marks == TS_MARKS_STRIP ? TS_CLASS_MARK : TS_FOLD_NO_CLASS;
        memcpy(table->row_from, ts_unicode_row_from, sizeof table->row_from);
        for (int row = 0; row < 16; row++) {
            table->row_first[row] =
                ts_byte_class(ts_unicode_row_class[row], TS_BYTE_SEPARATOR);
            table->row_more[row] = ts_byte_class_more(table->row_first[row]);
        }
        for (uint32_t c = 0; c < 0x800; c++) {
            const ts_unicode_record *record = ts_unicode_lookup(c);
            uint8_t info = record->info[f->letter_case];
            unsigned class = info & TS_CLASS_BITS;
            uint32_t target = c + (uint32_t)record->distance[f->letter_case];
            /* The bytes of separators mean nothing: those may change their size. */
            if (class == TS_CLASS_SEPARATOR) target = c;
            int leave = c < 0x80 || target < 0x80 || target > 0x7FF ||
                        (info & table->leave) || info == TS_UNICODE_UNASSIGNED ||
                        class == TS_CLASS_MARK || class == TS_CLASS_JOINER;
            uint32_t byte = ts_byte_class(class, TS_BYTE_SEPARATOR);
            table->two_bytes[c] = leave ? TS_FOLD_LEAVE
                                        : (0xC0 | target >> 6) |
                                              (0x80 | (target & 0x3F)) << 8 |
                                              byte * 0x01010000;
        }
        memset(table->three_bytes, TS_THREE_UNKNOWN, sizeof table->three_bytes);
        *place = table;
    }
    f->table = *place;
    return TS_OK;
}

ts_status ts_fold_more(ts_fold *f)
{
    const uint8_t *text = f->text;
    /* Where the last character began, if a mark may still take it back. */
    size_t last_position = NOWHERE, last_n = 0;
    const size_t n_before = f->n;

    if (f->table == NULL) {
        ts_status rc = choose_table(f);
        if (rc != TS_OK) return rc;
    }
    if (f->segment.n > 0 && !write_segment(f)) return TS_OK;
    size_t i = f->position, n = f->n;
    for (;;) {
        size_t left = f->size - i, room = f->capacity - n;
        size_t size = f->kernels->fold_run(text + i, left < room ? left : room,
                                           f->table, f->bytes + n, f->classes + n);
        if (size > 0) {
            if (f->sources != NULL) put_run_sources(f, n, i, size);
            i += size;
            n += size;
            last_position = i - 1;
            while ((text[last_position] & 0xC0) == 0x80)
                last_position--;
            last_n = n - (i - last_position);
        }
        if (i == f->size || f->capacity - n < CHARACTER_ROOM) break;

        uint32_t c = text[i];
        size = c < 0x80 ? 1 : decode(text + i, text + f->size, &c);
        if (size == 0) {
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
            ts_status rc = pass_character(f);
            if (rc != TS_OK) return rc;
        } else if ((info & f->table->leave) || joins_segment(f, info)) {
            int take_back = joins_segment(f, info) && last_position != NOWHERE;
            f->position = take_back ? last_position : i;
            f->n = take_back ? last_n : n;
            ts_status rc = gather_segment(f);
            if (rc != TS_OK || !write_segment(f)) return rc;
            i = f->position;
            n = f->n;
            last_position = NOWHERE;
        } else {
            last_position = info == TS_UNICODE_UNASSIGNED ? NOWHERE : i;
            last_n = n;
            n = put(f, n, c + (uint32_t)record->distance[f->letter_case],
                    info & TS_CLASS_BITS);
            if (f->sources != NULL) put_sources(f, last_n, n, i, i + size);
            i += size;
        }
    }

    /* What comes next may be a mark on the last character: keep them together. */
    if (i < f->size && text[i] >= 0x80 && last_position != NOWHERE &&
        last_n > n_before) {
        i = last_position;
        n = last_n;
    }
    f->position = i;
    f->n = n;
    return TS_OK;
}
