/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An author's mistakes in a descriptor: each is one sentence, all of them come at once. */
#define _DEFAULT_SOURCE
#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sim/more.h"
#include "sim/schedule/world.h"

typedef struct {
    int64_t agents;
    double right;
    bool flag;
    int choice;
    const char *file;
} params_t;

#define AGENTS                                                                                     \
    SIM_PARAM_ROW_INT(params_t, agents, "probe.agents", 10, 1, 1e8, "agents", "Agents.", A, "-")
#define RIGHT SIM_PARAM_ROW_REAL(params_t, right, "probe.right", 0.5, 0, 1, "share", "p.", A, "-")

static const sim_param_t good_params[] = {
    AGENTS,
    RIGHT,
    SIM_PARAM_ROW_BOOL(params_t, flag, "probe.flag", 0, "Flag.", A, "-"),
    SIM_PARAM_ROW_CHOICE(params_t, choice, "probe.choice", 1, "one|two", "Choice.", A, "-"),
    SIM_PARAM_ROW_PATH(params_t, file, "probe.file", "", "File.", A, "-"),
    SIM_PARAM_END};
static const sim_metric_t good_metrics[] = {{"place_mean", "places", "Mean."}, {.name = NULL}};
static const sim_reducer_t good_reducers[] = {
    {"place_final", "places", "At the end.", SIM_REDUCE_FINAL, "place_mean", 0, 0}, {.name = NULL}};
static const char *const good_purposes[] = {"walk", NULL};
static const char *const good_start_only[] = {"probe.agents", "probe.file", NULL};

static int hook(sim_world_t *world) {
    (void)world;
    return SIM_OK;
}
static int observe(sim_world_t *world, double *metric) {
    (void)world;
    (void)metric;
    return SIM_OK;
}
static size_t items(const sim_world_t *world) {
    (void)world;
    return 1;
}
static int decide(sim_world_t *world, size_t block, size_t first, size_t last) {
    (void)world;
    return block + first > last;
}
static int happen(sim_world_t *world, const sim_state_event_t *event) {
    (void)world, (void)event;
    return 0;
}
static int act(sim_world_t *world, uint32_t item) {
    return world == NULL && item > 0;
}
static const sim_phase_t good_phases[] = {
    {"walk", "Walk.", SIM_EVERY_STEP, items, .decide = decide}, {.name = NULL}};

static const sim_field_t good_fields[] = {{"x", SIM_FIELD_REAL, NULL, ""}, {.name = NULL}};

static sim_model_t good(void) {
    return (sim_model_t){.name = "probe",
                         .title = "Probe",
                         .doc = "A probe.",
                         .params = good_params,
                         .params_size = sizeof(params_t),
                         .metrics = good_metrics,
                         .n_metrics = 1,
                         .reducers = good_reducers,
                         .purposes = good_purposes,
                         .phases = good_phases,
                         .start_only = good_start_only,
                         .setup = hook,
                         .observe = observe};
}

/* The sentences, "model probe: " taken off, joined by newlines. */
static const char *told(const sim_model_t *model) {
    static char all[8192];
    sim_base_diag_t diag;
    sim_base_diag_init(&diag);
    int rc = sim_model_check(model, &diag);
    cr_assert_eq(rc, diag.count ? SIM_ERR_CONFIG : SIM_OK);
    all[0] = '\0';
    for (size_t i = 0; i < diag.count; i++) {
        const char *text = diag.problem[i].text, *colon = strstr(text, ": ");
        cr_assert(strncmp(text, "model ", 6) == 0 && colon);
        strncat(all, i ? "\n" : "", sizeof all - strlen(all) - 1);
        strncat(all, colon + 2, sizeof all - strlen(all) - 1);
    }
    sim_base_diag_free(&diag);
    return all;
}

static void expect(const sim_model_t *model, const char *sentences) {
    const char *found = told(model);
    cr_expect_str_eq(found, sentences, "told: %s", found);
}

Test(descriptor, of_every_model_of_the_program_is_sound) {
    const sim_model_t probe = good();
    expect(&probe, "");
    for (size_t i = 0; sim_models[i]; i++)
        expect(sim_models[i], "");
}

Test(descriptor, that_is_empty_tells_all_at_once) {
    const sim_model_t empty = {0};
    expect(&empty, "\"(no name)\" is no name of a model; write small letters, digits and _\n"
                   "its title has no text (NULL)\n"
                   "its doc has no text (NULL)\n"
                   "it has neither a state table nor a hook setup()\n"
                   "it has no table of parameters; write one with SIM_PARAM_END alone\n"
                   "it has no table of metrics; write one with an empty entry alone\n"
                   "it has no table of reducers; write one with an empty entry alone\n"
                   "it has no list of purposes; write one with NULL alone\n"
                   "it has no table of phases; write one with an empty entry alone");
}

Test(descriptor, that_says_nothing) {
    sim_model_t model = good();
    model.doc = "";
    expect(&model, "its title or its doc is empty");
}

static void expect_row(sim_param_t row, const char *sentences) {
    const sim_param_t rows[] = {row, SIM_PARAM_END};
    sim_model_t model = good();
    model.params = rows;
    model.start_only = NULL;
    expect(&model, sentences);
}

Test(descriptor, parameters) {
    sim_param_t row = RIGHT;
    row.value = 7;
    expect_row(row, "probe.right: its default, 7, is outside of its range, 0 to 1");
    row = (sim_param_t)RIGHT;
    row.min = 1;
    row.max = 0;
    expect_row(row, "probe.right: its range is from 1 to 0");
    row = (sim_param_t)RIGHT;
    row.name = "right";
    expect_row(row,
               "parameter \"right\" must be called group.name, in small letters, digits and _");
    row.name = "run.right";
    expect_row(row, "parameter run.right: the group run is the engine's");
    row = (sim_param_t)RIGHT;
    row.doc = row.unit = row.source = NULL;
    row.tag = 'Z';
    expect_row(row, "probe.right: its doc has no text (NULL)\n"
                    "probe.right: its unit has no text (NULL)\n"
                    "probe.right: its source has no text (NULL)\n"
                    "probe.right: its source tag is none of S, F, D, B, A");
    row = (sim_param_t)AGENTS;
    row.value = 1.5;
    expect_row(row, "probe.agents: its default, 1.5, is no whole number");
    row = good_params[3];
    row.value = 2;
    expect_row(row, "probe.choice: its default is word 2 of \"one|two\"");
    row.choices = "";
    expect_row(row, "probe.choice: a choice without words");
    row = good_params[4];
    row.text = NULL;
    expect_row(row, "probe.file: a file without a default; write \"\" when it must be given");
}

/* What is wrong with priors is told with the parameter, with constraints by both sides. */
Test(descriptor, priors_and_constraints) {
#define PRIOR(MIN, MAX, P)                                                                         \
    SIM_PARAM_ROW_REAL_PRIOR(params_t, right, "probe.right", 0.5, MIN, MAX, P, "share", "p.", A,   \
                             "-")
    static const struct {
        sim_param_t row;
        const char *fault;
    } bad[] = {
        {PRIOR(0, 1, UNIFORM(0.2, 1.5)),
         "its range, 0.2 to 1.5, is not within the valid one, 0 to 1"},
        {PRIOR(0, 1, UNIFORM(0.5, 0.5)), "min must be below max"},
        {PRIOR(0, 1, LOG(0, 1)), "min must be above 0"},
        {PRIOR(0, 1, INTEGER(0.5, 1)), "both must be whole numbers"},
        {PRIOR(0, 1, NORMAL(0.5, 0)), "its sd, 0, must be above 0"},
        {PRIOR(0, 1, NORMAL(8, 1)), "its mean, 8, is more than 6 sd outside of 0 to 1"},
        {PRIOR(0, 1, TRIANGULAR(0.1, 0.9, 0.5)), "its mode, 0.9, is outside of 0.1 to 0.5"},
        {PRIOR(0, 1, BETA(0, 2)), "its alpha, 0, and beta, 2, must be above 0"},
        {PRIOR(0, 1e300, BETA(2, 2)), "it needs bounds"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const sim_param_t rows[] = {bad[i].row, SIM_PARAM_END};
        sim_model_t model = good();
        model.params = rows;
        model.start_only = NULL;
        cr_expect(strstr(told(&model), bad[i].fault), "%s", told(&model));
    }
    typedef struct {
        double low, high, other;
    } pair_t;
    static const sim_param_t pair[] = {
        SIM_PARAM_ROW_REAL_PRIOR(pair_t, low, "pair.low", 2, 0, 9, NORMAL(2, 1), "", "L.", A, "-"),
        SIM_PARAM_ROW_REAL(pair_t, high, "pair.high", 2, 0, 9, "", "H.", A, "-"), SIM_PARAM_END};
    static const sim_constraint_t holds[] = {SIM_CONSTRAINT(pair_t, low, <=, high, "low is low"),
                                             SIM_CONSTRAINT_END};
    static const sim_constraint_t broken[] = {SIM_CONSTRAINT(pair_t, low, <, high, "low is low"),
                                              SIM_CONSTRAINT(pair_t, low, <, other, "no row"),
                                              SIM_CONSTRAINT_END};
    sim_model_t model = good();
    model.params = pair;
    model.params_size = offsetof(pair_t, other);
    model.start_only = NULL;
    model.constraints = holds;
    cr_expect_str_eq(told(&model), "");
    model.constraints = broken;
    cr_expect(strstr(told(&model), "the defaults of pair.low and pair.high, 2 and 2, break its "
                                   "constraint \"low is low\""));
    cr_expect(
        strstr(told(&model), "its constraint 1, \"no row\", is about a member that no parameter"));
}

Test(descriptor, members_and_size_of_the_parameter_struct) {
    const sim_param_t twice[] = {AGENTS, AGENTS, SIM_PARAM_END};
    sim_model_t model = good();
    model.start_only = NULL;
    model.params = twice;
    expect(&model, "parameter probe.agents stands twice in the table\n"
                   "probe.agents and probe.agents are read into the same member");
    model = good();
    model.start_only = NULL;
    const sim_param_t one[] = {RIGHT, SIM_PARAM_END};
    model.params = one;
    model.params_size = 4;
    expect(&model, "probe.right lies at bytes 8 to 16 of a parameter struct of params_size 4");
}

/* Between two rows as much as an alignment needs may be free. */
Test(descriptor, members_of_the_parameters_without_a_row) {
    sim_param_t rows[] = {AGENTS,         RIGHT,         good_params[2],
                          good_params[3], SIM_PARAM_END, SIM_PARAM_END};
    sim_model_t model = good();
    model.start_only = NULL;
    model.params = rows;
    expect(&model, "bytes 24 to 31 of its parameters, behind probe.choice, have no row in the "
                   "table: they stay zero, and nobody can set them; give each member a row");
    rows[1] = good_params[4];
    expect(&model, "bytes 8 to 15 of its parameters, behind probe.agents, have no row in the "
                   "table: they stay zero, and nobody can set them; give each member a row");
    rows[4] = (sim_param_t)RIGHT;
    expect(&model, "");
}

Test(descriptor, lists_of_parameters) {
    static const char *const typo[] = {"probe.agent", NULL}, *const reads[] = {"probe.right", NULL};
    sim_model_t model = good();
    model.start_only = typo;
    expect(&model,
           "its list start_only names probe.agent, which is no parameter of it; did you mean "
           "\"probe.agents\"?");
    model = good();
    model.prepare_reads = reads;
    expect(&model, "its list prepare_reads names probe.right, which is not in its list start_only");
}

static int apply(sim_world_t *world, const sim_agent_change_t *change) {
    (void)world, (void)change;
    return SIM_OK;
}
static int agents(const void *shared, sim_record_sink_t *sink) {
    (void)shared, (void)sink;
    return SIM_OK;
}
static const char *class_of(const void *shared, uint32_t agent) {
    (void)shared, (void)agent;
    return NULL;
}

Test(descriptor, what_is_set_on_agents) {
    sim_agent_param_t rows[] = {{.row = SIM_AGENT_ROW_REAL("warmth", 0, 0, 1, "", "W.", A, "-"),
                                 .kinds = "cell",
                                 .apply = apply},
                                {.row = SIM_PARAM_END}};
    sim_agent_class_t classes[SIM_PARAM_CONDITIONS + 1] = {{"colour", "C.", class_of}};
    sim_model_t model = good();
    model.agents = agents;
    model.agent_params = rows;
    model.agent_classes = classes;
    expect(&model, "");
    model.agents = NULL;
    expect(&model, "its agent_params are set on agents, which it does not name: agents()");
    model.agents = agents;
    rows[0].kinds = NULL;
    rows[0].apply = NULL;
    rows[0].row.min = 2;
    classes[0].of = NULL;
    expect(&model, "class colour of agents has no function of()\n"
                   "warmth: its kinds of agents has no text (NULL)\n"
                   "warmth: its range is from 2 to 1\n"
                   "warmth has no function apply()");
    rows[0] = (sim_agent_param_t){
        .row = SIM_AGENT_ROW_AGENT("leader", "L.", A, "-"), .kinds = "cell", .apply = apply};
    static const char *const name[] = {"a", "b", "c", "d", "e", "f", "g", "kind"};
    for (int k = 0; k < SIM_PARAM_CONDITIONS; k++)
        classes[k] = (sim_agent_class_t){name[k], "C.", class_of};
    expect(&model, "\"kind\" in its agent_classes is a name that the engine uses\n"
                   "it has 8 classes of agents; there may be 7\n"
                   "leader: its value is an agent, but it does not say `with` which kinds");
}

Test(descriptor, metrics_and_reducers) {
    static const sim_metric_t step[] = {{"step", "", "S."}, {"Place", "", "P."}, {.name = NULL}};
    static const sim_metric_t doubled[] = {
        {"x", "", "X."}, {"x", "", NULL}, {"y", "", ""}, {.name = NULL}};
    sim_model_t model = good();
    model.reducers = (const sim_reducer_t[]){{.name = NULL}};
    model.metrics = step;
    model.n_metrics = 2;
    expect(&model, "\"step\" in its metrics is a name that the engine uses\n"
                   "\"Place\" in its metrics is no name; write small letters, digits and _");
    model.metrics = doubled;
    model.n_metrics = 3;
    expect(&model, "\"x\" stands twice in its metrics\nx: its doc has no text (NULL)\n"
                   "y: its doc is empty");
    model = good();
    model.n_metrics = 2;
    expect(&model, "entry 1 of its metrics is empty, but n_metrics says that there are 2");
    model.n_metrics = 0;
    expect(&model, "it has metrics, but its n_metrics is 0; write .n_metrics = METRIC_COUNT");
    model = good();
    model.observe = NULL;
    expect(&model, "it has metrics, but no hook observe() that fills them");
    model = good();
    model.reducers = (const sim_reducer_t[]){{"a", "", "A.", SIM_REDUCE_FINAL, "place_maen", 0, 0},
                                             {"b", "", "B.", SIM_REDUCE_MODEL, NULL, 2010, 2000},
                                             {.name = NULL}};
    expect(&model, "a reduces the metric \"place_maen\", which there is not; did you mean "
                   "\"place_mean\"?\n"
                   "b is left to the model, which has no hook summarise()\n"
                   "b: its window is from 2010 to 2000");
}

/* A table without its end is read on into what lies behind it. */
Test(descriptor, table_without_end) {
    static const sim_metric_t endless[] = {{"x", "", "X."}, {(const char *)3, NULL, NULL}};
    sim_model_t model = good();
    model.metrics = endless;
    model.reducers = (const sim_reducer_t[]){{.name = NULL}};
    expect(&model, "entry 1 of its metrics is none; does the table end with an empty entry?");
}

/* What begins where text may be read, but has no end there, is none either. */
Test(descriptor, name_without_end) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *text = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(text, MAP_FAILED);
    cr_assert_eq(mprotect(text + page, page, PROT_NONE), 0);
    memcpy(text, "x", 2);
    text[page - 1] = 'y';
    const sim_metric_t endless[] = {{text, "", "X."}, {text + page - 1, "", ""}, {.name = NULL}};
    sim_model_t model = good();
    model.metrics = endless;
    model.reducers = (const sim_reducer_t[]){{.name = NULL}};
    expect(&model, "entry 1 of its metrics is none; does the table end with an empty entry?");
    munmap(text, 2 * page);
}

/* What the linker puts behind a list may well be another table of the model. */
Test(descriptor, lists_without_end) {
    const struct {
        sim_param_t row[1];
        sim_metric_t behind[4];
    } params = {{AGENTS}, {{"a", "b", "c"}, {"d", "e", "f"}, {"g", "h", "i"}}};
    const struct {
        sim_reducer_t row[1];
        const char *behind[6];
    } reducers = {{{"a", "", "A.", SIM_REDUCE_FINAL, "place_mean", 0, 0}},
                  {"b", "c", "d", "e", "f"}};
    struct {
        sim_phase_t row[1];
        sim_model_t behind;
    } phases = {{{"walk", "W.", SIM_EVERY_STEP, items, .decide = decide}}, good()};
    const struct {
        sim_field_t row[1];
        const char *behind[6];
    } fields = {{{"a", SIM_FIELD_REAL, NULL, ""}}, {"b", "c", "d", "e", "f"}};
    const struct {
        sim_table_t row[1];
        const char *behind[6];
    } tables = {{{"a", "A.", good_fields, false, SIM_ROLE_NONE}}, {"b", "c", "d", "e", "f"}};
    sim_model_t model = good();
    model.start_only = NULL;
    model.params = params.row;
    expect(&model, "row 1 of its parameters is none; does the table end with SIM_PARAM_END?");
    model = good();
    model.reducers = reducers.row;
    expect(&model, "entry 1 of its reducers is none; does the table end with an empty entry?");
    model = good();
    model.phases = phases.row;
    expect(&model, "entry 1 of its phases is none; does the table end with an empty entry?");
    model = good();
    model.tables =
        (const sim_table_t[]){{"t", "T.", fields.row, false, SIM_ROLE_NONE}, {.name = NULL}};
    expect(&model, "entry 1 of its table t is none; does the table end with an empty entry?");
    model.tables = tables.row;
    expect(&model, "entry 1 of its tables is none; does the table end with an empty entry?");
}

typedef struct {
    sim_state_population_t agent;
    double *chance;
} derived_t;

Test(descriptor, what_is_derived_follows_interventions) {
    static const sim_state_row_t table[] = {
        SIM_STATE_POPULATION_OF(derived_t, agent, items, "Agents."),
        SIM_STATE_DERIVED(derived_t, agent, chance, 1, "From a parameter."), SIM_STATE_END};
    static const char *const all[] = {"probe.agents", "probe.right", "probe.flag",
                                      "probe.choice", "probe.file",  NULL};
    sim_model_t model = good();
    model.state = table;
    model.state_size = sizeof(derived_t);
    expect(&model, "chance of its state is derived, but there is no hook changed() that derives it "
                   "again when an intervention sets probe.right; write one, or list parameters in "
                   "start_only");
    model.start_only = all;
    expect(&model, "");
    model.start_only = good_start_only;
    model.changed = hook;
    expect(&model, "");
}

typedef struct {
    sim_state_population_t agent, other;
    double *wealth, *next, *pair;
    uint8_t *far;
} copied_t;

static const sim_state_row_t copied_table[] = {
    SIM_STATE_POPULATION_OF(copied_t, agent, items, "Agents."),
    SIM_STATE_POPULATION_OF(copied_t, other, items, "Others."),
    SIM_STATE_COLUMN(copied_t, agent, wealth, "coins", "Of each."),
    SIM_STATE_SCRATCH(copied_t, agent, next, 1, "The copy."),
    SIM_STATE_SCRATCH(copied_t, agent, pair, 2, "Two cells a row."),
    SIM_STATE_SCRATCH(copied_t, other, far, 1, "Of others."),
    SIM_STATE_END};

Test(descriptor, copies_of_columns) {
    sim_model_t model = good();
    model.state = copied_table;
    model.state_size = sizeof(copied_t);
    model.phases = (const sim_phase_t[]){
        {"a", "A.", .items = items, .each = act, .next = {SIM_NEXT(copied_t, wealth, next)}},
        {.name = NULL}};
    expect(&model, "");
    model.phases = (const sim_phase_t[]){
        {"a", "A.", .commit = hook, .next = {SIM_NEXT(copied_t, wealth, next)}},
        {"b", "B.", .items = items, .each = act, .next = {SIM_NEXT(copied_t, next, wealth)}},
        {"c", "C.", .items = items, .each = act, .next = {SIM_NEXT(copied_t, wealth, wealth)}},
        {"d", "D.", .items = items, .each = act, .next = {SIM_NEXT(copied_t, wealth, pair)}},
        {"e", "E.", .items = items, .each = act,
         .next = {{offsetof(copied_t, wealth), offsetof(copied_t, far), sizeof(double)}}},
        {"f", "F.", .items = items, .each = act,
         .next = {SIM_NEXT(copied_t, wealth, next), SIM_NEXT(copied_t, wealth, next)}},
        {.name = NULL}};
    expect(&model,
           "phase a copies a column, but has neither each() nor decide(), which would write the "
           "copy\n"
           "phase b copies what is no column of the state table (SIM_STATE_COLUMN)\n"
           "phase c writes a copy that is no scratch of the state table (SIM_STATE_SCRATCH)\n"
           "phase d writes a copy that is of another population than its column, or has other "
           "cells\n"
           "phase e writes a copy that is of another population than its column, or has other "
           "cells\n"
           "phase f copies the same column twice, or two columns to the same place");
}

Test(descriptor, phases) {
    sim_model_t model = good();
    model.phases = (const sim_phase_t[]){{"walk", "W.", SIM_EVERY_STEP, .decide = decide},
                                         {"walk", NULL, .every = SIM_EVERY_STEP},
                                         {.name = NULL}};
    expect(&model,
           "phase walk decides, but does not say over how many items\n"
           "\"walk\" stands twice in its phases\n"
           "walk: its doc has no text (NULL)\n"
           "phase walk does nothing: it has no decide(), each(), ask(), event() or commit()");
    model.phases = (const sim_phase_t[]){{"a", "A.", .items = items, .decide = decide, .each = act},
                                         {"b", "B.", .ask = act, .commit = hook},
                                         {"c", "C.", .commit = hook, .order = SIM_ORDER_RANDOM},
                                         {"d", "D.", .commit = hook, .every = -1},
                                         {"e", "E.", .event = happen, .queue = 0},
                                         {"f", "", .items = items, .commit = hook},
                                         {.name = NULL}};
    expect(&model, "phase a has more than one of decide(), each() and ask()\n"
                   "phase b asks, but does not say over how many items\n"
                   "phase b asks, so that it has nothing to commit\n"
                   "phase c has an order, but asks nobody\n"
                   "phase d: there is no frequency -1\n"
                   "phase e has events of a queue that the state table does not have\n"
                   "f: its doc is empty\n"
                   "phase f has items, but no decide(), each() or ask() for them");
}

Test(descriptor, tables_and_labels) {
    static const char *const twice[] = {"a", "a", NULL}, *const empty[] = {"", NULL};
    static const sim_field_t fields[] = {{"run_id", SIM_FIELD_INTEGER, NULL, ""},
                                         {"word", SIM_FIELD_LABEL, NULL, ""},
                                         {"pair", SIM_FIELD_LABEL, twice, ""},
                                         {"gap", SIM_FIELD_LABEL, empty, ""},
                                         {.name = NULL}};
    static const sim_table_t tables[] = {{"things", NULL, fields, false, SIM_ROLE_NONE},
                                         {.name = NULL}};
    static const char *const no_kind[] = {NULL};
    static const char *const nine[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", NULL};
    sim_model_t model = good();
    model.tables = tables;
    expect(&model, "things: its doc has no text (NULL)\n"
                   "\"run_id\" in its table things is a name that the engine uses\n"
                   "table things, word: a label without words\n"
                   "\"a\" stands twice in its labels of table things, pair\n"
                   "label 0 of its labels of table things, gap is none; does the list end with "
                   "NULL?");
    model = good();
    model.labels = &(const sim_network_labels_t){.kinds = no_kind};
    expect(&model, "its labels name no kind of ties");
    model.labels = &(const sim_network_labels_t){.kinds = nine};
    expect(&model, "it has more than 8 kinds of ties");
    model.labels = &(const sim_network_labels_t){
        .kinds = nine + 7, .causes = nine, .conversions = (const uint8_t[]){8, 9}};
    expect(&model,
           "conversion 1 of its ties is cause 9, but it has 9 causes; does the list end with "
           "SIM_NETWORK_NO_CAUSE?");
    model.labels = &(const sim_network_labels_t){.kinds = twice};
    expect(&model, "\"a\" stands twice in its kinds of ties");
    model.labels = &(const sim_network_labels_t){.kinds = empty};
    expect(&model, "label 0 of its kinds of ties is none; does the list end with NULL?");
}
