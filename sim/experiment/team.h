/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lead.c and follow.c say to each other; both are of one build. Private. */
#ifndef SIM_EXPERIMENT_TEAM_H
#define SIM_EXPERIMENT_TEAM_H

#include "sim/experiment/parts.h"
#include "sim/experiment/ranks.h"
#include "sim/record/identity.h"

/* Of SIM_EXPERIMENT_HELLO. The size tells builds apart whose struct is another one. */
typedef struct {
    char host[64];
    char batch[33]; /* digest */
    int32_t threads;
    sim_record_identity_t program;
} sim_experiment_hello_t;

/* Of SIM_EXPERIMENT_RUNS: one or more. */
typedef struct {
    uint64_t run, number; /* place in the queue, and what assign() takes */
} sim_experiment_order_t;

/* Of SIM_EXPERIMENT_RECORD: this, then the packed record, unless code says why there is none. */
typedef struct {
    uint64_t run;
    int64_t code;
    char note[256];
} sim_experiment_return_t;

/* Fills all but the threads. */
void sim_experiment_introduce(const sim_experiment_batch_t *batch, sim_experiment_hello_t *hello);

/* Everyone says something at least every second. Whoever is silent for this long is taken for lost
 * (KUMIAI_LOST_AFTER, in seconds; else half a minute). */
double sim_experiment_patience(void);

/* Pauses between looks for messages, longer and longer while nothing happens, so that they cost
 * next to nothing of the processor that a computing thread has. */
typedef struct {
    long nanoseconds;
} sim_experiment_pause_t;
void sim_experiment_pause(sim_experiment_pause_t *pause, bool anything_happened);

#endif
