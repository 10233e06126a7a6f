/*
 * Characters of a text up to a byte offset, counted as SQLite's substr() counts:
 * a byte from C0 up takes all continuation bytes behind it, any other byte is a
 * character.
 */
#ifndef TS_CHARACTERS_H
#define TS_CHARACTERS_H

#include <stddef.h>
#include <stdint.h>

/* Where the counting is; it only goes forward, in linear time altogether. */
typedef struct ts_characters {
    const uint8_t *text; /* borrowed */
    size_t size;
    uint32_t offset; /* of the character, in bytes */
    uint32_t count;  /* characters before it */
} ts_characters;

/* Bytes of the character that begins at c->offset, which is before the end. */
static inline uint32_t ts_character_size(const ts_characters *c)
{
    uint32_t next = c->offset + 1;
    if (c->text[c->offset] >= 0xC0)
        while (next < c->size && (c->text[next] & 0xC0) == 0x80)
            next++;
    return next - c->offset;
}

/* The character that the byte at 'offset' begins or lies in, from 0. */
static inline uint32_t ts_character_at(ts_characters *c, uint32_t offset)
{
    while (c->offset < offset) {
        const uint32_t size = ts_character_size(c);
        if (c->offset + size > offset) break;
        c->offset += size;
        c->count++;
    }
    return c->count;
}

#endif
