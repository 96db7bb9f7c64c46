/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is told of the bodies of a network by themselves: of two sides, and how unequal. */
#include <math.h>
#include <stdlib.h>

#include "sim/network/measures.h"

static double ratio(double a, double b) {
    return b > 0 ? a / b : (double)NAN;
}

sim_network_sides_t sim_network_sides(const sim_network_snapshot_t *net, uint32_t border) {
    sim_network_sides_t sides = {.top = (double)NAN};
    double most = 0, all = 0;
    uint32_t top = UINT32_MAX;
    for (uint32_t u = 0; u < net->n_nodes; u++) {
        uint32_t label = net->label[u];
        sides.nodes[label >= border]++;
        if (label >= border)
            continue;
        sides.bridges += net->cut[u];
        all += net->betweenness[u];
        if (net->betweenness[u] > most || (net->betweenness[u] == most && label < top))
            most = net->betweenness[u], top = label;
    }
    for (int side = 0; side < 2; side++)
        sides.degree[side] = ratio(net->n_links, sides.nodes[side]);
    sides.top_share = ratio(most, all);
    if (all > 0)
        sides.top = top;
    return sides;
}

static int larger_first(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

sim_network_concentration_t sim_network_concentration(uint32_t *count, uint32_t n) {
    double ranked = 0;
    uint32_t total = 0, top3 = 0;
    if (n == 0)
        return (sim_network_concentration_t){(double)NAN, (double)NAN, (double)NAN};
    qsort(count, n, sizeof *count, larger_first);
    for (uint32_t k = 0; k < n; k++) {
        total += count[k];
        top3 += k < 3 ? count[k] : 0;
        ranked += (double)(n - k) * count[k];
    }
    return (sim_network_concentration_t){.top1 = (double)count[0] / total,
                                         .top3 = (double)top3 / total,
                                         .gini = (2 * ranked / total - (n + 1.0)) / n};
}
