/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/schedule/networks.h"

#include <stdio.h>
#include <string.h>

/* ---- the arrays of a network ---- */

static sim_schedule_network_array_t flat(const char *name, sim_state_type_t type, size_t rows,
                                         void *data) {
    return (sim_schedule_network_array_t){.array = {name, type, rows, data}, .fixed = true};
}

static sim_schedule_network_array_t in_rows(const char *name, sim_state_type_t type, size_t rows,
                                            sim_network_cells_t cells) {
    cells.size = sim_state_type_size(type);
    return (sim_schedule_network_array_t){.array = {name, type, rows, NULL}, .cells = cells};
}

static sim_schedule_network_array_t array_of_ties(const sim_network_ties_t *ties, size_t i) {
    sim_state_array_t column[SIM_NETWORK_TIES_COLUMNS];
    sim_network_ties_columns(ties, column);
    column[i].name = strchr(column[i].name, '.') + 1;
    return (sim_schedule_network_array_t){.array = column[i]};
}

static sim_schedule_network_array_t array_of_graph(const sim_network_graph_t *graph, size_t i) {
    if (i == 0)
        return flat("degree", SIM_STATE_U16, graph->n, graph->degree);
    return in_rows("neighbours", SIM_STATE_U32, 2 * graph->ties,
                   (sim_network_cells_t){.graph = graph});
}

static sim_schedule_network_array_t array_of_arcs(const sim_world_network_t *network, size_t i) {
    static const char *const name[] = {[SIM_SCHEDULE_OUT] = "outdegree",
                                       [SIM_SCHEDULE_HEADS] = "heads",
                                       [SIM_SCHEDULE_IN] = "indegree",
                                       [SIM_SCHEDULE_TAILS] = "tails"};
    const sim_network_arcs_t *arcs = network->arcs;
    bool of_heads = i == SIM_SCHEDULE_IN || i == SIM_SCHEDULE_TAILS;
    const sim_network_lists_t *lists = of_heads ? &arcs->in : &arcs->out;
    sim_network_cells_t cells = {.lists = lists, .column = (const char *)lists->cell};
    if (i == SIM_SCHEDULE_OUT || i == SIM_SCHEDULE_IN)
        return flat(name[i], SIM_STATE_U32, lists->n, lists->degree);
    if (i < SIM_SCHEDULE_OF_ARCS)
        return in_rows(name[i], SIM_STATE_U32, arcs->count, cells);
    i -= SIM_SCHEDULE_OF_ARCS;
    cells.column = *lists->beside[i].member;
    return in_rows(network->column[i]->name, network->column[i]->type, arcs->count, cells);
}

/* Array i under the name that it has in the network. */
static sim_schedule_network_array_t array_of(const sim_world_network_t *network, size_t i) {
    if (network->ties)
        return array_of_ties(network->ties, i);
    return network->graph ? array_of_graph(network->graph, i) : array_of_arcs(network, i);
}

/* ---- making ---- */

static size_t count_arrays(const sim_world_network_t *network) {
    if (network->ties)
        return SIM_NETWORK_TIES_COLUMNS;
    return network->graph ? SIM_SCHEDULE_OF_GRAPH
                          : SIM_SCHEDULE_OF_ARCS + network->arcs->out.n_beside;
}

/* Lists a network, with its arrays' names, "<network>.<array>". SIM_ERR_MEMORY. */
static int add(sim_world_t *world, const sim_world_network_t *network) {
    sim_world_network_t *added = &world->network[world->n_networks++];
    size_t n = count_arrays(network);
    const char **name = sim_base_arena_alloc(&world->arena, n, sizeof *name);
    for (size_t i = 0; name && i < n; i++) {
        const char *own = array_of(network, i).array.name;
        size_t size = strlen(network->name) + strlen(own) + 2;
        char *whole = sim_base_arena_alloc(&world->arena, size, 1);
        if (!whole)
            return SIM_ERR_MEMORY;
        snprintf(whole, size, "%s.%s", network->name, own);
        name[i] = whole;
    }
    *added = *network;
    added->array = name;
    added->n_arrays = n;
    return name ? SIM_OK : SIM_ERR_MEMORY;
}

static const sim_state_population_t *population_at(const sim_world_t *world, size_t offset) {
    return (const void *)((const char *)world->state + offset);
}

static int make_ties(sim_world_t *world, const sim_state_row_t *row) {
    const sim_world_network_t network = {
        .name = row->name, .row = row, .ties = (void *)((char *)world->state + row->offset)};
    size_t room = row->rows ? row->rows(world) : 0;
    if (row->recorded)
        world->ties = network.ties;
    int rc = room > UINT32_MAX ? SIM_ERR_LIMIT
                               : sim_network_ties_init(network.ties, &world->arena, (uint32_t)room);
    return rc ? rc : add(world, &network);
}

static int make_graph(sim_world_t *world, const sim_state_row_t *row) {
    const sim_state_population_t *nodes = population_at(world, row->population);
    const double *degree = (const void *)((const char *)world->params + row->parameter);
    const sim_world_network_t network = {
        .name = row->name, .row = row, .graph = (void *)((char *)world->state + row->offset)};
    if (!world->graph)
        world->graph = network.graph;
    int rc = sim_network_graph_init(network.graph, &world->arena, nodes->count, *degree);
    return rc ? rc : add(world, &network);
}

static bool is_of(const sim_state_row_t *row, const sim_state_row_t *arcs) {
    return row->kind == SIM_STATE_IS_ARC && row->other == arcs->offset;
}

/* The columns of arcs, and where the model's struct has them. SIM_ERR_MEMORY. */
static int list_columns(sim_world_t *world, sim_world_network_t *network,
                        sim_network_arcs_plan_t *plan) {
    const sim_state_row_t *row = world->model->state;
    size_t n = 0;
    for (; row->kind != SIM_STATE_IS_END; row++)
        n += is_of(row, network->row);
    plan->beside = sim_base_arena_alloc(&world->arena, n, sizeof *plan->beside);
    network->column = sim_base_arena_alloc(&world->arena, n, sizeof(const sim_state_row_t *));
    if (!plan->beside || !network->column)
        return SIM_ERR_MEMORY;
    for (row = world->model->state; row->kind != SIM_STATE_IS_END; row++)
        if (is_of(row, network->row)) {
            void **member = (void **)(void *)((char *)world->state + row->offset);
            plan->beside[plan->n_beside] = (sim_network_beside_t){member, row->size};
            network->column[plan->n_beside++] = row;
        }
    return SIM_OK;
}

static int make_arcs(sim_world_t *world, const sim_state_row_t *row) {
    sim_world_network_t network = {
        .name = row->name, .row = row, .arcs = (void *)((char *)world->state + row->offset)};
    sim_network_arcs_plan_t plan = {.name = row->name,
                                    .tails = population_at(world, row->population)->count,
                                    .heads = population_at(world, row->other)->count,
                                    .one_mode = row->population == row->other,
                                    .junk = sim_state_junk(world->arrays)};
    int rc = list_columns(world, &network, &plan);
    if (rc == SIM_OK)
        rc = sim_network_arcs_init(network.arcs, &world->arena, &plan);
    return rc ? rc : add(world, &network);
}

static size_t count_networks(const sim_state_row_t *row) {
    size_t n = 0;
    for (; row && row->kind != SIM_STATE_IS_END; row++)
        n += sim_state_is_network(row);
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
    for (; row && row->kind != SIM_STATE_IS_END && !rc; row++)
        if (row->kind == SIM_STATE_IS_TIES)
            rc = make_ties(world, row);
        else if (row->kind == SIM_STATE_IS_GRAPH)
            rc = make_graph(world, row);
        else if (row->kind == SIM_STATE_IS_ARCS)
            rc = make_arcs(world, row);
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
        else if (world->network[k].graph && world->network[k].graph->rows) /* else never made */
            world->network[k].graph->rows->known = true;
    return rc;
}

void sim_schedule_networks_now(sim_world_t *world, int32_t step) {
    for (size_t k = 0; k < world->n_networks; k++)
        if (world->network[k].ties)
            world->network[k].ties->now = step;
}

/* ---- rows that come and go ---- */

static bool is_at(const sim_world_t *world, const sim_state_population_t *population,
                  size_t offset) {
    return population_at(world, offset) == population;
}

int sim_schedule_networks_grow(sim_world_t *world, const sim_state_population_t *population,
                               uint32_t rows) {
    int rc = SIM_OK;
    for (size_t k = 0; k < world->n_networks && rc == SIM_OK; k++) {
        const sim_world_network_t *network = &world->network[k];
        const sim_state_row_t *row = network->row;
        if (!row) /* made by the model itself */
            continue;
        if (network->graph && is_at(world, population, row->population))
            rc = sim_network_graph_grow(network->graph, rows);
        else if (network->arcs && is_at(world, population, row->population))
            rc = sim_network_arcs_grow_tails(network->arcs, rows);
        else if (network->arcs && is_at(world, population, row->other))
            rc = sim_network_arcs_grow_heads(network->arcs, rows);
    }
    return rc;
}

void sim_schedule_networks_remove(sim_world_t *world, const sim_state_population_t *population,
                                  uint32_t at) {
    for (size_t k = 0; k < world->n_networks; k++) {
        const sim_world_network_t *network = &world->network[k];
        const sim_state_row_t *row = network->row;
        if (!row) /* made by the model itself */
            continue;
        if (network->graph && is_at(world, population, row->population))
            sim_network_graph_remove(network->graph, at);
        else if (network->arcs && is_at(world, population, row->population))
            sim_network_arcs_remove_tail(network->arcs, at);
        else if (network->arcs && is_at(world, population, row->other))
            sim_network_arcs_remove_head(network->arcs, at);
    }
}

/* ---- arrays of a world's networks ---- */

static bool may_grow(const sim_world_t *world, size_t offset) {
    return sim_state_population_grows(world->arrays, population_at(world, offset));
}

sim_schedule_network_array_t
sim_schedule_network_array(const sim_world_t *world, const sim_world_network_t *network, size_t i) {
    sim_schedule_network_array_t one = array_of(network, i);
    one.array.name = network->array[i];
    if (one.fixed && network->row) {
        bool of_heads = network->arcs && i == SIM_SCHEDULE_IN;
        one.fixed = !may_grow(world, of_heads ? network->row->other : network->row->population);
    }
    return one;
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
    if (network->arcs)
        return network->arcs->misuse;
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
        if (network->ties)
            rc = sim_network_ties_verify(network->ties, &why);
        else if (network->graph)
            rc = sim_network_graph_verify(network->graph, &why);
        else
            rc = sim_network_arcs_verify(network->arcs, &why);
    }
    return rc && why.text[0] ? sim_world_fail(world, rc, "%s", why.text) : rc;
}
