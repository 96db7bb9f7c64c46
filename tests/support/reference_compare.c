/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reference beside the model: whole numbers and causes to the last, levels to rounding. */
#include <math.h>
#include <stdio.h>

#include "tests/support/reference.h"

typedef struct {
    const ref_world_t *r;
    const sim_world_t *world;
    char *said;
} both_t;

/* Notes the first difference; true when there is one. */
static bool differ(const both_t *both, const char *what, int which, double model, double reference,
                   double tolerance) {
    if (both->said[0])
        return true;
    if (fabs(model - reference) <= tolerance)
        return false;
    snprintf(both->said, REF_ROOM, "step %d, %s of %d: the model has %.17g, the reference %.17g",
             both->world->clock.step, what, which, model, reference);
    return true;
}
static bool whole(const both_t *both, const char *what, int which, int64_t model,
                  int64_t reference) {
    return differ(both, what, which, (double)model, (double)reference, 0);
}
static bool level(const both_t *both, const char *what, int which, double model, double reference) {
    return differ(both, what, which, model, reference, 1e-9);
}

static void compare_tie(const both_t *both, int k, uint32_t t) {
    const sim_network_ties_t *ties = both->world->ties;
    const ref_tie_t *tie = &both->r->tie[k];
    whole(both, "donor", k, ties->from[t], tie->donor);
    whole(both, "partner", k, ties->to[t], ref_agent(tie->partner));
    whole(both, "onset", k, ties->onset[t], tie->onset);
    whole(both, "sector", k, ties->topic[t], tie->sector);
    whole(both, "end", k, ties->terminus[t] == SIM_NETWORK_OPEN ? REF_NEVER : ties->terminus[t],
          tie->end);
    if (tie->end != REF_NEVER)
        whole(both, "cause", k, ties->cause[t], tie->cause);
    whole(both, "stage", k, ties->stage[t], tie->stage);
    whole(both, "institution", k, ties->institutionalised[t], tie->institution);
    whole(both, "last activity", k, ties->last_activity[t], tie->active);
    level(both, "trust", k, ties->trust[t], tie->trust);
}

static void compare_ties(const both_t *both) {
    const sim_network_ties_t *ties = both->world->ties;
    int k = 0;
    for (uint32_t t = 0; t < ties->count && !both->said[0]; t++)
        if (ties->kind[t] == COOP_TIE_COOPERATION && k++ < both->r->n_ties)
            compare_tie(both, k - 1, t);
    whole(both, "number of ties", 0, k, both->r->n_ties);
}

static void compare_projects(const both_t *both) {
    const coop_project_t *p = &coop_state(both->world)->project;
    for (int j = 0; j < both->r->n_projects && j < (int)p->count && !both->said[0]; j++) {
        const ref_project_t *project = &both->r->project[j];
        whole(both, "scheme", j, p->scheme[j], project->scheme);
        whole(both, "project's donor", j, p->donor[j], both->r->tie[project->tie].donor);
        whole(both, "project's partner", j, p->partner[j],
              ref_agent(both->r->tie[project->tie].partner));
        whole(both, "project's sector", j, p->sector[j], project->sector);
        whole(both, "start", j, p->start[j], project->start);
        whole(both, "planned end", j, p->planned[j], project->planned);
        whole(both, "firm", j, p->firm[j], project->firm);
        whole(both, "renewal", j, p->renewed[j], project->renewed);
        whole(both, "outcome", j, p->outcome[j], project->outcome);
        whole(both, "grant", j, p->granted[j], project->granted);
        whole(both, "grant left", j, p->grant_left[j], project->left);
        whole(both, "own money", j, p->own[j], project->own);
        whole(both, "own money paid", j, p->own_paid[j], project->paid);
    }
    whole(both, "number of projects", 0, p->count, both->r->n_projects);
}

static void compare_donors(const both_t *both) {
    const coop_donor_t *donor = &coop_state(both->world)->donor;
    for (int d = 0; d < TINY_DONORS && !both->said[0]; d++) {
        whole(both, "purse", d, donor->purse[d], both->r->donor[d].purse);
        whole(both, "vote", d, donor->voted[d], both->r->donor[d].voted);
        whole(both, "record", d, donor->record[d], both->r->donor[d].record);
        level(both, "reputation", d, donor->reputation[d], both->r->donor[d].reputation);
        for (int k = 0; k < COOP_N_SECTORS; k++)
            level(both, "know-how", d, donor->knowhow[k][d], both->r->donor[d].knowhow[k]);
    }
}

static void compare_partners(const both_t *both) {
    const coop_partner_t *partner = &coop_state(both->world)->partner;
    for (int i = 0; i < TINY_PARTNERS && !both->said[0]; i++) {
        level(both, "capacity", i, partner->capacity[i], both->r->partner[i].capacity);
        for (int k = 0; k < COOP_N_SECTORS; k++)
            level(both, "need", i, partner->need[k][i], both->r->partner[i].need[k]);
    }
}

static void compare_books(const both_t *both) {
    const coop_state_t *s = coop_state(both->world);
    for (int a = 0; a < COOP_N_ACCOUNTS; a++) {
        whole(both, "balance", a, s->balance[a], both->r->balance[a]);
        for (int b = 0; b < COOP_N_ACCOUNTS; b++)
            whole(both, "flow", a * COOP_N_ACCOUNTS + b, s->flow[a * COOP_N_ACCOUNTS + b],
                  both->r->flow[a][b]);
    }
    for (int mode = 0; mode < COOP_N_MODES; mode++)
        for (int k = 0; k < COOP_N_REASONS; k++)
            whole(both, "refusals", k, s->refused[mode * COOP_N_REASONS + k],
                  both->r->refused[mode][k]);
}

bool ref_agrees(const ref_world_t *r, const sim_world_t *world, char said[REF_ROOM]) {
    const both_t both = {r, world, said};
    said[0] = '\0';
    compare_donors(&both);
    compare_ties(&both);
    compare_projects(&both);
    compare_partners(&both);
    compare_books(&both);
    return !said[0];
}
