/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/param/parts.h"

static bool same_file(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static size_t problems_of(const sim_base_diag_t *diag, const char *file) {
    size_t count = 0;
    for (size_t i = 0; i < diag->count; i++)
        count += same_file(diag->problem[i].file, file);
    return count;
}

void sim_param_problem(sim_param_report_t *report, const sim_param_place_t *place,
                       const char *format, ...) {
    char text[1024];
    va_list arguments;
    report->count++;
    if (report->failed)
        return;
    size_t known = place->file ? problems_of(report->diag, place->file) : 0;
    if (known > SIM_PARAM_MAX_PROBLEMS)
        return;
    if (known == SIM_PARAM_MAX_PROBLEMS) {
        sim_base_diag_add(report->diag, place->file, place->line,
                          "this file has more problems, which are not listed");
        return;
    }
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (place->set)
        sim_base_diag_add(report->diag, NULL, 0, "--set %.200s: %s", place->set, text);
    else
        sim_base_diag_add(report->diag, place->file, place->line, "%s", text);
}

bool sim_param_reported(const sim_param_report_t *report, const sim_param_place_t *place) {
    for (size_t i = report->first; i < report->diag->count; i++) {
        const sim_base_problem_t *problem = &report->diag->problem[i];
        if (problem->line == place->line && same_file(problem->file, place->file))
            return true;
    }
    return false;
}

static size_t file_order(const char *file, const char *const *files, size_t n_files) {
    for (size_t i = 0; file && i < n_files; i++)
        if (same_file(file, files[i]))
            return i;
    return file ? n_files : n_files + 1;
}

/* Insertion sort: stable, and the problems of one load are few. */
void sim_param_sort_problems(sim_param_report_t *report, const char *const *files, size_t n_files) {
    sim_base_problem_t *problem = report->diag->problem;
    for (size_t i = report->first + 1; i < report->diag->count; i++) {
        sim_base_problem_t moved = problem[i];
        size_t order = file_order(moved.file, files, n_files), at = i;
        for (; at > report->first; at--) {
            const sim_base_problem_t *before = &problem[at - 1];
            size_t before_order = file_order(before->file, files, n_files);
            int name = order == n_files && before_order == n_files
                           ? strcmp(before->file, moved.file)
                           : (before_order > order) - (before_order < order);
            if (name < 0 || (name == 0 && before->line <= moved.line))
                break;
            problem[at] = *before;
        }
        problem[at] = moved;
    }
}
