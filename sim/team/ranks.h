/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The processes that one `mpirun` has started, and messages between them. Built without MPI, or
 * started without mpirun, a process is alone: rank 0 of 1. The only file that knows MPI is ranks.c.
 * All calls are for the main thread. */
#ifndef SIM_TEAM_RANKS_H
#define SIM_TEAM_RANKS_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/experiment/experiment.h"

/* Joins the others, before anything else. false: MPI could not be begun. */
bool sim_team_ranks_begin(void);
/* Leaves them: rank 0 lets the others go, who wait for it unless it is `lost`. false: some are gone
 * and MPI's own ending would wait for them, so that the process must leave by _exit(). */
bool sim_team_ranks_end(bool lost);

/* Whether whoever started this process (mpirun, or its daemon on this machine) is gone: then
 * nobody waits for us any more. */
bool sim_team_orphaned(void);

int sim_team_rank(void);
int sim_team_ranks(void);

/* "Open MPI 4.1.4", or NULL when built without MPI. */
const char *sim_team_ranks_library(void);

/* For a rank above 0 that cannot take part in the batch: tells rank 0 why. */
int sim_team_stay_out(const char *why);

/* How many processes the launcher of MPI says that it has started together, 1 without a launcher;
 * *name is the variable that says so. More than sim_team_ranks(): this program cannot join
 * the others. */
int sim_team_claimed_ranks(const char **name);

/* Processors for this process: its share of those that its machine or control group has, which it
 * may have together with other ranks; no more than it is bound to, nor than OMP_NUM_THREADS or
 * SLURM_CPUS_PER_TASK allow. */
int sim_team_processors(void);
/* The same of a machine (or quota) of so many processors for `here` ranks. */
int sim_team_processors_of(int machine, int here, int bound);

/* As sim_experiment_batch, to the same results, by all processes: they call it with the same batch;
 * `first`, take() and tell() are those of rank 0 alone. Ranks above 0 return 0, or
 * SIM_ERR_INTERRUPTED, or SIM_ERR_IO when rank 0 is gone. A process alone computes by itself. */
int sim_team_batch(const sim_experiment_batch_t *batch, sim_experiment_tally_t *tally);

/* ---- messages ---- */

typedef enum {
    SIM_TEAM_HELLO,   /* who I am; from the others to rank 0, as the next three */
    SIM_TEAM_RECORD,  /* a finished run */
    SIM_TEAM_LEAVE,   /* I take no part (any more); a text, why */
    SIM_TEAM_ALIVE,   /* empty; both ways */
    SIM_TEAM_RUNS,    /* runs to make, from rank 0, as the next two */
    SIM_TEAM_OVER,    /* the batch is over */
    SIM_TEAM_DISMISS, /* the command is over; stays to be received by ranks_end */
} sim_team_talk_t;

typedef struct {
    int from;
    sim_team_talk_t kind;
    unsigned char *bytes; /* the caller's to free */
    size_t size;
} sim_team_message_t;

/* Messages that are on their way. */
typedef struct sim_team_post sim_team_post_t;
sim_team_post_t *sim_team_post_create(void); /* NULL without memory */
/* Waits for those to ranks that still listen, but not for long. post may be NULL. */
void sim_team_post_destroy(sim_team_post_t *post);

/* Sends without waiting; `bytes` (from malloc) is taken over in any case. SIM_ERR_MEMORY,
 * SIM_ERR_LIMIT for 2 GB and more, SIM_ERR_IO. */
int sim_team_post_send(sim_team_post_t *post, int to, sim_team_talk_t kind, void *bytes,
                       size_t size);

/* The next message, if there is one. */
bool sim_team_post_receive(sim_team_post_t *post, sim_team_message_t *message);

#endif
