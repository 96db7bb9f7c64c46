/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom the interventions on agents are about: names and classes looked up among the agents that the
 * model hands over. */
#ifndef SIM_SCHEDULE_TARGETS_H
#define SIM_SCHEDULE_TARGETS_H

#include "sim/schedule/world.h"

/* Of one intervention. */
typedef struct sim_schedule_target {
    uint32_t *agent; /* in the order of a list, or by their numbers; n of them */
    size_t n;
    uint32_t other; /* the agent named beside, or UINT32_MAX */
} sim_schedule_target_t;

/* The targets of all interventions of a configuration, in their order, from the arena; NULL when
 * none is about agents. `shared` is what the model's prepare() made. Problems (an unknown agent,
 * one of the wrong kind, the same set twice at a date) to diag, with file and line; then
 * SIM_ERR_CONFIG. SIM_ERR_MEMORY. */
int sim_schedule_targets(const sim_config_t *config, const void *shared, sim_base_arena_t *arena,
                         sim_base_diag_t *diag, const sim_schedule_target_t **out);

/* The same for its problems alone. */
int sim_schedule_targets_check(const sim_config_t *config, const void *shared,
                               sim_base_diag_t *diag);

#endif
