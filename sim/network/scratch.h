/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the measures of a snapshot write on; arrays by node unless they say otherwise. */
#ifndef SIM_NETWORK_SCRATCH_H
#define SIM_NETWORK_SCRATCH_H

#include "sim/network/measures.h"

typedef struct sim_network_scratch {
    uint32_t *first, *row; /* neighbours of node u: row[first[u]] .. row[first[u + 1] - 1] */
    uint32_t *next, *parent, *order, *low; /* depth-first walk */
    uint32_t *size;                        /* by component: its nodes */
    uint32_t *queue;                       /* with room for one more */
    uint32_t *left;        /* neighbours not folded into another node; first in their row */
    double *inside, *far;  /* nodes folded into this one, itself too; sum of their distances */
    int32_t *depth;        /* breadth-first walk; INT32_MAX = not seen */
    double *paths, *share; /* 0 = not seen */
    uint64_t *arc;    /* of the walk: links whose ends are at two depths, the farther one in the
                         upper half; with room for one more than there are links */
    uint32_t *common; /* neighbours shared with the node at hand */
} sim_network_scratch_t;

#endif
