/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The results store: one SQLite file as described in README.md (results file). Runs are
 * written in run order, in batches of one transaction; after a crash the file holds whole runs. */
#ifndef SIM_RECORD_STORE_H
#define SIM_RECORD_STORE_H

#include "sim/param/config.h"
#include "sim/record/record.h"

typedef struct sim_record_store sim_record_store_t;

typedef enum { SIM_STORE_NEW, SIM_STORE_REPLACE, SIM_STORE_RESUME } sim_record_open_t;

/* Where models hand over their agents, one call each (table `agent`). NULL text = NULL;
 * lat, lon, population NaN = NULL. */
typedef struct {
    uint32_t agent_id;
    const char *kind, *code, *name, *name_local, *area, *region;
    double lat, lon, population;
    int estimated; /* 0, 1; -1 = NULL */
} sim_record_agent_t;
typedef struct sim_record_sink sim_record_sink_t;
int sim_record_agent(sim_record_sink_t *sink, const sim_record_agent_t *agent);

/* Creates or reopens `path` for the given scenarios x reps, with the schema that is the union
 * of their models' metrics, reducers and tables, and writes meta, scenario and agent rows.
 * SIM_STORE_NEW: SIM_ERR_EXISTS when the file is there. RESUME: the file must hold the same
 * scenarios (digest, seed, reps, detail); *done = number of runs it has (they are the first ones).
 * `why` gets a sentence on failure. Nothing is left behind when creation fails. */
int sim_record_store_open(const char *path, sim_record_open_t how, const sim_config_t *const *configs,
                          void *const *shared, size_t n_configs, sim_detail_t detail,
                          const char *command_line, sim_record_store_t **out, uint64_t *done,
                          char *why, size_t why_size);

/* Writes one run with all its rows; run_id counts from 1 in the order of the calls. Commits by
 * itself every so often (a second or a bounded number of rows). */
int sim_record_store_run(sim_record_store_t *store, const sim_record_t *record);

/* How many runs no crash can take away any more: the first ones. */
uint64_t sim_record_store_committed(const sim_record_store_t *store);

/* Commits what is open and closes. store may be NULL. */
int sim_record_store_close(sim_record_store_t *store, char *why, size_t why_size);

#endif
