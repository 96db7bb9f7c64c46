/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cooperation network once a year: donors and partners, two modes, as a simple undirected graph
 * of the bodies that have a live tie. It is measured as it is: a projection on donors turns every
 * partner into a clique of its donors, so closure is counted in four-cycles (Robins & Alexander
 * 2004), the least in which two donors share two partners. */
#include "models/cooperation/look/observe.h"

#define SEEN(ID) o->seen.network[COOP_M_##ID - COOP_M_NODES]

int coop_networks_year(sim_world_t *world) {
    coop_observer_t *o = &coop_state(world)->observer;
    sim_network_snapshot_t *net = &o->network;
    sim_network_measures_t is;
    int rc = sim_network_snapshot_ties(net, world->ties, COOP_TIE_COOPERATION);
    if (rc)
        return rc;
    sim_network_measure(net, &is);
    sim_network_sides_t sides = sim_network_sides(net, coop_population(world)->n_donors);
    SEEN(NODES) = net->n_nodes;
    SEEN(DEGREE_DONORS) = sides.degree[0];
    SEEN(DEGREE_PARTNERS) = sides.degree[1];
    SEEN(COMPONENTS) = is.components;
    SEEN(GIANT) = net->n_nodes ? (double)is.giant / net->n_nodes : (double)NAN;
    SEEN(CLUSTERING) = is.clustering;
    SEEN(CENTRALISATION) = is.centralisation;
    SEEN(DISTANCE) = is.mean_distance;
    SEEN(BRIDGES) = sides.bridges;
    SEEN(TOP_SHARE) = sides.top_share;
    SEEN(TOP_DONOR) = sides.top;
    return 0;
}

int coop_networks_modularity(sim_world_t *world, double *modularity) {
    sim_network_snapshot_t *net = &coop_state(world)->observer.network;
    uint32_t communities;
    int rc = sim_network_snapshot_ties(net, world->ties, COOP_TIE_COOPERATION);
    return rc ? rc : sim_network_modularity(net, modularity, &communities);
}
