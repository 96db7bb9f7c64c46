/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The design for other programs. */
#define _POSIX_C_SOURCE 200809L
#include <cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/cli.h"
#include "sim/cli/sweep.h"

static int failed(const char *file, const char *reason) {
    fprintf(stderr, "kumiai: %s cannot be written: %s\n", file, reason);
    return SIM_CLI_FAILED;
}

/* Writes by way of another name, so that a full disk leaves no half of a file. */
static int write_file(const sim_experiment_sweep_t *sweep, const char *file,
                      int (*write)(const sim_experiment_sweep_t *sweep, FILE *out)) {
    char partial[4096];
    if (strcmp(file, "-") == 0)
        return write(sweep, stdout) ? failed(file, sim_base_strerror(SIM_ERR_MEMORY))
                                    : sim_cli_finish_output();
    snprintf(partial, sizeof partial, "%s.partial", file);
    FILE *out = fopen(partial, "w");
    if (!out)
        return failed(file, strerror(errno));
    int rc = write(sweep, out);
    bool bad = ferror(out) != 0, closed = fclose(out) == 0;
    int reason = errno;
    if (rc == 0 && !bad && closed && rename(partial, file) == 0)
        return SIM_CLI_OK;
    reason = !bad && closed ? errno : reason;
    remove(partial);
    return failed(file, rc ? sim_base_strerror(rc) : strerror(reason));
}

static int write_csv(const sim_experiment_sweep_t *sweep, FILE *out) {
    const sim_experiment_design_t *design = &sweep->design;
    char text[64];
    double *value = calloc(design->n_factors, sizeof *value);
    if (!value)
        return SIM_ERR_MEMORY;
    fputs("point_id", out);
    for (size_t f = 0; f < design->n_factors; f++)
        fprintf(out, ",%s", design->factor[f].row->name);
    fputc('\n', out);
    for (uint64_t p = 0; p < design->points && !ferror(out); p++) {
        sim_experiment_design_point(design, p, value);
        fprintf(out, "%" PRIu64, p + 1);
        for (size_t f = 0; f < design->n_factors; f++)
            fprintf(out, ",%s",
                    sim_experiment_factor_text(design->factor[f].row, value[f], text, sizeof text));
        fputc('\n', out);
    }
    free(value);
    return 0;
}

int sim_cli_sweep_csv(const sim_experiment_sweep_t *sweep, const char *file) {
    return write_file(sweep, file, write_csv);
}

/* The dictionary that SALib calls the problem, and beside it what its functions want to be told. */
static cJSON *problem(const sim_experiment_sweep_t *sweep) {
    const sim_experiment_design_t *design = &sweep->design;
    cJSON *root = cJSON_CreateObject();
    cJSON *names = cJSON_AddArrayToObject(root, "names");
    cJSON *bounds = cJSON_AddArrayToObject(root, "bounds");
    cJSON *scales = cJSON_AddArrayToObject(root, "scales");
    for (size_t f = 0; f < design->n_factors; f++) {
        const sim_experiment_factor_t *factor = &design->factor[f];
        const double range[] = {factor->min, factor->max};
        cJSON_AddItemToArray(names, cJSON_CreateString(factor->row->name));
        cJSON_AddItemToArray(bounds, cJSON_CreateDoubleArray(range, 2));
        cJSON_AddItemToArray(scales, cJSON_CreateString(sim_experiment_scale_name(factor->scale)));
    }
    cJSON_AddNumberToObject(root, "num_vars", (double)design->n_factors);
    cJSON_AddStringToObject(root, "design", sim_experiment_kind_name(design->kind));
    cJSON_AddNumberToObject(root, "points", (double)design->points);
    if (design->kind == SIM_EXPERIMENT_SALTELLI)
        cJSON_AddBoolToObject(root, "calc_second_order", design->second_order);
    if (design->kind == SIM_EXPERIMENT_MORRIS)
        cJSON_AddNumberToObject(root, "num_levels", design->levels);
    return root;
}

static int write_salib(const sim_experiment_sweep_t *sweep, FILE *out) {
    cJSON *root = problem(sweep);
    char *text = root ? cJSON_Print(root) : NULL;
    if (text)
        fprintf(out, "%s\n", text);
    bool good = text != NULL;
    cJSON_free(text);
    cJSON_Delete(root);
    return good ? 0 : SIM_ERR_MEMORY;
}

int sim_cli_sweep_salib(const sim_experiment_sweep_t *sweep, const char *file) {
    return write_file(sweep, file, write_salib);
}
