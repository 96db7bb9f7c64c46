/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `run` and `fork` say before and after their work. */
#include <inttypes.h>
#include <stdio.h>

#include "sim/cli/run_job.h"
#include "sim/cli/run_summary.h"
#include "sim/experiment/experiment.h"

void sim_cli_run_tell_dates(const sim_cli_job_t *job) {
    const sim_cli_run_job_t *run = (const sim_cli_run_job_t *)job;
    char line[1024];
    if (job->options.quiet)
        return;
    if (run->fork) {
        const sim_param_calendar_t calendar = sim_param_calendar(job->config[0]);
        int64_t step = 0;
        (void)sim_param_date_step(&run->options.date, &calendar, &step, NULL);
        fprintf(stderr, "--at %s\n",
                sim_param_date_meaning(&run->options.date, &calendar, step, line, sizeof line));
    }
    for (size_t c = 0; c < (run->fork ? 1 : job->n); c++)
        for (size_t i = 0; i < job->config[c]->n_interventions; i++)
            if (sim_param_date_told(job->config[c], i, line, sizeof line))
                fprintf(stderr, "%s\n", line);
}

/* Code of --until: what was wanted is not there. */
static int miss(const sim_cli_run_options_t *o) {
    if (!o->until || o->target.rule.state == SIM_UNTIL_REACHED)
        return 0;
    fprintf(stderr, "kumiai: --until %s was not reached after %" PRIu64 " replicates%s\n", o->until,
            o->target.rule.replicates,
            o->target.rule.state == SIM_UNTIL_CAP ? "; --resume with a larger --max-reps goes on"
                                                  : ": no pair of runs has values");
    return SIM_CLI_PARTLY;
}

int sim_cli_run_summarise(sim_cli_job_t *job) {
    const sim_cli_run_options_t *o = &((sim_cli_run_job_t *)job)->options;
    sim_store_means_t means = {0};
    sim_store_counts_t counts;
    int rc = sim_store_means_read(job->options.out, &means, &job->why);
    if (rc == 0)
        sim_cli_run_summary(stdout, &means, job->options.out);
    if (rc == 0 && o->until)
        sim_cli_until_print(stdout, &o->target, (const sim_config_t *const *)job->config);
    if (rc == 0)
        rc = sim_store_counts_read(job->options.out, &counts, &job->why);
    sim_store_means_free(&means);
    if (rc) {
        fprintf(stderr, "kumiai: %s\n", job->why.text);
        return SIM_CLI_FAILED;
    }
    rc = sim_cli_finish_output();
    if (rc == 0)
        rc = miss(o);
    if ((rc == 0 || rc == SIM_CLI_PARTLY) && counts.failed + counts.timeout) {
        sim_cli_tell_failed(&counts, sim_plan_task_planned(&job->task), job->options.out, "");
        rc = SIM_CLI_PARTLY;
    }
    return rc;
}
