/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is probably wrong where libconfig says no more than "syntax error". */
#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "sim/param/parts.h"

/* Extended regular expressions, the first that fits a line counts, and its first group is shown. */
static const struct {
    const char *pattern, *cure;
} suspects[] = {
    {"[=([{, \t][-+]?(nan|inf)", "numbers must be finite"},
    {"([0-9.]+[ \t]*%)", "there is no percent sign: 30 % is 0.3"},
    {"([0-9]+,[0-9]+)[ \t]*;", "a decimal has a point, as in 1.3"},
    {"^[ \t]*([A-Za-z_]+[.][A-Za-z_.]+)[ \t]*[=:]",
     "settings stand in groups: a.b = 1; is a = { b = 1; };"},
    {"[=:][ \t]*(\xE2\x80[\x98-\x9F]|\xC2\xAB|')",
     "texts stand in straight double quotes, \"...\""},
    {"[=:][ \t]*(yes|no|on|off)[ \t]*;", "a truth value is true or false"},
    {"[=:][ \t]*([A-Za-z./~][^;, \t]*)", "a number has digits, a text double quotes, \"...\""},
};

static bool finds(const char *line, const char *pattern, regmatch_t match[2]) {
    regex_t regex;
    if (regcomp(&regex, pattern, REG_EXTENDED | REG_ICASE))
        return false;
    bool found = regexec(&regex, line, 2, match, 0) == 0;
    regfree(&regex);
    return found;
}

static const char *line_at(const char *bytes, int line) {
    for (; line > 1 && (bytes = strchr(bytes, '\n')); line--)
        bytes++;
    return bytes ? bytes : "";
}

/* Whether the bracket that `at` begins with closes a list behind a comma. */
static bool after_comma(const char *bytes, const char *at) {
    while (at > bytes && isspace((unsigned char)at[-1]))
        at--;
    return at > bytes && at[-1] == ',';
}

void sim_param_syntax(sim_param_report_t *report, const sim_param_place_t *place,
                      const char *bytes) {
    enum { MOST = 400 };
    const char *at = line_at(bytes, place->line);
    char line[MOST];
    regmatch_t match[2];
    snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
    for (size_t i = 0; i < sizeof suspects / sizeof *suspects; i++)
        if (finds(line, suspects[i].pattern, match)) {
            sim_param_problem(report, place, "syntax error at \"%.*s\": %s",
                              (int)(match[1].rm_eo - match[1].rm_so), line + match[1].rm_so,
                              suspects[i].cure);
            return;
        }
    const char *closes = strpbrk(line, ")]");
    if (closes && after_comma(bytes, at + (closes - line)))
        sim_param_problem(report, place,
                          "syntax error: no comma stands behind the last entry of a list");
    else
        sim_param_problem(report, place, "syntax error");
}
