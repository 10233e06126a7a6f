/*
 * The files of disk.h: what they hold, what of it is synced, and which there are.
 */
#ifndef TEST_FAULT_DISK_NODES_H
#define TEST_FAULT_DISK_NODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISK_NAME_SIZE 64
#define DISK_SHM_REGIONS 16

typedef struct disk_bytes {
    uint8_t *data; /* owned */
    size_t size, room;
} disk_bytes;

/* A write or a new size. */
typedef struct disk_change {
    size_t offset;
    disk_bytes what; /* owned */
    bool is_size;
} disk_change;

typedef struct disk_node {
    char name[DISK_NAME_SIZE]; /* "": a temporary file */
    disk_bytes now;            /* owned: what is read */
    disk_bytes synced;         /* owned */
    disk_change *changes;      /* owned: since then */
    size_t n_changes, room;
    bool is_listed;        /* whether the directory has it */
    bool is_listed_synced; /* whether it would have, without power */
    bool is_new;           /* made since the directory was synced */
    int n_open;
    uint8_t *shm[DISK_SHM_REGIONS]; /* owned */
} disk_node;

/* The file of a name; NULL: there is none. */
disk_node *disk_node_find(const char *name);
/* A new one, with a name or without; it is not yet open. */
disk_node *disk_node_new(const char *name);
/* It is no longer open, or was deleted: free it, if nothing has it. */
void disk_node_release(disk_node *node);
/* Take it out of the directory. */
void disk_node_delete(disk_node *node);

void disk_node_write(disk_node *node, size_t offset, const void *bytes, size_t size);
void disk_node_truncate(disk_node *node, size_t size);
void disk_node_sync(disk_node *node);
void disk_node_forget_shm(disk_node *node);
/* Which files there are is certain now. */
void disk_sync_directory(void);

/* The same numbers in each run, from disk_restore() or disk_recover() on. */
uint64_t disk_random(void);

#endif
