/*
 * What the text rules need to know of each code point: Unicode 14.0, whatever
 * the installed utf8proc knows, so that stored BLOBs stay comparable.
 *
 * A code point has one record for case=fold and one for case=keep.  Nearly all
 * map to a single code point at a fixed distance (its lower case, its plain
 * form), so about 2,300 records in blocks of 64 describe all 1.1 million:
 * three loads per character, 110 kB in all, of which a text touches little.
 */
#ifndef TS_UNICODE_H
#define TS_UNICODE_H

#include <stdint.h>

/* What a code point is to the token rules: the low three bits of the info. */
enum {
    TS_CLASS_SEPARATOR = 0, /* also code points that Unicode 14.0 leaves unassigned */
    TS_CLASS_LETTER = 1,
    TS_CLASS_DIGIT = 2,  /* category Nd */
    TS_CLASS_NUMBER = 3, /* other numbers: part of words, but no digits */
    TS_CLASS_MARK = 4,
    TS_CLASS_NOSPACE = 5, /* letter of a script that is written without spaces */
    TS_CLASS_JOINER = 6,  /* apostrophes and the full stop */
    TS_CLASS_COMMA = 7,
    TS_CLASS_BITS = 7
};

/* What the mapping needs beyond the distance: the other bits of the info. */
enum {
    TS_UNICODE_ALPHABET = 0x08,   /* a letter of Latin, Greek or Cyrillic */
    TS_UNICODE_DROPPABLE = 0x08,  /* of a mark: one of theirs, or of all scripts */
    TS_UNICODE_UNASSIGNED = 0x08, /* of a separator: unassigned or a surrogate */
    TS_UNICODE_EXPANDS = 0x10,    /* becomes more than one code point */
    TS_UNICODE_COMBINES = 0x20,   /* may compose or reorder with what is before */
    TS_UNICODE_DIACRITIC = 0x40,  /* a letter of ALPHABET that carries marks */
    TS_UNICODE_IGNORED = 0x80     /* default-ignorable: vanishes */
};

/* Indexed by ts_case.  Class and flags are those of what it becomes. */
typedef struct ts_unicode_record {
    int32_t distance[2];
    uint8_t info[2];
} ts_unicode_record;

/*
 * The code points from n * 0x1000 on, by the second byte of their UTF-8: from
 * ts_unicode_row_from[n] (C0: nowhere) to the end of the row they all stay as
 * they are and have the class ts_unicode_row_class[n].  Most of Han and Hangul.
 */
extern const uint8_t ts_unicode_row_class[16];
extern const uint8_t ts_unicode_row_from[16];

/*
 * Kana, U+3040 to U+30FF: no-space letters that stay as they are but for those
 * of which all of [0][second byte & 15], [1][third >> 4], [2][third & 15] share
 * a bit.
 */
extern const uint8_t ts_unicode_kana_others[3][16];

extern const ts_unicode_record ts_unicode_records[];
extern const uint16_t ts_unicode_block_of[];
extern const uint16_t ts_unicode_record_of[];

/* The record of a code point up to 0x10FFFF. */
static inline const ts_unicode_record *ts_unicode_lookup(uint32_t code_point)
{
    uint32_t block = ts_unicode_block_of[code_point >> 6];
    return &ts_unicode_records[ts_unicode_record_of[block << 6 | (code_point & 63)]];
}

#endif
