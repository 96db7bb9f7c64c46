/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "tests/support/tiny.h"
#include "models/cooperation/ties/ties.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/experiment/experiment.h"
#include "sim/record/replicate.h"
#include "tests/support/folder.h"

static const char *const file_names[COOP_N_FILES] = {
    "governments.csv", "countries.csv", "partners.csv", "cooperatives.csv", "members.csv"};

/* ---- the text of the files ---- */

static void write_governments(FILE *out) {
    static const struct {
        const char *kind, *type;
        int n;
        double population, strength;
    } group[] = {{"prefecture", "prefecture", 3, 3e6, 0.6},
                 {"municipality", "designated_city", 2, 1.2e6, 0.9},
                 {"municipality", "core_city", 3, 4e5, 0.8},
                 {"municipality", "city", 8, 9e4, 0.6},
                 {"municipality", "town", 10, 1.5e4, 0.4},
                 {"municipality", "village", 7, 3e3, 0.2},
                 {"special_ward", "special_ward", 3, 5e5, 1.0}};
    int row = 0;
    fprintf(out, "code,kind,type,name,name_local,prefecture,lat,lon,population,fiscal_strength,"
                 "industry,port,estimated\n");
    for (size_t g = 0; g < sizeof group / sizeof *group; g++)
        for (int k = 0; k < group[g].n; k++, row++)
            fprintf(out, "%06d,%s,%s,Place %d,,%06d,%.2f,139.5,%.0f,%.2f,%.2f,%d,0\n",
                    row == 3 ? 401005 : 10000 + row, group[g].kind, group[g].type, row,
                    10000 + row % 3, 33 + 0.1 * row, group[g].population * (1 + 0.1 * k),
                    group[g].strength, row % 5 * 0.2, row % 2);
}

static void write_countries(FILE *out) {
    fprintf(out, "country,name,region,jica,jcm,jcm_from,priority,head_term_years,head_max_terms,"
                 "stability,sisters\n"
                 "CN,China,northeast_asia,1,0,,0.3,5,2,0.8,60\n"
                 "IN,India,south_asia,1,0,,0.5,5,0,0.6,10\n"
                 "VN,Vietnam,southeast_asia,1,1,2013,0.9,5,2,0.7,20\n"
                 "PW,Palau,pacific,0,1,2014,0.4,4,1,0.9,5\n"
                 "KE,Kenya,africa,0,0,,0.2,5,3,0.4,5\n");
}

static void write_partners(FILE *out) {
    static const char *const country[][2] = {{"CN", "northeast_asia"},
                                             {"IN", "south_asia"},
                                             {"VN", "southeast_asia"},
                                             {"PW", "pacific"},
                                             {"KE", "africa"}};
    fprintf(out, "code,name,country,region,lat,lon,population,need_waste,need_water,need_air,"
                 "capacity,popularity,estimated\n");
    for (int i = 0; i < TINY_PARTNERS; i++)
        fprintf(out, "P%02d,City %d,%s,%s,%.1f,105,%d,%.2f,%.2f,%.2f,%.2f,%.2f,0\n", i, i,
                country[i / 5][0], country[i / 5][1], 1.0 * i, 200000 * (1 + i % 5),
                0.5 + 0.1 * (i % 5), 0.4 + 0.1 * (i % 4), 0.5 + 0.15 * (i % 3), 0.2 + 0.1 * (i % 3),
                1 + 0.5 * (i % 5));
}

static void write_cooperatives(FILE *out) {
    fprintf(out, "code,name,name_local,form,prefecture,sanitation,plants,staff,budget_yen,"
                 "fixed_members,cohesion,estimated\n"
                 "C1,Pool,,partial_cooperative,010000,1,10,1000,70000000000,0,0,0\n"
                 "C2,Middle,,partial_cooperative,010000,1,3,150,4000000000,0,0,1\n"
                 "C3,Small,,wide_area_union,010001,1,1,60,900000000,0,0,1\n"
                 "C4,Other works,,partial_cooperative,010002,0,0,20,300000000,0,0,1\n");
}

static void write_members(FILE *out) {
    static const int member[][3] = {/* cooperative, first place, how many */
                                    {1, TINY_WARD, 3},
                                    {2, TINY_CITY, 4},
                                    {3, TINY_TOWN, 5},
                                    {4, TINY_VILLAGE, 3}};
    fprintf(out, "cooperative,member\n");
    for (int c = 0; c < 4; c++)
        for (int k = 0; k < member[c][2]; k++)
            fprintf(out, "C%d,%06d\n", member[c][0], 10000 + member[c][1] + k);
}

char *tiny_text(int file) {
    static void (*const write[COOP_N_FILES])(FILE *) = {
        write_governments, write_countries, write_partners, write_cooperatives, write_members};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert_not_null(out);
    write[file](out);
    cr_assert_eq(fclose(out), 0);
    return text;
}

/* ---- loading ---- */

static void write_file(const char *folder, int file, const char *text) {
    char path[512];
    char *own = text ? NULL : tiny_text(file);
    snprintf(path, sizeof path, "%s/%s", folder, file_names[file]);
    FILE *out = fopen(path, "w");
    cr_assert_not_null(out);
    cr_assert_geq(fputs(text ? text : own, out), 0);
    cr_assert_eq(fclose(out), 0);
    free(own);
}

/* "@year:name=value" as an entry of the list of interventions. */
static void write_intervention(FILE *out, char *word) {
    char *colon = strchr(word, ':'), *equals = strchr(word, '=');
    cr_assert(colon && equals, "%s", word);
    *colon = *equals = '\0';
    fprintf(out, "{ at = %s; set = \"%s\"; value = %s; }", word + 1, colon + 1, equals + 1);
}

static int read_config(tiny_t *tiny, const char *folder, const char *settings) {
    enum { MOST = 128 };
    const char *set[MOST + 1] = {NULL};
    char *words = strdup(settings), *rest = NULL, *text = NULL;
    size_t n = 0, size = 0, interventions = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert(words && out);
    fputs("model = \"cooperation\";\n"
          "run = { start_year = 2000; years = 8; steps_per_year = 4; seed = 7; reps = 1; };\n"
          "population = { local_governments = \"governments.csv\"; countries = \"countries.csv\";\n"
          "  partner_cities = \"partners.csv\"; cooperatives = \"cooperatives.csv\";\n"
          "  cooperative_members = \"members.csv\"; };\ninterventions = (",
          out);
    for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        if (*word == '@') {
            fputs(interventions++ ? ",\n" : "\n", out);
            if (word[1] == '{')
                fputs(word + 1, out);
            else
                write_intervention(out, word);
            continue;
        }
        cr_assert_lt(n, MOST);
        set[n++] = word;
    }
    fputs(" );\n", out);
    cr_assert_eq(fclose(out), 0);
    int rc = sim_param_config_parse(text, "tiny", folder, set, &tiny->diag, &tiny->config);
    free(words);
    free(text);
    return rc;
}

int tiny_load(tiny_t *tiny, const char *settings, int file, const char *text) {
    char folder[FOLDER_ROOM];
    tiny_end(tiny);
    sim_base_diag_init(&tiny->diag);
    folder_make(folder, "tiny");
    for (int k = 0; k < COOP_N_FILES; k++)
        write_file(folder, k, text && k == file ? text : NULL);
    int rc = read_config(tiny, folder, settings);
    if (!rc)
        rc = sim_experiment_prepare(tiny->config, &tiny->diag, &tiny->shared);
    folder_remove(folder);
    return rc;
}

void tiny_begin(tiny_t *tiny, const char *settings) {
    int rc = tiny_load(tiny, settings, 0, NULL);
    cr_assert_eq(rc, 0, "%s", tiny->diag.count ? tiny->diag.problem[0].text : "no problem named");
    tiny_replicate(tiny, 0, 1);
}

void tiny_replicate(tiny_t *tiny, uint32_t replicate, int threads) {
    cr_assert_eq(sim_world_init(&tiny->world, tiny->config, tiny->shared, replicate, threads), 0);
    cr_assert_eq(sim_world_verify(&tiny->world), 0);
}

void tiny_end(tiny_t *tiny) {
    sim_experiment_record_free(&tiny->record);
    sim_base_arena_free(&tiny->arena);
    sim_world_free(&tiny->world);
    if (tiny->config)
        sim_experiment_release(tiny->config, tiny->shared);
    sim_param_config_destroy(tiny->config);
    sim_base_diag_free(&tiny->diag);
    *tiny = (tiny_t){0};
}

/* ---- running ---- */

void tiny_steps(tiny_t *tiny, int steps) {
    for (int k = 0; k < steps; k++) {
        double metric[256] = {0};
        cr_assert_eq(sim_world_step(&tiny->world), 0, "%s", tiny->world.note);
        cr_assert_eq(tiny->world.model->observe(&tiny->world, metric), 0);
        cr_assert_eq(sim_world_verify(&tiny->world), 0, "after step %d", tiny->world.clock.step);
    }
}

void tiny_run(tiny_t *tiny) {
    tiny_steps(tiny, tiny->world.clock.steps - tiny->world.clock.step);
}

const sim_record_t *tiny_record(tiny_t *tiny, sim_detail_t detail, uint32_t replicate,
                                int threads) {
    sim_experiment_run_t run = {.config = tiny->config,
                                .shared = tiny->shared,
                                .replicate = replicate,
                                .detail = detail,
                                .threads = threads,
                                .paranoid = true,
                                .digest = true};
    sim_experiment_record_free(&tiny->record);
    cr_assert_eq(sim_experiment_replicate(&run, &tiny->arena, &tiny->record), 0);
    cr_assert_eq(tiny->record.status, 0, "%s", tiny->record.note);
    return &tiny->record;
}

double tiny_metric(const tiny_t *tiny, int step, const char *metric) {
    const sim_metric_t *known = tiny->config->model->metrics;
    size_t k = 0;
    while (known[k].name && strcmp(known[k].name, metric) != 0)
        k++;
    cr_assert_not_null(known[k].name, "no metric %s", metric);
    return sim_record_step(&tiny->record, step)[k];
}

double tiny_metric_sum(const tiny_t *tiny, const char *metric) {
    double sum = 0;
    for (int step = 0; step < tiny->record.steps; step++)
        sum += tiny_metric(tiny, step, metric);
    return sum;
}

const char *tiny_problem(const tiny_t *tiny, const char *file, int line) {
    for (size_t k = 0; k < tiny->diag.count; k++) {
        const sim_base_problem_t *problem = &tiny->diag.problem[k];
        const char *name = problem->file ? strrchr(problem->file, '/') : NULL;
        if (name && strcmp(name + 1, file) == 0 && problem->line == line)
            return problem->text;
    }
    return NULL;
}

uint32_t tiny_tie(tiny_t *tiny, uint32_t donor, uint32_t partner, int sector, double trust) {
    const coop_population_t *pop = tiny_population(tiny);
    coop_state_t *s = tiny_state(tiny);
    uint32_t id;
    sim_network_birth_t birth = {.kind = COOP_TIE_COOPERATION,
                                 .mode = coop_mode(pop, donor),
                                 .topic = (uint8_t)sector,
                                 .stage = COOP_STAGE_EXCHANGE,
                                 .from = donor,
                                 .to = pop->n_donors + partner,
                                 .onset = tiny->world.clock.step - 1,
                                 .trust = trust};
    cr_assert_eq(coop_ties_begin(&tiny->world, &birth, &id), 0);
    s->flow_metric[COOP_M_FORMED_CITY + birth.mode]--; /* it was there before */
    return id;
}

void tiny_all_ties(tiny_t *tiny, int sector, double trust) {
    for (uint32_t d = 0; d < TINY_GOVERNMENTS; d++)
        for (uint32_t i = 0; i < TINY_PARTNERS; i++)
            tiny_tie(tiny, d, i, sector, trust);
}
