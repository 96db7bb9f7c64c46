/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SIS with rewiring in its limits. Bounds are five standard errors (false alarm 6e-7) unless
 * another rate is given; each statistical test has a twin on a wrong input. */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/contagion/contagion.h"
#include "sim/schedule/world.h"

static sim_world_t world;
static sim_config_t *config;
static sim_base_diag_t diag;

static void begin(void) {
    sim_base_diag_init(&diag);
    world = (sim_world_t){0};
    config = NULL;
}
static void end(void) {
    sim_world_free(&world);
    sim_param_config_destroy(config);
    sim_base_diag_free(&diag);
}

TestSuite(contagion, .init = begin, .fini = end);

/* Sets up a world from the text of the group `contagion`. */
static void start(int threads, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void start(int threads, const char *format, ...) {
    char group[512], text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(group, sizeof group, format, arguments);
    va_end(arguments);
    snprintf(text, sizeof text,
             "model = \"contagion\"; run = { steps = 1000; seed = 5; }; contagion = { %s };",
             group);
    sim_world_free(&world);
    sim_param_config_destroy(config);
    config = NULL;
    cr_assert_eq(sim_param_config_parse(text, "test", ".", NULL, &diag, &config), 0);
    cr_assert_eq(sim_world_init(&world, config, NULL, 0, threads), 0);
    cr_assert_eq(sim_world_verify(&world), 0);
}

static void step(void) {
    cr_assert_eq(sim_world_step(&world), 0);
}

static contagion_state_t *state_of(void) {
    return world.state;
}

static double infected(void) {
    double metric[3] = {0};
    cr_assert_eq(world.model->observe(&world, metric), 0);
    cr_assert_eq(metric[0] + metric[1], state_of()->agent.count);
    cr_assert_eq(metric[2], (double)state_of()->graph.ties);
    return metric[0];
}

/* ---- set-up ---- */

Test(contagion, the_start_is_exact) {
    static const double share[] = {0.0, 0.0004, 0.01, 0.4999, 0.5, 0.73, 1.0};
    for (size_t i = 0; i < sizeof share / sizeof *share; i++) {
        start(1, "agents = 1003; initial_share = %.6f;", share[i]);
        cr_expect_eq(infected(), round(1003 * share[i]));
        cr_expect_eq(state_of()->graph.ties, 4012);
    }
}

Test(contagion, every_agent_is_as_likely_to_be_infected_at_the_start) {
    enum { N = 50, WORLDS = 4000 };
    double count[N] = {0}, x = 0.0, expected = WORLDS * 0.2;
    start(1, "agents = %d; mean_degree = 2.0; initial_share = 0.2;", N);
    for (uint32_t r = 0; r < WORLDS; r++) {
        cr_assert_eq(sim_world_init(&world, config, NULL, r, 1), 0);
        for (int i = 0; i < N; i++)
            count[i] += state_of()->infected[i];
    }
    for (int i = 0; i < N; i++) /* draws without return: variance below Poisson's by 1 - share */
        x += (count[i] - expected) * (count[i] - expected) / (expected * 0.8) * (N - 1.0) / N;
    cr_expect_gt(gsl_cdf_chisq_Q(x, N - 1), 1e-6);
    cr_expect_gt(gsl_cdf_chisq_P(x, N - 1), 1e-6);
}

Test(contagion, more_ties_than_pairs_is_a_problem_of_the_configuration) {
    static const char text[] = "model = \"contagion\"; run = { steps = 1; };\n"
                               "contagion = { agents = 10; mean_degree = 9.5; };";
    cr_expect_eq(sim_param_config_parse(text, "test", ".", NULL, &diag, &config), SIM_ERR_CONFIG);
    cr_assert_eq(diag.count, 1);
    cr_expect(strstr(diag.problem[0].text, "mean_degree") != NULL);
}

/* ---- infection and recovery ---- */

Test(contagion, without_infected_nothing_happens) {
    start(1, "agents = 2000; initial_share = 0.0; beta = 1.0;");
    for (int t = 0; t < 50; t++)
        step();
    cr_expect_eq(infected(), 0.0);
}

/* Those infected at the start who are left after t steps: binomial with (1 - gamma)^t. */
static double surviving(double gamma, int steps) {
    start(1, "agents = 40000; beta = 0.0; gamma = %.6f; initial_share = 0.5;", gamma);
    for (int t = 0; t < steps; t++) {
        double before = infected();
        step();
        cr_assert_leq(infected(), before);
    }
    return infected();
}

static bool decays(double left, double gamma, int steps) {
    double p = pow(1.0 - gamma, steps);
    return fabs(left - 20000 * p) <= 5.0 * sqrt(20000 * p * (1.0 - p));
}

Test(contagion, without_infection_the_infected_decay) {
    cr_expect(decays(surviving(0.1, 10), 0.1, 10));
    cr_expect(decays(surviving(0.01, 40), 0.01, 40));
    cr_expect_not(decays(surviving(0.11, 10), 0.1, 10), "the twin with a wrong rate");
    cr_expect_eq(surviving(0.0, 10), 20000.0);
}

/* With beta = 1 and gamma = 0 the infected after t steps are those within t ties of the first.
 * A threshold of probability 1 fails once in 2^32 draws: false alarm below 1e-4. */
Test(contagion, certain_infection_walks_breadth_first) {
    enum { N = 3000 };
    static int distance[N];
    static uint32_t queue[N];
    uint32_t head = 0, tail = 0;
    start(1,
          "agents = %d; mean_degree = 2.5; beta = 1.0; gamma = 0.0; rewire = 0.0; "
          "initial_share = 0.001;",
          N);
    for (uint32_t i = 0; i < N; i++) {
        distance[i] = state_of()->infected[i] ? 0 : N;
        if (state_of()->infected[i])
            queue[tail++] = i;
    }
    while (head < tail) {
        uint32_t i = queue[head++];
        for (uint32_t k = 0; k < state_of()->graph.degree[i]; k++) {
            uint32_t j = sim_network_neighbours(&state_of()->graph, i)[k];
            if (distance[j] == N) {
                distance[j] = distance[i] + 1;
                queue[tail++] = j;
            }
        }
    }
    for (int t = 1; t < 40; t++) {
        step();
        for (uint32_t i = 0; i < N; i++)
            cr_assert_eq(state_of()->infected[i], distance[i] <= t);
    }
    cr_expect(tail < N, "the graph was meant to have islands");
}

/* Expected number of infected after a step, given states and graph, and its variance. */
static double expected_infected(double beta, double gamma, double *variance) {
    const contagion_state_t *s = state_of();
    double mean = 0.0;
    *variance = 0.0;
    for (uint32_t i = 0; i < s->agent.count; i++) {
        const uint32_t *row = sim_network_neighbours(&s->graph, i);
        uint32_t k = 0;
        for (uint32_t at = 0; at < s->graph.degree[i]; at++)
            k += s->infected[row[at]];
        double p = s->infected[i] ? 1.0 - gamma : 1.0 - pow(1.0 - beta, k);
        mean += p;
        *variance += p * (1.0 - p);
    }
    return mean;
}

/* Largest distance of a step's outcome from its expectation, in standard errors. */
static double worst_step(double beta, double gamma, double assumed_beta) {
    double worst = 0.0;
    start(1, "agents = 30000; beta = %.6f; gamma = %.6f; initial_share = 0.1; rewire = 0.3;", beta,
          gamma);
    for (int t = 0; t < 30; t++) {
        double variance, mean = expected_infected(assumed_beta, gamma, &variance);
        step();
        worst = fmax(worst, fabs(infected() - mean) / sqrt(variance));
    }
    return worst;
}

/* Thirty steps: false alarm 30 * 6e-7 = 2e-5. */
Test(contagion, each_step_agrees_with_its_expectation) {
    cr_expect_lt(worst_step(0.05, 0.1, 0.05), 5.0);
    cr_expect_lt(worst_step(0.3, 0.6, 0.3), 5.0);
    cr_expect_gt(worst_step(0.05, 0.1, 0.056), 5.0, "the twin with a wrong beta");
}

/* Everybody tied to everybody: the endemic share x solves gamma x = (1-x)(1-(1-beta)^(xN)). The
 * mean over 600 steps has a standard error of about 0.005. */
Test(contagion, a_complete_graph_settles_at_the_mean_field) {
    enum { N = 1000 };
    const double beta = 0.0002, gamma = 0.1;
    double low = 0.01, high = 1.0, mean = 0.0;
    while (high - low > 1e-9) {
        double x = (low + high) / 2.0;
        if ((1.0 - x) * -expm1(x * N * log1p(-beta)) > gamma * x)
            low = x;
        else
            high = x;
    }
    start(1, "agents = %d; mean_degree = %d.0; beta = %.6f; gamma = %.6f; initial_share = 0.5;", N,
          N - 1, beta, gamma);
    for (int t = 0; t < 700; t++) {
        step();
        mean += t >= 100 ? infected() / N / 600.0 : 0.0;
    }
    cr_expect_float_eq(mean, low, 0.025);
}

/* ---- rewiring ---- */

static void save_graph(uint32_t *degree, uint32_t *sum) {
    const sim_network_graph_t *graph = &state_of()->graph;
    for (uint32_t i = 0; i < graph->n; i++) {
        degree[i] = graph->degree[i];
        sum[i] = 0;
        for (uint32_t k = 0; k < graph->degree[i]; k++)
            sum[i] = 31 * sum[i] + sim_network_neighbours(graph, i)[k];
    }
}

Test(contagion, without_rewiring_the_graph_stays) {
    enum { N = 5000 };
    static uint32_t degree[2][N], sum[2][N];
    start(1, "agents = %d; rewire = 0.0;", N);
    save_graph(degree[0], sum[0]);
    for (int t = 0; t < 20; t++)
        step();
    save_graph(degree[1], sum[1]);
    cr_expect_arr_eq(degree[0], degree[1], sizeof degree[0]);
    cr_expect_arr_eq(sum[0], sum[1], sizeof sum[0]);
}

Test(contagion, rewiring_keeps_the_ties_and_the_graph_simple) {
    start(1, "agents = 3000; rewire = 1.0; mean_degree = 3.0;");
    for (int t = 0; t < 30; t++) {
        step();
        cr_assert_eq(sim_world_verify(&world), 0);
        cr_assert_eq(state_of()->graph.ties, 4500);
    }
}

/* The number of agents that move a tie: binomial over those who have one. */
Test(contagion, as_many_rewire_as_the_probability_says) {
    enum { N = 100000 };
    static bool tied[N];
    double with_ties = 0.0, want = 0.0;
    start(1, "agents = 100000; rewire = 0.02; mean_degree = 2.0;");
    for (uint32_t i = 0; i < N; i++)
        with_ties += tied[i] = state_of()->graph.degree[i] > 0;
    step();
    for (uint32_t i = 0; i < N; i++)
        want += tied[i] && state_of()->wants[i / 64] >> i % 64 & 1;
    double error = sqrt(with_ties * 0.02 * 0.98);
    cr_expect_lt(fabs(want - 0.02 * with_ties), 5.0 * error);
    cr_expect_gt(fabs(want - 0.023 * with_ties), 5.0 * error, "the twin with a wrong share");
}

/* Agent 0 alone rewires, on a graph made by hand; each call is another step. */
static void rewire_agent_0(int32_t at_step) {
    contagion_state_t *state = state_of();
    memset(state->wants, 0,
           (state->agent.count + SIM_BLOCK - 1) / SIM_BLOCK * CONTAGION_WORDS *
               sizeof *state->wants);
    state->wants[0] = 1;
    world.clock.step = at_step;
    cr_assert_eq(contagion_rewire_commit(&world), 0);
}

static void clear_row_0(void) {
    while (state_of()->graph.degree[0])
        sim_network_graph_drop(&state_of()->graph, 0, 0);
}

/* Ties 0-1 and 0-2 among six agents: each of the two goes, each of three strangers comes,
 * equally often. False alarm 1e-6. */
Test(contagion, tie_and_stranger_are_chosen_evenly) {
    enum { TRIES = 12000 };
    double count[2][3] = {{0}}, x = 0.0;
    start(1, "agents = 6; mean_degree = 0.0;");
    for (int t = 0; t < TRIES; t++) {
        sim_network_graph_t *graph = &state_of()->graph;
        clear_row_0();
        cr_assert_eq(sim_network_graph_add(graph, 0, 1), 0);
        cr_assert_eq(sim_network_graph_add(graph, 0, 2), 0);
        rewire_agent_0(t);
        cr_assert_eq(graph->degree[0], 2);
        int dropped = sim_network_graph_has(graph, 0, 1) ? 1 : 0, found = 3;
        while (!sim_network_graph_has(graph, 0, (uint32_t)found))
            found++;
        count[dropped][found - 3]++;
    }
    for (int d = 0; d < 2; d++)
        for (int f = 0; f < 3; f++)
            x += pow(count[d][f] - TRIES / 6.0, 2.0) / (TRIES / 6.0);
    cr_expect_gt(gsl_cdf_chisq_Q(x, 5), 1e-6);
}

/* Two strangers among 4000: nearly always found by counting. */
Test(contagion, rare_strangers_are_found_evenly) {
    enum { N = 4000, TRIES = 400 };
    double first = 0.0;
    start(1, "agents = %d; mean_degree = 0.0;", N);
    for (int t = 0; t < TRIES; t++) {
        sim_network_graph_t *graph = &state_of()->graph;
        clear_row_0();
        for (uint32_t b = 1; b < N; b++)
            if (b != 7 && b != 3999)
                cr_assert_eq(sim_network_graph_add(graph, 0, b), 0);
        rewire_agent_0(t);
        cr_assert_eq(graph->degree[0], N - 3);
        cr_assert_neq(sim_network_graph_has(graph, 0, 7), sim_network_graph_has(graph, 0, 3999));
        first += sim_network_graph_has(graph, 0, 7);
    }
    cr_expect_lt(fabs(first - TRIES / 2.0), 5.0 * sqrt(TRIES / 4.0));
}

Test(contagion, who_knows_everybody_stays) {
    start(1, "agents = 40; mean_degree = 39.0; rewire = 1.0;");
    for (int t = 0; t < 5; t++)
        step();
    cr_expect_eq(state_of()->graph.ties, 780);
    cr_expect_eq(sim_world_verify(&world), 0);
}

Test(contagion, rows_that_overflow_in_a_step_are_survived) {
    start(1, "agents = 400; mean_degree = 12.0; rewire = 1.0;");
    for (int t = 0; t < 200; t++)
        step();
    cr_expect_eq(sim_world_verify(&world), 0);
}

/* ---- what is kept up to date, against what is counted ---- */

/* Moods hold a count modulo 128: in the second graph it goes round several times. */
Test(contagion, moods_are_what_would_be_counted) {
    static const char *const graph[] = {"agents = 3000; mean_degree = 6.0;",
                                        "agents = 700; mean_degree = 500.0;",
                                        "agents = 600; mean_degree = 127.0;"};
    for (int g = 0; g < 3; g++) {
        start(1, "%s initial_share = 0.5; beta = 0.001; rewire = 0.3;", graph[g]);
        for (int t = 0; t < 20; t++) {
            step();
            cr_assert_eq(world.model->verify(&world), 0, "%s", world.note);
        }
        state_of()->mood[5] ^= CONTAGION_NEIGHBOUR;
        cr_assert_eq(world.model->verify(&world), SIM_ERR_VERIFY, "the twin with a wrong mood");
    }
}

/* The step of every agent anew, from what is registered: words and thresholds of 32 bits, infected
 * neighbours one by one. */
static void expected_step(uint8_t *next, bool *wants, double beta, double gamma, double rewire) {
    const contagion_state_t *state = state_of();
    sim_rng_t rng = sim_world_rng(&world, CONTAGION_PURPOSE_AGENT);
    for (uint32_t i = 0; i < state->agent.count; i++) {
        sim_rng_block_t more = sim_rng_block(&rng, i, 0, 1);
        uint32_t both = sim_rng_block(&rng, i / 4, 0, 0).word[i % 4], count = 0;
        uint32_t change = (both & 0xffff0000U) | (more.word[0] & 0xffffU);
        for (uint32_t k = 0; k < state->graph.degree[i]; k++)
            count += state->infected[sim_network_neighbours(&state->graph, i)[k]];
        double p = state->infected[i] ? gamma : count ? -expm1(count * log1p(-beta)) : 0.0;
        next[i] = state->infected[i] ^ (change < sim_rng_threshold(p));
        wants[i] = (both << 16 | (more.word[1] & 0xffffU)) < sim_rng_threshold(rewire);
    }
}

/* The second case has counts beyond 128; its thresholds are often met to half a word. */
static void steps_are_as_expected(double beta, const char *graph) {
    enum { N = 20000 };
    static uint8_t next[N];
    static bool wants[N];
    start(1, "%s initial_share = 0.3; beta = %.6f; gamma = 0.2; rewire = 0.1;", graph, beta);
    for (int t = 0; t < 20; t++) {
        expected_step(next, wants, beta, 0.2, 0.1);
        step();
        cr_assert_arr_eq(state_of()->infected, next, state_of()->agent.count);
        for (uint32_t i = 0; i < state_of()->agent.count; i++)
            cr_assert_eq(state_of()->wants[i / 64] >> i % 64 & 1, wants[i]);
    }
}

Test(contagion, a_step_is_what_the_words_say) {
    steps_are_as_expected(0.05, "agents = 19999; mean_degree = 8.0;");
    steps_are_as_expected(0.00002, "agents = 19999; mean_degree = 8.0;");
    steps_are_as_expected(0.002, "agents = 1000; mean_degree = 400.0;");
}

/* ---- the engine's promises ---- */

static void digest_with(int threads, const char *group, int steps, char digest[33]) {
    start(threads, "%s initial_share = 0.2;", group);
    for (int t = 0; t < steps; t++)
        step();
    cr_assert_eq(sim_world_verify(&world), 0, "%s", world.note);
    sim_world_digest(&world, digest);
}

static void threads_cannot_be_seen(const char *group, int steps) {
    static const int threads[] = {2, 3, 7};
    char one[33], many[33];
    digest_with(1, group, steps, one);
    for (int i = 0; i < 3; i++) {
        digest_with(threads[i], group, steps, many);
        cr_expect_str_eq(many, one);
    }
}

/* Below CONTAGION_CROWD agents one thread does what the others would; more of them than can be
 * planned move in the last case. */
Test(contagion, threads_cannot_be_seen) {
    threads_cannot_be_seen("agents = 10000; rewire = 0.1;", 20);
    threads_cannot_be_seen("agents = 100001; rewire = 0.05;", 10);
    threads_cannot_be_seen("agents = 100001; rewire = 0.02; mean_degree = 1.0;", 6);
    threads_cannot_be_seen("agents = 100001; rewire = 0.1; mean_degree = 20.0;", 4);
}

/* The shared phases on a small world, where agents are in each other's way all the time: a digest
 * for each step. In reverse they are shared whatever else the machine has to do. */
static void digests_of(int threads, bool reverse, const char *group, int steps, char digest[][33]) {
    start(threads, "%s initial_share = 0.2;", group);
    world.reverse = reverse;
    contagion_state_t *state = state_of();
    uint8_t *heard[6];
    if (threads > 1) {
        for (int w = 0; w < threads - 1; w++)
            heard[w] = sim_base_arena_alloc(&world.arena, state->agent.count, 1);
        state->heard = heard;
        state->helpers = threads - 1;
        state->plan = contagion_plan(&world.arena, state->agent.count);
    }
    for (int t = 0; t < steps; t++) {
        step();
        cr_assert_eq(world.model->verify(&world), 0, "%s", world.note);
        sim_world_digest(&world, digest[t]);
    }
    cr_assert_eq(sim_world_verify(&world), 0, "%s", world.note);
}

Test(contagion, shared_rewiring_is_that_of_one_after_the_other) {
    enum { STEPS = 150 };
    static const char *const graph[] = {"agents = 2000; rewire = 0.04;",
                                        "agents = 600; rewire = 0.05; mean_degree = 40.0;",
                                        "agents = 1500; rewire = 0.05; mean_degree = 0.7;",
                                        "agents = 300; rewire = 0.05; mean_degree = 290.0;"};
    static char one[STEPS][33], many[STEPS][33];
    for (int g = 0; g < 4; g++) {
        digests_of(1, false, graph[g], STEPS, one);
        for (int way = 0; way < 4; way++) {
            digests_of(way < 2 ? 2 : 5, way % 2, graph[g], STEPS, many);
            for (int t = 0; t < STEPS; t++)
                cr_assert_str_eq(many[t], one[t], "%s step %d", graph[g], t);
        }
    }
}

Test(contagion, rewiring_moves_no_draw_of_infection) {
    enum { N = 20000 };
    static uint8_t without[N];
    start(1, "agents = %d; beta = 0.0; rewire = 0.0; initial_share = 0.5;", N);
    for (int t = 0; t < 5; t++)
        step();
    memcpy(without, state_of()->infected, N);
    start(1, "agents = %d; beta = 0.0; rewire = 0.5; initial_share = 0.5;", N);
    for (int t = 0; t < 5; t++)
        step();
    cr_expect_arr_eq(state_of()->infected, without, N);
}

/* Nobody recovers: the infected grow in number until infection stops, and then not at all. */
Test(contagion, without_infection_from_a_date_on_nobody_is_infected_any_more) {
    const char *text =
        "model = \"contagion\"; run = { start_year = 2000; years = 3; steps_per_year = 12; };"
        "contagion = { agents = 5000; beta = 0.02; gamma = 0.0; };"
        "interventions = ( { at = 2000.5; set = \"contagion.beta\"; value = 0; },"
        "                  { at = 2002; set = \"contagion.gamma\"; value = 1; } );";
    cr_assert_eq(sim_param_config_parse(text, "test", ".", NULL, &diag, &config), 0);
    cr_assert_eq(sim_world_init(&world, config, NULL, 0, 1), 0);
    for (int k = 0; k < 36; k++) {
        double before = infected();
        step();
        if (k < 6)
            cr_expect_gt(infected(), before);
        else
            cr_expect_eq(infected(), k < 24 ? before : 0);
    }
}
