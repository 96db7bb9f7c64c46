/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cooperation network once a year: donors and partners, two modes, as a simple undirected graph
 * of the bodies that have a live tie. It is measured as it is: a projection on donors turns every
 * partner into a clique of its donors, so closure is counted in four-cycles (Robins & Alexander
 * 2004), the least in which two donors share two partners. */
#include <math.h>

#include "models/cooperation/look/observe.h"

typedef struct {
    double donors, partners, bridges, top, all; /* top, all: betweenness of donors */
    uint32_t top_donor;
} tally_t;

/* Of equals the one with the lower number is the top. */
static tally_t tally(const sim_network_snapshot_t *net, uint32_t n_donors) {
    tally_t t = {0};
    for (uint32_t u = 0; u < net->n_nodes; u++) {
        uint32_t id = net->label[u];
        if (id >= n_donors) {
            t.partners++;
            continue;
        }
        t.donors++;
        t.bridges += net->cut[u];
        t.all += net->betweenness[u];
        if (net->betweenness[u] > t.top || (net->betweenness[u] == t.top && id < t.top_donor)) {
            t.top = net->betweenness[u];
            t.top_donor = id;
        }
    }
    return t;
}

static double ratio(double a, double b) {
    return b > 0 ? a / b : (double)NAN;
}

#define SEEN(ID) seen->network[COOP_M_##ID - COOP_M_NODES]

int coop_networks_year(sim_world_t *world, coop_observed_t *seen) {
    sim_network_snapshot_t *net = &coop_state(world)->observer.network;
    sim_network_measures_t is;
    int rc = sim_network_snapshot_ties(net, world->ties, COOP_TIE_COOPERATION);
    if (rc)
        return rc;
    sim_network_measure(net, &is);
    tally_t t = tally(net, coop_population(world)->n_donors);
    SEEN(NODES) = net->n_nodes;
    SEEN(DEGREE_DONORS) = ratio(net->n_links, t.donors);
    SEEN(DEGREE_PARTNERS) = ratio(net->n_links, t.partners);
    SEEN(COMPONENTS) = is.components;
    SEEN(GIANT) = ratio(is.giant, net->n_nodes);
    SEEN(CLUSTERING) = is.clustering;
    SEEN(CENTRALISATION) = is.centralisation;
    SEEN(DISTANCE) = is.mean_distance;
    SEEN(BRIDGES) = t.bridges;
    SEEN(TOP_SHARE) = ratio(t.top, t.all);
    SEEN(TOP_DONOR) = t.all > 0 ? t.top_donor : (double)NAN;
    return 0;
}

int coop_networks_modularity(sim_world_t *world, double *modularity) {
    sim_network_snapshot_t *net = &coop_state(world)->observer.network;
    uint32_t communities;
    int rc = sim_network_snapshot_ties(net, world->ties, COOP_TIE_COOPERATION);
    return rc ? rc : sim_network_modularity(net, modularity, &communities);
}
