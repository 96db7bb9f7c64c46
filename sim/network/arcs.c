/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/network/arcs.h"

#include <math.h>

#include "sim/base/error.h"

#define NONE UINT32_MAX

int sim_network_arcs_init(sim_network_arcs_t *arcs, sim_base_arena_t *arena,
                          const sim_network_arcs_plan_t *plan) {
    *arcs = (sim_network_arcs_t){.one_mode = plan->one_mode, .name = plan->name};
    int rc = sim_network_lists_init(&arcs->out, arena, plan->tails, plan->beside, plan->n_beside,
                                    plan->junk);
    return rc ? rc
              : sim_network_lists_init(&arcs->in, arena, plan->one_mode ? plan->tails : plan->heads,
                                       NULL, 0, plan->junk);
}

/* ---- reading ---- */

/* Those who look may be several threads; what they did wrong is not their arcs' state. */
#define MISUSE(...)                                                                                \
    sim_base_why_first(((sim_network_arcs_t *)arcs)->misuse, sizeof arcs->misuse,                  \
                       SIM_ERR_ARGUMENT, __VA_ARGS__)

static bool are_ends(const sim_network_arcs_t *arcs, uint32_t tail, uint32_t head) {
    if (tail < arcs->out.n && head < arcs->in.n)
        return true;
    (void)MISUSE("%s: there is no arc from %u to %u: one of them is no row of its population",
                 arcs->name, tail, head);
    return false;
}

uint32_t sim_network_arcs_find(const sim_network_arcs_t *arcs, uint32_t tail, uint32_t head) {
    if (!are_ends(arcs, tail, head))
        return NONE;
    /* Most that are asked for are not there: the shorter row says so. */
    if (arcs->in.degree[head] < arcs->out.degree[tail] &&
        sim_network_lists_find(&arcs->in, head, tail) == NONE)
        return NONE;
    return sim_network_lists_find(&arcs->out, tail, head);
}

bool sim_network_arcs_has(const sim_network_arcs_t *arcs, uint32_t tail, uint32_t head) {
    if (!are_ends(arcs, tail, head))
        return false;
    if (arcs->in.degree[head] < arcs->out.degree[tail])
        return sim_network_lists_find(&arcs->in, head, tail) != NONE;
    return sim_network_lists_find(&arcs->out, tail, head) != NONE;
}

double sim_network_arcs_density(const sim_network_arcs_t *arcs) {
    const double tails = arcs->out.n, heads = arcs->one_mode ? tails - 1 : arcs->in.n;
    return tails > 0 && heads > 0 ? arcs->count / (tails * heads) : (double)NAN;
}

double sim_network_arcs_reciprocity(const sim_network_arcs_t *arcs) {
    uint32_t mutual = 0;
    if (!arcs->one_mode || arcs->count == 0)
        return (double)NAN;
    for (uint32_t tail = 0; tail < arcs->out.n; tail++) {
        const uint32_t *head = sim_network_arcs_heads(arcs, tail);
        for (uint32_t k = 0; k < arcs->out.degree[tail]; k++)
            mutual += sim_network_arcs_has(arcs, head[k], tail);
    }
    return (double)mutual / arcs->count;
}

/* ---- changing ---- */

static bool may_change(const sim_network_arcs_t *arcs) {
    return !sim_base_arena_is_shut(arcs->out.arena, "a change of arcs");
}

int sim_network_arcs_add(sim_network_arcs_t *arcs, uint32_t tail, uint32_t head, uint32_t *place) {
    if (!may_change(arcs) || !are_ends(arcs, tail, head))
        return SIM_ERR_ARGUMENT;
    if (arcs->one_mode && tail == head)
        return MISUSE("%s: an arc from %u to itself is added", arcs->name, tail);
    if (sim_network_arcs_has(arcs, tail, head))
        return MISUSE("%s: the arc from %u to %u is added twice", arcs->name, tail, head);
    int rc = sim_network_lists_append(&arcs->in, head, tail);
    if (rc)
        return rc;
    rc = sim_network_lists_append(&arcs->out, tail, head);
    if (rc) {
        sim_network_lists_remove(&arcs->in, head, arcs->in.first[head] + arcs->in.degree[head] - 1);
        return rc;
    }
    arcs->count++;
    if (place)
        *place = arcs->out.first[tail] + arcs->out.degree[tail] - 1;
    return SIM_OK;
}

int sim_network_arcs_drop(sim_network_arcs_t *arcs, uint32_t tail, uint32_t head) {
    if (!may_change(arcs) || !are_ends(arcs, tail, head))
        return SIM_ERR_ARGUMENT;
    uint32_t place = sim_network_arcs_find(arcs, tail, head);
    if (place == NONE)
        return MISUSE("%s: the arc from %u to %u is dropped, but is not there", arcs->name, tail,
                      head);
    sim_network_lists_remove(&arcs->out, tail, place);
    sim_network_lists_remove(&arcs->in, head, sim_network_lists_find(&arcs->in, head, tail));
    arcs->count--;
    return SIM_OK;
}

/* ---- rows that come and go ---- */

int sim_network_arcs_grow_tails(sim_network_arcs_t *arcs, uint32_t more) {
    int rc = arcs->one_mode ? sim_network_lists_grow(&arcs->in, more) : SIM_OK;
    return rc ? rc : sim_network_lists_grow(&arcs->out, more);
}

int sim_network_arcs_grow_heads(sim_network_arcs_t *arcs, uint32_t more) {
    return arcs->one_mode ? sim_network_arcs_grow_tails(arcs, more)
                          : sim_network_lists_grow(&arcs->in, more);
}

/* The arcs of a row go from the rows at their other ends. */
static void forget(sim_network_arcs_t *arcs, const sim_network_lists_t *own,
                   sim_network_lists_t *other, uint32_t row) {
    const uint32_t *end = own->cell + own->first[row];
    for (uint32_t k = 0; k < own->degree[row]; k++)
        sim_network_lists_remove(other, end[k], sim_network_lists_find(other, end[k], row));
    arcs->count -= own->degree[row];
}

/* The rows at the other ends of its arcs call a row by its new number. */
static void rename_row(const sim_network_lists_t *own, sim_network_lists_t *other, uint32_t row,
                       uint32_t number) {
    const uint32_t *end = own->cell + own->first[row];
    for (uint32_t k = 0; k < own->degree[row]; k++)
        other->cell[sim_network_lists_find(other, end[k], row)] = number;
}

/* Of one side; in one mode the other side follows. */
static void remove_row(sim_network_arcs_t *arcs, sim_network_lists_t *own,
                       sim_network_lists_t *other, uint32_t row) {
    uint32_t last = own->n - 1;
    forget(arcs, own, other, row);
    if (row != last)
        rename_row(own, other, last, row);
    sim_network_lists_remove_row(own, row);
}

void sim_network_arcs_remove_tail(sim_network_arcs_t *arcs, uint32_t row) {
    remove_row(arcs, &arcs->out, &arcs->in, row);
    if (arcs->one_mode)
        remove_row(arcs, &arcs->in, &arcs->out, row);
}

void sim_network_arcs_remove_head(sim_network_arcs_t *arcs, uint32_t row) {
    if (arcs->one_mode)
        sim_network_arcs_remove_tail(arcs, row);
    else
        remove_row(arcs, &arcs->in, &arcs->out, row);
}

/* ---- saving and checking ---- */

static bool fits(const sim_network_rows_of_t *rows, uint32_t others) {
    uint64_t total = 0;
    for (uint32_t row = 0; row < rows->n; row++)
        total += rows->degree[row];
    if (total != rows->n_cells)
        return false;
    for (size_t k = 0; k < rows->n_cells; k++)
        if (rows->cell[k] >= others)
            return false;
    return true;
}

static int fill(sim_network_lists_t *lists, const sim_network_rows_of_t *rows) {
    const uint32_t *from = rows->cell;
    int rc = sim_network_lists_reset(lists, rows->n, rows->degree);
    for (uint32_t row = 0; row < rows->n && rc == SIM_OK; row++) {
        const size_t degree = lists->degree[row];
        if (degree)
            memcpy(lists->cell + lists->first[row], from, degree * sizeof *from);
        from += degree;
    }
    return rc;
}

int sim_network_arcs_restore(sim_network_arcs_t *arcs, const sim_network_rows_of_t *out,
                             const sim_network_rows_of_t *in) {
    if (out->n_cells != in->n_cells || out->n_cells > UINT32_MAX || !fits(out, in->n) ||
        !fits(in, out->n) || (arcs->one_mode && out->n != in->n))
        return SIM_ERR_VERIFY;
    int rc = fill(&arcs->out, out);
    if (rc == SIM_OK)
        rc = fill(&arcs->in, in);
    arcs->count = (uint32_t)out->n_cells;
    return rc;
}

/* What is wrong with a row, of which `others` are the rows at the other ends, or NULL. */
static const char *fault_of(const sim_network_lists_t *own, const sim_network_lists_t *others,
                            uint32_t row, bool loops) {
    const uint32_t first = own->first[row];
    for (uint32_t place = first; place < first + own->degree[row]; place++) {
        uint32_t other = own->cell[place];
        if (other >= others->n)
            return "is tied to what is no row";
        if (other == row && !loops)
            return "is tied to itself";
        if (sim_network_lists_find(others, other, row) == NONE)
            return "has an arc that its other end has not";
        if (sim_network_lists_find(own, row, other) != place)
            return "has an arc twice";
    }
    return NULL;
}

static int verify_side(const sim_network_arcs_t *arcs, const sim_network_lists_t *own,
                       const sim_network_lists_t *others, const char *side, sim_base_why_t *why) {
    uint64_t total = 0;
    for (uint32_t row = 0; row < own->n; row++) {
        const char *fault = fault_of(own, others, row, !arcs->one_mode);
        if (fault)
            return sim_base_why_fail(why, SIM_ERR_VERIFY, "%s: %s %u %s", arcs->name, side, row,
                                     fault);
        total += own->degree[row];
    }
    if (total == arcs->count)
        return SIM_OK;
    return sim_base_why_fail(why, SIM_ERR_VERIFY, "%s: %u arcs are counted, the %ss have %llu",
                             arcs->name, arcs->count, side, (unsigned long long)total);
}

int sim_network_arcs_verify(const sim_network_arcs_t *arcs, sim_base_why_t *why) {
    int rc = verify_side(arcs, &arcs->out, &arcs->in, "tail", why);
    return rc ? rc : verify_side(arcs, &arcs->in, &arcs->out, "head", why);
}
