#include "join_parts.h"

#include "alloc.h"
#include "hash.h"

#include <string.h>

#define HASH_BITS (64 - TS_JOIN_PART_BITS)
#define HASH_MASK (((uint64_t)1 << HASH_BITS) - 1)

/* The step that says: my lower bits are the number of the document. */
#define STEP_FAR ((uint64_t)TS_JOIN_PARTS - 1)

/*
 * Entries in a chunk: an eighth of what its part has, so that a sixteenth of the
 * memory is unused on average; within these bounds.
 */
#define CHUNK_MIN 14
#define CHUNK_MAX (1 << 16)
#define CHUNK_SHARE 8

static void free_chunks(ts_join_part *part)
{
    ts_join_chunk *chunk = part->first;
    while (chunk != NULL) {
        ts_join_chunk *next = chunk->next;
        ts_free(chunk);
        chunk = next;
    }
    part->first = part->last = NULL;
    part->at = part->end = NULL;
}

void ts_join_parts_clear(ts_join_parts *parts)
{
    for (size_t p = 0; p < TS_JOIN_PARTS; p++) {
        free_chunks(&parts->parts[p]);
        ts_free(parts->parts[p].shared);
    }
    ts_free(parts->slots);
    *parts = (ts_join_parts){0};
}

static ts_status add_chunk(ts_join_part *part)
{
    size_t room = part->n / CHUNK_SHARE;
    if (room < CHUNK_MIN) room = CHUNK_MIN;
    if (room > CHUNK_MAX) room = CHUNK_MAX;
    ts_join_chunk *chunk = ts_malloc(sizeof *chunk + room * sizeof *chunk->entries);
    if (chunk == NULL) return TS_NOMEM;

    chunk->next = NULL;
    if (part->last == NULL) {
        part->first = chunk;
    } else {
        part->last->next = chunk;
        part->last->end = part->at;
    }
    part->last = chunk;
    part->at = chunk->entries;
    part->end = chunk->entries + room;
    part->n += room;
    return TS_OK;
}

static ts_status append(ts_join_part *part, uint64_t entry)
{
    if (part->at == part->end) {
        ts_status rc = add_chunk(part);
        if (rc != TS_OK) return rc;
    }
    *part->at++ = entry;
    return TS_OK;
}

ts_status ts_join_parts_add(ts_join_parts *parts, uint32_t document,
                            const uint64_t *hashes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ts_join_part *part = &parts->parts[hashes[i] >> HASH_BITS];
        uint64_t step = document - part->document;
        ts_status rc;
        if (step >= STEP_FAR) {
            rc = append(part, STEP_FAR << HASH_BITS | document);
            if (rc != TS_OK) return rc;
            step = 0;
        }
        rc = append(part, step << HASH_BITS | (hashes[i] & HASH_MASK));
        if (rc != TS_OK) return rc;
        part->document = document;
    }
    return TS_OK;
}

/* Where the entries of a chunk end. */
static uint64_t *chunk_end(const ts_join_part *part, const ts_join_chunk *chunk)
{
    return chunk == part->last ? part->at : chunk->end;
}

/* Does the entry name a document for those that follow, and no hash? */
static int is_far(uint64_t entry)
{
    return entry >> HASH_BITS == STEP_FAR;
}

/* An empty table in which less than three quarters of the slots will be used. */
static ts_status clear_slots(ts_join_parts *parts, size_t n_entries)
{
    size_t n_slots = 16;
    while (n_slots / 4 * 3 <= n_entries)
        n_slots *= 2;
    if (n_slots > parts->n_slots) {
        ts_free(parts->slots);
        parts->n_slots = 0;
        parts->slots = ts_malloc(n_slots * sizeof *parts->slots);
        if (parts->slots == NULL) return TS_NOMEM;
    }
    parts->n_slots = n_slots;
    memset(parts->slots, 0, n_slots * sizeof *parts->slots);
    return TS_OK;
}

/*
 * The slot of a hash, by linear probing.  Hashes are uniform, and a multiplication
 * keeps those that are made to be otherwise apart as well.
 */
static ts_join_slot *find_slot(const ts_join_parts *parts, unsigned shift,
                               uint64_t hash)
{
    size_t i = (size_t)(hash * TS_HASH_MULTIPLIER >> shift);
    while (parts->slots[i].n_documents != 0 && parts->slots[i].hash != hash)
        i = (i + 1) & (parts->n_slots - 1);
    return &parts->slots[i];
}

/* Count the hashes; each entry gets the number of its slot instead. */
static void count_entries(const ts_join_parts *parts, ts_join_part *part,
                          const uint8_t *is_copy)
{
    unsigned shift = 64;
    for (size_t n = parts->n_slots; n > 1; n /= 2)
        shift--;

    uint32_t document = 0;
    for (ts_join_chunk *chunk = part->first; chunk != NULL; chunk = chunk->next) {
        const uint64_t *end = chunk_end(part, chunk);
        for (uint64_t *entry = chunk->entries; entry < end; entry++) {
            if (is_far(*entry)) {
                document = (uint32_t)*entry;
                continue;
            }
            document += (uint32_t)(*entry >> HASH_BITS);
            const uint64_t hash = *entry & HASH_MASK;
            ts_join_slot *slot = find_slot(parts, shift, hash);
            slot->hash = hash;
            part->n_shared += slot->n_documents++ == 1;
            slot->n_counted += !is_copy[document];
            *entry = (*entry & ~HASH_MASK) | (uint64_t)(slot - parts->slots);
        }
    }
}

/* Replace the numbers of slots by numbers of shared hashes, from 1; 0: not shared. */
static void number_entries(const ts_join_parts *parts, ts_join_part *part,
                           uint32_t *n_shared)
{
    uint32_t document = 0;
    for (ts_join_chunk *chunk = part->first; chunk != NULL; chunk = chunk->next) {
        const uint64_t *end = chunk_end(part, chunk);
        for (uint64_t *entry = chunk->entries; entry < end; entry++) {
            if (is_far(*entry)) {
                document = (uint32_t)*entry;
                continue;
            }
            document += (uint32_t)(*entry >> HASH_BITS);
            const uint32_t number = parts->slots[*entry & HASH_MASK].n_documents;
            n_shared[document] += number != 0;
            *entry = (*entry & ~HASH_MASK) | number;
        }
    }
}

ts_status ts_join_parts_count(ts_join_parts *parts, size_t p,
                              const ts_join_counts *counts)
{
    ts_join_part *part = &parts->parts[p];
    if (part->first == NULL) return TS_OK;
    ts_status rc = clear_slots(parts, part->n);
    if (rc != TS_OK) return rc;
    count_entries(parts, part, counts->is_copy);

    if (part->n_shared > 0) {
        part->shared = ts_malloc(part->n_shared * sizeof *part->shared);
        if (part->shared == NULL) return TS_NOMEM;
    }
    uint32_t number = 0;
    for (size_t i = 0; i < parts->n_slots; i++) {
        ts_join_slot *slot = &parts->slots[i];
        if (slot->n_documents < 2) {
            slot->n_documents = 0;
            continue;
        }
        part->shared[number++] = slot->n_counted;
        counts->by_frequency[slot->n_counted]++;
        slot->n_documents = number;
    }
    number_entries(parts, part, counts->n_shared);
    return TS_OK;
}

void ts_join_parts_rank(ts_join_parts *parts, size_t p, uint32_t *next)
{
    ts_join_part *part = &parts->parts[p];
    for (uint32_t i = 0; i < part->n_shared; i++)
        part->shared[i] = next[part->shared[i]]++;
}

void ts_join_parts_deal(ts_join_parts *parts, size_t p, size_t *place, uint32_t *ranks)
{
    ts_join_part *part = &parts->parts[p];
    uint32_t document = 0;
    for (ts_join_chunk *chunk = part->first; chunk != NULL; chunk = chunk->next) {
        const uint64_t *end = chunk_end(part, chunk);
        for (uint64_t *entry = chunk->entries; entry < end; entry++) {
            if (is_far(*entry)) {
                document = (uint32_t)*entry;
                continue;
            }
            document += (uint32_t)(*entry >> HASH_BITS);
            const uint64_t number = *entry & HASH_MASK;
            if (number != 0) ranks[place[document]++] = part->shared[number - 1];
        }
    }
    free_chunks(part);
    ts_free(part->shared);
    part->shared = NULL;
}
