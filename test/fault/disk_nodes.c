#include "disk.h"
#include "disk_nodes.h"

#include "history.h"

#include <stdlib.h>
#include <string.h>

#define SECTOR 512
#define MAX_FILES 64
#define MAX_LISTING 200

static struct {
    disk_node *nodes[MAX_FILES];     /* owned */
    disk_node *listing[MAX_LISTING]; /* borrowed: made or deleted since, in order */
    int n_listing;
    uint64_t random;
} disk = {.random = 1};

/* --- bytes ------------------------------------------------------------------------ */

static void bytes_resize(disk_bytes *b, size_t size)
{
    if (size > b->room) {
        b->room = 2 * size;
        b->data = realloc(b->data, b->room);
        if (b->data == NULL) bail_out("disk", "out of memory");
    }
    if (size > b->size) memset(b->data + b->size, 0, size - b->size);
    b->size = size;
}

static void bytes_write(disk_bytes *b, size_t offset, const void *what, size_t size)
{
    if (offset + size > b->size) bytes_resize(b, offset + size);
    if (size > 0) memcpy(b->data + offset, what, size);
}

static void bytes_copy(disk_bytes *to, const disk_bytes *from)
{
    bytes_resize(to, from->size);
    bytes_write(to, 0, from->data, from->size);
}

static void bytes_clear(disk_bytes *b)
{
    free(b->data);
    *b = (disk_bytes){0};
}

/* xorshift64*, Vigna 2016. */
uint64_t disk_random(void)
{
    disk.random ^= disk.random >> 12;
    disk.random ^= disk.random << 25;
    disk.random ^= disk.random >> 27;
    return disk.random * UINT64_C(0x2545F4914F6CDD1D);
}

static size_t random_below(size_t n)
{
    return (size_t)((disk_random() >> 33) % n);
}

/* --- nodes ------------------------------------------------------------------------ */

static void forget_changes(disk_node *node)
{
    for (size_t i = 0; i < node->n_changes; i++)
        bytes_clear(&node->changes[i].what);
    node->n_changes = 0;
}

void disk_node_forget_shm(disk_node *node)
{
    for (int i = 0; i < DISK_SHM_REGIONS; i++) {
        free(node->shm[i]);
        node->shm[i] = NULL;
    }
}

disk_node *disk_node_find(const char *name)
{
    for (int i = 0; i < MAX_FILES; i++)
        if (disk.nodes[i] != NULL && disk.nodes[i]->is_listed &&
            strcmp(disk.nodes[i]->name, name) == 0)
            return disk.nodes[i];
    return NULL;
}

static void add_listing(disk_node *node)
{
    if (disk.n_listing == MAX_LISTING) bail_out("disk", "the directory is not synced");
    disk.listing[disk.n_listing++] = node;
}

disk_node *disk_node_new(const char *name)
{
    int i = 0;
    while (i < MAX_FILES && disk.nodes[i] != NULL)
        i++;
    disk_node *node = calloc(1, sizeof *node);
    if (i == MAX_FILES || node == NULL || strlen(name) >= DISK_NAME_SIZE)
        bail_out("disk", "too many files");
    memcpy(node->name, name, strlen(name));
    node->is_listed = *name != '\0';
    node->is_new = node->is_listed;
    disk.nodes[i] = node;
    if (node->is_listed) add_listing(node);
    return node;
}

static void free_node(disk_node *node)
{
    bytes_clear(&node->now);
    bytes_clear(&node->synced);
    forget_changes(node);
    disk_node_forget_shm(node);
    free(node->changes);
    free(node);
}

/* Free those that neither the directory has, nor what is open. */
static void drop_nodes(void)
{
    for (int i = 0; i < MAX_FILES; i++) {
        disk_node *node = disk.nodes[i];
        if (node != NULL && node->n_open == 0 && !node->is_listed &&
            !node->is_listed_synced) {
            bool is_pending = false;
            for (int j = 0; j < disk.n_listing; j++)
                is_pending |= disk.listing[j] == node;
            if (is_pending) continue;
            free_node(node);
            disk.nodes[i] = NULL;
        }
    }
}

void disk_sync_directory(void)
{
    for (int i = 0; i < MAX_FILES; i++)
        if (disk.nodes[i] != NULL) {
            disk.nodes[i]->is_listed_synced = disk.nodes[i]->is_listed;
            disk.nodes[i]->is_new = false;
        }
    disk.n_listing = 0;
    drop_nodes();
}

void disk_node_sync(disk_node *node)
{
    bytes_copy(&node->synced, &node->now);
    forget_changes(node);
}

static disk_change *add_change(disk_node *node, size_t offset)
{
    if (node->n_changes == node->room) {
        node->room = 2 * node->room + 16;
        node->changes = realloc(node->changes, node->room * sizeof *node->changes);
        if (node->changes == NULL) bail_out("disk", "out of memory");
    }
    node->changes[node->n_changes] = (disk_change){.offset = offset};
    return &node->changes[node->n_changes++];
}

void disk_node_release(disk_node *node)
{
    if (node->n_open == 0) disk_node_forget_shm(node);
    drop_nodes();
}

void disk_node_delete(disk_node *node)
{
    node->is_listed = false;
    add_listing(node);
    drop_nodes();
}

void disk_node_write(disk_node *node, size_t offset, const void *what, size_t size)
{
    bytes_write(&node->now, offset, what, size);
    bytes_write(&add_change(node, offset)->what, 0, what, size);
}

void disk_node_truncate(disk_node *node, size_t size)
{
    if (size < node->now.size) bytes_resize(&node->now, size);
    add_change(node, size)->is_size = true;
}

/* --- power ------------------------------------------------------------------------ */

/* Some size that the file had since it was synced; sizes follow each other. */
static size_t some_size(const disk_node *node)
{
    const size_t stop = random_below(node->n_changes + 1);
    size_t size = node->synced.size;
    for (size_t i = 0; i < stop; i++) {
        const disk_change *c = &node->changes[i];
        const size_t end = c->is_size ? c->offset : c->offset + c->what.size;
        if (c->is_size ? end < size : end > size) size = end;
    }
    return size;
}

/* A sector as it was after some of the writes to it. */
static void keep_some_of(const disk_node *node, disk_bytes *left, size_t from)
{
    const size_t to = from + SECTOR < left->size ? from + SECTOR : left->size;
    size_t n_writes = 0;
    for (size_t i = 0; i < node->n_changes; i++) {
        const disk_change *c = &node->changes[i];
        n_writes += !c->is_size && c->offset < to && c->offset + c->what.size > from;
    }
    if (n_writes == 0) return;
    size_t n_kept = random_below(n_writes + 1);
    for (size_t i = 0; i < node->n_changes && n_kept > 0; i++) {
        const disk_change *c = &node->changes[i];
        if (c->is_size || c->offset >= to || c->offset + c->what.size <= from) continue;
        n_kept--;
        for (size_t at = c->offset > from ? c->offset : from;
             at < to && at < c->offset + c->what.size; at++)
            left->data[at] = c->what.data[at - c->offset];
    }
}

static void keep_some(disk_node *node)
{
    disk_bytes left = {0};
    bytes_copy(&left, &node->synced);
    bytes_resize(&left, some_size(node));
    for (size_t i = node->synced.size; i < left.size; i++)
        left.data[i] = (uint8_t)disk_random();
    for (size_t sector = 0; sector < left.size; sector += SECTOR)
        keep_some_of(node, &left, sector);
    bytes_clear(&node->now);
    node->now = left;
}

void disk_recover(disk_survivors survivors, uint64_t seed)
{
    disk.random = seed * UINT64_C(0x9E3779B97F4A7C15) | 1;
    if (survivors != DISK_ALL) {
        for (int i = 0; i < MAX_FILES; i++)
            if (disk.nodes[i] != NULL)
                disk.nodes[i]->is_listed = disk.nodes[i]->is_listed_synced;
        /* A file that is made and deleted is listed twice: each turns it over. */
        const size_t n = (size_t)disk.n_listing;
        const size_t n_kept = survivors == DISK_SOME ? random_below(n + 1) : 0;
        for (size_t i = 0; i < n_kept; i++)
            disk.listing[i]->is_listed = !disk.listing[i]->is_listed;
    }
    for (int i = 0; i < MAX_FILES; i++) {
        disk_node *node = disk.nodes[i];
        if (node == NULL) continue;
        if (node->n_open > 0) bail_out("disk", "a file is open");
        if (survivors == DISK_NOTHING) bytes_copy(&node->now, &node->synced);
        if (survivors == DISK_SOME) keep_some(node);
        disk_node_sync(node);
    }
    disk_sync_directory();
}

/* --- images ----------------------------------------------------------------------- */

typedef struct image {
    char name[DISK_NAME_SIZE];
    disk_bytes data;
} image;

static image images[DISK_IMAGES][4]; /* a database, its journal or its log */

void disk_save(int number)
{
    int n = 0;
    for (int i = 0; i < MAX_FILES; i++) {
        const disk_node *node = disk.nodes[i];
        if (node == NULL || !node->is_listed) continue;
        if (n == 4) bail_out("disk", "too many files to be saved");
        image *to = &images[number][n++];
        memcpy(to->name, node->name, DISK_NAME_SIZE);
        bytes_copy(&to->data, &node->now);
    }
    for (; n < 4; n++)
        images[number][n].name[0] = '\0';
}

void disk_clear(void)
{
    for (int i = 0; i < MAX_FILES; i++) {
        if (disk.nodes[i] == NULL) continue;
        if (disk.nodes[i]->n_open > 0) bail_out("disk", "a file is open");
        free_node(disk.nodes[i]);
        disk.nodes[i] = NULL;
    }
    disk.n_listing = 0;
}

void disk_restore(int number)
{
    disk_clear();
    for (int i = 0; i < 4 && images[number][i].name[0] != '\0'; i++) {
        disk_node *node = disk_node_new(images[number][i].name);
        bytes_copy(&node->now, &images[number][i].data);
        disk_node_sync(node);
    }
    disk_sync_directory();
    disk.random = 1;
}
