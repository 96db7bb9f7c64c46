/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The design for other programs. */
#define _GNU_SOURCE
#include <cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/file.h"
#include "sim/cli/cli.h"
#include "sim/cli/sweep.h"

typedef int (*writer_t)(const sim_design_sweep_t *sweep, FILE *out);

static int failed(const char *file, const char *reason) {
    fprintf(stderr, "kumiai: %s cannot be written: %s\n", file, reason);
    return SIM_CLI_FAILED;
}

/* Closes what was written and gives it its name. 0 or SIM_ERR_IO with errno. */
static int finish(FILE *out, const char *partial, const char *file) {
    bool good = !ferror(out);
    good = fclose(out) == 0 && good;
    return good && sim_base_sync(partial) == 0 && rename(partial, file) == 0
               ? sim_base_sync_folder_of(file)
               : SIM_ERR_IO;
}

/* Writes by way of another name, so that a full disk leaves no half of a file. */
static int write_file(const sim_design_sweep_t *sweep, const char *file, writer_t write) {
    char *link = realpath(file, NULL), *partial = NULL; /* a link stays, and leads to the file */
    const char *to = link ? link : file;
    FILE *out = NULL;
    int rc = asprintf(&partial, "%s.partial-%d", to, (int)getpid()) < 0 ? SIM_ERR_MEMORY : 0;
    if (rc == 0 && !(out = fopen(partial, "wx")))
        rc = SIM_ERR_IO;
    if (rc == 0)
        rc = write(sweep, out);
    if (rc == 0)
        rc = finish(out, partial, to);
    else if (out)
        fclose(out);
    int status =
        rc ? failed(file, rc == SIM_ERR_IO ? strerror(errno) : sim_base_strerror(rc)) : SIM_CLI_OK;
    if (rc && out)
        remove(partial);
    free(partial);
    free(link);
    return status;
}

/* Standard output and devices have no other name. */
static int write_to(const sim_design_sweep_t *sweep, const char *file, writer_t write) {
    bool standard = strcmp(file, "-") == 0;
    if (!standard && !sim_base_is_device(file))
        return write_file(sweep, file, write);
    FILE *out = standard ? stdout : fopen(file, "w");
    if (!out)
        return failed(file, strerror(errno));
    if (write(sweep, out))
        return failed(file, sim_base_strerror(SIM_ERR_MEMORY));
    if (standard)
        return sim_cli_finish_output();
    bool good = !ferror(out);
    return fclose(out) == 0 && good ? SIM_CLI_OK : failed(file, strerror(errno));
}

static int write_csv(const sim_design_sweep_t *sweep, FILE *out) {
    const sim_design_t *design = &sweep->design;
    char text[64];
    double *value = calloc(design->n_factors, sizeof *value);
    if (!value)
        return SIM_ERR_MEMORY;
    fputs("point_id", out);
    for (size_t f = 0; f < design->n_factors; f++)
        fprintf(out, ",%s", design->factor[f].row->name);
    fputc('\n', out);
    for (uint64_t p = 0; p < design->points && !ferror(out); p++) {
        sim_design_point(design, p, value);
        fprintf(out, "%" PRIu64, p + 1);
        for (size_t f = 0; f < design->n_factors; f++)
            fprintf(out, ",%s",
                    sim_design_factor_text(design->factor[f].row, value[f], text, sizeof text));
        fputc('\n', out);
    }
    free(value);
    return 0;
}

int sim_cli_sweep_csv(const sim_design_sweep_t *sweep, const char *file) {
    return write_to(sweep, file, write_csv);
}

/* The dictionary that SALib calls the problem, and beside it what its functions want to be told. */
static cJSON *problem(const sim_design_sweep_t *sweep) {
    const sim_design_t *design = &sweep->design;
    cJSON *root = cJSON_CreateObject();
    cJSON *names = cJSON_AddArrayToObject(root, "names");
    cJSON *bounds = cJSON_AddArrayToObject(root, "bounds");
    cJSON *scales = cJSON_AddArrayToObject(root, "scales");
    for (size_t f = 0; f < design->n_factors; f++) {
        const sim_design_factor_t *factor = &design->factor[f];
        const double range[] = {factor->min, factor->max};
        cJSON_AddItemToArray(names, cJSON_CreateString(factor->row->name));
        cJSON_AddItemToArray(bounds, cJSON_CreateDoubleArray(range, 2));
        cJSON_AddItemToArray(scales, cJSON_CreateString(sim_design_scale_name(factor->scale)));
    }
    cJSON_AddNumberToObject(root, "num_vars", (double)design->n_factors);
    cJSON_AddStringToObject(root, "design", sim_design_kinds[design->kind]);
    cJSON_AddNumberToObject(root, "points", (double)design->points);
    if (design->kind == SIM_DESIGN_SALTELLI)
        cJSON_AddBoolToObject(root, "calc_second_order", design->second_order);
    if (design->kind == SIM_DESIGN_MORRIS)
        cJSON_AddNumberToObject(root, "num_levels", design->levels);
    return root;
}

static int write_salib(const sim_design_sweep_t *sweep, FILE *out) {
    cJSON *root = problem(sweep);
    char *text = root ? cJSON_Print(root) : NULL;
    if (text)
        fprintf(out, "%s\n", text);
    bool good = text != NULL;
    cJSON_free(text);
    cJSON_Delete(root);
    return good ? 0 : SIM_ERR_MEMORY;
}

int sim_cli_sweep_salib(const sim_design_sweep_t *sweep, const char *file) {
    return write_to(sweep, file, write_salib);
}
