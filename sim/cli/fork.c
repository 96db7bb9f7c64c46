/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `kumiai fork`: one shared past, then one policy after the other. */
#include <stdio.h>

#include "sim/cli/cli.h"
#include "sim/cli/run_job.h"

static const char help[] =
    "Usage: kumiai fork SCENARIO.cfg POLICY.cfg... --at DATE --out R.db [OPTIONS]\n"
    "\n"
    "Runs every replicate of the scenario, and from DATE on once more under each policy. What "
    "lies\n"
    "before DATE is computed once. The results are those of running each policy from the start "
    "with\n"
    "its settings as interventions at DATE, and are written as `kumiai run` writes them: the\n"
    "scenario is the first, the policies follow.\n"
    "\n"
    "A policy file says what differs from the scenario: parameters, which change at DATE, or a\n"
    "list of interventions from DATE on, in place of the scenario's. It needs no base; a base that "
    "it shares with the scenario says nothing new. What\n"
    "is read only at the start cannot differ.\n"
    "\n"
    "  --at DATE             when the policies begin: a year (2020, 2020.25) or a month\n"
    "                        (2020-06); the nearest begin of a step is meant\n"
    "  --out R.db            results file; it must not exist, unless --resume or --force\n"
    "  --reps N              replicates, in place of run.reps\n"
    "  --seed S              seed, in place of run.seed\n"
    "  --set KEY=VALUE       a setting of the scenario, under the policies; repeatable\n"
    "  --detail LEVEL        summary, series, full or choices: how much of each run is kept "
    "(default:\n"
    "                        the largest output.detail that a file gives, else "
    "series)\n" SIM_CLI_HELP_DRAWS "  --targets FILE        measure the outputs of a targets file "
    "on every run\n" SIM_CLI_HELP_COLUMNS SIM_CLI_HELP_THREADS
    "  --checkpoint-every Y  save each run every Y years, for --resume\n" SIM_CLI_HELP_RESUME
        SIM_CLI_HELP_LAST "\n"
    "While it runs, the shared past of each replicate lies in the folder R.db.checkpoints.\n"
    "\n"
    "Exit status: 0 all done; 1 failed; 2 usage or configuration error, nothing run or written;\n"
    "3 some runs failed, their notes are in table run; 130 interrupted, --resume continues.\n";

/* Without this a date outside the run would be reported for each setting of each policy. */
static bool date_in_run(sim_cli_job_t *job, sim_cli_run_options_t *o) {
    const sim_param_calendar_t calendar = sim_param_calendar(job->config[0]);
    sim_base_why_t why;
    int64_t step = 0;
    if (!o->at_good)
        return false; /* missing or no date, as was said */
    bool good = sim_param_date_step(&o->date, &calendar, &step, &why);
    o->at = sim_param_step_begin(&calendar, step);
    if (!good && o->date.is_month && calendar.year_begins == 0)
        sim_base_diag_add(&job->diag, NULL, 0, "--at %s", why.text);
    else if (!good)
        sim_base_diag_add(&job->diag, NULL, 0,
                          "--at %s: the run starts at %.8g and its last step begins at %.8g",
                          o->at_text, sim_param_step_begin(&calendar, 0),
                          sim_param_step_begin(&calendar, calendar.steps - 1));
    return good;
}

static void load(sim_cli_run_job_t *run) {
    sim_cli_job_t *job = &run->job;
    const sim_cli_job_options_t *o = &job->options;
    const char *const *file = run->options.scenario;
    if (job->n > 0)
        (void)sim_param_config_load(file[0], o->set, &job->diag, &job->config[0]);
    if (!job->config[0] || !date_in_run(job, &run->options))
        return;
    for (size_t i = 1; i < job->n; i++)
        (void)sim_param_config_fork(file[0], file[i], run->options.at, o->set, &job->diag,
                                    &job->config[i]);
    sim_cli_run_check_names(job, &run->options);
}

int sim_cli_fork(int argc, char **argv) {
    sim_cli_run_job_t run = {
        .job = {.command = &sim_cli_run_command, .help = help}, .fork = true, .load = load};
    return sim_cli_job(&run.job, argc, argv);
}
