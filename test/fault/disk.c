#include "disk.h"

#include "history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECTOR 512
#define MAX_FILES 64
#define MAX_NAME 64
#define MAX_LISTING 200
#define SHM_REGIONS 16

typedef struct bytes {
    uint8_t *data; /* owned */
    size_t size, room;
} bytes;

/* A write or, without bytes, a new size.  What was written before is kept with it. */
typedef struct change {
    size_t offset;
    bytes what; /* owned */
    bool is_size;
} change;

typedef struct disk_node {
    char name[MAX_NAME]; /* "": a temporary file */
    bytes now;           /* owned: what is read */
    bytes synced;        /* owned */
    change *changes;     /* owned: since then */
    size_t n_changes, room;
    bool is_listed;        /* whether the directory has it */
    bool is_listed_synced; /* whether it would have, without power */
    bool is_new;           /* made since the directory was synced */
    int n_open;
    uint8_t *shm[SHM_REGIONS]; /* owned */
} disk_node;

typedef struct disk_file {
    sqlite3_file base;
    disk_node *node;
    int flags;
    int lock;
} disk_file;

static struct {
    disk_node *nodes[MAX_FILES];     /* owned */
    disk_node *listing[MAX_LISTING]; /* borrowed: made or deleted since, in order */
    int n_listing;
    uint64_t random;
} disk;

static struct {
    bool is_armed, met;
    disk_fault kind;
    long countdown, chances;
} fault;

/* --- bytes ------------------------------------------------------------------------ */

static void bytes_resize(bytes *b, size_t size)
{
    if (size > b->room) {
        b->room = 2 * size;
        b->data = realloc(b->data, b->room);
        if (b->data == NULL) bail_out("disk", "out of memory");
    }
    if (size > b->size) memset(b->data + b->size, 0, size - b->size);
    b->size = size;
}

static void bytes_write(bytes *b, size_t offset, const void *what, size_t size)
{
    if (offset + size > b->size) bytes_resize(b, offset + size);
    if (size > 0) memcpy(b->data + offset, what, size);
}

static void bytes_copy(bytes *to, const bytes *from)
{
    bytes_resize(to, from->size);
    bytes_write(to, 0, from->data, from->size);
}

static void bytes_clear(bytes *b)
{
    free(b->data);
    *b = (bytes){0};
}

/* xorshift64*, Vigna 2016. */
static uint64_t next_random(void)
{
    disk.random ^= disk.random >> 12;
    disk.random ^= disk.random << 25;
    disk.random ^= disk.random >> 27;
    return disk.random * UINT64_C(0x2545F4914F6CDD1D);
}

static size_t random_below(size_t n)
{
    return (size_t)((next_random() >> 33) % n);
}

/* --- nodes ------------------------------------------------------------------------ */

static void forget_changes(disk_node *node)
{
    for (size_t i = 0; i < node->n_changes; i++)
        bytes_clear(&node->changes[i].what);
    node->n_changes = 0;
}

static void forget_shm(disk_node *node)
{
    for (int i = 0; i < SHM_REGIONS; i++) {
        free(node->shm[i]);
        node->shm[i] = NULL;
    }
}

static disk_node *find_node(const char *name)
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

static disk_node *new_node(const char *name)
{
    int i = 0;
    while (i < MAX_FILES && disk.nodes[i] != NULL)
        i++;
    disk_node *node = calloc(1, sizeof *node);
    if (i == MAX_FILES || node == NULL || strlen(name) >= MAX_NAME)
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
    forget_shm(node);
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

static void sync_directory(void)
{
    for (int i = 0; i < MAX_FILES; i++)
        if (disk.nodes[i] != NULL) {
            disk.nodes[i]->is_listed_synced = disk.nodes[i]->is_listed;
            disk.nodes[i]->is_new = false;
        }
    disk.n_listing = 0;
    drop_nodes();
}

static void sync_node(disk_node *node)
{
    bytes_copy(&node->synced, &node->now);
    forget_changes(node);
}

static change *add_change(disk_node *node, size_t offset)
{
    if (node->n_changes == node->room) {
        node->room = 2 * node->room + 16;
        node->changes = realloc(node->changes, node->room * sizeof *node->changes);
        if (node->changes == NULL) bail_out("disk", "out of memory");
    }
    node->changes[node->n_changes] = (change){.offset = offset};
    return &node->changes[node->n_changes++];
}

/* --- failing ---------------------------------------------------------------------- */

typedef enum chance { CHANCE_READ, CHANCE_WRITE, CHANCE_CHANGE } chance;

/* SQLITE_OK, or what goes wrong: 'error', or that the disk is full. */
static int fails(chance what, int error)
{
    if (!fault.is_armed) return SQLITE_OK;
    const bool is_full =
        fault.kind == DISK_FULL_ONCE || fault.kind == DISK_FULL_FROM_THERE_ON;
    const bool is_once = fault.kind == DISK_FULL_ONCE || fault.kind == DISK_ERROR_ONCE;
    if (is_full && what != CHANCE_WRITE) return SQLITE_OK;
    if (!fault.met) {
        if (fault.kind == DISK_POWER && what == CHANCE_READ) return SQLITE_OK;
        fault.chances++;
        if (--fault.countdown > 0) return SQLITE_OK;
        fault.met = true;
    } else if (is_once) {
        return SQLITE_OK;
    }
    return is_full ? SQLITE_FULL : error;
}

void disk_arm(disk_fault kind, long n)
{
    fault.is_armed = true;
    fault.met = false;
    fault.kind = kind;
    fault.countdown = n;
    fault.chances = 0;
}

long disk_chances(void)
{
    return fault.chances;
}

bool disk_disarm(void)
{
    fault.is_armed = false;
    return fault.met;
}

/* --- files ------------------------------------------------------------------------ */

static disk_file *file_of(sqlite3_file *base)
{
    return (disk_file *)(void *)base;
}

static int disk_close(sqlite3_file *base)
{
    disk_node *node = file_of(base)->node;
    if (--node->n_open == 0) forget_shm(node);
    drop_nodes();
    return SQLITE_OK;
}

static int disk_read(sqlite3_file *base, void *out, int amount, sqlite3_int64 offset)
{
    const bytes *now = &file_of(base)->node->now;
    const size_t at = (size_t)offset, size = (size_t)amount;
    const int rc = fails(CHANCE_READ, SQLITE_IOERR_READ);
    if (rc != SQLITE_OK) return rc;
    const size_t n = at >= now->size         ? 0
                     : now->size - at < size ? now->size - at
                                             : size;
    if (n > 0) memcpy(out, now->data + at, n);
    if (n == size) return SQLITE_OK;
    memset((uint8_t *)out + n, 0, size - n);
    return SQLITE_IOERR_SHORT_READ;
}

/* What fails does half of it. */
static int disk_write(sqlite3_file *base, const void *what, int amount,
                      sqlite3_int64 offset)
{
    disk_node *node = file_of(base)->node;
    const int rc = fails(CHANCE_WRITE, SQLITE_IOERR_WRITE);
    size_t size = (size_t)amount;
    if (rc != SQLITE_OK) size = fault.kind == DISK_POWER ? 0 : size / 2;
    if (size > 0) {
        bytes_write(&node->now, (size_t)offset, what, size);
        bytes_write(&add_change(node, (size_t)offset)->what, 0, what, size);
    }
    return rc;
}

static int disk_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    disk_node *node = file_of(base)->node;
    const int rc = fails(CHANCE_CHANGE, SQLITE_IOERR_TRUNCATE);
    if (rc != SQLITE_OK) return rc;
    if ((size_t)size < node->now.size) bytes_resize(&node->now, (size_t)size);
    add_change(node, (size_t)size)->is_size = true;
    return SQLITE_OK;
}

/* As on Unix: with a new journal, the directory is synced as well. */
static int disk_sync(sqlite3_file *base, int flags)
{
    disk_file *file = file_of(base);
    const int rc = fails(CHANCE_CHANGE, SQLITE_IOERR_FSYNC);
    (void)flags;
    if (rc != SQLITE_OK) return rc;
    sync_node(file->node);
    if (file->node->is_new && !(file->flags & SQLITE_OPEN_MAIN_DB)) sync_directory();
    return SQLITE_OK;
}

static int disk_size(sqlite3_file *base, sqlite3_int64 *size)
{
    *size = (sqlite3_int64)file_of(base)->node->now.size;
    return fails(CHANCE_READ, SQLITE_IOERR_FSTAT);
}

static int disk_lock(sqlite3_file *base, int lock)
{
    if (file_of(base)->lock >= lock) return SQLITE_OK;
    const int rc = fails(CHANCE_READ, SQLITE_IOERR_LOCK);
    if (rc == SQLITE_OK) file_of(base)->lock = lock;
    return rc;
}

static int disk_unlock(sqlite3_file *base, int lock)
{
    if (file_of(base)->lock > lock) file_of(base)->lock = lock;
    return SQLITE_OK;
}

static int disk_check_lock(sqlite3_file *base, int *is_reserved)
{
    *is_reserved = file_of(base)->lock >= SQLITE_LOCK_RESERVED;
    return fails(CHANCE_READ, SQLITE_IOERR_CHECKRESERVEDLOCK);
}

static int disk_control(sqlite3_file *base, int op, void *argument)
{
    (void)base, (void)op, (void)argument;
    return SQLITE_NOTFOUND;
}

static int disk_sector_size(sqlite3_file *base)
{
    (void)base;
    return SECTOR;
}

static int disk_device(sqlite3_file *base)
{
    (void)base;
    return 0;
}

static int disk_shm_map(sqlite3_file *base, int region, int size, int extend,
                        void volatile **at)
{
    disk_node *node = file_of(base)->node;
    const int rc = fails(CHANCE_READ, SQLITE_IOERR_SHMMAP);
    *at = NULL;
    if (rc != SQLITE_OK) return rc;
    if (region >= SHM_REGIONS) bail_out("disk", "too large a log");
    if (node->shm[region] == NULL && extend)
        node->shm[region] = calloc(1, (size_t)size);
    *at = node->shm[region];
    return SQLITE_OK;
}

static int disk_shm_lock(sqlite3_file *base, int offset, int n, int flags)
{
    (void)base, (void)offset, (void)n;
    return flags & SQLITE_SHM_UNLOCK ? SQLITE_OK
                                     : fails(CHANCE_READ, SQLITE_IOERR_SHMLOCK);
}

static void disk_shm_barrier(sqlite3_file *base)
{
    (void)base;
}

static int disk_shm_unmap(sqlite3_file *base, int delete_flag)
{
    if (delete_flag) forget_shm(file_of(base)->node);
    return SQLITE_OK;
}

static const sqlite3_io_methods io_methods = {
    .iVersion = 2,
    .xClose = disk_close,
    .xRead = disk_read,
    .xWrite = disk_write,
    .xTruncate = disk_truncate,
    .xSync = disk_sync,
    .xFileSize = disk_size,
    .xLock = disk_lock,
    .xUnlock = disk_unlock,
    .xCheckReservedLock = disk_check_lock,
    .xFileControl = disk_control,
    .xSectorSize = disk_sector_size,
    .xDeviceCharacteristics = disk_device,
    .xShmMap = disk_shm_map,
    .xShmLock = disk_shm_lock,
    .xShmBarrier = disk_shm_barrier,
    .xShmUnmap = disk_shm_unmap,
};

/* --- the VFS ---------------------------------------------------------------------- */

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags,
                     int *flags_out)
{
    disk_file *file = file_of(base);
    disk_node *node = name != NULL ? find_node(name) : NULL;
    (void)vfs;
    file->base.pMethods = NULL;
    if (node == NULL && !(flags & SQLITE_OPEN_CREATE)) return SQLITE_CANTOPEN;
    const int rc = fails(node == NULL ? CHANCE_CHANGE : CHANCE_READ, SQLITE_CANTOPEN);
    if (rc != SQLITE_OK) return rc;
    if (node == NULL) node = new_node(name != NULL ? name : "");
    node->n_open++;
    *file = (disk_file){.base.pMethods = &io_methods, .node = node, .flags = flags};
    if (flags_out != NULL) *flags_out = flags;
    return SQLITE_OK;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    disk_node *node = find_node(name);
    (void)vfs;
    if (node == NULL) return SQLITE_IOERR_DELETE_NOENT;
    const int rc = fails(CHANCE_CHANGE, SQLITE_IOERR_DELETE);
    if (rc != SQLITE_OK) return rc;
    node->is_listed = false;
    add_listing(node);
    if (sync) sync_directory();
    drop_nodes();
    return SQLITE_OK;
}

/* An empty file is none, as on Unix. */
static int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
    const disk_node *node = find_node(name);
    (void)vfs;
    *result = node != NULL && (flags != SQLITE_ACCESS_EXISTS || node->now.size > 0);
    return fails(CHANCE_READ, SQLITE_IOERR_ACCESS);
}

static int disk_full_name(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
    (void)vfs;
    sqlite3_snprintf(size, out, "%s", name);
    return SQLITE_OK;
}

static int disk_randomness(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    for (int i = 0; i < size; i++)
        out[i] = (char)(next_random() >> 56);
    return size;
}

void disk_install(void)
{
    static sqlite3_vfs vfs;
    vfs = *sqlite3_vfs_find(NULL); /* loading and the clock */
    vfs.iVersion = 2;
    vfs.szOsFile = (int)sizeof(disk_file);
    vfs.mxPathname = MAX_NAME - 1;
    vfs.pNext = NULL;
    vfs.zName = DISK_VFS;
    vfs.xOpen = disk_open;
    vfs.xDelete = disk_delete;
    vfs.xAccess = disk_access;
    vfs.xFullPathname = disk_full_name;
    vfs.xRandomness = disk_randomness;
    disk.random = 1;
    if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK) bail_out("disk", "not registered");
}

/* --- power ------------------------------------------------------------------------ */

/* Some size that the file had since it was synced; sizes follow each other. */
static size_t some_size(const disk_node *node)
{
    const size_t stop = random_below(node->n_changes + 1);
    size_t size = node->synced.size;
    for (size_t i = 0; i < stop; i++) {
        const change *c = &node->changes[i];
        const size_t end = c->is_size ? c->offset : c->offset + c->what.size;
        if (c->is_size ? end < size : end > size) size = end;
    }
    return size;
}

/* A sector as it was after some of the writes to it. */
static void keep_some_of(const disk_node *node, bytes *left, size_t from)
{
    const size_t to = from + SECTOR < left->size ? from + SECTOR : left->size;
    size_t n_writes = 0;
    for (size_t i = 0; i < node->n_changes; i++) {
        const change *c = &node->changes[i];
        n_writes += !c->is_size && c->offset < to && c->offset + c->what.size > from;
    }
    if (n_writes == 0) return;
    size_t n_kept = random_below(n_writes + 1);
    for (size_t i = 0; i < node->n_changes && n_kept > 0; i++) {
        const change *c = &node->changes[i];
        if (c->is_size || c->offset >= to || c->offset + c->what.size <= from) continue;
        n_kept--;
        for (size_t at = c->offset > from ? c->offset : from;
             at < to && at < c->offset + c->what.size; at++)
            left->data[at] = c->what.data[at - c->offset];
    }
}

static void keep_some(disk_node *node)
{
    bytes left = {0};
    bytes_copy(&left, &node->synced);
    bytes_resize(&left, some_size(node));
    for (size_t i = node->synced.size; i < left.size; i++)
        left.data[i] = (uint8_t)next_random();
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
        sync_node(node);
    }
    sync_directory();
}

/* --- images ------------------------------------------------------------------------
 */

typedef struct image {
    char name[MAX_NAME];
    bytes data;
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
        memcpy(to->name, node->name, MAX_NAME);
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
        disk_node *node = new_node(images[number][i].name);
        bytes_copy(&node->now, &images[number][i].data);
        sync_node(node);
    }
    sync_directory();
    disk.random = 1;
}
