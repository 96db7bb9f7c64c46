/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model contagion, steps alone, beside the plain C loop; both must come to the same share of
 * infected agents, or they are not the same model. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/contagion/contagion.h"
#include "sim/experiment/experiment.h"
#include "tests/bench/bench.h"
#include "tests/bench/plain_contagion.h"

enum { STEPS = 50, WARM = 150, SIZES = 3 };

typedef struct {
    uint32_t agents;
    plain_contagion_t *plain;
    sim_config_t *config;
    sim_record_t record;
    sim_world_t world;
} pair_t;

static void step_plain(void *user) {
    pair_t *pair = user;
    for (int i = 0; i < STEPS; i++)
        plain_contagion_step(pair->plain);
}

static void step_model(void *user) {
    pair_t *pair = user;
    for (int i = 0; i < STEPS; i++)
        bench_require(sim_world_step(&pair->world), "step");
}

static double infected(const sim_world_t *world) {
    const contagion_state_t *state = world->state;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < state->agent.count; i++)
        sum += state->infected[i];
    return (double)sum / state->agent.count;
}

static void compare(const pair_t *pair) {
    double plain = plain_contagion_infected(pair->plain), own = infected(&pair->world);
    if (fabs(plain - own) < 0.03)
        return;
    fprintf(stderr, "bench_contagion: %.3f of the plain loop's agents are infected, but %.3f\n",
            plain, own);
    exit(1);
}

static void make(pair_t *pair, uint32_t agents) {
    sim_base_diag_t diag;
    char text[256];
    sim_base_diag_init(&diag);
    pair->agents = agents;
    pair->plain = plain_contagion_create(agents, 1);
    bench_require(pair->plain ? SIM_OK : SIM_ERR_MEMORY, "plain loop");
    snprintf(text, sizeof text,
             "model = \"contagion\"; run = { steps_per_year = 1; steps = 100000; seed = 1; };"
             "contagion = { agents = %" PRIu32 "; };",
             agents);
    bench_require(sim_param_config_parse(text, "bench", ".", NULL, &diag, &pair->config),
                  "configuration");
    sim_base_arena_init(&pair->world.arena);
    pair->world.record = &pair->record;
    bench_require(sim_world_init(&pair->world, pair->config, NULL, 0, 1), "set-up");
    for (int i = 0; i < WARM; i += STEPS) {
        step_plain(pair);
        step_model(pair);
    }
    compare(pair);
    sim_base_diag_free(&diag);
}

int main(int argc, char **argv) {
    static const uint32_t agents[SIZES] = {10000, 100000, 1000000};
    static pair_t pair[SIZES];
    static char name[2 * SIZES][64];
    int sizes = bench_is_quick(argc, argv) ? 1 : SIZES;
    bench_t bench[2 * SIZES];
    for (int k = 0; k < sizes; k++) {
        double units = (double)agents[k] * STEPS;
        make(&pair[k], agents[k]);
        snprintf(name[2 * k], sizeof name[0], "contagion: plain loop, %" PRIu32, agents[k]);
        snprintf(name[2 * k + 1], sizeof name[0], "contagion: kumiai, %" PRIu32, agents[k]);
        bench[2 * k] = (bench_t){name[2 * k], "agent and step", units,
                                 step_plain,  &pair[k],         BENCH_NO_REFERENCE};
        bench[2 * k + 1] =
            (bench_t){name[2 * k + 1], "agent and step", units, step_model, &pair[k], 2 * k};
    }
    int status = bench_run(argc, argv, bench, 2 * sizes);
    for (int k = 0; k < sizes; k++) {
        plain_contagion_destroy(pair[k].plain);
        sim_world_free(&pair[k].world);
        sim_param_config_destroy(pair[k].config);
    }
    return status;
}
