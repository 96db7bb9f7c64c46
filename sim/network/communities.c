/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Communities by igraph. Its error handler and its stack of things to clean up are of the whole
 * process in a build without IGRAPH_THREAD_SAFE, so one thread at a time goes in; and its handlers
 * are set on each entry, because the usual ones print and abort. */
#include <igraph/igraph.h>
#include <math.h>

#include "sim/base/error.h"
#include "sim/network/measures.h"

static int code_of(igraph_error_t error) {
    return error == IGRAPH_SUCCESS  ? SIM_OK
           : error == IGRAPH_ENOMEM ? SIM_ERR_MEMORY
                                    : SIM_ERR_LIMIT;
}

static igraph_error_t copy_links(const sim_network_snapshot_t *snapshot, igraph_t *graph) {
    igraph_vector_int_t ends;
    igraph_error_t rc = igraph_vector_int_init(&ends, 2 * (igraph_integer_t)snapshot->n_links);
    if (rc)
        return rc;
    for (uint32_t e = 0; e < 2 * snapshot->n_links; e++)
        VECTOR(ends)[e] = (igraph_integer_t)snapshot->end[e];
    rc = igraph_create(graph, &ends, (igraph_integer_t)snapshot->n_nodes, IGRAPH_UNDIRECTED);
    igraph_vector_int_destroy(&ends);
    return rc;
}

/* Modularity after each merge of two communities, from single nodes on; the best is the split. The
 * membership is not used, but igraph 0.10.2 does not survive without it. */
static igraph_error_t agglomerate(const igraph_t *graph, igraph_vector_t *path) {
    igraph_vector_int_t membership;
    igraph_error_t rc = igraph_vector_int_init(&membership, 0);
    if (rc)
        return rc;
    rc = igraph_community_fastgreedy(graph, NULL, NULL, path, &membership);
    igraph_vector_int_destroy(&membership);
    return rc;
}

static igraph_error_t split(const igraph_t *graph, double *modularity, uint32_t *communities) {
    igraph_vector_t path;
    igraph_error_t rc = igraph_vector_init(&path, 0);
    if (rc)
        return rc;
    if (!(rc = agglomerate(graph, &path))) {
        igraph_integer_t merges = igraph_vector_which_max(&path);
        *modularity = VECTOR(path)[merges];
        *communities = (uint32_t)(igraph_vcount(graph) - merges);
    }
    igraph_vector_destroy(&path);
    return rc;
}

static igraph_error_t find_communities(const sim_network_snapshot_t *snapshot, double *modularity,
                                       uint32_t *communities) {
    igraph_t graph;
    igraph_error_t rc = copy_links(snapshot, &graph);
    if (rc)
        return rc;
    rc = split(&graph, modularity, communities);
    igraph_destroy(&graph);
    return rc;
}

int sim_network_modularity(const sim_network_snapshot_t *snapshot, double *modularity,
                           uint32_t *communities) {
    igraph_error_t rc = IGRAPH_SUCCESS;
    *modularity = (double)NAN;
    *communities = 0;
    if (!snapshot->n_links)
        return SIM_OK;
#pragma omp critical(sim_network_igraph)
    {
        igraph_error_handler_t *on_error = igraph_set_error_handler(igraph_error_handler_ignore);
        igraph_warning_handler_t *on_warning =
            igraph_set_warning_handler(igraph_warning_handler_ignore);
        rc = find_communities(snapshot, modularity, communities);
        igraph_set_error_handler(on_error);
        igraph_set_warning_handler(on_warning);
    }
    return code_of(rc);
}
