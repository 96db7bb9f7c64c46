/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Staff (M9): environmental FTE in two vintages on the national trend of local employees, and the
 * part of it that is free for work abroad (M8). */
#include "models/cooperation/people/staff.h"
#include "models/cooperation/ties/formation.h"

/* Local government employees, million (M9, F); constant before the years known. */
static double national_staff(const coop_staff_params_t *p, double year) {
    static const double known[][2] = {{1994, 3.282}, {2005, 3.042}, {2017, 2.743}, {2023, 2.802}};
    enum { N = sizeof known / sizeof *known };
    if (year <= known[0][0])
        return known[0][1];
    for (int k = 1; k < N; k++)
        if (year <= known[k][0])
            return known[k - 1][1] + (known[k][1] - known[k - 1][1]) * (year - known[k - 1][0]) /
                                         (known[k][0] - known[k - 1][0]);
    const double *last = known[N - 1], *before = known[N - 2];
    double slope = sim_math_log(last[1] / before[1]) / (last[0] - before[0]);
    return last[1] * coop_series_after(p->after, slope, year - last[0]);
}

/* Of a member's environmental staff that goes to a corporation (A; M35: 3 of the 6.5 per 10,000
 * people of the base population). */
static const double member_share = 0.4;

static double initial_staff(const sim_world_t *world, uint32_t d) {
    const coop_staff_params_t *p = &coop_params(world)->staff;
    const coop_population_t *pop = coop_population(world);
    sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_SETUP_STAFF, d, 0);
    if (pop->type[d] == COOP_TYPE_COOPERATIVE)
        return pop->own_staff[d];
    double per_1000 = pop->type[d] == COOP_TYPE_PREFECTURE ? p->prefecture_per_1000 : p->per_1000;
    return coop_state(world)->donor.population[d] / 1000 * per_1000 *
           sim_math_exp(p->dispersion * sim_rng_normal(&draw));
}

/* National staff of the fiscal year relative to the start of the run. */
static double national_index(const sim_world_t *world) {
    const coop_staff_params_t *p = &coop_params(world)->staff;
    double year = sim_schedule_year(&world->clock, world->clock.step);
    return national_staff(p, year) / national_staff(p, world->clock.start_year);
}

void coop_staff_renew(sim_world_t *world) {
    coop_path_bend(&coop_state(world)->posts, coop_params(world)->staff.trend,
                   national_index(world));
}

int coop_staff_setup(sim_world_t *world) {
    coop_state(world)->posts =
        (coop_path_t){.rate = coop_params(world)->staff.trend, .base = 1, .since = 1};
    coop_donor_t *donor = &coop_state(world)->donor;
    double senior = coop_params(world)->staff.senior_share;
    for (uint32_t d = 0; d < coop_state(world)->n_donors; d++) {
        donor->staff_start[d] = initial_staff(world, d);
        donor->senior[d] = senior * donor->staff_start[d];
        donor->junior[d] = donor->staff_start[d] - donor->senior[d];
    }
    return 0;
}

/* Shares of a year: of the staff of the start whose posts there are, of seniors who retire, of
 * juniors who are promoted. */
typedef struct {
    double posts, retire, promote;
} staff_year_t;

/* Of n donors. */
SIM_WIDE static void age_staff(const staff_year_t *year, uint32_t n, const coop_donor_t *donor) {
    const double posts = year->posts, retire = year->retire, promote = year->promote;
    const double *restrict start = donor->staff_start;
    double *restrict seniors = donor->senior, *restrict juniors = donor->junior,
                     *restrict shrinkage = donor->shrinkage;
    for (uint32_t d = 0; d < n; d++) {
        double before = seniors[d], target = posts * start[d];
        double senior = seniors[d] * (1 - retire) + juniors[d] * promote;
        double junior = juniors[d] * (1 - promote);
        double shed = coop_max(0, junior + senior - target); /* early leave takes the oldest */
        senior = coop_max(0, senior - shed);
        seniors[d] = senior;
        juniors[d] = coop_max(0, target - senior);
        double lost = coop_max(0, 1 - senior / (before > 0 ? before : 1));
        shrinkage[d] = before > 0 ? lost : 0;
    }
}

/* A year: seniors retire, juniors are promoted, posts follow the trend; hires are juniors. */
int coop_staff_year(sim_world_t *world) {
    const coop_staff_params_t *p = &coop_params(world)->staff;
    if (world->clock.step == 0)
        return 0;
    double posts =
        p->posts * coop_max(0, coop_path_at(&coop_state(world)->posts, national_index(world)));
    const staff_year_t year = {.posts = posts,
                               .retire = 1 - sim_math_exp(-p->retirement),
                               .promote = 1 - sim_math_exp(-p->promotion)};
    age_staff(&year, coop_state(world)->n_donors, &coop_state(world)->donor);
    return 0;
}

/* ---- bodies that begin and end ---- */

void coop_staff_move(sim_world_t *world, uint32_t from, uint32_t to, double share) {
    coop_donor_t *donor = &coop_state(world)->donor;
    double *column[] = {donor->junior, donor->senior, donor->staff_start};
    for (size_t k = 0; k < sizeof column / sizeof *column; k++) {
        double moved = share * column[k][from];
        column[k][from] = share < 1 ? column[k][from] - moved : 0;
        column[k][to] += moved;
    }
}

void coop_staff_join(sim_world_t *world, uint32_t m, uint32_t c) {
    coop_staff_move(world, m, c, member_share);
}

int coop_staff_found(sim_world_t *world, uint32_t c) {
    uint32_t n;
    const uint32_t *member = coop_members(world, c, &n);
    for (uint32_t k = 0; k < n && coop_state(world)->donor.plants[c]; k++)
        coop_staff_join(world, member[k], c);
    return 0;
}

/* Each member takes back people in proportion to its own. */
static void return_to_members(sim_world_t *world, uint32_t c) {
    const double *population = coop_state(world)->donor.population;
    uint32_t n;
    const uint32_t *member = coop_members(world, c, &n);
    double people = 0;
    for (uint32_t k = 0; k < n; k++)
        people += population[member[k]];
    for (uint32_t k = 0; k < n; k++) {
        double own = population[member[k]];
        coop_staff_move(world, c, member[k], k + 1 < n && people > 0 ? own / people : 1);
        people -= own;
    }
}

int coop_staff_inherit(sim_world_t *world, uint32_t from, uint32_t heir) {
    coop_donor_t *donor = &coop_state(world)->donor;
    if (heir == SIM_NETWORK_NONE)
        return_to_members(world, from);
    else
        coop_staff_move(world, from, heir, 1);
    donor->junior[from] = donor->senior[from] = donor->staff_start[from] = 0;
    donor->shrinkage[from] = 0;
    return 0;
}

void coop_staff_scale(sim_world_t *world, uint32_t d, double seniors, double others) {
    coop_donor_t *donor = &coop_state(world)->donor;
    donor->senior[d] *= seniors;
    donor->junior[d] *= others, donor->staff_start[d] *= others;
}

double coop_staff_free(const sim_world_t *world, uint32_t d) {
    const coop_staff_params_t *p = &coop_params(world)->staff;
    const coop_donor_t *donor = &coop_state(world)->donor;
    double share = p->international_share * (1 + p->priority_gain * donor->priority[d]);
    return coop_min(1, share) * (donor->junior[d] + donor->senior[d]) - donor->fte_bound[d];
}
