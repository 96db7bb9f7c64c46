/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lead.c and follow.c say to each other; both are of one build. Private to the team room. */
#ifndef SIM_TEAM_TEAM_H
#define SIM_TEAM_TEAM_H

#include "sim/experiment/parts.h"
#include "sim/record/identity.h"
#include "sim/team/ranks.h"

/* Of SIM_TEAM_HELLO. The size tells builds apart whose struct is another one. */
typedef struct {
    char host[64];
    char batch[33]; /* digest */
    int32_t threads;
    sim_record_identity_t program;
} sim_team_hello_t;

/* Of SIM_TEAM_RUNS: one or more. */
typedef struct {
    uint64_t run, number; /* place in the queue, and what assign() takes */
} sim_team_order_t;

/* Of SIM_TEAM_RECORD: this, then the packed record, unless code says why there is none. */
typedef struct {
    uint64_t run;
    int64_t code;
    char note[256];
} sim_team_return_t;

/* Rank 0 of a batch that several processes share gives runs out, computes and takes records in; the
 * others compute until they are told that it is over. */
void sim_team_lead(sim_experiment_queue_t *queue, int threads);
int sim_team_follow(const sim_experiment_batch_t *batch, int threads);

/* Fills all but the threads. */
void sim_team_introduce(const sim_experiment_batch_t *batch, sim_team_hello_t *hello);

/* Everyone says something at least every second. Whoever is silent for this long is taken for lost
 * (KUMIAI_LOST_AFTER, in seconds; else half a minute). */
double sim_team_patience(void);

/* Pauses between looks for messages, longer and longer while nothing happens, so that they cost
 * next to nothing of the processor that a computing thread has. */
typedef struct {
    long nanoseconds;
} sim_team_pause_t;
void sim_team_pause(sim_team_pause_t *pause, bool anything_happened);

#endif
