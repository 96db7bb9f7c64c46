/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many runs a results file is to hold, by what it tells of its batch: `reps` in meta for each
 * scenario or point, of a shard its part of them. Private to the store room. */
#ifndef SIM_STORE_PLANNED_H
#define SIM_STORE_PLANNED_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* meta.reps of a file in rounds (rounds.h); and what it begins with in a file of --only-rep, before
 * the number of the replicate. */
#define SIM_STORE_ROUNDS "until"
#define SIM_STORE_ONLY "only "

typedef struct {
    uint64_t runs;    /* in the file, whatever became of them */
    uint64_t planned; /* 0: not known before the batch ends, or not told */
    bool rounds;      /* the batch ends when it is precise, or more replicates are being added */
    bool only;        /* one replicate alone, which cannot be resumed */
} sim_store_planned_t;

/* 0 or SIM_ERR_STORE. */
int sim_store_planned_read(sqlite3 *db, sim_store_planned_t *planned);

/* "25 of 40 planned runs are in the file; finish it with --resume", or "" when nothing lacks. */
void sim_store_planned_tell(const sim_store_planned_t *planned, char *text, size_t size);

#endif
