/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One writer or several readers of a results file, also on network file systems: the lock is on a
 * file beside it, because flock() and locks of SQLite meet each other there. */
#ifndef SIM_STORE_LOCK_H
#define SIM_STORE_LOCK_H

#include <stddef.h>

#include "sim/base/why.h"

typedef enum {
    SIM_STORE_WRITES, /* nobody else may read or write */
    SIM_STORE_READS,  /* others may read */
} sim_store_use_t;

typedef struct {
    int descriptor; /* -1: nothing is held */
    char *name;     /* of the lock file, owned */
} sim_store_lock_t;
#define SIM_STORE_UNLOCKED ((sim_store_lock_t){.descriptor = -1})

/* Takes the lock of results file `path`, which need not exist. On failure nothing is held and `why`
 * has a sentence: SIM_ERR_CONFIG when another process has it or the file system has no locks,
 * SIM_ERR_IO when the folder cannot be written, SIM_ERR_MEMORY. A reader of a folder that cannot be
 * written holds nothing, and this is no failure. */
int sim_store_lock(const char *path, sim_store_use_t use, sim_store_lock_t *lock,
                   sim_base_why_t *why);

/* Whether the file system of a file that this process has not open knows locks at all; if not,
 * SIM_ERR_CONFIG and a sentence. */
int sim_store_locks_work(const char *path, sim_base_why_t *why);

/* Says that no files beside `path` can be made, as their names would be longer than names can be.
 */
void sim_store_long_name(const char *path, sim_base_why_t *why);

/* Gives it back, after all databases on the file are closed; the lock file is gone unless somebody
 * else has it. */
void sim_store_unlock(sim_store_lock_t *lock);

#endif
