/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
/* A look at the text before libconfig 1.5 gets it. That version cuts integers to 32 bits
 * without a word, takes a string or comment without end for the rest of the file, and ends
 * the whole program when an included file cannot be read. All else it reports well itself. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/param/parts.h"

enum {
    MAX_DEPTH = 9, /* libconfig's own limit on files within files is 10 */
    MAX_INCLUDES = 1000,
    MAX_NESTING = 64, /* braces; a configuration has two levels */
    MAX_FRAGMENT_MIB = 16
};

typedef struct {
    const sim_param_layer_t *layer;
    sim_param_report_t *report;
    sim_param_place_t place;
    const char *at;
    int depth, nesting;
    struct {
        char bracket;
        int line;
    } open[MAX_NESTING];
    int *includes; /* files opened so far, over all depths */
    bool good;
    bool *odd_integers; /* libconfig can go on, but with other numbers than were written */
} scanner_t;

static void scan_text(scanner_t *scan);

/* Steps over [at, end) and counts its lines. */
static void skip_to(scanner_t *scan, const char *end) {
    for (; scan->at < end; scan->at++)
        scan->place.line += *scan->at == '\n';
}

static void skip_string(scanner_t *scan) {
    const char *end = scan->at + 1;
    while (*end && *end != '"')
        end += *end == '\\' && end[1] ? 2 : 1;
    if (!*end) {
        sim_param_problem(scan->report, &scan->place, "the text that starts here has no end quote");
        scan->good = false;
    }
    skip_to(scan, *end ? end + 1 : end);
}

static void skip_block_comment(scanner_t *scan) {
    const char *end = strstr(scan->at + 2, "*/");
    if (!end) {
        sim_param_problem(scan->report, &scan->place, "the comment that starts here has no end");
        scan->good = false;
    }
    skip_to(scan, end ? end + 2 : scan->at + strlen(scan->at));
}

static bool fits(const char *digits, int base, bool wide) {
    errno = 0;
    if (base == 16 && !wide)
        return strtoull(digits, NULL, base) <= INT32_MAX && errno == 0;
    long long value = strtoll(digits, NULL, base);
    return errno == 0 && (wide || (value >= INT32_MIN && value <= INT32_MAX));
}

/* `digits` at scan->at, with a sign before it perhaps. */
static void check_number(scanner_t *scan) {
    const char *start = scan->at, *end = start + (*start == '-' || *start == '+');
    int base = end[0] == '0' && (end[1] == 'x' || end[1] == 'X') ? 16 : 10;
    end += base == 16 ? 2 : 0;
    while (base == 16 ? isxdigit((unsigned char)*end) : isdigit((unsigned char)*end))
        end++;
    if (base == 10 && (*end == '.' || *end == 'e' || *end == 'E')) {
        while (isdigit((unsigned char)*end) || (*end && strchr(".eE+-", *end)))
            end++;
        scan->at = end;
        return;
    }
    if (end - start == 4 && *end == '-' && isdigit((unsigned char)end[1])) {
        sim_param_problem(scan->report, &scan->place,
                          "%.7s: a month is written in quotes, such as \"2020-06\"", start);
        scan->good = false;
        scan->at = end + 1 + strspn(end + 1, "0123456789");
        return;
    }
    bool wide = *end == 'L';
    int length = (int)(end - start);
    if (!fits(start, base, wide)) {
        sim_param_problem(scan->report, &scan->place,
                          wide || !fits(start, base, true)
                              ? "the integer %.*s does not fit into 64 bits"
                              : "the integer %.*s does not fit into 32 bits; write it with an L "
                                "at its end",
                          length > 40 ? 40 : length, start);
        *scan->odd_integers = true;
    }
    while (*end == 'L')
        end++;
    scan->at = end;
}

static void scan_fragment(scanner_t *outer, const char *path) {
    sim_base_why_t why;
    char *bytes = NULL;
    size_t size = 0;
    int line = 0;
    int code = sim_param_slurp(path, (size_t)MAX_FRAGMENT_MIB << 20, &bytes, &size, NULL, &why);
    if (code) {
        sim_param_problem(outer->report, &outer->place, "cannot include \"%.200s\": %s", path,
                          code == SIM_ERR_IO ? why.text : sim_base_strerror(code));
        outer->good = false;
        return;
    }
    scanner_t scan = *outer;
    scan.place = (sim_param_place_t){.file = path, .line = 1};
    scan.at = bytes;
    scan.depth++;
    const char *wrong = sim_param_not_text(bytes, size, &line);
    if (wrong) {
        scan.place.line = line;
        sim_param_problem(scan.report, &scan.place, "%s", wrong);
        scan.good = false;
    } else {
        scan_text(&scan);
    }
    scan.place = outer->place, scan.at = outer->at, scan.depth = outer->depth;
    *outer = scan; /* a bracket may open in one file and end in another */
    free(bytes);
}

/* At the quote of `@include "name"`. Names start from the folder of the layer's file, also
 * within fragments: so does libconfig. */
static void scan_include(scanner_t *scan) {
    const char *end = scan->at + 1 + strcspn(scan->at + 1, "\"\n");
    size_t length = (size_t)(end - scan->at) - 1;
    char *name = NULL, *path = NULL;
    if (*end != '"' || length == 0 || scan->at[1] == '/' || memchr(scan->at, '\\', length)) {
        sim_param_problem(scan->report, &scan->place,
                          "@include needs, in quotes, the name of a file as seen from %s",
                          scan->layer->dir);
        scan->good = false;
    } else if (scan->depth >= MAX_DEPTH || ++*scan->includes > MAX_INCLUDES) {
        sim_param_problem(scan->report, &scan->place, "too many files include each other here");
        scan->good = false;
    } else if ((name = strndup(scan->at + 1, length)) != NULL &&
               (path = sim_param_path_join(scan->layer->dir, name)) != NULL) {
        scan_fragment(scan, path);
    } else {
        scan->good = false;
        sim_param_problem(scan->report, &scan->place, "%s", sim_base_strerror(SIM_ERR_MEMORY));
    }
    free(path);
    free(name);
    skip_to(scan, *end == '"' ? end + 1 : end);
}

/* libconfig knows @include only at the start of a line. */
static const char *include_quote(const char *line) {
    line += strspn(line, " \t");
    if (strncmp(line, "@include", 8) != 0)
        return NULL;
    const char *quote = line + 8 + strspn(line + 8, " \t");
    return quote > line + 8 && *quote == '"' ? quote : NULL;
}

static void scan_bracket(scanner_t *scan) {
    static const char opening[] = "{([", closing[] = "})]";
    char bracket = *scan->at++;
    const char *closes = strchr(closing, bracket);
    if (closes && scan->nesting > 0) {
        char opened = scan->open[--scan->nesting].bracket;
        if (opened != opening[closes - closing] && scan->good) {
            sim_param_problem(scan->report, &scan->place,
                              "%c stands where the %c of line %d needs its end", bracket, opened,
                              scan->open[scan->nesting].line);
            scan->good = false;
        }
    } else if (closes) {
        return; /* libconfig says so */
    } else if (scan->nesting < MAX_NESTING) {
        scan->open[scan->nesting].bracket = bracket;
        scan->open[scan->nesting++].line = scan->place.line;
    } else if (scan->good) {
        sim_param_problem(scan->report, &scan->place, "brackets are nested more than %d deep",
                          MAX_NESTING);
        scan->good = false;
    }
}

/* Of a file that includes no other: lines of brackets tell no file. */
static void check_end(scanner_t *scan) {
    if (!scan->good || scan->nesting == 0 || *scan->includes > 0)
        return;
    scan->place.line = scan->open[scan->nesting - 1].line;
    sim_param_problem(scan->report, &scan->place, "the %c that stands here has no end",
                      scan->open[scan->nesting - 1].bracket);
    scan->good = false;
}

static void scan_text(scanner_t *scan) {
    bool line_start = true;
    while (*scan->at) {
        const char *at = scan->at, *quote = line_start ? include_quote(at) : NULL;
        line_start = *at == '\n';
        if (quote) {
            skip_to(scan, quote);
            scan_include(scan);
            if (scan->depth > 0 && !scan->good)
                return; /* one report of a circle is enough */
        } else if (*at == '"') {
            skip_string(scan);
        } else if (*at == '#' || (at[0] == '/' && at[1] == '/')) {
            skip_to(scan, at + strcspn(at, "\n"));
        } else if (at[0] == '/' && at[1] == '*') {
            skip_block_comment(scan);
        } else if (isdigit((unsigned char)*at) ||
                   ((*at == '-' || *at == '+') && isdigit((unsigned char)at[1]))) {
            check_number(scan);
        } else if (*at == '.') {
            scan->at += 1 + strspn(at + 1, "0123456789eE+-");
        } else if (isalpha((unsigned char)*at) || *at == '*') {
            while (isalnum((unsigned char)*scan->at) || (*scan->at && strchr("-_*", *scan->at)))
                scan->at++;
        } else if (strchr("{([])}", *at)) {
            scan_bracket(scan);
        } else {
            skip_to(scan, at + 1);
        }
    }
}

bool sim_param_scan(sim_param_layer_t *layer, sim_param_report_t *report) {
    int includes = 0;
    scanner_t scan = {.layer = layer,
                      .report = report,
                      .place = {.file = layer->file, .line = 1},
                      .at = layer->bytes,
                      .includes = &includes,
                      .good = true,
                      .odd_integers = &layer->odd_integers};
    scan_text(&scan);
    check_end(&scan);
    return scan.good;
}
