/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/schedule/networks.h"

#include <stdio.h>
#include <string.h>

/* ---- making ---- */

/* "<network>.<what>" in the arena; NULL when memory is out. */
static const char *name_of(sim_world_t *world, const char *network, const char *what) {
    size_t size = strlen(network) + strlen(what) + 2;
    char *name = sim_base_arena_alloc(&world->arena, size, 1);
    if (name)
        snprintf(name, size, "%s.%s", network, what);
    return name;
}

static int name_ties(sim_world_t *world, sim_world_network_t *network) {
    sim_state_array_t array[SIM_NETWORK_TIES_COLUMNS];
    sim_network_ties_columns(network->ties, array);
    network->array =
        sim_base_arena_alloc(&world->arena, SIM_NETWORK_TIES_COLUMNS, sizeof *network->array);
    for (size_t i = 0; network->array && i < SIM_NETWORK_TIES_COLUMNS; i++)
        if (!(network->array[i] = name_of(world, network->name, strchr(array[i].name, '.') + 1)))
            return SIM_ERR_MEMORY;
    return network->array ? SIM_OK : SIM_ERR_MEMORY;
}

static int name_graph(sim_world_t *world, sim_world_network_t *network) {
    network->array = sim_base_arena_alloc(&world->arena, 2, sizeof *network->array);
    if (!network->array)
        return SIM_ERR_MEMORY;
    network->array[0] = name_of(world, network->name, "degree");
    network->array[1] = name_of(world, network->name, "neighbours");
    return network->array[0] && network->array[1] ? SIM_OK : SIM_ERR_MEMORY;
}

static int add(sim_world_t *world, const sim_world_network_t *network) {
    sim_world_network_t *added = &world->network[world->n_networks++];
    *added = *network;
    return added->ties ? name_ties(world, added) : name_graph(world, added);
}

static int make_ties(sim_world_t *world, const sim_state_row_t *row) {
    const sim_world_network_t network = {.name = row->name,
                                         .ties = (void *)((char *)world->state + row->offset)};
    size_t room = row->rows ? row->rows(world) : 0;
    if (row->recorded)
        world->ties = network.ties;
    int rc = room > UINT32_MAX ? SIM_ERR_LIMIT
                               : sim_network_ties_init(network.ties, &world->arena, (uint32_t)room);
    return rc ? rc : add(world, &network);
}

static int make_graph(sim_world_t *world, const sim_state_row_t *row) {
    const sim_state_population_t *nodes =
        (const void *)((const char *)world->state + row->population);
    const double *degree = (const void *)((const char *)world->params + row->parameter);
    const sim_world_network_t network = {.name = row->name,
                                         .graph = (void *)((char *)world->state + row->offset)};
    if (!world->graph)
        world->graph = network.graph;
    int rc = sim_network_graph_init(network.graph, &world->arena, nodes->count, *degree);
    return rc ? rc : add(world, &network);
}

static size_t count_networks(const sim_state_row_t *row) {
    size_t n = 0;
    for (; row && row->kind != SIM_STATE_IS_END; row++)
        n += row->kind == SIM_STATE_IS_TIES || row->kind == SIM_STATE_IS_GRAPH;
    return n;
}

int sim_schedule_networks_make(sim_world_t *world) {
    enum { BY_HAND = 2 };
    const sim_state_row_t *row = world->model->state;
    int rc = SIM_OK;
    world->network =
        sim_base_arena_alloc(&world->arena, count_networks(row) + BY_HAND, sizeof *world->network);
    if (!world->network)
        return SIM_ERR_MEMORY;
    for (; row && row->kind != SIM_STATE_IS_END && !rc; row++) {
        if (row->kind == SIM_STATE_IS_TIES)
            rc = make_ties(world, row);
        else if (row->kind == SIM_STATE_IS_GRAPH)
            rc = make_graph(world, row);
    }
    return rc;
}

static bool is_listed(const sim_world_t *world, const void *network) {
    for (size_t k = 0; k < world->n_networks; k++)
        if (world->network[k].ties == network || world->network[k].graph == network)
            return true;
    return false;
}

int sim_schedule_networks_seal(sim_world_t *world) {
    const sim_world_network_t ties = {.name = "ties", .ties = world->ties},
                              graph = {.name = "graph", .graph = world->graph};
    int rc = SIM_OK;
    if (world->ties && !is_listed(world, world->ties))
        rc = add(world, &ties);
    if (!rc && world->graph && !is_listed(world, world->graph))
        rc = add(world, &graph);
    for (size_t k = 0; k < world->n_networks; k++)
        if (world->network[k].ties)
            world->network[k].ties->known = true;
        else if (world->network[k].graph->rows) /* else it was never made */
            world->network[k].graph->rows->known = true;
    return rc;
}

void sim_schedule_networks_now(sim_world_t *world, int32_t step) {
    for (size_t k = 0; k < world->n_networks; k++)
        if (world->network[k].ties)
            world->network[k].ties->now = step;
}

void sim_schedule_ties_arrays(const sim_world_network_t *network,
                              sim_state_array_t array[SIM_NETWORK_TIES_COLUMNS]) {
    sim_network_ties_columns(network->ties, array);
    for (size_t i = 0; i < SIM_NETWORK_TIES_COLUMNS; i++)
        array[i].name = network->array[i];
}

/* ---- new ties ---- */

static size_t count_words(const char *const *words) {
    size_t n = 0;
    while (words && words[n])
        n++;
    return n;
}

/* Of a new tie: nothing of it lies ahead. In the set-up it may have begun and ended long ago. */
static int check_dates(sim_world_t *world, const sim_network_ties_t *ties, uint32_t id) {
    int32_t now = world->clock.step, end = ties->terminus[id];
    const struct {
        const char *what;
        int32_t step;
    } date[] = {{"begins", ties->onset[id]},
                {"reaches its stage", ties->stage_since[id]},
                {"ends", end == SIM_NETWORK_OPEN ? now : end}};
    for (size_t d = 0; d < sizeof date / sizeof *date; d++)
        if (date[d].step > now)
            return sim_world_fail(world, SIM_ERR_ARGUMENT,
                                  "tie %u %s at step %d, but it is step %d", id, date[d].what,
                                  date[d].step, now);
    return SIM_OK;
}

typedef struct {
    const char *what;
    const uint8_t *value;
    size_t words;
    bool may_lack;
} labelled_t;

enum { LABELLED = 5 };

static int check_words(sim_world_t *world, const labelled_t list[LABELLED], uint32_t id) {
    for (size_t l = 0; l < LABELLED; l++) {
        uint8_t value = list[l].value[id];
        if (!(list[l].may_lack && value == SIM_NETWORK_NO_WORD) && value >= list[l].words)
            return sim_world_fail(
                world, SIM_ERR_ARGUMENT,
                "tie %u has %s %u, but the model's labels have %zu words for it%s", id,
                list[l].what, value, list[l].words,
                list[l].may_lack ? "; SIM_NETWORK_NO_WORD (255): none" : "");
    }
    return SIM_OK;
}

static int check_new_labels(sim_world_t *world, const sim_network_ties_t *ties, uint32_t seen) {
    const sim_network_labels_t *labels = world->model->labels;
    int rc = SIM_OK;
    if (!labels)
        return sim_world_fail(world, SIM_ERR_ARGUMENT,
                              "there are ties, but the descriptor has no labels for them");
    const labelled_t list[LABELLED] = {{"kind", ties->kind, count_words(labels->kinds), false},
                                       {"mode", ties->mode, count_words(labels->modes), true},
                                       {"form", ties->form, count_words(labels->forms), true},
                                       {"topic", ties->topic, count_words(labels->topics), true},
                                       {"stage", ties->stage, count_words(labels->stages), true}};
    for (; seen < ties->count && !rc; seen++)
        rc = check_words(world, list, seen);
    return rc;
}

/* The spells that were added since the last look: their dates, and what those that go into the
 * results are called. */
static int check_new_ties(sim_world_t *world, const sim_network_ties_t *ties, uint32_t *seen) {
    int rc = SIM_OK;
    if (*seen == ties->count)
        return SIM_OK; /* after most phases */
    if (ties == world->ties)
        rc = check_new_labels(world, ties, *seen);
    for (; *seen < ties->count && !rc; ++*seen)
        rc = check_dates(world, ties, *seen);
    return rc;
}

static const char *misuse_of(const sim_world_network_t *network) {
    if (network->ties)
        return network->ties->misuse;
    return network->graph->rows ? network->graph->rows->misuse : "";
}

int sim_schedule_networks_check(sim_world_t *world, int rc) {
    for (size_t k = 0; k < world->n_networks; k++) {
        const sim_world_network_t *network = &world->network[k];
        const char *misuse = misuse_of(network);
        if (misuse[0])
            rc = sim_world_fail(world, rc ? rc : SIM_ERR_ARGUMENT, "%s", misuse);
    }
    if (rc == SIM_OK && world->arena.complaint)
        rc = sim_world_fail(world, SIM_ERR_ARGUMENT, "%s", world->arena.complaint);
    for (size_t k = 0; k < world->n_networks && rc == SIM_OK; k++)
        if (world->network[k].ties)
            rc = check_new_ties(world, world->network[k].ties, &world->network[k].seen);
    return rc;
}

int sim_schedule_networks_verify(sim_world_t *world) {
    sim_base_why_t why = {""};
    int rc = SIM_OK;
    for (size_t k = 0; k < world->n_networks && rc == SIM_OK; k++) {
        const sim_world_network_t *network = &world->network[k];
        rc = network->ties ? sim_network_ties_verify(network->ties, &why)
                           : sim_network_graph_verify(network->graph, &why);
    }
    return rc && why.text[0] ? sim_world_fail(world, rc, "%s", why.text) : rc;
}
