/*
 * The parts of the module that SQLite calls: see index_table.c.
 */
#ifndef TS_INDEX_TABLE_H
#define TS_INDEX_TABLE_H

#include "index.h"

#include "index_declare.h"

/* The virtual table of one connection. */
typedef struct ts_table {
    sqlite3_vtab base;
    ts_index *index; /* owned */
} ts_table;

static inline ts_index *ts_table_index(sqlite3_vtab *vtab)
{
    return ((ts_table *)(void *)vtab)->index;
}

/* An error that will begin with the name of the table. */
static inline ts_error ts_table_error(const ts_index *index)
{
    return (ts_error){.name = index->name};
}

/* index_plan.c */
int ts_plan_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info);

/* index_scan.c */
int ts_scan_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **cursor);
int ts_scan_close(sqlite3_vtab_cursor *cursor);
int ts_scan_filter(sqlite3_vtab_cursor *cursor, int plan, const char *letters, int argc,
                   sqlite3_value **argv);
int ts_scan_next(sqlite3_vtab_cursor *cursor);
int ts_scan_eof(sqlite3_vtab_cursor *cursor);
int ts_scan_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column);
int ts_scan_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid);

/* index_write.c */
int ts_write_update(sqlite3_vtab *vtab, int argc, sqlite3_value **argv,
                    sqlite3_int64 *rowid);

int ts_write_begin(sqlite3_vtab *vtab);
int ts_write_sync(sqlite3_vtab *vtab);
int ts_write_end(sqlite3_vtab *vtab);
int ts_write_savepoint(sqlite3_vtab *vtab, int savepoint);
int ts_write_release(sqlite3_vtab *vtab, int savepoint);
int ts_write_rollback_to(sqlite3_vtab *vtab, int savepoint);

/* Register the module; 'connection' gets another reference. */
int ts_index_register(sqlite3 *db, ts_connection *connection);

#endif
