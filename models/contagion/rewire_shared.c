/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rewiring on several threads, with the outcome of one after the other to the bit.
 *
 * What an agent chooses depends on its own row alone. All choose at once, on the rows as they are
 * before anybody has moved: that is right for all but those whose row an earlier one changes, by
 * dropping them or by tying itself to them. These few choose again, in their order, on a copy of
 * their row to which the earlier moves have been applied. Then all moves are known, and each row
 * has them applied in their order by the one thread that has the row. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "models/contagion/contagion.h"

enum {
    BATCH = 64,  /* agents who choose together */
    AHEAD = 24,  /* rows asked for before their turn */
    MOVERS = 16, /* one agent in so many may move: with more the copies would cost too much */
    TOUCHED = 8, /* one move in so many may touch a later one */
    PART_AGENTS = CONTAGION_PART * SIM_BLOCK,
    PART_ROOM = PART_AGENTS / MOVERS,
    ROW_ROOM = 1024, /* places of a copied row */
};

/* A touch: the agent who is touched, then the place in the plan of who touches. */
struct contagion_plan {
    contagion_move_t *move; /* in the order of the agents, PART_ROOM places for each part of them */
    uint32_t *count;        /* by part: its moves */
    uint32_t parts, room;   /* room for touches */
    uint64_t *touch;
    atomic_uint touches;
    uint32_t row[ROW_ROOM];
};

contagion_plan_t *contagion_plan(sim_base_arena_t *arena, uint32_t n) {
    contagion_plan_t *plan = sim_base_arena_alloc(arena, 1, sizeof *plan);
    if (!plan)
        return NULL;
    plan->parts = n / PART_AGENTS + 1;
    plan->room = n / MOVERS / TOUCHED;
    plan->move = sim_base_arena_alloc(arena, (size_t)plan->parts * PART_ROOM, sizeof *plan->move);
    plan->count = sim_base_arena_alloc(arena, plan->parts, sizeof *plan->count);
    plan->touch = sim_base_arena_alloc(arena, plan->room, sizeof *plan->touch);
    return plan->move && plan->count && plan->touch ? plan : NULL;
}

/* ---- all choose ---- */

static bool wants(const contagion_state_t *state, uint32_t agent) {
    return state->wants[agent / CONTAGION_BITS] >> agent % CONTAGION_BITS & 1;
}

static uint64_t touch_of(uint32_t touched, uint32_t by) {
    return (uint64_t)touched << 32 | by;
}

static bool touches_later(const contagion_state_t *state, const contagion_move_t *move,
                          uint32_t other) {
    return other > move->agent && wants(state, other);
}

static void note_touches(const contagion_state_t *state, uint32_t place) {
    contagion_plan_t *plan = state->plan;
    const contagion_move_t *move = &plan->move[place];
    const uint32_t other[2] = {move->old, move->to};
    for (int k = 0; k < 2; k++)
        if (touches_later(state, move, other[k])) {
            uint32_t at = atomic_fetch_add_explicit(&plan->touches, 1, memory_order_relaxed);
            if (at < plan->room)
                plan->touch[at] = touch_of(other[k], place);
        }
}

/* Nobody falls ill in this phase. */
static void note_illness(const contagion_state_t *state, contagion_move_t *move) {
    const uint8_t *infected = state->infected;
    move->agent_ill = (int8_t)infected[move->agent];
    move->gain = (int8_t)(infected[move->to] - infected[move->old]);
}

static void ask_for_rows(const sim_network_graph_t *graph, const uint32_t *agent, uint32_t n) {
    for (uint32_t k = 0; k < n; k++)
        sim_network_prefetch(graph, agent[k]);
}

/* As in rewire_batch, what is needed arrives while others are looked at. */
static void choose_batch(const contagion_state_t *state, const sim_rng_t *rng,
                         const uint32_t *agent, uint32_t n, uint32_t place) {
    const sim_network_graph_t *graph = &state->graph;
    contagion_move_t *move = &state->plan->move[place];
    sim_rng_block_t block[BATCH];
    sim_rng_blocks(rng, agent, n, block);
    for (uint32_t k = 0; k < n; k++) {
        move[k] = contagion_choose(graph->n, sim_network_neighbours(graph, agent[k]),
                                   graph->degree[agent[k]], rng, agent[k], block[k]);
        __builtin_prefetch(&state->infected[move[k].old]);
        __builtin_prefetch(&state->infected[move[k].to]);
    }
    for (uint32_t k = 0; k < n; k++) {
        note_illness(state, &move[k]);
        note_touches(state, place + k);
    }
}

static uint32_t at_most(uint32_t n, uint32_t most) {
    return n < most ? n : most;
}

/* SIM_ERR_LIMIT when more want to move than there is room for. */
static int choose_part(sim_world_t *world, size_t part, int worker) {
    contagion_state_t *state = world->state;
    sim_rng_t rng = sim_world_rng(world, CONTAGION_PURPOSE_REWIRE);
    size_t blocks = contagion_blocks(state), first = part * CONTAGION_PART;
    uint32_t agent[PART_AGENTS], count = 0, place = (uint32_t)part * PART_ROOM;
    (void)worker;
    for (size_t block = first; block < first + CONTAGION_PART && block < blocks; block++)
        count += contagion_members(state->wants, block, agent + count);
    if (count > PART_ROOM)
        return SIM_ERR_LIMIT;
    ask_for_rows(&state->graph, agent, at_most(count, BATCH));
    for (uint32_t k = 0; k < count; k += BATCH) {
        uint32_t n = at_most(count - k, BATCH);
        ask_for_rows(&state->graph, agent + k + n, at_most(count - k - n, BATCH));
        choose_batch(state, &rng, agent + k, n, place + k);
    }
    state->plan->count[part] = count;
    return SIM_OK;
}

/* ---- some choose again ---- */

static int ascending(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The list stays in order; only what is behind `from` can change. */
static bool insert_touch(contagion_plan_t *plan, uint32_t from, uint64_t touch) {
    uint32_t at = from, count = plan->touches;
    while (at < count && plan->touch[at] < touch)
        at++;
    if (at < count && plan->touch[at] == touch)
        return true;
    if (count == plan->room)
        return false;
    memmove(plan->touch + at + 1, plan->touch + at, (count - at) * sizeof *plan->touch);
    plan->touch[at] = touch;
    plan->touches = count + 1;
    return true;
}

/* What an earlier move, as it is now known, makes of an agent's row. */
static uint32_t apply_to_copy(uint32_t *row, uint32_t degree, uint32_t agent,
                              const contagion_move_t *move) {
    if (move->to == move->agent)
        return degree;
    if (move->old == agent)
        row[sim_network_row_place(row, degree, move->agent)] = row[degree - 1], degree--;
    if (move->to == agent)
        row[degree++] = move->agent;
    return degree;
}

static uint32_t touched(const contagion_plan_t *plan, uint32_t t) {
    return (uint32_t)(plan->touch[t] >> 32);
}

/* About where an agent who moves is in the plan: those of its part are anywhere in it. */
static uint32_t place_near(const contagion_plan_t *plan, uint32_t agent) {
    uint32_t part = agent / PART_AGENTS, behind = agent % PART_AGENTS;
    return part * PART_ROOM + behind * plan->count[part] / PART_AGENTS;
}

static uint32_t place_of(const contagion_plan_t *plan, uint32_t agent) {
    uint32_t place = place_near(plan, agent);
    while (plan->move[place].agent > agent)
        place--;
    while (plan->move[place].agent < agent)
        place++;
    return place;
}

static void ask_for(const contagion_state_t *state, uint32_t t) {
    const contagion_plan_t *plan = state->plan;
    if (t >= plan->touches)
        return;
    sim_network_prefetch(&state->graph, touched(plan, t));
    __builtin_prefetch(&state->graph.degree[touched(plan, t)]);
    __builtin_prefetch(&plan->move[place_near(plan, touched(plan, t))]);
    __builtin_prefetch(&plan->move[(uint32_t)plan->touch[t]]);
}

/* On the row as the moves touch[first .. end-1] leave it; false where there is no room for that. */
static bool choose_on_copy(contagion_state_t *state, const sim_rng_t *rng, uint32_t first,
                           uint32_t end, contagion_move_t *move) {
    contagion_plan_t *plan = state->plan;
    uint32_t agent = move->agent, degree = state->graph.degree[agent];
    if (degree + (end - first) > ROW_ROOM)
        return false;
    memcpy(plan->row, sim_network_neighbours(&state->graph, agent), degree * sizeof *plan->row);
    for (uint32_t t = first; t < end; t++)
        degree = apply_to_copy(plan->row, degree, agent, &plan->move[(uint32_t)plan->touch[t]]);
    *move = contagion_choose(state->agent.count, plan->row, degree, rng, agent,
                             sim_rng_philox(rng, agent, 0, 0));
    note_illness(state, move);
    return true;
}

/* Those who are touched, in their order: by then the moves before theirs are right. */
static bool choose_again(const sim_world_t *world, contagion_state_t *state) {
    contagion_plan_t *plan = state->plan;
    sim_rng_t rng = sim_world_rng(world, CONTAGION_PURPOSE_REWIRE);
    qsort(plan->touch, plan->touches, sizeof *plan->touch, ascending);
    for (uint32_t t = 0; t < AHEAD; t++)
        ask_for(state, t);
    for (uint32_t t = 0; t < plan->touches;) {
        uint32_t agent = touched(plan, t), first = t;
        for (; t < plan->touches && touched(plan, t) == agent; t++)
            ask_for(state, t + AHEAD);
        uint32_t place = place_of(plan, agent);
        contagion_move_t *move = &plan->move[place];
        if (!choose_on_copy(state, &rng, first, t, move))
            return false;
        const uint32_t other[2] = {move->old, move->to};
        for (int k = 0; k < 2; k++)
            if (touches_later(state, move, other[k]) &&
                !insert_touch(plan, t, touch_of(other[k], place)))
                return false;
    }
    return true;
}

/* ---- all move ---- */

typedef enum { REPLACE, REMOVE, APPEND } change_t;

/* What a move does to one row. */
typedef struct {
    uint32_t node, move; /* place in the plan */
    change_t change;
} task_t;

/* The tasks of a part's moves that concern the nodes first .. first+n-1, in order. No jump depends
 * on whose node it is: nobody could foresee it. */
static uint32_t list_tasks(const contagion_plan_t *plan, uint32_t part, uint32_t first, uint32_t n,
                           task_t task[3 * PART_ROOM + 3]) {
    uint32_t count = 0, from = part * PART_ROOM, end = from + plan->count[part];
    for (uint32_t k = from; k < end; k++) {
        const contagion_move_t *move = &plan->move[k];
        uint32_t moves = move->to != move->agent;
        task[count] = (task_t){move->agent, k, REPLACE};
        count += moves & (move->agent - first < n);
        task[count] = (task_t){move->old, k, REMOVE};
        count += moves & (move->old - first < n);
        task[count] = (task_t){move->to, k, APPEND};
        count += moves & (move->to - first < n);
    }
    return count;
}

static int do_task(contagion_state_t *state, const task_t *task) {
    const contagion_move_t *move = &state->plan->move[task->move];
    sim_network_graph_t *graph = &state->graph;
    int rc = SIM_OK, more = move->agent_ill;
    if (task->change == REPLACE) {
        sim_network_row_replace(graph, move->agent, move->at, move->to);
        more = move->gain;
    } else if (task->change == REMOVE) {
        sim_network_row_remove(graph, move->old, move->agent);
        more = -more;
    } else
        rc = sim_network_row_append(graph, move->to, move->agent);
    state->mood[task->node] = (uint8_t)(state->mood[task->node] + CONTAGION_NEIGHBOUR * more);
    return rc;
}

static void ask_for_node(const contagion_state_t *state, uint32_t node) {
    sim_network_prefetch(&state->graph, node);
    __builtin_prefetch(&state->graph.degree[node], 1);
    __builtin_prefetch(&state->mood[node], 1);
}

/* The moves of a part, as far as they concern the nodes first .. first+n-1. */
static int move_part(contagion_state_t *state, uint32_t part, uint32_t first, uint32_t n) {
    task_t task[3 * PART_ROOM + 3]; /* a task that does not count is written as well */
    uint32_t count = list_tasks(state->plan, part, first, n, task);
    int rc = SIM_OK;
    for (uint32_t k = 0; k < AHEAD && k < count; k++)
        ask_for_node(state, task[k].node);
    for (uint32_t k = 0; k < count && !rc; k++) {
        if (k + AHEAD < count)
            ask_for_node(state, task[k + AHEAD].node);
        rc = do_task(state, &task[k]);
    }
    return rc;
}

static int move_share(sim_world_t *world, size_t share, int worker) {
    contagion_state_t *state = world->state;
    uint64_t n = state->agent.count, shares = (uint64_t)world->threads;
    uint32_t first = (uint32_t)(n * share / shares), end = (uint32_t)(n * (share + 1) / shares);
    int rc = SIM_OK;
    (void)worker;
    for (uint32_t part = 0; part < state->plan->parts && !rc; part++)
        rc = move_part(state, part, first, end - first);
    return rc;
}

bool contagion_rewire_shared(sim_world_t *world, int *rc) {
    contagion_state_t *state = world->state;
    contagion_plan_t *plan = state->plan;
    plan->touches = 0;
    if (sim_world_share(world, plan->parts, choose_part) || plan->touches > plan->room ||
        !choose_again(world, state))
        return false;
    *rc = sim_world_share(world, (size_t)world->threads, move_share);
    return true;
}
