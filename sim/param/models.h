/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The models of a program, among which a configuration names one (part of sim/run.h). */
#ifndef SIM_PARAM_MODELS_H
#define SIM_PARAM_MODELS_H

#include "sim/model.h"

/* The models of this program, NULL-terminated: those of models.def, or those that kumiai_main() was
 * given. Set once, before anything runs. */
extern const sim_model_t *const *sim_models;
/* Those of models.def, in a program that has them; else NULL. */
extern const sim_model_t *const sim_built_in_models[] __attribute__((weak));
const sim_model_t *sim_model_find(const char *name);

#endif
