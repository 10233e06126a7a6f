/*
 * Reads that are asked for ahead of time, where the compiler knows how: many of them
 * wait for memory at once then, and not one after the other.
 */
#ifndef TS_EXPECT_H
#define TS_EXPECT_H

#ifdef __GNUC__
#define TS_EXPECT(address) __builtin_prefetch(address)
#else
#define TS_EXPECT(address) ((void)(address))
#endif

#endif
