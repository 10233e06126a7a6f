/*
 * The version of textsim, for textsim_version().  The BLOB formats have their
 * own numbers (core/format.h): they outlive many of these.
 */
#ifndef TS_VERSION_H
#define TS_VERSION_H

#define TEXTSIM_VERSION "0.1.0"

#endif
