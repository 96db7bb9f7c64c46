/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _XOPEN_SOURCE 700
#include "sim/cli/watch.h"

#include <langinfo.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/cli/metrics.h"
#include "sim/cli/plot.h"
#include "sim/rng/math.h"

enum {
    SCALE = 11, /* columns of the numbers beside a plot, and its axis */
    TITLE = 1,  /* lines above and below a plot */
    AXIS = 1,
    LEGEND = 2, /* lines at most */
    LOWEST = 3, /* lines of a plot */
    HIGHEST = 12,
    ENTRY = 26,    /* columns of a scenario in the legend, at least */
    NARROWEST = 30 /* columns of a terminal in which one can read anything */
};

/* ---- what is watched ---- */

static void take_names(sim_cli_watch_t *w, const char *names, sim_base_diag_t *diag) {
    char *rest = NULL;
    for (char *name = strtok_r(w->text, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
        if (w->n_metrics == SIM_CLI_WATCH_METRICS) {
            sim_base_diag_add(diag, NULL, 0, "--watch=%s: %d metrics can be watched at most", names,
                              SIM_CLI_WATCH_METRICS);
            return;
        }
        w->metric[w->n_metrics++] = name;
        sim_cli_metric_check("--watch", name, w->config, w->n_scenarios, diag);
    }
    if (w->n_metrics == 0)
        sim_base_diag_add(diag, NULL, 0, "--watch=%s: no metric is named", names);
}

static void take_first(sim_cli_watch_t *w) {
    const sim_reducer_t *reducers = w->n_scenarios ? w->config[0]->model->reducers : NULL;
    for (size_t i = 0; reducers && i < 2 && reducers[i].name; i++)
        w->metric[w->n_metrics++] = reducers[i].name;
}

int sim_cli_watch_init(sim_cli_watch_t *watch, const char *names, const sim_config_t *const *config,
                       size_t n_scenarios, sim_base_diag_t *diag) {
    size_t known = diag->count;
    *watch = (sim_cli_watch_t){.config = config, .n_scenarios = n_scenarios};
    watch->text = names ? strdup(names) : NULL;
    if (names && !watch->text)
        return SIM_ERR_MEMORY;
    if (names)
        take_names(watch, names, diag);
    else
        take_first(watch);
    const char *without = getenv("NO_COLOR");
    watch->colour = !without || !*without;
    watch->line = calloc(watch->n_metrics * n_scenarios + 1, sizeof *watch->line);
    return !watch->line ? SIM_ERR_MEMORY : diag->count > known ? SIM_ERR_CONFIG : 0;
}

void sim_cli_watch_free(sim_cli_watch_t *watch) {
    free(watch->text);
    free(watch->line);
    *watch = (sim_cli_watch_t){0};
}

/* ---- running means ---- */

/* Every second point goes when there is no room, so that a line of any length has its shape. */
static void thin(sim_cli_watch_line_t *line) {
    for (size_t i = 0; i < line->points / 2; i++) {
        line->x[i] = line->x[2 * i + 1];
        line->y[i] = line->y[2 * i + 1];
    }
    line->points /= 2;
    line->stride *= 2;
}

static void add(sim_cli_watch_line_t *line, double value) {
    double off = value - line->mean;
    line->count += 1;
    line->mean += off / line->count;
    line->squares += off * (value - line->mean);
    if (line->stride == 0)
        line->stride = 1;
    if (line->points + 1 == SIM_CLI_WATCH_POINTS) /* the last place is for where it is now */
        thin(line);
    if (fmod(line->count, (double)line->stride) == 0) {
        line->x[line->points] = line->count;
        line->y[line->points++] = line->mean;
    }
}

void sim_cli_watch_take(sim_cli_watch_t *watch, const sim_record_t *record) {
    if (record->status != 0)
        return;
    for (size_t m = 0; m < watch->n_metrics; m++) {
        const sim_model_t *model = watch->config[record->scenario]->model;
        size_t at = sim_cli_metric_column(model, watch->metric[m]);
        if (at < record->n_reducers && isfinite(record->summary[at]))
            add(&watch->line[m * watch->n_scenarios + record->scenario], record->summary[at]);
    }
}

/* Half of the 95 % interval of the mean; NaN of fewer than two runs. */
static double half_width(const sim_cli_watch_line_t *line) {
    double free = line->count - 1;
    if (free < 1)
        return (double)NAN;
    return sim_math_student_quantile(0.975, free) * sqrt(line->squares / free / line->count);
}

/* ---- drawing ---- */

typedef struct {
    double count, low, high; /* of all scenarios */
} extent_t;

static extent_t extent(const sim_cli_watch_t *w, const sim_cli_watch_line_t *lines) {
    extent_t all = {.count = w->planned, .low = INFINITY, .high = -INFINITY};
    for (size_t i = 0; i < w->n_scenarios; i++) {
        all.count = fmax(all.count, lines[i].count);
        for (size_t k = 0; k <= lines[i].points && lines[i].count > 0; k++) {
            double y = k < lines[i].points ? lines[i].y[k] : lines[i].mean;
            all.low = fmin(all.low, y);
            all.high = fmax(all.high, y);
        }
    }
    return all;
}

static void draw_lines(sim_cli_plot_t *plot, size_t n, sim_cli_watch_line_t *lines) {
    for (size_t i = 0; i < n; i++) {
        sim_cli_watch_line_t *line = &lines[i];
        if (line->count == 0)
            continue;
        line->x[line->points] = line->count;
        line->y[line->points] = line->mean;
        sim_cli_plot_line(plot, i, line->x, line->y, line->points + 1);
    }
}

static void print_plot(const sim_cli_plot_t *plot, FILE *stream) {
    const char *axis = plot->ascii ? "|" : "\xe2\x94\x82";
    for (size_t row = 0; row < plot->height; row++) {
        if (row == 0 || row + 1 == plot->height)
            fprintf(stream, "%*.4g ", SCALE - 2, row == 0 ? plot->y_max : plot->y_min);
        else
            fprintf(stream, "%*s", SCALE - 1, "");
        fputs(axis, stream);
        sim_cli_plot_row(plot, row, stream);
        fputc('\n', stream);
    }
}

/* From 1 to the number of replicates, with the word in the middle where it has room. */
static void print_axis(const sim_cli_plot_t *plot, FILE *stream) {
    static const char word[] = "replicates";
    char last[32];
    int width = (int)plot->width, right = snprintf(last, sizeof last, "%.0f", plot->x_max);
    int before = (width - (int)strlen(word)) / 2, after = width - before - (int)strlen(word);
    if (before < 3 || after < right + 2)
        fprintf(stream, "%*s1%*s\n", SCALE, "", width - 1, last);
    else
        fprintf(stream, "%*s%-*s%s%*s\n", SCALE, "", before, "1", word, after, last);
}

/* `a name 1.5 ± 0.2`, cut to so many columns and filled up with spaces. */
static void print_entry(const sim_cli_watch_t *w, const sim_cli_plot_t *plot, size_t number,
                        const sim_cli_watch_line_t *line, size_t columns, FILE *stream) {
    char value[64] = " no value yet";
    const char *sign = w->ascii ? "+-" : "\xc2\xb1";
    double half = half_width(line);
    if (line->count > 0 && isnan(half))
        snprintf(value, sizeof value, " %.4g", line->mean);
    else if (line->count > 0)
        snprintf(value, sizeof value, " %.4g %s %.2g", line->mean, sign, half);
    size_t width = sim_cli_plot_columns(value), key = 2, gap = 2;
    sim_cli_plot_key(plot, number, stream);
    fputc(' ', stream);
    size_t name = columns > key + width + gap ? columns - key - width - gap : 0;
    size_t taken = sim_cli_plot_text(w->config[number]->name, name, w->ascii, stream);
    fprintf(stream, "%s%*s", value, (int)(name - taken + gap), "");
}

/* In LEGEND lines, as few scenarios side by side as may be; a last place counts those left out. */
static void print_legend(const sim_cli_watch_t *w, const sim_cli_plot_t *plot,
                         const sim_cli_watch_line_t *lines, size_t columns, FILE *stream) {
    size_t side = (w->n_scenarios + LEGEND - 1) / LEGEND, most = columns / ENTRY;
    side = side > most ? most : side;
    size_t places = side * LEGEND, n = w->n_scenarios;
    size_t told = n > places ? places - 1 : n;
    for (size_t row = 0; row < LEGEND; row++) {
        for (size_t i = row * side; i < (row + 1) * side && i < told; i++)
            print_entry(w, plot, i, &lines[i], columns / side, stream);
        if (row + 1 == LEGEND && told < n)
            fprintf(stream, "%zu more", n - told);
        fputc('\n', stream);
    }
}

static void draw_metric(sim_cli_watch_t *w, size_t metric, size_t columns, size_t height,
                        FILE *stream) {
    sim_cli_watch_line_t *lines = &w->line[metric * w->n_scenarios];
    extent_t all = extent(w, lines);
    bool any = all.low <= all.high;
    sim_cli_plot_t plot = {.width = columns - SCALE,
                           .height = height,
                           .x_min = 1,
                           .x_max = all.count > 1 ? all.count : 2,
                           .y_min = any ? all.low : 0,
                           .y_max = any ? all.high : 1,
                           .ascii = w->ascii,
                           .colour = w->colour};
    if (sim_cli_plot_init(&plot) == 0) {
        draw_lines(&plot, w->n_scenarios, lines);
        (void)sim_cli_plot_text(w->metric[metric], columns - 14, w->ascii, stream);
        fputs(any ? ", mean so far\n" : ", no value yet\n", stream);
        print_plot(&plot, stream);
        print_axis(&plot, stream);
        print_legend(w, &plot, lines, columns, stream);
    }
    sim_cli_plot_free(&plot);
}

/* The user's own, for the characters of the terminal alone; 0 when there is none. The program has
 * that of C all the while, in which numbers are read and written. */
static locale_t begin_locale(sim_cli_watch_t *w, locale_t *before) {
    locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    w->ascii = !locale || strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") != 0;
    *before = locale ? uselocale(locale) : (locale_t)0;
    return locale;
}

static void end_locale(locale_t locale, locale_t before) {
    if (!locale)
        return;
    (void)uselocale(before);
    freelocale(locale);
}

/* The picture, for sim_cli_progress_t. */
static void draw(void *watch, FILE *stream, size_t columns, size_t lines) {
    enum { AROUND = TITLE + AXIS + LEGEND };
    sim_cli_watch_t *w = watch;
    size_t shown = w->n_metrics;
    if (columns < NARROWEST + 1)
        return;
    while (shown > 0 && shown * (AROUND + LOWEST) + 1 > lines)
        shown--;
    if (shown == 0)
        return;
    size_t height = (lines - 1) / shown - AROUND;
    locale_t before = (locale_t)0, locale = begin_locale(w, &before);
    for (size_t m = 0; m < shown; m++)
        draw_metric(w, m, columns - 1, height < HIGHEST ? height : HIGHEST, stream);
    end_locale(locale, before);
}

/* Why nothing can be drawn; NULL when standard error is a terminal that can. */
static const char *hindrance(void) {
    const char *terminal = getenv("TERM");
    if (isatty(STDERR_FILENO) != 1)
        return "--watch draws on a terminal, and standard error is none";
    if (!terminal || !*terminal || strcmp(terminal, "dumb") == 0)
        return "--watch needs a terminal whose cursor can be moved, and TERM names none";
    return NULL;
}

void sim_cli_watch_begin(sim_cli_watch_t *watch, double planned, sim_cli_progress_t *progress) {
    const char *why = hindrance();
    if (why) {
        fprintf(stderr, "kumiai: note: %s; the means are printed at the end\n", why);
        return;
    }
    watch->planned = planned;
    progress->picture = draw;
    progress->picture_user = watch;
}
