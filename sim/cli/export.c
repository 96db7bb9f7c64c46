/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `kumiai export`: a results file as tables and network files for other programs. */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/base/list.h"
#include "sim/cli/cli.h"
#include "sim/cli/options.h"
#include "sim/param/date.h"
#include "sim/record/export.h"

static const char help[] =
    "Usage: kumiai export R.db --to DIR [OPTIONS]\n"
    "\n"
    "Writes what a results file holds into a folder, with manifest.json, which tells of every "
    "file\n"
    "its rows, the meaning and unit of its columns and the query that made it.\n"
    "\n"
    "  --to DIR         the folder: new, or empty; it is there whole or not at all\n"
    "  --format FORMAT  csv       tidy tables: runs, series, summary, ties, projects, agents and\n"
    "                             what else there is, of all runs (the default)\n"
    "                   spells    spells of ties and nodes in networkDynamic's columns, all runs\n"
    "                   graphml   a network for each run and year\n"
    "                   gexf      a dynamic network for each run, with Gephi's tables\n"
    "                   rsiena    waves of each kind of tie for each run, with covariates\n"
    "                   goldfish  dated changes of each kind of tie for each run, with the node\n"
    "                             sets of both sides\n"
    "                             (rsiena and goldfish with covariates that change, too, where "
    "the\n"
    "                             file has yearly states of agents: --detail choices)\n"
    "  --at YEAR        of graphml and rsiena: this fiscal year, as it is at its end; may be "
    "given\n"
    "                   several times (all years)\n"
    "  --run ID         this run; may be given several times\n"
    "  --rep N          this replicate of every scenario and point. Without --run and --rep the\n"
    "                   network formats take the first run of each scenario that is ok, csv and\n"
    "                   spells all runs\n"
    "  --kind KIND      of the network formats: ties of this kind alone\n"
    "  --enter EVENT    of all formats but csv: an agent is there from its first event of this "
    "kind on\n"
    "                   (column subject_id of table event); may be given several times\n"
    "  --leave EVENT    and up to its last event of this kind\n"
    "  --all-agents     of graphml and gexf: also agents that never have a tie\n"
    "  --actors WHO     of rsiena and goldfish: all (the default) agents of the kinds that ever "
    "have\n"
    "                   such a tie, also those that never have one; tied, those that have one in "
    "the\n"
    "                   run; or KIND,...: agents of these kinds, on the sides that have them\n"
    "  --gexf VERSION   of gexf: 1.3 (the default), or 1.2 for programs that do not read that\n"
    "  --bom            begin CSV files with a byte order mark, by which Excel knows UTF-8\n"
    "  --force          replace an earlier export in DIR\n"
    "  --help           this text\n"
    "\n"
    "All formats but csv need results of --detail full or choices.\n";

enum { TO, FORMAT, AT, RUN, REP, KIND, ENTER, LEAVE, ALL_AGENTS, ACTORS, GEXF, BOM, FORCE, HELP };
const sim_cli_option_t sim_cli_export_table[] = {
    [TO] = {"--to", "DIR"},
    [FORMAT] = {"--format", "csv|spells|graphml|gexf|rsiena|goldfish"},
    [AT] = {"--at", "YEAR"},
    [RUN] = {"--run", "ID"},
    [REP] = {"--rep", "N"},
    [KIND] = {"--kind", "KIND"},
    [ENTER] = {"--enter", "EVENT"},
    [LEAVE] = {"--leave", "EVENT"},
    [FORCE] = {"--force", NULL},
    [ALL_AGENTS] = {"--all-agents", NULL},
    [ACTORS] = {"--actors", "all|tied|KIND,..."},
    [GEXF] = {"--gexf", "1.3|1.2"},
    [BOM] = {"--bom", NULL},
    [HELP] = {"--help", NULL},
    {NULL, NULL}};

static const char *const format_names[] = {[SIM_EXPORT_CSV] = "csv",
                                           [SIM_EXPORT_GRAPHML] = "graphml",
                                           [SIM_EXPORT_GEXF] = "gexf",
                                           [SIM_EXPORT_SPELLS] = "spells",
                                           [SIM_EXPORT_RSIENA] = "rsiena",
                                           [SIM_EXPORT_GOLDFISH] = "goldfish",
                                           NULL};

typedef struct {
    sim_export_ask_t ask;
    int64_t *year, *run; /* owned */
    sim_cli_words_t enter, leave, actors;
    char *actor_text[16]; /* owned: the lists of --actors, cut into words */
    size_t files, n_actor_texts;
    bool help, all, gexf;
    int code;
} options_t;

static void add_number(options_t *o, int64_t **list, size_t *n, int64_t value) {
    int64_t *grown = sim_base_grow(*list, *n, sizeof *grown);
    if (!grown) {
        o->code = SIM_ERR_MEMORY;
        return;
    }
    *list = grown;
    for (size_t i = 0; i < *n; i++)
        if (grown[i] == value)
            return; /* given twice */
    grown[(*n)++] = value;
}

/* A network is that at the end of a year: no month and no decimal names one. */
static void add_year(options_t *o, const char *value, sim_base_diag_t *diag) {
    sim_param_date_t date;
    char why[SIM_PARAM_DATE_WHY];
    if (sim_param_date_month(value, &date, why))
        sim_base_diag_add(diag, NULL, 0,
                          "--at: %s is a month; the networks are those at the end of whole years, "
                          "such as --at %d",
                          value, date.year);
    else
        add_number(o, &o->year, &o->ask.n_years,
                   sim_cli_whole("--at", value, -100000, 100000, diag));
}

static sim_export_format_t read_format(const char *text, sim_base_diag_t *diag) {
    for (int i = 0; format_names[i]; i++)
        if (strcmp(format_names[i], text) == 0)
            return (sim_export_format_t)i;
    const char *near = sim_base_nearest(text, format_names);
    sim_base_diag_add(diag, NULL, 0,
                      "--format: '%s' is not one of csv, spells, graphml, gexf, rsiena, "
                      "goldfish%s%s%s",
                      text, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return SIM_EXPORT_CSV;
}

static void take_file(options_t *o, const char *value, sim_base_diag_t *diag) {
    if (o->files++ == 0)
        o->ask.results = value;
    else
        sim_base_diag_add(diag, NULL, 0, "%s: export takes one results file", value);
}

/* all, tied or a list of kinds: each word once. */
static void take_actors(options_t *o, const char *value, sim_base_diag_t *diag) {
    size_t most = sizeof o->actor_text / sizeof *o->actor_text;
    char *text = o->n_actor_texts < most ? strdup(value) : NULL, *rest = NULL;
    if (!text) {
        sim_base_diag_add(diag, NULL, 0, "--actors: given too often");
        return;
    }
    o->actor_text[o->n_actor_texts++] = text;
    bool any = false;
    for (char *word = strtok_r(text, ",", &rest); word; word = strtok_r(NULL, ",", &rest)) {
        bool all = strcmp(word, "all") == 0, tied = strcmp(word, "tied") == 0;
        o->all = o->all || all;
        o->ask.tied = o->ask.tied || tied;
        if (!all && !tied && sim_cli_words_add(&o->actors, word))
            o->code = SIM_ERR_MEMORY;
        any = true;
    }
    if (!any)
        sim_base_diag_add(diag, NULL, 0, "--actors: '%s' names no kind of agent", value);
}

static void take_version(options_t *o, const char *value, sim_base_diag_t *diag) {
    o->gexf = true;
    o->ask.gexf_1_2 = strcmp(value, "1.2") == 0;
    if (!o->ask.gexf_1_2 && strcmp(value, "1.3") != 0)
        sim_base_diag_add(diag, NULL, 0, "--gexf: '%s' is not one of 1.2, 1.3", value);
}

static void take(void *user, int option, const char *value, sim_base_diag_t *diag) {
    options_t *o = user;
    switch (option) {
    case TO:
        o->ask.to = value;
        break;
    case FORMAT:
        o->ask.format = read_format(value, diag);
        break;
    case AT:
        add_year(o, value, diag);
        break;
    case RUN:
        add_number(o, &o->run, &o->ask.n_runs, sim_cli_whole("--run", value, 1, INT64_MAX, diag));
        break;
    case REP:
        o->ask.rep = sim_cli_whole("--rep", value, 0, UINT32_MAX, diag);
        break;
    case KIND:
        o->ask.kind = value;
        break;
    case ENTER:
        o->code = sim_cli_words_add(&o->enter, value) ? SIM_ERR_MEMORY : o->code;
        break;
    case LEAVE:
        o->code = sim_cli_words_add(&o->leave, value) ? SIM_ERR_MEMORY : o->code;
        break;
    case ALL_AGENTS:
        o->ask.all_agents = true;
        break;
    case ACTORS:
        take_actors(o, value, diag);
        break;
    case GEXF:
        take_version(o, value, diag);
        break;
    case BOM:
        o->ask.bom = true;
        break;
    case FORCE:
        o->ask.replace = true;
        break;
    case HELP:
        o->help = true;
        break;
    default:
        take_file(o, value, diag);
    }
}

/* An option that this format does not look at would be taken for one that it heeds. */
static void check_fits(const options_t *o, sim_base_diag_t *diag) {
    sim_export_format_t f = o->ask.format;
    bool tables = f == SIM_EXPORT_CSV || f == SIM_EXPORT_SPELLS;
    if (o->ask.n_years && f != SIM_EXPORT_GRAPHML && f != SIM_EXPORT_RSIENA)
        sim_base_diag_add(diag, NULL, 0, "--at goes with --format graphml and rsiena");
    if (o->enter.count + o->leave.count && f == SIM_EXPORT_CSV)
        sim_base_diag_add(diag, NULL, 0, "--enter and --leave do not go with --format csv");
    if (o->ask.kind && tables)
        sim_base_diag_add(diag, NULL, 0, "--kind goes with the network formats, not with %s",
                          format_names[f]);
    if (o->ask.all_agents && f != SIM_EXPORT_GRAPHML && f != SIM_EXPORT_GEXF)
        sim_base_diag_add(diag, NULL, 0, "--all-agents goes with --format graphml and gexf");
    if (o->all + o->ask.tied + o->actors.count && f != SIM_EXPORT_RSIENA &&
        f != SIM_EXPORT_GOLDFISH)
        sim_base_diag_add(
            diag, NULL, 0, "--actors goes with --format rsiena and goldfish%s",
            f == SIM_EXPORT_GRAPHML || f == SIM_EXPORT_GEXF ? "; --all-agents with this one" : "");
    if (o->all + o->ask.tied + (o->actors.count > 0) > 1)
        sim_base_diag_add(diag, NULL, 0, "--actors: all, tied and kinds exclude each other");
    if (o->gexf && f != SIM_EXPORT_GEXF)
        sim_base_diag_add(diag, NULL, 0, "--gexf goes with --format gexf");
    if (o->ask.bom && f == SIM_EXPORT_GRAPHML)
        sim_base_diag_add(diag, NULL, 0, "--bom is of CSV files; --format graphml writes none");
    if (o->ask.n_runs && o->ask.rep >= 0)
        sim_base_diag_add(diag, NULL, 0, "--run and --rep exclude each other");
}

static void check(const options_t *o, sim_base_diag_t *diag) {
    if (!o->ask.results)
        sim_base_diag_add(diag, NULL, 0, "export needs a results file");
    if (!o->ask.to || !*o->ask.to)
        sim_base_diag_add(diag, NULL, 0, "export needs --to DIR, the folder to write");
    check_fits(o, diag);
}

static int export(const options_t *o) {
    char why[SIM_CLI_WHY] = "";
    sim_export_told_t told;
    int rc = sim_record_export(&o->ask, &told, why, sizeof why);
    if (rc) {
        fprintf(stderr, "kumiai: %s\n", why);
        return rc == SIM_ERR_INTERRUPTED                      ? SIM_CLI_INTERRUPTED
               : rc == SIM_ERR_CONFIG || rc == SIM_ERR_EXISTS ? SIM_CLI_USAGE
                                                              : SIM_CLI_FAILED;
    }
    if (told.note[0])
        fprintf(stderr, "kumiai: %s\n", told.note);
    printf("%zu files of %" PRIu64 " runs: %s\n", told.files, told.runs, o->ask.to);
    return sim_cli_finish_output();
}

/* The lists are where they stay only when all of the command line is read. */
static void lend(options_t *o) {
    o->ask.year = o->year;
    o->ask.run = o->run;
    o->ask.enter = o->enter.text;
    o->ask.n_enter = o->enter.count;
    o->ask.leave = o->leave.text;
    o->ask.n_leave = o->leave.count;
    o->ask.actors = o->actors.text;
    o->ask.n_actors = o->actors.count;
}

int sim_cli_export(int argc, char **argv) {
    int status = SIM_CLI_FAILED;
    options_t options = {.ask = {.rep = -1}};
    sim_base_diag_t diag;
    sim_base_diag_init(&diag);
    options.ask.stop = sim_cli_catch_signals();
    char *command_line = sim_cli_command_line(argc, argv);
    sim_cli_options_read(argc - 1, argv + 1, sim_cli_export_table, take, &options, &diag);
    options.ask.command_line = command_line;
    lend(&options);
    if (!options.help)
        check(&options, &diag);
    if (!command_line || options.code) {
        fprintf(stderr, "kumiai export: %s\n", sim_base_strerror(SIM_ERR_MEMORY));
    } else if (options.help) {
        fputs(help, stdout);
        status = sim_cli_finish_output();
    } else if (diag.count) {
        sim_cli_print_problems(&diag);
        status = SIM_CLI_USAGE;
    } else {
        status = export(&options);
    }
    free(options.year);
    free(options.run);
    free(command_line);
    sim_cli_words_free(&options.enter);
    sim_cli_words_free(&options.leave);
    sim_cli_words_free(&options.actors);
    for (size_t i = 0; i < options.n_actor_texts; i++)
        free(options.actor_text[i]);
    sim_base_diag_free(&diag);
    return status;
}
