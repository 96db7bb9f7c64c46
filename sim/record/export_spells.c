/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/record/export_parts.h"

static int later(sim_export_t *x) {
    return sim_export_refuse(x, SIM_ERR_CONFIG, "this format is not in this version");
}

int sim_export_spells(sim_export_t *x) {
    return later(x);
}

int sim_export_gexf(sim_export_t *x) {
    return later(x);
}

int sim_export_rsiena(sim_export_t *x) {
    return later(x);
}

int sim_export_goldfish(sim_export_t *x) {
    return later(x);
}
