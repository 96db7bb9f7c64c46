/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Constraints that a model declares between its parameters. */
#ifndef SIM_PARAM_CONSTRAINT_H
#define SIM_PARAM_CONSTRAINT_H

#include "sim/param/config.h"

/* The parameter that lies there in the model's struct, or NULL. */
const sim_param_t *sim_param_at(const struct sim_model *model, size_t offset);

/* "<" or "<=". */
const char *sim_param_constraint_relation(const sim_constraint_t *constraint);

/* The constraints of a parameter as text, "g.a <= g.b; g.b < g.c"; "" when it has none. Allocated;
 * NULL without memory. */
char *sim_param_constraint_text(const struct sim_model *model, const sim_param_t *row);

/* Whether a constraint of the model is about one of these parameters. */
bool sim_param_constraint_about(const struct sim_model *model,
                                const sim_param_assignment_t *assignment, size_t n);

/* Whether all constraints hold when `n` parameters have these values, at the start and after every
 * intervention. `params` is room for params_size bytes. Any thread with a room of its own. */
bool sim_param_constraint_holds(const sim_config_t *config,
                                const sim_param_assignment_t *assignment, size_t n, void *params);

#endif
