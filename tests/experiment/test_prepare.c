/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prepare() sees files and what it may read; a run over such a parameter has its own. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/experiment/experiment.h"

typedef struct {
    int64_t agents, other;
    double share;
    bool flag;
    int network;
    const char *edges;
} params_t;

static const sim_param_t table[] = {
    SIM_PARAM_ROW_INT(params_t, agents, "net.agents", 10, 1, 100, "agents", "Agents.", A, "-"),
    SIM_PARAM_ROW_INT(params_t, other, "net.other", 10, 1, 100, "", "Other.", A, "-"),
    SIM_PARAM_ROW_REAL(params_t, share, "net.share", 0.5, 0, 1, "share", "Share.", A, "-"),
    SIM_PARAM_ROW_BOOL(params_t, flag, "net.flag", 1, "Flag.", A, "-"),
    SIM_PARAM_ROW_CHOICE(params_t, network, "net.network", 0, "random|file", "Net.", A, "-"),
    SIM_PARAM_ROW_PATH(params_t, edges, "net.edges", "", "Ties.", A, "-"),
    SIM_PARAM_END};
static const char *const start_only[] = {"net.agents", "net.network", "net.edges", NULL};
static const char *const agents_only[] = {"net.agents", NULL}, *const nothing[] = {NULL};

static params_t seen;
static int prepared, released;

static int prepare(const sim_config_t *config, sim_base_diag_t *diag, void **shared) {
    seen = *(const params_t *)config->params;
    prepared++;
    if (seen.agents == 13)
        return sim_base_diag_add(diag, "ties.csv", 3, "thirteen agents are too many");
    *shared = malloc(sizeof(int64_t));
    if (!*shared)
        return SIM_ERR_MEMORY;
    *(int64_t *)*shared = seen.agents;
    return SIM_OK;
}

static void release(void *shared) {
    released++;
    free(shared);
}

static int setup(sim_world_t *world) {
    int64_t *column = sim_world_column(world, "net.size", SIM_STATE_I64, 1);
    if (!column)
        return SIM_ERR_MEMORY;
    *column = *(const int64_t *)world->shared;
    world->state = column;
    return SIM_OK;
}

static int observe(sim_world_t *world, double *metric) {
    metric[0] = (double)*(const int64_t *)world->state;
    return SIM_OK;
}

static const sim_metric_t metrics[] = {{"size", "", ""}, {.name = NULL}};
static const sim_reducer_t reducers[] = {{"size_final", "", "", SIM_REDUCE_FINAL, "size", 0, 0},
                                         {.name = NULL}};
static const sim_phase_t phases[] = {{.name = NULL}};

static sim_model_t model_with(const char *const *reads) {
    return (sim_model_t){.name = "net",
                         .params = table,
                         .params_size = sizeof(params_t),
                         .metrics = metrics,
                         .reducers = reducers,
                         .phases = phases,
                         .start_only = start_only,
                         .prepare_reads = reads,
                         .prepare = prepare,
                         .release = release,
                         .setup = setup,
                         .observe = observe};
}

static void look(const char *const *reads) {
    const sim_model_t model = model_with(reads);
    params_t params = {7, 8, 0.25, true, 1, "ties.csv"};
    const sim_config_t config = {.model = &model, .params = &params};
    sim_base_diag_t diag;
    void *shared = NULL;
    sim_base_diag_init(&diag);
    cr_assert_eq(sim_experiment_prepare(&config, &diag, &shared), 0);
    sim_experiment_release(&config, shared);
    sim_base_diag_free(&diag);
    cr_assert_eq(params.other, 8);
    cr_assert_str_eq(seen.edges, "ties.csv");
    cr_assert_eq(seen.other, INT64_MIN);
    cr_assert(isnan(seen.share) && !seen.flag);
}

Test(prepare, sees_what_it_may_read) {
    look(NULL);
    cr_expect(seen.agents == 7 && seen.network == 1);
    look(agents_only);
    cr_expect(seen.agents == 7 && seen.network == -1);
    look(nothing);
    cr_expect(seen.agents == INT64_MIN && seen.network == -1);
}

Test(prepare, says_what_it_reads) {
    const sim_model_t any = model_with(NULL), files = model_with(nothing);
    cr_expect(sim_experiment_prepare_reads(&any, &table[0]));
    cr_expect(!sim_experiment_prepare_reads(&any, &table[1]));
    cr_expect(!sim_experiment_prepare_reads(&files, &table[0]));
    cr_expect(sim_experiment_prepare_reads(&files, &table[5]));
}

static int refuse(const sim_config_t *config, sim_base_diag_t *diag, void **shared) {
    (void)config;
    (void)diag;
    (void)shared;
    return SIM_ERR_CONFIG;
}

/* It says that all is well, but has something to say. */
static int hesitate(const sim_config_t *config, sim_base_diag_t *diag, void **shared) {
    (void)sim_base_diag_add(diag, config->file, 2, "hm");
    *shared = malloc(1);
    return SIM_OK;
}

static void refused(int (*hook)(const sim_config_t *, sim_base_diag_t *, void **),
                    const char *sentence) {
    char file[] = "net.cfg";
    sim_model_t model = model_with(NULL);
    params_t params = {.agents = 1, .edges = ""};
    const sim_config_t config = {.model = &model, .params = &params, .file = file};
    sim_base_diag_t diag;
    void *shared = NULL;
    sim_base_diag_init(&diag);
    model.prepare = hook;
    cr_expect_eq(sim_experiment_prepare(&config, &diag, &shared), SIM_ERR_CONFIG);
    cr_expect_null(shared);
    cr_assert_eq(diag.count, 1);
    cr_expect(strstr(diag.problem[0].text, sentence) != NULL);
    sim_base_diag_free(&diag);
}

Test(prepare, that_refuses_says_why) {
    refused(refuse, "does not say why");
    refused(hesitate, "hm");
    cr_expect_eq(released, 1);
}

/* As a run of a sweep over net.agents has it: what was prepared for others is of no use. */
static void run_alone(int64_t agents, const char *note) {
    const sim_model_t model = model_with(NULL);
    params_t params = {.agents = agents, .edges = ""};
    const sim_config_t config = {
        .model = &model,
        .params = &params,
        .run = {.start_year = 2000, .steps = 2, .steps_per_year = 1, .seed = 1, .reps = 1}};
    const sim_experiment_run_t one = {.config = &config, .prepare = true, .threads = 1};
    sim_base_arena_t arena;
    sim_record_t record;
    sim_base_arena_init(&arena);
    cr_assert_eq(sim_experiment_replicate(&one, &arena, &record), 0);
    cr_expect_str_eq(record.note, note);
    if (!note[0])
        cr_expect_eq(record.summary[0], (double)agents);
    sim_experiment_record_free(&record);
    sim_base_arena_free(&arena);
}

Test(prepare, a_run_may_have_its_own) {
    run_alone(5, "");
    run_alone(9, "");
    cr_expect(prepared == 2 && released == 2);
    run_alone(13, "thirteen agents are too many");
    cr_expect(prepared == 3 && released == 2);
}
