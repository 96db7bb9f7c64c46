/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/network/survival.h"

#include <math.h>
#include <string.h>

uint32_t sim_network_exits(const sim_network_ties_t *ties, uint8_t kind, uint8_t mode, int32_t now,
                           int32_t horizon, sim_network_exits_t *exits) {
    uint32_t n = 0;
    memset(exits, 0, ((size_t)horizon + 1) * sizeof *exits);
    for (uint32_t t = 0; t < ties->count; t++) {
        if (ties->kind[t] != kind || ties->mode[t] != mode || ties->onset_censored[t] ||
            ties->onset[t] < 0)
            continue;
        bool alive = ties->terminus[t] == SIM_NETWORK_OPEN;
        int32_t age = (alive ? now : ties->terminus[t]) - ties->onset[t];
        n++;
        if (age > horizon)
            continue;
        if (alive)
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
