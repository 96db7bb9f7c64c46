/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Joint projects (M39), as in Kuala Lumpur 2013-15: members join a grassroots project of their
 * cooperative and provide a part of its people and of its own money. With the grant it ends for
 * all. */
#include "models/cooperation/bodies/joint.h"
#include "models/cooperation/money/budget.h"
#include "models/cooperation/money/load.h"
#include "models/cooperation/money/schemes.h"
#include "models/cooperation/people/staff.h"
#include "models/cooperation/ties/ties.h"

/* Of the project's people, and of the own money on top of the grant, what joining members provide
 * together (A, M39). */
static const double PART = 0.4;

/* A head who cares and whose residents agree, with people to spare. */
static bool joins(const sim_world_t *world, uint32_t j, uint32_t m) {
    const coop_params_t *p = coop_params(world);
    const coop_state_t *s = coop_state(world);
    uint32_t c = s->project.donor[j];
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_JOINT_MEMBER);
    sim_rng_block_t draw = sim_rng_block(&rng, c, m, s->project.partner[j]);
    double will = p->joint.will * (1 + coop_population(world)->cohesion[c]) * s->donor.priority[m] *
                  s->donor.support[m];
    return sim_rng_unit(draw.word[0], draw.word[1]) < coop_chance(will) &&
           coop_staff_free(world, m) >= PART * coop_load_people(world, false);
}

static void carry(sim_world_t *world, uint32_t k, int sign) {
    coop_state_t *s = coop_state(world);
    uint32_t m = s->joint.member[k], j = s->joint.project[k];
    coop_load_t load = {.people = s->joint.load[k],
                        .yen = coop_load_rate(world, j, s->joint.own[k])};
    coop_load_change(world, m, &load, sign);
}

/* Those who joined share this part of people and money alike, and the donor is spared it. */
static void share_out(sim_world_t *world, uint32_t j, uint32_t first, double part,
                      coop_joint_part_t *theirs) {
    coop_state_t *s = coop_state(world);
    uint32_t n = s->joint.count - first;
    uint32_t load = (uint32_t)(s->project.load[j] * part) / n;
    int64_t own = (int64_t)((double)s->project.own[j] * part) / n;
    *theirs = (coop_joint_part_t){.members = n, .load = n * load, .own = n * own};
    for (uint32_t k = first; k < s->joint.count; k++) {
        s->joint.load[k] = load, s->joint.own[k] = own;
        carry(world, k, 1);
    }
}

static int add(sim_world_t *world, uint32_t j, uint32_t member) {
    coop_joint_t *joint = &coop_state(world)->joint;
    if (joint->count == COOP_MAX_JOINT)
        return sim_world_fail(world, SIM_ERR_LIMIT, "more than %d members in joint projects",
                              COOP_MAX_JOINT);
    joint->project[joint->count] = j;
    joint->member[joint->count++] = member;
    return 0;
}

/* Governments that act as one share a project alike, as far as they have the people. */
static int share_alike(sim_world_t *world, uint32_t j, coop_joint_part_t *theirs) {
    coop_state_t *s = coop_state(world);
    uint32_t member[COOP_MAX_LEAGUE], first = s->joint.count,
                                      n = coop_ties_members(world, s->project.tie[j], member);
    double part = coop_load_people(world, s->project.firm[j]) / (n + 1);
    int rc = 0;
    for (uint32_t k = 0; k < n && !rc; k++)
        if (coop_staff_free(world, member[k]) >= part)
            rc = add(world, j, member[k]);
    if (rc || s->joint.count <= first)
        return rc;
    double joined = s->joint.count - first;
    share_out(world, j, first, joined / (joined + 1), theirs);
    return 0;
}

int coop_joint_form(sim_world_t *world, uint32_t j, coop_joint_part_t *theirs) {
    const coop_joint_params_t *p = &coop_params(world)->joint;
    coop_state_t *s = coop_state(world);
    uint32_t c = s->project.donor[j], first = s->joint.count, n;
    int rc;
    if (coop_ties_of_several(world, s->project.tie[j]))
        return share_alike(world, j, theirs);
    bool grassroots = coop_scheme_table[s->project.scheme[j]].account == COOP_ACCOUNT_JICA;
    if (!grassroots || c < coop_population(world)->first_cooperative || p->will <= 0)
        return 0;
    const uint32_t *member = coop_members(world, c, &n);
    for (uint32_t k = 0; k < n; k++) {
        if (!joins(world, j, member[k]))
            continue;
        if ((rc = add(world, j, member[k])))
            return rc;
    }
    if (s->joint.count <= first)
        return 0;
    share_out(world, j, first, PART, theirs);
    s->flow_metric[COOP_M_JOINT_PROJECTS]++;
    s->flow_metric[COOP_M_JOINT_MEMBERS] += s->joint.count - first;
    return 0;
}

/* Those that the record names for works of the body in the partner's country. */
int coop_joint_recall(sim_world_t *world, uint32_t j, coop_joint_part_t *theirs) {
    const coop_population_t *pop = coop_population(world);
    coop_state_t *s = coop_state(world);
    uint32_t first = s->joint.count,
             country = pop->country_of[s->project.partner[j] - pop->n_donors];
    bool grassroots = coop_scheme_table[s->project.scheme[j]].account == COOP_ACCOUNT_JICA;
    int rc = 0;
    for (uint32_t k = 0; k < pop->record.n_facts && grassroots && !rc; k++) {
        const coop_known_fact_t *fact = &pop->record.fact[k];
        if (fact->what == COOP_FACT_JOINT && fact->body == s->project.donor[j] &&
            fact->country == country && fact->from < world->clock.start_year)
            rc = add(world, j, fact->member);
    }
    if (!rc && s->joint.count > first)
        share_out(world, j, first, PART, theirs);
    return rc;
}

void coop_joint_close(sim_world_t *world, uint32_t j) {
    coop_joint_t *joint = &coop_state(world)->joint;
    for (uint32_t k = joint->count; k-- > 0 && coop_state(world)->project.members[j];) {
        if (joint->project[k] != j)
            continue;
        carry(world, k, -1);
        uint32_t last = --joint->count;
        joint->project[k] = joint->project[last], joint->member[k] = joint->member[last];
        joint->load[k] = joint->load[last], joint->own[k] = joint->own[last];
    }
}

int64_t coop_joint_work(sim_world_t *world, uint32_t j) {
    coop_state_t *s = coop_state(world);
    int32_t steps = s->project.planned[j] - s->project.start[j];
    if (!s->project.members[j])
        return 0;
    int64_t paid = 0;
    for (uint32_t k = 0; k < s->joint.count && s->project.members[j]; k++) {
        uint32_t m = s->joint.member[k];
        if (s->joint.project[k] != j)
            continue;
        paid += coop_budget_pay(world, m, COOP_ACCOUNT_PROJECTS, s->joint.own[k] / steps);
    }
    return paid;
}

/* The heir of a member that merges keeps its promise. */
int coop_joint_inherit(sim_world_t *world, uint32_t from, uint32_t heir) {
    coop_joint_t *joint = &coop_state(world)->joint;
    for (uint32_t k = 0; k < joint->count; k++) {
        if (joint->member[k] != from)
            continue;
        carry(world, k, -1);
        joint->member[k] = heir;
        carry(world, k, 1);
    }
    return 0;
}

/* ---- what must hold ---- */

/* What running projects and joining members (M39) load on each donor. */
static void weigh_loads(const sim_world_t *world, double *yen, uint32_t *load) {
    const coop_state_t *s = coop_state(world);
    const coop_project_t *p = &s->project;
    for (uint32_t k = 0; k < p->n_running; k++) {
        uint32_t j = p->running[k], d = p->donor[j];
        load[d] += p->load[j], yen[d] += coop_load_rate(world, j, p->own[j]);
    }
    for (uint32_t k = 0; k < s->joint.count; k++) {
        uint32_t m = s->joint.member[k], j = s->joint.project[k];
        load[m] += s->joint.load[k], yen[m] += coop_load_rate(world, j, s->joint.own[k]);
    }
}

/* People and own money promised are those of running projects, to the last yen. */
int coop_joint_verify(const sim_world_t *world) {
    const coop_state_t *s = coop_state(world);
    double *yen = s->weight;
    uint32_t *load = s->window;
    bool good = true;
    for (uint32_t k = 0; k < s->joint.count; k++)
        good = good && s->project.outcome[s->joint.project[k]] == COOP_OUTCOME_RUNNING &&
               s->donor.exists[s->joint.member[k]];
    for (uint32_t d = 0; d < s->n_donors; d++)
        yen[d] = 0;
    weigh_loads(world, yen, load);
    for (uint32_t d = 0; d < s->n_donors; d++) {
        good = good && yen[d] == s->donor.commitment[d] && load[d] == s->donor.load[d];
        load[d] = 0; /* as others expect it */
    }
    return good ? 0 : SIM_ERR_VERIFY;
}
