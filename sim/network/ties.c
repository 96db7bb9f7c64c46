/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/network/ties.h"

#include <string.h>

#include "sim/base/error.h"

enum { SMALLEST = 16 };

/* All arrays of the spells, so that growing, saving and digest forget none. `place` follows. */
#define SIM_TIES_SPELLS(X)                                                                         \
    X(kind, U8)                                                                                    \
    X(mode, U8)                                                                                    \
    X(form, U8)                                                                                    \
    X(topic, U8)                                                                                   \
    X(stage, U8)                                                                                   \
    X(cause, U8)                                                                                   \
    X(onset_censored, U8)                                                                          \
    X(institutionalised, U8)                                                                       \
    X(from, U32)                                                                                   \
    X(to, U32)                                                                                     \
    X(onset, I32)                                                                                  \
    X(terminus, I32)                                                                               \
    X(stage_since, I32)                                                                            \
    X(last_activity, I32)                                                                          \
    X(trust, F64)

static int grow_arrays(sim_network_ties_t *ties, uint32_t capacity) {
    sim_network_ties_t grown = *ties;
    sim_base_arena_t *arena = ties->arena;
#define SIM_TIES_GROW(array, type)                                                                 \
    grown.array = sim_base_arena_alloc(arena, capacity, sizeof *grown.array);                      \
    if (!grown.array)                                                                              \
        return SIM_ERR_MEMORY;                                                                     \
    if (ties->count)                                                                               \
        memcpy(grown.array, ties->array, ties->count * sizeof *grown.array);
    SIM_TIES_SPELLS(SIM_TIES_GROW)
    SIM_TIES_GROW(place, U32)
    SIM_TIES_GROW(next_from, U32)
    SIM_TIES_GROW(before_from, U32)
    SIM_TIES_GROW(next_to, U32)
    SIM_TIES_GROW(before_to, U32)
    SIM_TIES_GROW(ended, U32)
#undef SIM_TIES_GROW
    grown.capacity = capacity;
    *ties = grown;
    return SIM_OK;
}

/* SplitMix64's finaliser over the pair; the kind shifts the start. */
static uint32_t hash_pair(uint8_t kind, uint32_t from, uint32_t to) {
    uint64_t x = ((uint64_t)from << 32 | to) + kind * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)(x ^ x >> 31);
}

static uint32_t hash_of(const sim_network_ties_t *ties, uint32_t id) {
    return hash_pair(ties->kind[id], ties->from[id], ties->to[id]);
}

/* The slot of the pair, or the empty slot where it would be put. A slot has the hash of its pair,
 * so that other ties, who lie anywhere in memory, are not looked at. */
static uint32_t slot_of(const sim_network_ties_t *ties, uint8_t kind, uint32_t from, uint32_t to) {
    uint32_t hash = hash_pair(kind, from, to), mask = ties->slots - 1, at = hash & mask;
    for (; ties->slot[at].entry; at = (at + 1) & mask) {
        uint32_t id = ties->slot[at].entry - 1;
        if (ties->slot[at].hash == hash && ties->from[id] == from && ties->to[id] == to &&
            ties->kind[id] == kind)
            break;
    }
    return at;
}

/* The slot of a live tie; an empty one if somebody has written to its ends. */
static uint32_t slot_of_live(const sim_network_ties_t *ties, uint32_t id) {
    uint32_t mask = ties->slots - 1, at = hash_of(ties, id) & mask;
    while (ties->slot[at].entry && ties->slot[at].entry != id + 1)
        at = (at + 1) & mask;
    return at;
}

/* Of a pair that is in no slot. */
static void fill_slot(sim_network_ties_t *ties, uint32_t id) {
    uint32_t hash = hash_of(ties, id), mask = ties->slots - 1, at = hash & mask;
    while (ties->slot[at].entry)
        at = (at + 1) & mask;
    ties->slot[at] = (sim_network_slot_t){hash, id + 1};
}

/* At most half full, so that searches stay short. */
static int grow_slots(sim_network_ties_t *ties, uint32_t slots) {
    sim_network_slot_t *slot = sim_base_arena_alloc(ties->arena, slots, sizeof *slot);
    if (!slot)
        return SIM_ERR_MEMORY;
    ties->slot = slot;
    ties->slots = slots;
    for (uint32_t kind = 0; kind < SIM_NETWORK_KINDS; kind++)
        for (uint32_t k = 0; k < ties->n_live[kind]; k++)
            fill_slot(ties, ties->live[kind][k]);
    return SIM_OK;
}

static uint32_t count_live(const sim_network_ties_t *ties) {
    uint32_t live = 0;
    for (uint32_t kind = 0; kind < SIM_NETWORK_KINDS; kind++)
        live += ties->n_live[kind];
    return live;
}

static int grow_live(sim_network_ties_t *ties, uint8_t kind) {
    uint32_t capacity = ties->live_capacity[kind] ? 2 * ties->live_capacity[kind] : SMALLEST;
    uint32_t *live = sim_base_arena_alloc(ties->arena, capacity, sizeof *live);
    if (!live)
        return SIM_ERR_MEMORY;
    if (ties->n_live[kind])
        memcpy(live, ties->live[kind], ties->n_live[kind] * sizeof *live);
    ties->live[kind] = live;
    ties->live_capacity[kind] = capacity;
    return SIM_OK;
}

int sim_network_ties_init(sim_network_ties_t *ties, sim_base_arena_t *arena, uint32_t capacity) {
    uint32_t slots = 2 * SMALLEST;
    *ties = (sim_network_ties_t){.arena = arena, .now = SIM_NETWORK_NO_STEP};
    if (capacity > SIM_NETWORK_NONE / 4)
        return SIM_ERR_LIMIT;
    capacity = capacity < SMALLEST ? SMALLEST : capacity;
    while (slots < 2 * capacity)
        slots *= 2;
    int rc = grow_arrays(ties, capacity);
    return rc ? rc : grow_slots(ties, slots);
}

int sim_network_ties_by_end(sim_network_ties_t *ties, uint8_t kind, uint32_t n_agents) {
    ties->first_from[kind] = sim_base_arena_alloc(ties->arena, n_agents, sizeof(uint32_t));
    ties->first_to[kind] = sim_base_arena_alloc(ties->arena, n_agents, sizeof(uint32_t));
    ties->n_ends[kind] = n_agents;
    return ties->first_from[kind] && ties->first_to[kind] ? SIM_OK : SIM_ERR_MEMORY;
}

/* Entries are tie id + 1, 0 = none. */
static void push(uint32_t *first, uint32_t *next, uint32_t *before, uint32_t id) {
    next[id] = *first;
    before[id] = 0;
    if (*first)
        before[*first - 1] = id + 1;
    *first = id + 1;
}

static void pull(uint32_t *first, uint32_t *next, uint32_t *before, uint32_t id) {
    if (before[id])
        next[before[id] - 1] = next[id];
    else
        *first = next[id];
    if (next[id])
        before[next[id] - 1] = before[id];
}

static bool listable(const sim_network_ties_t *ties, uint8_t kind, uint32_t from, uint32_t to) {
    uint32_t n = ties->n_ends[kind];
    return !n || (from < n && to < n);
}

static void list_by_end(sim_network_ties_t *ties, uint32_t id) {
    uint8_t kind = ties->kind[id];
    if (!ties->first_from[kind])
        return;
    push(&ties->first_from[kind][ties->from[id]], ties->next_from, ties->before_from, id);
    push(&ties->first_to[kind][ties->to[id]], ties->next_to, ties->before_to, id);
}

static void unlist(sim_network_ties_t *ties, uint32_t id) {
    uint8_t kind = ties->kind[id];
    if (!ties->first_from[kind])
        return;
    pull(&ties->first_from[kind][ties->from[id]], ties->next_from, ties->before_from, id);
    pull(&ties->first_to[kind][ties->to[id]], ties->next_to, ties->before_to, id);
}

static int make_room(sim_network_ties_t *ties, uint8_t kind) {
    int rc = SIM_OK;
    if (ties->count == ties->capacity) {
        if (ties->capacity > SIM_NETWORK_NONE / 4)
            return SIM_ERR_LIMIT;
        rc = grow_arrays(ties, 2 * ties->capacity);
    }
    if (!rc && ties->n_live[kind] == ties->live_capacity[kind])
        rc = grow_live(ties, kind);
    if (!rc && 2 * (count_live(ties) + 1) > ties->slots)
        rc = grow_slots(ties, 2 * ties->slots);
    return rc;
}

#define MISUSE(...)                                                                                \
    sim_base_why_first(ties->misuse, sizeof ties->misuse, SIM_ERR_ARGUMENT, __VA_ARGS__)

/* `slot` is where the pair is looked for. */
static int check_birth(sim_network_ties_t *ties, const sim_network_birth_t *birth, uint32_t slot) {
    if (birth->kind >= SIM_NETWORK_KINDS)
        return MISUSE("a tie of kind %u is added; kinds are below %d", birth->kind,
                      SIM_NETWORK_KINDS);
    if (!(birth->trust >= 0.0 && birth->trust <= 1.0))
        return MISUSE("a tie of %u and %u is added with trust %g; trust lies in 0..1", birth->from,
                      birth->to, birth->trust);
    if (!listable(ties, birth->kind, birth->from, birth->to))
        return MISUSE("a tie of %u and %u is added; agents of kind %u are below %u", birth->from,
                      birth->to, birth->kind, ties->n_ends[birth->kind]);
    if (ties->now != SIM_NETWORK_NO_STEP && birth->onset < ties->now)
        return MISUSE("a tie of %u and %u begins at step %d, but it is step %d", birth->from,
                      birth->to, birth->onset, ties->now);
    if (ties->slot[slot].entry)
        return MISUSE("a tie of kind %u between %u and %u is added twice", birth->kind, birth->from,
                      birth->to);
    return SIM_OK;
}

static bool may_change(const sim_network_ties_t *ties) {
    return !sim_base_arena_is_shut(ties->arena, "a change of ties");
}

int sim_network_tie_add(sim_network_ties_t *ties, const sim_network_birth_t *birth, uint32_t *id) {
    if (!may_change(ties))
        return SIM_ERR_ARGUMENT;
    uint32_t slot = slot_of(ties, birth->kind, birth->from, birth->to), slots = ties->slots;
    int rc = check_birth(ties, birth, slot);
    if (!rc)
        rc = make_room(ties, birth->kind);
    if (rc)
        return rc;
    if (ties->slots != slots)
        slot = slot_of(ties, birth->kind, birth->from, birth->to);
    if (ties->arena->sealed && !ties->known)
        ties->arena->complaint =
            "ties begin that the world does not know; hand them over in setup(): world->ties";
    uint32_t new = ties->count++;
    ties->kind[new] = birth->kind;
    ties->mode[new] = birth->mode;
    ties->form[new] = SIM_NETWORK_NO_FORM;
    ties->topic[new] = birth->topic;
    ties->stage[new] = birth->stage;
    ties->cause[new] = SIM_NETWORK_NO_CAUSE;
    ties->onset_censored[new] = birth->onset_censored;
    ties->institutionalised[new] = 0;
    ties->from[new] = birth->from;
    ties->to[new] = birth->to;
    ties->onset[new] = birth->onset;
    ties->terminus[new] = SIM_NETWORK_OPEN;
    ties->stage_since[new] = birth->onset;
    ties->last_activity[new] = birth->onset;
    ties->trust[new] = birth->trust;
    ties->place[new] = ties->n_live[birth->kind];
    ties->live[birth->kind][ties->n_live[birth->kind]++] = new;
    ties->slot[slot] = (sim_network_slot_t){hash_of(ties, new), new + 1};
    list_by_end(ties, new);
    if (id)
        *id = new;
    return SIM_OK;
}

uint32_t sim_network_tie_find(const sim_network_ties_t *ties, uint8_t kind, uint32_t from,
                              uint32_t to) {
    uint32_t entry = ties->slot[slot_of(ties, kind, from, to)].entry;
    return entry ? entry - 1 : SIM_NETWORK_NONE;
}

/* Whether there is such a live tie; else what the caller was about to do is a misuse. */
static bool is_live(sim_network_ties_t *ties, uint32_t id, const char *action) {
    if (id == SIM_NETWORK_NONE)
        (void)MISUSE("no tie (SIM_NETWORK_NONE) is %s", action);
    else if (id >= ties->count)
        (void)MISUSE("tie %u is %s; there are %u ties", id, action, ties->count);
    else if (ties->place[id] == SIM_NETWORK_NONE)
        (void)MISUSE("tie %u is %s, but it ended at step %d", id, action, ties->terminus[id]);
    else
        return true;
    return false;
}

/* What happens to a tie of a world happens in the step that is. */
static bool is_now(sim_network_ties_t *ties, uint32_t id, int32_t step, const char *action) {
    if (ties->now == SIM_NETWORK_NO_STEP || ties->now == step)
        return true;
    (void)MISUSE("tie %u is %s at step %d, but it is step %d", id, action, step, ties->now);
    return false;
}

void sim_network_tie_stage(sim_network_ties_t *ties, uint32_t id, uint8_t stage, int32_t step) {
    if (!is_live(ties, id, "taken to another stage") || ties->stage[id] == stage)
        return;
    if (!is_now(ties, id, step, "taken to another stage"))
        return;
    ties->stage[id] = stage;
    ties->stage_since[id] = step;
}

/* Empties a slot and moves those behind it up, so that no search ends too early (Knuth,
 * TAOCP 6.4, algorithm R): no gravestones pile up in long runs. */
static void empty_slot(sim_network_ties_t *ties, uint32_t hole) {
    uint32_t mask = ties->slots - 1;
    for (uint32_t at = (hole + 1) & mask; ties->slot[at].entry; at = (at + 1) & mask) {
        uint32_t home = ties->slot[at].hash & mask;
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            ties->slot[hole] = ties->slot[at];
            hole = at;
        }
    }
    ties->slot[hole].entry = 0;
}

bool sim_network_converts(const uint8_t *conversions, uint8_t cause) {
    for (; conversions && *conversions != SIM_NETWORK_NO_CAUSE; conversions++)
        if (*conversions == cause)
            return true;
    return false;
}

void sim_network_tie_end(sim_network_ties_t *ties, uint32_t id, int32_t step, uint8_t cause) {
    if (!may_change(ties) || !is_live(ties, id, "ended"))
        return;
    if (step <= ties->onset[id]) {
        (void)MISUSE("tie %u is ended at step %d, but begins at step %d", id, step,
                     ties->onset[id]);
        return;
    }
    if (!is_now(ties, id, step, "ended"))
        return;
    uint8_t kind = ties->kind[id];
    uint32_t place = ties->place[id], last = ties->live[kind][ties->n_live[kind] - 1];
    empty_slot(ties, slot_of_live(ties, id));
    unlist(ties, id);
    ties->ended[ties->n_ended++] = id;
    ties->live[kind][place] = last;
    ties->place[last] = place;
    ties->place[id] = SIM_NETWORK_NONE;
    ties->n_live[kind]--;
    ties->terminus[id] = step;
    ties->cause[id] = cause;
}

void sim_network_tie_hand_over(sim_network_ties_t *ties, uint32_t id, uint32_t from, int32_t step) {
    static const char *const action = "handed over";
    if (!may_change(ties) || !is_live(ties, id, action) || !is_now(ties, id, step, action))
        return;
    uint8_t kind = ties->kind[id];
    uint32_t to = ties->to[id];
    if (!listable(ties, kind, from, to) ||
        sim_network_tie_find(ties, kind, from, to) != SIM_NETWORK_NONE) {
        (void)MISUSE("tie %u is handed over to %u, who cannot have it", id, from);
        return;
    }
    empty_slot(ties, slot_of_live(ties, id));
    unlist(ties, id);
    ties->from[id] = from;
    fill_slot(ties, id);
    list_by_end(ties, id);
}

/* ---- saving and restoring ---- */

void sim_network_ties_columns(const sim_network_ties_t *ties,
                              sim_state_array_t column[SIM_NETWORK_TIES_COLUMNS]) {
#define SIM_TIES_VIEW(array, type)                                                                 \
    *column++ = (sim_state_array_t){"ties." #array, SIM_STATE_##type, ties->count, ties->array};
    SIM_TIES_SPELLS(SIM_TIES_VIEW)
#undef SIM_TIES_VIEW
    for (int kind = 0; kind < SIM_NETWORK_KINDS; kind++)
        *column++ =
            (sim_state_array_t){"ties.live", SIM_STATE_U32, ties->n_live[kind], ties->live[kind]};
}

int sim_network_ties_resize(sim_network_ties_t *ties, uint32_t count,
                            const uint32_t n_live[SIM_NETWORK_KINDS]) {
    uint32_t capacity = ties->capacity;
    if (count > SIM_NETWORK_NONE / 4)
        return SIM_ERR_LIMIT;
    while (capacity < count)
        capacity *= 2;
    int rc = capacity > ties->capacity ? grow_arrays(ties, capacity) : SIM_OK;
    ties->count = rc ? ties->count : count;
    for (uint8_t kind = 0; kind < SIM_NETWORK_KINDS && !rc; kind++) {
        if (n_live[kind] > count)
            return SIM_ERR_LIMIT;
        while (ties->live_capacity[kind] < n_live[kind] && !rc)
            rc = grow_live(ties, kind);
        ties->n_live[kind] = rc ? 0 : n_live[kind];
    }
    return rc;
}

static int place_live(sim_network_ties_t *ties, uint8_t kind) {
    for (uint32_t k = 0; k < ties->n_live[kind]; k++) {
        uint32_t id = ties->live[kind][k];
        if (id >= ties->count || ties->kind[id] != kind || ties->place[id] != SIM_NETWORK_NONE ||
            ties->terminus[id] != SIM_NETWORK_OPEN ||
            !listable(ties, kind, ties->from[id], ties->to[id]))
            return SIM_ERR_VERIFY;
        ties->place[id] = k;
        list_by_end(ties, id);
    }
    return SIM_OK;
}

int sim_network_ties_index(sim_network_ties_t *ties) {
    uint32_t slots = ties->slots;
    int rc = SIM_OK;
    ties->n_ended = 0;
    for (int kind = 0; kind < SIM_NETWORK_KINDS; kind++)
        for (uint32_t agent = 0; agent < ties->n_ends[kind]; agent++)
            ties->first_from[kind][agent] = ties->first_to[kind][agent] = 0;
    for (uint32_t id = 0; id < ties->count; id++)
        ties->place[id] = SIM_NETWORK_NONE;
    for (uint8_t kind = 0; kind < SIM_NETWORK_KINDS && !rc; kind++)
        rc = place_live(ties, kind);
    while (2 * count_live(ties) > slots)
        slots *= 2;
    return rc ? rc : grow_slots(ties, slots);
}

/* What is wrong with a spell, or NULL. */
static const char *fault_of(const sim_network_ties_t *ties, uint32_t id) {
    bool open = ties->terminus[id] == SIM_NETWORK_OPEN;
    bool live = ties->place[id] != SIM_NETWORK_NONE;
    if (!(ties->trust[id] >= 0.0 && ties->trust[id] <= 1.0))
        return "its trust is outside 0..1";
    if (open != live)
        return open ? "it has not ended, but is not among the live ones"
                    : "it has ended, but is among the live ones";
    if (!open)
        return ties->onset[id] < ties->terminus[id] ? NULL : "it ends before it begins";
    if (ties->place[id] >= ties->n_live[ties->kind[id]] ||
        ties->live[ties->kind[id]][ties->place[id]] != id)
        return "it is not at its place among the live ones";
    if (ties->cause[id] != SIM_NETWORK_NO_CAUSE)
        return "it has not ended, but has a cause of its end";
    return sim_network_tie_find(ties, ties->kind[id], ties->from[id], ties->to[id]) == id
               ? NULL
               : "its ends are not those it was added with";
}

int sim_network_ties_verify(const sim_network_ties_t *ties, sim_base_why_t *why) {
    uint32_t live = 0, entries = 0;
    for (uint32_t id = 0; id < ties->count; id++) {
        const char *fault = fault_of(ties, id);
        if (fault)
            return sim_base_why_fail(why, SIM_ERR_VERIFY, "tie %u: %s", id, fault);
        live += ties->place[id] != SIM_NETWORK_NONE;
    }
    for (uint32_t at = 0; at < ties->slots; at++)
        entries += ties->slot[at].entry != 0;
    if (live == count_live(ties) && entries == live)
        return SIM_OK;
    return sim_base_why_fail(why, SIM_ERR_VERIFY,
                             "ties: %u are live, %u are listed as live, %u are indexed", live,
                             count_live(ties), entries);
}
