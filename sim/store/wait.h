/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing to a results file that another program is reading, such as a notebook with an open
 * cursor: SQLite lets nobody write meanwhile, so the writer waits, without limit, and says so. */
#ifndef SIM_STORE_WAIT_H
#define SIM_STORE_WAIT_H

#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>

#include "sim/store/store.h"

/* One writer's wait; `how` is the caller's and may be NULL: then it waits for half a minute. It
 * must stay where it is while the database is open. */
typedef struct {
    const sim_store_wait_t *how;
    const char *path;
    double begun;   /* this time; seconds on the monotonic clock */
    double stopped; /* when it was first seen that an end was asked for; 0: not yet */
    double told;    /* when the caller was told; 0: not yet */
} sim_store_waiter_t;

/* From now on the database waits so. */
int sim_store_wait_begin(sqlite3 *db, sim_store_waiter_t *waiter);

/* Whether the last error of the database is that a wait was ended by a request to stop. */
bool sim_store_wait_ended(sqlite3 *db, const sim_store_waiter_t *waiter);

#endif
