/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ties are things with a birth, a trust, a death and a cause: tie spells. One row a spell,
 * kept after its end; the live ones are indexed by pair and listed densely. */
#ifndef SIM_NETWORK_TIES_H
#define SIM_NETWORK_TIES_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/why.h"
#include "sim/state/arrays.h"

enum { SIM_NETWORK_OPEN = INT32_MAX, SIM_NETWORK_NO_STEP = INT32_MIN };
enum { SIM_NETWORK_NO_CAUSE = 255, SIM_NETWORK_NO_FORM = 255 };
enum { SIM_NETWORK_NO_WORD = 255 }; /* mode, form, topic or stage of a tie that has none */
enum { SIM_NETWORK_KINDS = 8 };     /* most kinds of ties in a model */
enum { SIM_NETWORK_MISUSE = 120 };  /* bytes of a sentence */
#define SIM_NETWORK_NONE UINT32_MAX /* does not fit an enumerator */

/* What the results call the spells: the table and its description, the column of a spell's number,
 * the columns of the agents at its ends and that of its topic, each with what it means. NULL:
 * "tie", "tie_id", "from_id", "to_id", "topic". */
typedef struct {
    const char *table, *doc;
    const char *id;
    const char *from, *from_doc;
    const char *to, *to_doc;
    const char *topic, *topic_doc;
    bool undirected; /* either end may be the first: the results say so, and measures follow */
    bool two_modes; /* each end has numbers of its own: that of one is another's at the other end */
} sim_network_names_t;

/* The words behind the small numbers of a tie; each list NULL-terminated. Of modes, forms, topics
 * and stages without a word the results have no column. */
typedef struct sim_network_labels {
    const char *const *kinds;
    const char *const *modes; /* 255 = no mode (NULL in results) */
    const char *const *topics;
    const char *const *stages;
    const char *const *causes;
    const char *const *forms; /* 255 = no form (NULL in results) */
    /* Those of the causes by which a tie goes on as another one, so that what it stands for has not
     * ended: it left its mode, and is no longer followed in it. Ends with SIM_NETWORK_NO_CAUSE;
     * NULL: none. */
    const uint8_t *conversions;
    const sim_network_names_t *names; /* NULL: all of them as above */
} sim_network_labels_t;

typedef struct {
    uint32_t hash, entry; /* of the pair; tie id + 1, 0 = empty */
} sim_network_slot_t;

/* Struct of arrays; index = tie id, in order of birth. Read freely; change through the
 * functions below, except trust, last_activity, institutionalised and form (none at birth), which
 * the model writes. Arrays may move when a tie is added. */
typedef struct sim_network_ties {
    uint32_t count, capacity;
    uint8_t *kind, *mode, *form, *topic, *stage, *cause, *onset_censored, *institutionalised;
    uint32_t *from, *to;
    int32_t *onset,
        *terminus; /* steps; terminus exclusive, SIM_NETWORK_OPEN while alive; onset may be < 0 */
    int32_t *stage_since;   /* step in which it reached its stage; its onset for the first one */
    int32_t *last_activity; /* step */
    double *trust;          /* 0..1 */
    /* By kind: ids of live ties, n_live long, in an order that only history decides. */
    uint32_t *live[SIM_NETWORK_KINDS], n_live[SIM_NETWORK_KINDS], live_capacity[SIM_NETWORK_KINDS];
    uint32_t *place;          /* position in live, SIM_NETWORK_NONE when ended */
    sim_network_slot_t *slot; /* hash table of live pairs */
    uint32_t slots;           /* power of two */
    /* Live ties by end, of the kinds for which that was asked: first_from[kind][agent] is a tie id
     * + 1 or 0, further ones follow in next_from; next_to likewise. In no order that a result may
     * depend on. */
    uint32_t *first_from[SIM_NETWORK_KINDS], *first_to[SIM_NETWORK_KINDS];
    uint32_t *next_from, *before_from, *next_to, *before_to;
    uint32_t n_ends[SIM_NETWORK_KINDS]; /* agents, of kinds that are listed; else 0 */
    uint32_t *ended, n_ended; /* ids in the order of their ends, since the start or restore */
    sim_base_arena_t *arena;
    int32_t now; /* the step of the world, SIM_NETWORK_NO_STEP between steps */
    bool known;  /* to the world, which saves, compares and records them */
    /* The first misuse ("tie 7 has ended already"), else "". The world fails the step in which it
     * was set, whatever the caller did with the returned code. */
    char misuse[SIM_NETWORK_MISUSE];
} sim_network_ties_t;

typedef struct {
    uint8_t kind; /* < SIM_NETWORK_KINDS */
    uint8_t mode, topic, stage;
    uint32_t from, to;
    int32_t onset;
    double trust;
    bool onset_censored;
} sim_network_birth_t;

int sim_network_ties_init(sim_network_ties_t *ties, sim_base_arena_t *arena, uint32_t capacity);

/* From now on lists the live ties of a kind by their ends, agents 0..n_agents-1; before the first
 * of them is added. SIM_ERR_MEMORY. */
int sim_network_ties_by_end(sim_network_ties_t *ties, uint8_t kind, uint32_t n_agents);

/* Adds a live tie; at most one live tie per (kind, from, to). *id may be NULL.
 * SIM_ERR_ARGUMENT and a misuse when the pair is tied already, the kind is none or the trust is
 * outside 0..1; SIM_ERR_MEMORY. Amortised O(1). */
int sim_network_tie_add(sim_network_ties_t *ties, const sim_network_birth_t *birth, uint32_t *id);

/* The live tie of a pair or SIM_NETWORK_NONE. O(1). */
uint32_t sim_network_tie_find(const sim_network_ties_t *ties, uint8_t kind, uint32_t from,
                              uint32_t to);

/* Takes a live tie to a stage; nothing changes if it is there already. A tie that is not live is a
 * misuse and is left alone. */
void sim_network_tie_stage(sim_network_ties_t *ties, uint32_t id, uint8_t stage, int32_t step);

/* Whether a cause is one of the conversions (see sim_network_labels_t). */
bool sim_network_converts(const uint8_t *conversions, uint8_t cause);

/* Ends a live tie at `step` with a cause. The last live tie of its kind takes its place in
 * live[kind]: walk it from the end when ties may end on the way. A tie that is not live, or that
 * would end before it has lasted a step, is a misuse and is left alone. */
void sim_network_tie_end(sim_network_ties_t *ties, uint32_t id, int32_t step, uint8_t cause);

/* Gives a live tie to another agent at its first end, who has none of the kind with the other end:
 * the spell goes on. A tie that is not live, or a pair that is tied already, is a misuse and is
 * left alone. */
void sim_network_tie_hand_over(sim_network_ties_t *ties, uint32_t id, uint32_t from, int32_t step);

/* ---- saving and restoring: all that decides what comes later ---- */

enum { SIM_NETWORK_TIES_COLUMNS = 15 + SIM_NETWORK_KINDS };

/* Views of the arrays: of the spells, `count` rows each, then of the live lists by kind. Good until
 * a tie is added. */
void sim_network_ties_columns(const sim_network_ties_t *ties,
                              sim_state_array_t column[SIM_NETWORK_TIES_COLUMNS]);

/* Makes room for, and sets, the numbers of spells and of live ties by kind; the caller then fills
 * the columns and calls sim_network_ties_index. SIM_ERR_MEMORY or SIM_ERR_LIMIT. */
int sim_network_ties_resize(sim_network_ties_t *ties, uint32_t count,
                            const uint32_t n_live[SIM_NETWORK_KINDS]);

/* Makes place and slot anew from the columns. SIM_ERR_VERIFY when a live list names what is not a
 * live spell of its kind, SIM_ERR_MEMORY. */
int sim_network_ties_index(sim_network_ties_t *ties);

/* Invariants: live list, places, hash, onset < terminus. 0, or SIM_ERR_VERIFY and a sentence in
 * `why` (which may be NULL). */
int sim_network_ties_verify(const sim_network_ties_t *ties, sim_base_why_t *why);

#endif
