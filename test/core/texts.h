/*
 * Texts for the tests of the pipeline: pieces that are hard in one way each, and
 * random mixtures of them, the same in every run.
 */
#ifndef TS_TEXTS_H
#define TS_TEXTS_H

#include "random.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct text_piece {
    const char *bytes;
    size_t size;
} text_piece;

/* Which pieces a text may have, as a set. */
enum {
    TEXT_ASCII = 1 << 0,
    TEXT_WORDS = 1 << 1,
    TEXT_JOINERS = 1 << 2,
    TEXT_ACCENTED = 1 << 3,
    TEXT_MARKS = 1 << 4,
    TEXT_IGNORED = 1 << 5,
    TEXT_SCRIPTS = 1 << 6,
    TEXT_UNSPACED = 1 << 7,
    TEXT_NUMBERS = 1 << 8,
    TEXT_EXPANDING = 1 << 9,
    TEXT_OTHERS = 1 << 10,
    TEXT_UNASSIGNED = 1 << 11,
    TEXT_ILL_FORMED = 1 << 12,
    TEXT_N_KINDS = 13,
    TEXT_ALL = (1 << TEXT_N_KINDS) - 1,
    TEXT_WELL_FORMED = TEXT_ALL & ~TEXT_ILL_FORMED
};

enum { TEXT_KIND_PIECES = 32 };

#define P(s)                                                                           \
    {                                                                                  \
        s, sizeof(s) - 1                                                               \
    }

/* A piece of a kind, chosen by a random number. */
static inline text_piece text_piece_of(int kind, uint64_t random)
{
    static const text_piece pieces[TEXT_N_KINDS][TEXT_KIND_PIECES] = {
        /* ASCII, NUL among it */
        {P("a"), P("b"), P("o"), P("p"), P("z"), P("A"),    P("O"),  P("P"),
         P("Z"), P("0"), P("9"), P(" "), P("-"), P("_"),    P("\n"), P("@"),
         P("["), P("`"), P("{"), P("/"), P(":"), P("\x7F"), P("\0"), P("  ")},
        /* words */
        {P("The "), P("and "), P("counter-terrorism "), P("Trump's "), P("U.S. "),
         P("1,000.5 "), P("Similarity"), P("o'"), P("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
         P("x.y.z"), P("0123456789 "), P("don't"), P(" "), P(", "), P(". ")},
        /* joiners and commas, of all widths */
        {P("'"), P("."), P(","), P("''"), P(".,"), P(u8"\u2018"), P(u8"\u2019"),
         P(u8"\u02BC"), P(u8"\uFF07"), P(u8"\uFF0E"), P(u8"\uFF0C"), P(u8"\u2024"),
         P(u8"\uFE52"), P(u8"\uFE50"), P(u8"\u201B")},
        /* letters of Latin, Greek and Cyrillic beyond ASCII */
        {P(u8"\u00E9"), P(u8"\u00C9"), P(u8"\u0130"), P(u8"\u0131"), P(u8"\u00F8"),
         P(u8"\u00D1"), P(u8"\u017F"), P(u8"\u03A3"), P(u8"\u03C2"), P(u8"\u03C3"),
         P(u8"\u0386"), P(u8"\u044F"), P(u8"\u042F"), P(u8"\u0419"), P(u8"\u0439"),
         P(u8"\u0451"), P(u8"\u1EC7"), P(u8"\u212B"), P(u8"\u2126"), P(u8"\u1F04"),
         P(u8"\u1F08"), P(u8"\u023A"), P(u8"\u2C65"), P(u8"\u0478")},
        /* marks: composing, reordering, neither; wide, narrow; expanding */
        {P(u8"\u0301"), P(u8"\u0300"), P(u8"\u0308"),     P(u8"\u0327"),
         P(u8"\u0323"), P(u8"\u0338"), P(u8"\u0345"),     P(u8"\u0344"),
         P(u8"\u0488"), P(u8"\u05B8"), P(u8"\u064E"),     P(u8"\u093C"),
         P(u8"\u093F"), P(u8"\u09BE"), P(u8"\u0E35"),     P(u8"\u0E48"),
         P(u8"\u0F71"), P(u8"\u3099"), P(u8"\uFF9E"),     P(u8"\u20DD"),
         P(u8"\u20E3"), P(u8"\u302A"), P(u8"\U0001D165"), P(u8"\U000110BA")},
        /* what vanishes */
        {P(u8"\u00AD"), P(u8"\u200B"), P(u8"\u200D"), P(u8"\u034F"), P(u8"\uFE0F"),
         P(u8"\uFEFF"), P(u8"\u1160"), P(u8"\u3164"), P(u8"\u061C"), P(u8"\U000E0100"),
         P(u8"\U0001D173")},
        /* letters of other scripts */
        {P(u8"\u0531"),     P(u8"\u05D0"),     P(u8"\u0644"), P(u8"\u0915"),
         P(u8"\u0928"),     P(u8"\u0958"),     P(u8"\u09C7"), P(u8"\u0F40"),
         P(u8"\u10A0"),     P(u8"\u10D0"),     P(u8"\u1C90"), P(u8"\u13A0"),
         P(u8"\uAB70"),     P(u8"\u1112"),     P(u8"\u1161"), P(u8"\u11AB"),
         P(u8"\uD55C"),     P(u8"\uD558"),     P(u8"\uFFBE"), P(u8"\U00010400"),
         P(u8"\U0001E900"), P(u8"\U000110A5"), P(u8"\u02B0")},
        /* letters of scripts without spaces */
        {P(u8"\u4E2D"), P(u8"\u6587"), P(u8"\u3042"), P(u8"\u304B"), P(u8"\u30AB"),
         P(u8"\u30FC"), P(u8"\u3005"), P(u8"\uFF76"), P(u8"\u0E01"), P(u8"\u0E44"),
         P(u8"\u0EA5"), P(u8"\u1780"), P(u8"\u1019"), P(u8"\uF900"), P(u8"\U00020000"),
         P(u8"\U0002F800"), P(u8"\uAA60")},
        /* numbers */
        {P("1"), P("2"), P(u8"\u00B2"), P(u8"\u0661"), P(u8"\u0967"), P(u8"\u0E51"),
         P(u8"\u2160"), P(u8"\u2460"), P(u8"\u2776"), P(u8"\u3007"), P(u8"\uFF11"),
         P(u8"\U0001D7CF"), P(u8"\U00010107")},
        /* what becomes more, or less */
        {P(u8"\u00DF"), P(u8"\u1E9E"), P(u8"\u0149"),    P(u8"\u00BD"), P(u8"\u0132"),
         P(u8"\u01C5"), P(u8"\u0390"), P(u8"\u0587"),    P(u8"\u0E33"), P(u8"\u0EB3"),
         P(u8"\u1FB4"), P(u8"\u2026"), P(u8"\u2488"),    P(u8"\u33C2"), P(u8"\u337F"),
         P(u8"\uFB01"), P(u8"\uFB2A"), P(u8"\uFDFA"),    P(u8"\uFEFB"), P(u8"\u00A8"),
         P(u8"\u00B4"), P(u8"\u2ADC"), P(u8"\U0001F14B")},
        /* separators, emoji, private use */
        {P(u8"\u00A0"), P(u8"\u00AB"), P("\xC2\x85"), P(u8"\u060C"), P(u8"\u2013"),
         P(u8"\u2014"), P(u8"\u201D"), P(u8"\u2028"), P(u8"\u20AC"), P(u8"\u3002"),
         P(u8"\u3000"), P(u8"\uE000"), P(u8"\uFFFD"), P(u8"\U0001F600"),
         P(u8"\U0001F1E9"), P(u8"\U0001D100"), P(u8"\U000F0000")},
        /* unassigned in Unicode 14.0: for ever, or until later; no utf8proc knows */
        {P(u8"\u0378"), P(u8"\u0380"), P(u8"\uFDD0"), P(u8"\uFFFE"), P(u8"\uFFFF"),
         P(u8"\U00011F02"), P(u8"\U0001E030"), P(u8"\U0001FFFE"), P(u8"\U00031350"),
         P(u8"\U0010FFFF")},
        /* ill-formed: stray, overlong, cut short, surrogate, past 10FFFF, no UTF-8 */
        {P("\x80"),
         P("\xBF"),
         P("\xBF\x80"),
         P("\xC0\xAF"),
         P("\xC1\xA1"),
         P("\xC1\xBF"),
         P("\xC3"),
         P("\xDF"),
         P("\xE2"),
         P("\xE2\x82"),
         P("\xE0\x81\xA1"),
         P("\xE0\x83\xA9"),
         P("\xE0\x9F\xBF"),
         P("\xED\xA0\x80"),
         P("\xED\xBF\xBF"),
         P("\xEF\xBF"),
         P("\xF0"),
         P("\xF0\x9F"),
         P("\xF0\x9F\x98"),
         P("\xF0\x80\x81\xA1"),
         P("\xF0\x84\xB8\xAD"),
         P("\xF0\x8F\xBF\xBF"),
         P("\xF4\x90\x80\x80"),
         P("\xF5\x80\x80\x80"),
         P("\xF8\x88\x80\x80\x80"),
         P("\xFE"),
         P("\xFF")},
    };
    size_t n = TEXT_KIND_PIECES;
    while (pieces[kind][n - 1].bytes == NULL)
        n--;
    return pieces[kind][random % n];
}

#undef P

/*
 * Fill 'text' with at most 'room' bytes of some of the kinds: three or less of
 * them, so that each meets itself; returns how many bytes.
 */
static inline size_t text_random(random_state *r, int kinds, uint8_t *text, size_t room)
{
    int chosen[3];
    for (int i = 0; i < 3; i++)
        do
            chosen[i] = (int)(random_next(r) % TEXT_N_KINDS);
        while (!(kinds >> chosen[i] & 1));

    size_t size = 0;
    for (;;) {
        text_piece piece = text_piece_of(chosen[random_next(r) % 3], random_next(r));
        if (piece.size > room - size) return size;
        memcpy(text + size, piece.bytes, piece.size);
        size += piece.size;
    }
}

/* A growing text of the tests' own. */
typedef struct text_buffer {
    uint8_t *bytes;
    size_t size;
    size_t capacity;
} text_buffer;

/* Append a piece some times. */
static inline void text_add(text_buffer *t, const char *piece, size_t n_times)
{
    size_t size = strlen(piece);
    if (t->bytes == NULL || t->capacity - t->size < size * n_times) {
        t->capacity = 2 * t->capacity + size * n_times + 1;
        t->bytes = realloc(t->bytes, t->capacity);
        if (t->bytes == NULL) abort();
    }
    for (size_t i = 0; i < n_times; i++, t->size += size)
        memcpy(t->bytes + t->size, piece, size);
}

/*
 * A copy on the heap of exactly its size, so that AddressSanitizer and valgrind
 * see who reads past the end.  The caller frees it.
 */
static inline uint8_t *text_exact(const uint8_t *text, size_t size)
{
    uint8_t *copy = malloc(size + (size == 0));
    if (copy == NULL) abort();
    if (size > 0) memcpy(copy, text, size);
    return copy;
}

#endif
