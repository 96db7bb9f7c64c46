/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SIS with rewiring: what the files of the model share. */
#ifndef MODELS_CONTAGION_CONTAGION_H
#define MODELS_CONTAGION_CONTAGION_H

#include "sim/sim.h"

typedef struct {
    int64_t agents;
    double mean_degree, beta, gamma, rewire, initial_share;
} contagion_params_t;

/* Draws of set-up (step 0) and of steps never share a purpose. */
enum {
    CONTAGION_PURPOSE_SEED = SIM_RNG_PURPOSE_MODEL, /* who is infected at the start */
    CONTAGION_PURPOSE_AGENT,  /* per agent and step: word 0 infection or recovery, word 1
                                 whether it rewires; two words of one block are independent */
    CONTAGION_PURPOSE_REWIRE, /* which tie is dropped, whom the new tie goes to */
};

typedef struct {
    uint32_t n;
    uint8_t *infected; /* column: 0 or 1 */
    uint8_t *next;     /* the states that are being decided */
    uint32_t *wants;   /* the agents that will rewire, block by block: SIM_BLOCK places each */
    uint32_t *wanting; /* how many per block */
    /* infection[k]: threshold of a susceptible with k infected neighbours, 1 - (1 - beta)^k.
     * Long enough for the largest degree there can be. */
    uint32_t *infection;
    uint32_t recovery, rewire;
    sim_network_graph_t graph;
} contagion_state_t;

size_t contagion_count(const sim_world_t *world);
uint64_t contagion_ties(const contagion_params_t *params); /* N * mean_degree / 2, rounded */

int contagion_setup(sim_world_t *world);
int contagion_changed(sim_world_t *world); /* thresholds anew */

/* Phase `infect`: all agents on the old states; also finds out who will rewire. */
int contagion_infect_decide(sim_world_t *world, size_t block, size_t first, size_t last);
int contagion_infect_commit(sim_world_t *world);

/* Phase `rewire`: those who want to, one after the other in the order of their numbers. */
int contagion_rewire_commit(sim_world_t *world);

#endif
