/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `kumiai run`: every scenario x replicate into one results file. */
#include "sim/cli/cli.h"
#include "sim/cli/run_job.h"

static const char help[] =
    "Usage: kumiai run SCENARIO.cfg... --out R.db [OPTIONS]\n"
    "\n"
    "Runs every scenario as often as its run.reps says, writes all runs into one results file\n"
    "(SQLite) and prints means. Replicate r of every scenario has the same randomness, so that\n"
    "scenarios with one seed are compared as matched pairs.\n"
    "\n"
    "  --out R.db            results file; it must not exist, unless --resume or --force\n"
    "  --reps N              replicates of every scenario, in place of run.reps\n"
    "                        (with --resume: more than a finished file has)\n"
    "  --only-rep K          replicate K alone of every scenario, counted from 0: the same bits "
    "as\n"
    "                        in the whole run\n"
    "  --until METRIC:HALFWIDTH\n"
    "                        replicates until the 95 % interval of every scenario's paired\n"
    "                        difference to the first in this summary metric is that narrow (all\n"
    "                        hold together); METRIC:5% is a share of the first scenario's mean.\n"
    "                        Differences that are all alike are never narrow enough: what has not\n"
    "                        been seen may be rare. With --resume it adds to a finished file\n"
    "  --max-reps N          replicates at most with --until (default: 1000)\n"
    "  --seed S              seed of every scenario, in place of run.seed\n"
    "  --set KEY=VALUE       a setting of every scenario, e.g. --set run.years=20; repeatable\n"
    "  --detail LEVEL        summary, series, full or choices: how much of each run is kept "
    "(default:\n"
    "                        the largest output.detail that a scenario gives, else "
    "series)\n" SIM_CLI_HELP_DRAWS
    "  --targets FILE        measure the outputs of a targets file on every run (format:\n"
    "                        scenarios/TARGETS.md)\n" SIM_CLI_HELP_COLUMNS SIM_CLI_HELP_THREADS
    "  --checkpoint-every Y  save each run every Y years into R.db.checkpoints, so that --resume\n"
    "                        continues it from there\n" SIM_CLI_HELP_RESUME SIM_CLI_HELP_LAST "\n"
    "Exit status: 0 all done; 1 failed; 2 usage or configuration error, nothing run or written;\n"
    "3 some runs failed (their notes are in table run) or --until was not reached;\n"
    "130 interrupted, --resume continues.\n";

static void load(sim_cli_run_job_t *run) {
    sim_cli_job_t *job = &run->job;
    for (size_t i = 0; i < job->n; i++)
        (void)sim_param_config_load(run->options.scenario[i], job->options.set, &job->diag,
                                    &job->config[i]);
    sim_cli_run_check_names(job, &run->options);
}

int sim_cli_run(int argc, char **argv) {
    sim_cli_run_job_t run = {.job = {.command = &sim_cli_run_command, .help = help}, .load = load};
    return sim_cli_job(&run.job, argc, argv);
}
