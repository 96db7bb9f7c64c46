/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/network/survival.h"

#include <math.h>
#include <string.h>

static bool is_followed(const sim_network_ties_t *ties, const sim_network_sample_t *sample,
                        uint32_t t) {
    return ties->kind[t] == sample->kind && ties->mode[t] == sample->mode &&
           !ties->onset_censored[t] && ties->onset[t] >= 0;
}

uint32_t sim_network_exits(const sim_network_ties_t *ties, const sim_network_sample_t *sample,
                           sim_network_exits_t *exits) {
    uint32_t n = 0;
    memset(exits, 0, ((size_t)sample->horizon + 1) * sizeof *exits);
    for (uint32_t t = 0; t < ties->count; t++) {
        if (!is_followed(ties, sample, t))
            continue;
        bool alive = ties->terminus[t] == SIM_NETWORK_OPEN;
        int32_t age = (alive ? sample->now : ties->terminus[t]) - ties->onset[t];
        n++;
        if (age > sample->horizon)
            continue;
        if (alive || sim_network_converts(sample->conversions, ties->cause[t]))
            exits[age].censored++;
        else
            exits[age].ended++;
    }
    return n;
}

void sim_network_kaplan_meier(const sim_network_exits_t *exits, uint32_t n, int32_t horizon,
                              double *survival) {
    double at_risk = n, left = n ? 1 : (double)NAN;
    for (int32_t age = 0; age <= horizon; age++) {
        if (at_risk > 0)
            left *= 1 - exits[age].ended / at_risk;
        else if (left > 0)
            left = (double)NAN;
        at_risk -= (double)exits[age].ended + exits[age].censored;
        survival[age] = left;
    }
}

double sim_network_restricted_mean(const double *survival, int32_t horizon) {
    double area = 0;
    for (int32_t age = 0; age < horizon; age++)
        area += survival[age];
    return area;
}
