/*
 * A disk in memory, as an SQLite VFS of the name "disk", that fails on demand.
 *
 * It can fail at the n-th thing that it is asked to do, with the error that belongs to
 * it; say at the n-th write that it is full; or lose power before the n-th change.
 * After a loss of power, what was synced is there.  Of what was not, each sector of 512
 * bytes is as it was after some write to it; a file has some size that it had; where it
 * grew and nothing was written, there is garbage; and files that were made or deleted
 * since the directory was synced last, are so or not yet.  SQLite asks for no more: it
 * is told of no properties of the device.
 *
 * There is one disk, for one thread and one connection at a time.
 */
#ifndef TEST_FAULT_DISK_H
#define TEST_FAULT_DISK_H

#include <stdbool.h>
#include <stdint.h>

#define DISK_VFS "disk"

typedef enum disk_fault {
    DISK_ERROR_ONCE,
    DISK_ERROR_FROM_THERE_ON,
    DISK_FULL_ONCE,
    DISK_FULL_FROM_THERE_ON,
    DISK_RARE_ONCE, /* an error of what is neither a read nor a write */
    DISK_POWER      /* nothing can be done any more */
} disk_fault;

/* Register the VFS; the disk is empty. */
void disk_install(void);

/* Fail from now on, at the n-th chance. */
void disk_arm(disk_fault fault, long n);
/* Fail no more; whether it did. */
bool disk_disarm(void);
/* How many chances there were since disk_arm(). */
long disk_chances(void);

/* What is left of that which was not synced. */
typedef enum disk_survivors { DISK_NOTHING, DISK_SOME, DISK_ALL } disk_survivors;

/* Power is back.  No file may be open. */
void disk_recover(disk_survivors survivors, uint64_t seed);

/* Remember what is on the disk, under a number from 0 on; and put it back, all synced.
 */
#define DISK_IMAGES 110
void disk_save(int number);
void disk_restore(int number);
/* Forget all. */
void disk_clear(void);

#endif
