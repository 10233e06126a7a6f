#include "pulse.h"

SQLITE_EXTENSION_INIT3

static int beat(void *context)
{
    ts_pulse *pulse = context;
    if (pulse->statement == NULL)
        pulse->code = sqlite3_prepare_v2(pulse->db,
                                         "WITH RECURSIVE t(x) AS (VALUES(1) UNION ALL "
                                         "SELECT 1 FROM t) SELECT x FROM t",
                                         -1, &pulse->statement, NULL);
    /*
     * That an application forbids such a statement, by an authorizer or its limits, or
     * has the schema locked, is no reason to stop.
     */
    if (pulse->code != SQLITE_NOMEM && pulse->code != SQLITE_INTERRUPT &&
        pulse->statement == NULL)
        pulse->code = SQLITE_OK;
    if (pulse->code == SQLITE_OK && pulse->statement != NULL) {
        const int rc = sqlite3_step(pulse->statement);
        if (rc != SQLITE_ROW) pulse->code = rc;
    }
    return pulse->code != SQLITE_OK;
}

ts_poll ts_pulse_begin(ts_pulse *pulse, sqlite3 *db)
{
    *pulse = (ts_pulse){.db = db, .code = SQLITE_OK};
    return (ts_poll){.stop = beat, .context = pulse};
}

void ts_pulse_end(ts_pulse *pulse, ts_error *error)
{
    sqlite3_finalize(pulse->statement);
    pulse->statement = NULL;
    /* That the work was stopped says less than why. */
    if (error->code == SQLITE_OK ||
        (error->code == SQLITE_INTERRUPT && pulse->code != SQLITE_OK))
        error->code = pulse->code;
}
