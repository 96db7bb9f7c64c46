/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/run.h"

#define SIM_MODEL(name) extern const sim_model_t sim_model_##name;
#include "models/models.def"
#undef SIM_MODEL

#define SIM_MODEL(name) &sim_model_##name,
const sim_model_t *const sim_built_in_models[] = {
#include "models/models.def"
    NULL};
#undef SIM_MODEL
