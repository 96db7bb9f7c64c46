/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runs of a batch on their way: given out in order, handed on in order, done in any. At most
 * `slots` runs are between the two, so that memory stays bounded and a finished run always has its
 * place. Private to the experiment room. */
#ifndef SIM_EXPERIMENT_QUEUE_H
#define SIM_EXPERIMENT_QUEUE_H

#include <pthread.h>
#include <stdatomic.h>

#include "sim/experiment/experiment.h"

/* Owners of a slot that are no rank. */
enum { SIM_EXPERIMENT_NOBODY = -1, SIM_EXPERIMENT_HANDED_ON = -2 };

typedef struct {
    const sim_experiment_batch_t *batch;
    sim_experiment_tally_t *tally;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    sim_record_t *slot;
    bool *full;
    int *owner; /* rank that has the run of a slot */
    /* next run to hand on, first never given out, runs of the batch, runs that came back */
    uint64_t slots, next, fresh, total, again;
    bool handing, writer; /* somebody hands on; there is a thread that does nothing else */
    atomic_int halt;      /* set once: the code that ends the batch */
} sim_experiment_queue_t;

/* 0 or SIM_ERR_MEMORY; free it in any case. The batch and the tally are borrowed. */
int sim_experiment_queue_init(sim_experiment_queue_t *queue, const sim_experiment_batch_t *batch,
                              uint64_t slots, sim_experiment_tally_t *tally);
void sim_experiment_queue_free(sim_experiment_queue_t *queue);

/* A run for `owner`; false when there is none now. */
bool sim_experiment_queue_take(sim_experiment_queue_t *queue, int owner, uint64_t *run);
/* The same for rank 0, which waits for one; false when the batch is over. */
bool sim_experiment_queue_wait(sim_experiment_queue_t *queue, uint64_t *run);

/* Takes *record over, and hands on what is next unless there is a writer. Dropped when the run is
 * not `owner`'s: somebody thought lost came back. */
void sim_experiment_queue_deposit(sim_experiment_queue_t *queue, int owner, uint64_t run,
                                  sim_record_t *record);

/* Hands on what is next until the batch is over. For a writer, which may be long in take(): nobody
 * else is then. */
void sim_experiment_queue_hand_on(sim_experiment_queue_t *queue);

/* Somebody is lost: his runs are for others. */
void sim_experiment_queue_give_back(sim_experiment_queue_t *queue, int owner);

/* Ends the batch. `interrupted` first hands on the runs that are done and next. */
void sim_experiment_queue_end(sim_experiment_queue_t *queue, int code);
void sim_experiment_queue_interrupted(sim_experiment_queue_t *queue, int code, const char *note);
bool sim_experiment_queue_over(sim_experiment_queue_t *queue);

#endif
