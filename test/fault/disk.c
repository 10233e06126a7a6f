#include "disk.h"
#include "disk_nodes.h"

#include "history.h"

#include <stdlib.h>
#include <string.h>

typedef struct disk_file {
    sqlite3_file base;
    disk_node *node;
    int flags;
    int lock;
} disk_file;

static struct {
    bool is_armed, met;
    disk_fault kind;
    long countdown, chances;
} fault;

/* --- failing ---------------------------------------------------------------------- */

typedef enum chance {
    CHANCE_READ,
    CHANCE_WRITE,
    CHANCE_STATE, /* changes nothing on the disk */
    CHANCE_CHANGE
} chance;

/* SQLITE_OK, or what goes wrong: 'error', or that the disk is full. */
static int fails(chance what, int error)
{
    if (!fault.is_armed) return SQLITE_OK;
    const bool is_full =
        fault.kind == DISK_FULL_ONCE || fault.kind == DISK_FULL_FROM_THERE_ON;
    const bool is_rare = what != CHANCE_READ && what != CHANCE_WRITE;
    const bool is_once = fault.kind == DISK_FULL_ONCE ||
                         fault.kind == DISK_ERROR_ONCE || fault.kind == DISK_RARE_ONCE;
    if (is_full && what != CHANCE_WRITE) return SQLITE_OK;
    if (fault.kind == DISK_RARE_ONCE && !is_rare) return SQLITE_OK;
    if (!fault.met) {
        if (fault.kind == DISK_POWER && (what == CHANCE_READ || what == CHANCE_STATE))
            return SQLITE_OK;
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
    node->n_open--;
    disk_node_release(node);
    return SQLITE_OK;
}

static int disk_read(sqlite3_file *base, void *out, int amount, sqlite3_int64 offset)
{
    const disk_bytes *now = &file_of(base)->node->now;
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
    if (size > 0) disk_node_write(node, (size_t)offset, what, size);
    return rc;
}

static int disk_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    disk_node *node = file_of(base)->node;
    const int rc = fails(CHANCE_CHANGE, SQLITE_IOERR_TRUNCATE);
    if (rc != SQLITE_OK) return rc;
    disk_node_truncate(node, (size_t)size);
    return SQLITE_OK;
}

/* As on Unix: with a new journal, the directory is synced as well. */
static int disk_sync(sqlite3_file *base, int flags)
{
    disk_file *file = file_of(base);
    const int rc = fails(CHANCE_CHANGE, SQLITE_IOERR_FSYNC);
    (void)flags;
    if (rc != SQLITE_OK) return rc;
    disk_node_sync(file->node);
    if (file->node->is_new && !(file->flags & SQLITE_OPEN_MAIN_DB))
        disk_sync_directory();
    return SQLITE_OK;
}

static int disk_size(sqlite3_file *base, sqlite3_int64 *size)
{
    *size = (sqlite3_int64)file_of(base)->node->now.size;
    return fails(CHANCE_STATE, SQLITE_IOERR_FSTAT);
}

static int disk_lock(sqlite3_file *base, int lock)
{
    if (file_of(base)->lock >= lock) return SQLITE_OK;
    const int rc = fails(CHANCE_STATE, SQLITE_IOERR_LOCK);
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
    return fails(CHANCE_STATE, SQLITE_IOERR_CHECKRESERVEDLOCK);
}

static int disk_control(sqlite3_file *base, int op, void *argument)
{
    (void)base, (void)op, (void)argument;
    return SQLITE_NOTFOUND;
}

/* Sectors are of the usual size, and nothing is said of the device. */
static int disk_no_answer(sqlite3_file *base)
{
    (void)base;
    return 0;
}

static int disk_shm_map(sqlite3_file *base, int region, int size, int extend,
                        void volatile **at)
{
    disk_node *node = file_of(base)->node;
    const int rc = fails(CHANCE_STATE, SQLITE_IOERR_SHMMAP);
    *at = NULL;
    if (rc != SQLITE_OK) return rc;
    if (region >= DISK_SHM_REGIONS) bail_out("disk", "too large a log");
    if (node->shm[region] == NULL && extend)
        node->shm[region] = calloc(1, (size_t)size);
    *at = node->shm[region];
    return SQLITE_OK;
}

static int disk_shm_lock(sqlite3_file *base, int offset, int n, int flags)
{
    (void)base, (void)offset, (void)n;
    return flags & SQLITE_SHM_UNLOCK ? SQLITE_OK
                                     : fails(CHANCE_STATE, SQLITE_IOERR_SHMLOCK);
}

static void disk_shm_barrier(sqlite3_file *base)
{
    (void)base;
}

static int disk_shm_unmap(sqlite3_file *base, int delete_flag)
{
    if (delete_flag) disk_node_forget_shm(file_of(base)->node);
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
    .xSectorSize = disk_no_answer,
    .xDeviceCharacteristics = disk_no_answer,
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
    disk_node *node = name != NULL ? disk_node_find(name) : NULL;
    (void)vfs;
    file->base.pMethods = NULL;
    if (node == NULL && !(flags & SQLITE_OPEN_CREATE)) return SQLITE_CANTOPEN;
    const int rc = fails(node == NULL ? CHANCE_CHANGE : CHANCE_STATE, SQLITE_CANTOPEN);
    if (rc != SQLITE_OK) return rc;
    if (node == NULL) node = disk_node_new(name != NULL ? name : "");
    node->n_open++;
    *file = (disk_file){.base.pMethods = &io_methods, .node = node, .flags = flags};
    if (flags_out != NULL) *flags_out = flags;
    return SQLITE_OK;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    disk_node *node = disk_node_find(name);
    (void)vfs;
    if (node == NULL) return SQLITE_IOERR_DELETE_NOENT;
    const int rc = fails(CHANCE_CHANGE, SQLITE_IOERR_DELETE);
    if (rc != SQLITE_OK) return rc;
    disk_node_delete(node);
    if (sync) disk_sync_directory();
    return SQLITE_OK;
}

/* An empty file is none, as on Unix. */
static int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
    const disk_node *node = disk_node_find(name);
    (void)vfs;
    *result = node != NULL && (flags != SQLITE_ACCESS_EXISTS || node->now.size > 0);
    return fails(CHANCE_STATE, SQLITE_IOERR_ACCESS);
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
        out[i] = (char)(disk_random() >> 56);
    return size;
}

void disk_install(void)
{
    static sqlite3_vfs vfs;
    vfs = *sqlite3_vfs_find(NULL); /* loading and the clock */
    vfs.iVersion = 2;
    vfs.szOsFile = (int)sizeof(disk_file);
    vfs.mxPathname = DISK_NAME_SIZE - 1;
    vfs.pNext = NULL;
    vfs.zName = DISK_VFS;
    vfs.xOpen = disk_open;
    vfs.xDelete = disk_delete;
    vfs.xAccess = disk_access;
    vfs.xFullPathname = disk_full_name;
    vfs.xRandomness = disk_randomness;
    if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK) bail_out("disk", "not registered");
}
