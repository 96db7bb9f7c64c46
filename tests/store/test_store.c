/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The results store: schema, contents, refusals, crashes. Each test writes into a folder of its
 * own and reads back with SQLite. */
#define _XOPEN_SOURCE 700
#include <criterion/criterion.h>
#include <dirent.h>
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/record/replicate.h"
#include "sim/schedule/world.h"
#include "sim/store/digests.h"
#include "sim/store/means.h"
#include "sim/store/store.h"
#include "tests/store/agents.h"

/* ---- two small models ---- */

static const sim_metric_t metrics_a[] = {
    {"common", "", ""}, {"only_a", "", ""}, {NULL, NULL, NULL}};
static const sim_metric_t metrics_b[] = {
    {"only_b", "", ""}, {"common", "", ""}, {NULL, NULL, NULL}};
static const sim_reducer_t reducers_a[] = {{"common", "", "", SIM_REDUCE_MEAN, "common", 0, 0},
                                           {"last", "", "", SIM_REDUCE_FINAL, "only_a", 0, 0},
                                           {NULL, NULL, NULL, SIM_REDUCE_SUM, NULL, 0, 0}};
static const sim_reducer_t reducers_b[] = {{"most", "", "", SIM_REDUCE_MAX, "only_b", 0, 0},
                                           {NULL, NULL, NULL, SIM_REDUCE_SUM, NULL, 0, 0}};
static const char *const words[] = {"one", "two", NULL};
static const sim_network_labels_t labels = {words, words, words, words, words, words, NULL, NULL};
static const sim_field_t event_fields[] = {
    {"time", SIM_FIELD_REAL, NULL, ""},          {"kind", SIM_FIELD_LABEL, words, ""},
    {"subject_id", SIM_FIELD_INTEGER, NULL, ""}, {"object_id", SIM_FIELD_INTEGER, NULL, ""},
    {"value", SIM_FIELD_REAL, NULL, ""},         {NULL, SIM_FIELD_REAL, NULL, NULL}};
static const sim_table_t tables_a[] = {{"event", "Dated", event_fields, false, SIM_ROLE_EVENTS},
                                       {.name = NULL}};
static const sim_table_t tables_clash[] = {{"event", "", event_fields + 1, false, SIM_ROLE_EVENTS},
                                           {.name = NULL}};
static const sim_table_t tables_own[] = {{"run", "", event_fields, false, SIM_ROLE_NONE},
                                         {.name = NULL}};

static const sim_model_t model_twice = {
    .name = "twice", .agent_fields = agent_fields, .agents = agents_twice};
static const sim_model_t model_odd = {
    .name = "odd", .agent_fields = agent_fields, .agents = agents_odd};
static const sim_model_t model_a = {.name = "a",
                                    .metrics = metrics_a,
                                    .reducers = reducers_a,
                                    .tables = tables_a,
                                    .labels = &labels,
                                    .agent_fields = agent_fields,
                                    .agents = agents_a};
static const sim_model_t model_b = {.name = "b", .metrics = metrics_b, .reducers = reducers_b};
static const sim_model_t model_clash = {.name = "clash", .tables = tables_clash};
static const sim_model_t model_own = {.name = "own", .tables = tables_own};
static const sim_model_t model_fail = {.name = "fail", .agents = agents_fail};

enum { STEPS = 4, REPS = 3 };

static sim_config_t config(const sim_model_t *model, char *name) {
    static char file[] = "x.cfg", text[] = "run :\n{\n  seed = 7L;\n};\n";
    return (sim_config_t){
        .model = model,
        .name = name,
        .file = file,
        .text = text,
        .digest = "0123456789abcdef0123456789abcdef",
        .run = {.start_year = 2000, .steps = STEPS, .steps_per_year = 4, .seed = 7, .reps = REPS}};
}

static sim_config_t config_a, config_b;
static const sim_config_t *configs[] = {&config_a, &config_b};
static char folder[] = "/tmp/kumiai_store_XXXXXX", path[64], name_a[] = "alpha", name_b[] = "beta";
static sim_base_why_t why;

static void set_up(void) {
    config_a = config(&model_a, name_a);
    config_b = config(&model_b, name_b);
    cr_assert(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/r.db", folder);
}

static size_t files(void) {
    size_t n = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; (entry = readdir(dir));)
        n += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
    closedir(dir);
    return n;
}

static void tear_down(void) {
    char name[512];
    DIR *dir = opendir(folder);
    for (struct dirent *entry; (entry = readdir(dir));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            snprintf(name, sizeof name, "%s/%s", folder, entry->d_name);
            unlink(name);
        }
    closedir(dir);
    rmdir(folder);
}

TestSuite(store, .init = set_up, .fini = tear_down, .timeout = 60);

static int open_with(sim_store_open_t how, size_t n, sim_detail_t detail, sim_store_t **store,
                     uint64_t *done) {
    sim_store_resumed_t resumed;
    const sim_store_plan_t plan = {path, configs, NULL,
                                   n,    detail,  .command_line = "kumiai run x.cfg"};
    int rc = sim_store_open(&plan, how, store, &resumed, &why);
    *done = resumed.done;
    return rc;
}

static sim_store_t *begin_file(size_t n, sim_detail_t detail) {
    sim_store_t *store = NULL;
    uint64_t done = 9;
    cr_assert_eq(open_with(SIM_STORE_NEW, n, detail, &store, &done), 0, "%s", why.text);
    cr_assert_eq(done, 0);
    return store;
}

static sim_record_t made(uint32_t scenario, uint32_t replicate, sim_detail_t detail) {
    sim_record_t record;
    const sim_schedule_clock_t clock = {2000, 4, STEPS, STEPS};
    cr_assert_eq(sim_record_begin(&record, configs[scenario]->model, &clock, detail), 0);
    record.scenario = scenario;
    record.replicate = replicate;
    record.seed = 7;
    record.steps = STEPS;
    for (int32_t s = SIM_RECORD_START; s < STEPS; s++)
        for (size_t m = 0; m < record.n_metrics; m++)
            sim_record_step(&record, s)[m] = s == 1 ? NAN : 100.0 * (double)m + s + replicate;
    sim_record_reduce(&record, configs[scenario]->model);
    snprintf(record.digest, sizeof record.digest, "digest%u", replicate);
    return record;
}

static void write_runs(sim_store_t *store, uint64_t from, uint64_t to, sim_detail_t detail) {
    for (uint64_t run = from; run < to; run++) {
        sim_record_t record = made((uint32_t)(run / REPS), (uint32_t)(run % REPS), detail);
        cr_assert_eq(sim_store_run(store, &record), 0);
        sim_record_clear(&record);
    }
}

/* First column of the first row as text, "NULL" or "none". */
static const char *ask(const char *sql) {
    static char answer[512];
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    cr_assert_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    snprintf(answer, sizeof answer, "none");
    if (sqlite3_step(s) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(s, 0);
        snprintf(answer, sizeof answer, "%s", text ? text : "NULL");
    }
    sqlite3_finalize(s);
    sqlite3_close(db);
    return answer;
}
#define EXPECT(sql, expected) cr_expect_str_eq(ask(sql), expected, "%s: %s", sql, ask(sql))
#define COLUMNS(table, expected)                                                                   \
    EXPECT("SELECT group_concat(name, ' ') FROM pragma_table_info('" table "')", expected)

/* ---- contents ---- */

Test(store, schema_is_the_union_of_the_models) {
    sim_store_t *store = begin_file(2, SIM_DETAIL_SERIES);
    cr_assert_eq(sim_store_close(store, &why), 0);
    COLUMNS("scenario", "scenario_id name file config config_digest");
    COLUMNS("point", "point_id scenario_id wave");
    COLUMNS("wave", "wave_id kind design design_digest seeds reps points runs");
    COLUMNS("wave_again", "wave_id point_id");
    COLUMNS("point_value", "point_id parameter value");
    COLUMNS("factor", "factor_id parameter type scale min max levels choices arguments");
    COLUMNS("block_point", "point_id block role parameter");
    COLUMNS("block", "block points ok failed complete");
    COLUMNS("run", "run_id scenario_id point_id rep seed status note steps setup_s step_s "
                   "state_digest rows_digest");
    COLUMNS("summary", "run_id common last most");
    COLUMNS("series", "run_id step time common only_a only_b");
    COLUMNS("agent", "scenario_id agent_id kind code name area lat word guessed");
    COLUMNS("tie", "run_id tie_id kind mode form from_id to_id topic stage onset terminus "
                   "onset_censored terminus_censored cause");
    COLUMNS("event", "run_id time kind subject_id object_id value");
    EXPECT("SELECT value FROM meta WHERE key = 'schema_version'", "4");
    EXPECT("SELECT value FROM meta WHERE key = 'command_line'", "kumiai run x.cfg");
    EXPECT("SELECT group_concat(name) FROM scenario", "alpha,beta");
    EXPECT("SELECT group_concat(area || ifnull(lat, '-') || ifnull(word, '-') || "
           "ifnull(guessed, '-')) FROM agent",
           "area35.5--,area-two1");
    cr_expect_eq(files(), 1);
}

Test(store, runs_with_all_their_rows) {
    sim_store_t *store = begin_file(2, SIM_DETAIL_SERIES);
    write_runs(store, 0, 2 * REPS, SIM_DETAIL_SERIES);
    cr_assert_eq(sim_store_close(store, &why), 0);
    EXPECT("SELECT group_concat(run_id || ':' || scenario_id || ':' || rep) FROM run",
           "1:1:0,2:1:1,3:1:2,4:2:0,5:2:1,6:2:2");
    EXPECT("SELECT count(*) FROM run WHERE seed = 7 AND status = 'ok' AND note IS NULL AND "
           "point_id IS NULL AND steps = 4 AND state_digest = 'digest' || rep",
           "6");
    EXPECT("SELECT count(*) FROM series", "30");
    EXPECT("SELECT group_concat(step) FROM series WHERE run_id = 1", "-1,0,1,2,3");
    EXPECT("SELECT group_concat(time) FROM series WHERE run_id = 1",
           "1999.75,2000.0,2000.25,2000.5,2000.75");
    EXPECT("SELECT only_a FROM series WHERE run_id = 2 AND step = -1", "100.0");
    EXPECT("SELECT only_a FROM series WHERE run_id = 2 AND step = 3", "104.0");
    EXPECT("SELECT only_a FROM series WHERE run_id = 2 AND step = 1", "NULL");
    EXPECT("SELECT common FROM series WHERE run_id = 4 AND step = 0", "100.0");
    EXPECT("SELECT only_b FROM series WHERE run_id = 1 AND step = 0", "NULL");
    EXPECT("SELECT last FROM summary WHERE run_id = 3", "105.0");
    EXPECT("SELECT last FROM summary WHERE run_id = 4", "NULL");
    EXPECT("SELECT most FROM summary WHERE run_id = 4", "3.0");
    EXPECT("SELECT count(*) FROM tie", "0");
}

Test(store, detail_decides_which_rows_are_written) {
    sim_store_t *store = begin_file(1, SIM_DETAIL_SUMMARY);
    write_runs(store, 0, REPS, SIM_DETAIL_SUMMARY);
    cr_assert_eq(sim_store_close(store, &why), 0);
    EXPECT("SELECT count(*) FROM summary", "3");
    EXPECT("SELECT count(*) FROM series", "0");
}

Test(store, full_detail_writes_ties_and_own_rows) {
    sim_store_t *store = begin_file(1, SIM_DETAIL_FULL);
    sim_record_t record = made(0, 0, SIM_DETAIL_FULL);
    sim_world_t world = {.model = &model_a, .record = &record};
    const sim_cell_t rows[2][5] = {
        {{.r = 2000.5}, {.i = 1}, {.i = 11}, {.i = SIM_NULL_INT}, {.r = NAN}},
        {{.r = 2000.75}, {.i = SIM_NULL_INT}, {.i = 0}, {.i = 3}, {.r = 2}}};
    cr_assert_eq(sim_world_row(&world, 0, rows[0]), 0);
    cr_assert_eq(sim_world_row(&world, 0, rows[1]), 0);
    record.tie = calloc(2, sizeof *record.tie);
    record.n_ties = 2;
    record.tie[0] = (sim_record_tie_t){3, 4, 1999.5, 2000.5, 0, 1, 0, 1, 1, 1, 0, 1};
    record.tie[1] = (sim_record_tie_t){5, 6, 2000.25, 2001, 1, 255, 0, 1, 255, 0, 1, 255};
    cr_assert_eq(sim_store_run(store, &record), 0);
    sim_record_clear(&record);
    cr_assert_eq(sim_store_close(store, &why), 0);
    EXPECT("SELECT group_concat(time || ifnull(kind, '-') || subject_id || ifnull(object_id, '-') "
           "|| ifnull(value, '-'), ' ') FROM event",
           "2000.5two11-- 2000.75-032.0");
    EXPECT("SELECT group_concat(tie_id || kind || ifnull(mode, '-') || ifnull(form, '-') || "
           "from_id || to_id || "
           "topic || stage || onset || '/' || terminus || onset_censored || terminus_censored || "
           "ifnull(cause, '-'), ' ') FROM tie",
           "0onetwotwo34onetwo1999.5/2000.510two 1two--56onetwo2000.25/2001.001-");
}

Test(store, a_failed_run_leaves_its_row_only) {
    sim_store_t *store = begin_file(1, SIM_DETAIL_SERIES);
    sim_record_t record = made(0, 0, SIM_DETAIL_SERIES);
    record.status = SIM_ERR_MODEL;
    record.steps = 2;
    record.digest[0] = '\0';
    snprintf(record.note, sizeof record.note, "it broke");
    cr_assert_eq(sim_store_run(store, &record), 0);
    sim_record_clear(&record);
    cr_assert_eq(sim_store_close(store, &why), 0);
    EXPECT("SELECT status || ', ' || note || ', ' || steps FROM run", "failed, it broke, 2");
    EXPECT("SELECT state_digest FROM run", "NULL");
    EXPECT("SELECT (SELECT count(*) FROM series) + (SELECT count(*) FROM summary)", "0");
}

/* ---- means: values 0.., n = 3, t(0.975, 2) = 4.302653 ---- */

Test(store, means_and_intervals) {
    sim_store_t *store = NULL;
    uint64_t done = 0;
    sim_store_means_t means;
    cr_assert_eq(open_with(SIM_STORE_NEW, 2, SIM_DETAIL_SUMMARY, &store, &done), 0);
    write_runs(store, 0, REPS + 1, SIM_DETAIL_SUMMARY);
    cr_assert_eq(sim_store_close(store, &why), 0);
    cr_assert_eq(sim_store_means_read(path, &means, &why), 0, "%s", why.text);
    cr_assert_eq(means.n_scenarios, 2);
    cr_assert_eq(means.n_columns, 3);
    cr_assert_eq(means.ok[0], REPS);
    cr_assert_eq(means.ok[1], 1);
    const sim_store_mean_t *last = &means.cell[1], *most = &means.cell[3 + 2];
    cr_assert_eq(last->n, REPS); /* 103, 104, 105: mean 104, sd 1 */
    cr_assert_float_eq(last->mean, 104, 1e-12);
    cr_assert_float_eq(last->high - 104, 4.302652729911275 / sqrt(3.0), 1e-7);
    cr_assert_float_eq(104 - last->low, 4.302652729911275 / sqrt(3.0), 1e-7);
    cr_assert_eq(most->n, 1);
    cr_assert_eq(most->mean, 3);
    cr_assert(isnan(most->low) && isnan(most->high));
    cr_assert_eq(means.cell[2].n, 0); /* column of the other model */
    sim_store_means_free(&means);
}

/* ---- refusals ---- */

Test(store, an_existing_file_is_refused_or_replaced) {
    sim_store_t *store = NULL;
    uint64_t done = 0;
    cr_assert_eq(open_with(SIM_STORE_NEW, 1, SIM_DETAIL_SERIES, &store, &done), 0);
    write_runs(store, 0, 1, SIM_DETAIL_SERIES);
    cr_assert_eq(sim_store_close(store, &why), 0);
    cr_assert_eq(open_with(SIM_STORE_NEW, 1, SIM_DETAIL_SERIES, &store, &done), SIM_ERR_EXISTS);
    cr_assert_null(store);
    EXPECT("SELECT count(*) FROM run", "1");
    cr_assert_eq(open_with(SIM_STORE_REPLACE, 1, SIM_DETAIL_SERIES, &store, &done), 0);
    cr_assert_eq(sim_store_close(store, &why), 0);
    EXPECT("SELECT count(*) FROM run", "0");
    cr_assert_eq(files(), 1);
}

Test(store, a_file_of_another_kind_is_never_touched) {
    const sim_store_open_t how[] = {SIM_STORE_NEW, SIM_STORE_REPLACE, SIM_STORE_RESUME};
    for (size_t i = 0; i < 3; i++) {
        sim_store_t *store = NULL;
        uint64_t done = 0;
        char line[32] = "";
        FILE *file = fopen(path, "w");
        fputs("my precious text\n", file);
        fclose(file);
        cr_assert_lt(open_with(how[i], 1, SIM_DETAIL_SERIES, &store, &done), 0);
        cr_assert(strstr(why.text, path), "%s", why.text);
        file = fopen(path, "r");
        cr_assert(fgets(line, sizeof line, file));
        fclose(file);
        cr_assert_str_eq(line, "my precious text\n");
        cr_assert_eq(files(), 1);
    }
}

static void refused_at_creation(const sim_model_t *model, const char *word) {
    sim_store_t *store = NULL;
    uint64_t done = 0;
    config_b = config(model, name_b);
    cr_assert_lt(open_with(SIM_STORE_NEW, 2, SIM_DETAIL_SERIES, &store, &done), 0);
    cr_assert_null(store);
    cr_assert(strstr(why.text, word), "%s", why.text);
    cr_assert_eq(files(), 0);
}

Test(store, tables_that_clash) {
    refused_at_creation(&model_clash, "other columns");
}
Test(store, a_table_of_the_engines_own) {
    refused_at_creation(&model_own, "'run'");
}
Test(store, agents_that_fail_leave_nothing) {
    refused_at_creation(&model_fail, "agents");
}

Test(store, agents_of_one_number_leave_nothing) {
    refused_at_creation(&model_twice,
                        "UNIQUE constraint failed: agent.scenario_id, agent.agent_id");
}

/* Their digest comes from what was handed over, and not from what is read back here. */
Test(store, agents_are_those_that_were_handed_over) {
    sim_store_t *store = NULL;
    uint64_t done = 0;
    sqlite3 *db = NULL;
    config_b = config(&model_odd, name_b);
    cr_assert_eq(open_with(SIM_STORE_NEW, 2, SIM_DETAIL_SERIES, &store, &done), 0, "%s", why.text);
    cr_assert_eq(sim_store_close(store, &why), 0);
    EXPECT("SELECT count(*) FROM agent WHERE scenario_id = 2", "3000");
    EXPECT("SELECT group_concat(agent_id, ' ') FROM agent NOT INDEXED WHERE scenario_id = 2 AND "
           "rowid < 6",
           "2999 2998 2997");
    EXPECT("SELECT length(area) || substr(area, 1, 2) FROM agent WHERE agent_id = 7", "60000hh");
    EXPECT("SELECT kind || '/' || lat || '/' || word || guessed FROM agent WHERE agent_id = 83",
           "fff/0.0/one83");
    EXPECT("SELECT coalesce(kind, code, name, area, lat, word, guessed) FROM agent"
           " WHERE scenario_id = 2 AND agent_id = 0",
           "NULL");
    cr_assert_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    cr_assert_eq(sim_store_check_rows(db, path, &why), 0, "%s", why.text);
    sqlite3_close(db);
}

Test(store, a_folder_that_is_not_there) {
    sim_store_t *store = NULL;
    uint64_t done = 0;
    snprintf(path, sizeof path, "%s/no/r.db", folder);
    cr_assert_eq(open_with(SIM_STORE_NEW, 1, SIM_DETAIL_SERIES, &store, &done), SIM_ERR_IO);
    cr_assert(strstr(why.text, "No such file"), "%s", why.text);
}

/* ---- resume ---- */

static void begun(uint64_t runs) {
    sim_store_t *store = NULL;
    uint64_t done = 0;
    cr_assert_eq(open_with(SIM_STORE_NEW, 2, SIM_DETAIL_SERIES, &store, &done), 0);
    write_runs(store, 0, runs, SIM_DETAIL_SERIES);
    cr_assert_eq(sim_store_close(store, &why), 0);
}

Test(store, resume_continues_and_begins) {
    for (uint64_t at = 0; at <= 2 * REPS; at++) {
        sim_store_t *store = NULL;
        uint64_t done = 0;
        unlink(path);
        begun(at);
        cr_assert_eq(open_with(SIM_STORE_RESUME, 2, SIM_DETAIL_SERIES, &store, &done), 0, "%s",
                     why.text);
        cr_assert_eq(done, at);
        write_runs(store, done, 2 * REPS, SIM_DETAIL_SERIES);
        cr_assert_eq(sim_store_close(store, &why), 0);
        EXPECT("SELECT group_concat(run_id || ':' || scenario_id || ':' || rep) FROM run",
               "1:1:0,2:1:1,3:1:2,4:2:0,5:2:1,6:2:2");
        EXPECT("SELECT count(*) FROM series", "30");
    }
    sim_store_t *store = NULL;
    uint64_t done = 1;
    unlink(path);
    cr_assert_eq(open_with(SIM_STORE_RESUME, 2, SIM_DETAIL_SERIES, &store, &done), 0);
    cr_assert_eq(done, 0);
    cr_assert_eq(sim_store_close(store, &why), 0);
}

static void cannot_resume(size_t n, sim_detail_t detail, const char *word) {
    sim_store_t *store = NULL;
    uint64_t done = 0;
    cr_expect_eq(open_with(SIM_STORE_RESUME, n, detail, &store, &done), SIM_ERR_CONFIG);
    cr_expect_null(store);
    cr_expect(strstr(why.text, word), "'%s' is not in: %s", word, why.text);
    sim_store_close(store, NULL);
}

Test(store, resume_says_what_differs) {
    static char other[] = "run :\n{\n  seed = 8L;\n};\n";
    begun(2);
    cannot_resume(1, SIM_DETAIL_SERIES, "2 scenarios, this command has 1");
    cannot_resume(2, SIM_DETAIL_FULL, "detail 'series', this command has 'full'");
    config_b.digest[0] = 'f';
    cannot_resume(2, SIM_DETAIL_SERIES, "data file of scenario 'beta'");
    config_b.text = other;
    cannot_resume(2, SIM_DETAIL_SERIES, "begun with 'seed = 7L;', this command has 'seed = 8L;'");
    config_b = config(&model_b, other);
    cannot_resume(2, SIM_DETAIL_SERIES, "scenario 'beta'");
    config_b = config(&model_b, name_b);
    config_b.run.reps++;
    cannot_resume(2, SIM_DETAIL_SERIES, "reps '3,3', this command has '3,4'");
    config_b.run.reps--;
    config_a.run.seed++;
    cannot_resume(2, SIM_DETAIL_SERIES, "run 1");
}

/* ---- crashes and full disks ---- */

Test(store, a_killed_process_leaves_whole_runs) {
    begun(1);
    int pipes[2];
    cr_assert_eq(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0) { /* writes without a commit, then waits to be killed */
        sim_store_t *store = NULL;
        uint64_t done = 0;
        (void)open_with(SIM_STORE_RESUME, 2, SIM_DETAIL_SERIES, &store, &done);
        write_runs(store, 1, 4, SIM_DETAIL_SERIES);
        char safe = (char)sim_store_committed(store);
        (void)!write(pipes[1], &safe, 1);
        for (;;)
            pause();
    }
    char byte = 0;
    cr_assert_eq(read(pipes[0], &byte, 1), 1);
    cr_expect_eq(byte, 1, "it knew what was safe");
    kill(child, SIGKILL);
    cr_assert_eq(waitpid(child, NULL, 0), child);
    sim_store_t *store = NULL;
    uint64_t done = 0;
    cr_assert_eq(open_with(SIM_STORE_RESUME, 2, SIM_DETAIL_SERIES, &store, &done), 0, "%s",
                 why.text);
    cr_assert_eq(done, 1);
    write_runs(store, done, 2 * REPS, SIM_DETAIL_SERIES);
    cr_assert_eq(sim_store_close(store, &why), 0);
    EXPECT("SELECT count(*) FROM series", "30");
    EXPECT("PRAGMA integrity_check", "ok");
}

/* The limit lets the file grow by a page or two only. */
Test(store, a_run_after_a_long_one_is_committed_at_once) {
    sim_store_t *store = begin_file(2, SIM_DETAIL_SERIES);
    write_runs(store, 0, 1, SIM_DETAIL_SERIES);
    cr_expect_eq(sim_store_committed(store), 0, "runs that take no time are gathered");
    sleep(1);
    write_runs(store, 1, 2, SIM_DETAIL_SERIES);
    cr_expect_eq(sim_store_committed(store), 2);
    sleep(1);
    write_runs(store, 2, 3, SIM_DETAIL_SERIES);
    cr_expect_eq(sim_store_committed(store), 3, "nobody waits for the next one");
    cr_assert_eq(sim_store_close(store, &why), 0);
}

Test(store, a_damaged_page_is_noticed_on_resume) {
    sim_store_t *store = NULL;
    uint64_t done = 0;
    cr_assert_eq(open_with(SIM_STORE_NEW, 2, SIM_DETAIL_SERIES, &store, &done), 0);
    write_runs(store, 0, 2, SIM_DETAIL_SERIES);
    cr_assert_eq(sim_store_close(store, &why), 0);
    long page = strtol(ask("SELECT rootpage FROM sqlite_master WHERE name = 'series'"), NULL, 10);
    long bytes = strtol(ask("PRAGMA page_size"), NULL, 10);
    FILE *file = fopen(path, "r+b");
    cr_assert(file && fseek(file, (page - 1) * bytes, SEEK_SET) == 0);
    for (long i = 0; i < bytes; i++)
        fputc(0x5a, file);
    fclose(file);
    cr_expect_eq(open_with(SIM_STORE_RESUME, 2, SIM_DETAIL_SERIES, &store, &done), SIM_ERR_STORE);
    cr_expect(strstr(why.text, "is damaged") != NULL, "%s", why.text);
}

Test(store, a_full_disk_is_told_and_whole_runs_stay) {
    begun(1);
    sim_store_t *store = NULL;
    uint64_t done = 0;
    cr_assert_eq(open_with(SIM_STORE_RESUME, 2, SIM_DETAIL_SERIES, &store, &done), 0);
    FILE *file = fopen(path, "rb");
    fseek(file, 0, SEEK_END);
    struct rlimit old, limit;
    getrlimit(RLIMIT_FSIZE, &old);
    limit = old;
    limit.rlim_cur = (rlim_t)ftell(file);
    fclose(file);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    int rc = 0;
    sim_record_t record = made(0, 1, SIM_DETAIL_SERIES);
    for (int i = 0; rc == 0 && i < 20000; i++)
        rc = sim_store_run(store, &record);
    int again = sim_store_run(store, &record), closed = sim_store_close(store, &why);
    sim_record_clear(&record);
    setrlimit(RLIMIT_FSIZE, &old);
    cr_assert_eq(rc, SIM_ERR_STORE);
    cr_assert_eq(again, SIM_ERR_STORE);
    cr_assert_eq(closed, SIM_ERR_STORE);
    cr_assert(strstr(why.text, path), "%s", why.text);
    EXPECT("SELECT count(*) FROM run", "1");
    EXPECT("PRAGMA integrity_check", "ok");
}

Test(store, a_full_disk_at_creation_leaves_nothing) {
    sim_store_t *store = NULL;
    uint64_t done = 0;
    struct rlimit old, limit;
    getrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, SIG_IGN);
    for (rlim_t pages = 0; pages < 12; pages++) {
        limit = old;
        limit.rlim_cur = pages * 4096;
        setrlimit(RLIMIT_FSIZE, &limit);
        int rc = open_with(SIM_STORE_NEW, 2, SIM_DETAIL_SERIES, &store, &done);
        setrlimit(RLIMIT_FSIZE, &old);
        cr_assert_lt(rc, 0);
        cr_assert_eq(files(), 0);
    }
}

Test(store, closing_nothing) {
    cr_assert_eq(sim_store_close(NULL, NULL), 0);
}
