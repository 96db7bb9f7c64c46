/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _XOPEN_SOURCE 700 /* SIGXCPU */
#include "sim/cli/options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/error.h"
#include "sim/base/file.h"
#include "sim/base/processors.h"
#include "sim/base/text.h"
#include "sim/cli/cli.h"
#include "sim/team/ranks.h"

enum { MAX_OPTIONS = 64 };

/* ---- options ---- */

static int find(const sim_cli_option_t *table, const char *argument, size_t length,
                sim_base_diag_t *diag) {
    const char *names[MAX_OPTIONS + 1] = {NULL};
    char name[64];
    bool help = strcmp(argument, "-h") == 0;
    snprintf(name, sizeof name, "%.*s", (int)length, argument);
    for (int i = 0; i < MAX_OPTIONS && table[i].name; i++) {
        names[i] = table[i].name;
        if (strcmp(table[i].name, help ? "--help" : name) == 0)
            return i;
    }
    sim_base_hint_t hint;
    sim_base_diag_add(diag, NULL, 0, "unknown option %s%s", name,
                      sim_base_hint(&hint, name, names, "", ""));
    return -1;
}

/* Of other options the last value counts, as in GNU programs, so that what a script gives can be
 * overridden; but a file that would be left out is a mistake. */
static bool comes_once(const char *name) {
    return strcmp(name, "--out") == 0 || strcmp(name, "--targets") == 0;
}

bool sim_cli_options_read(int argc, char **argv, const sim_cli_option_t *table,
                          sim_cli_take_t *take, void *user, sim_base_diag_t *diag) {
    bool options = true, help = false;
    const char *given[MAX_OPTIONS] = {NULL};
    for (int i = 0; i < argc; i++) {
        const char *argument = argv[i];
        if (options && strcmp(argument, "--") == 0) {
            options = false;
            continue;
        }
        if (!options || argument[0] != '-' || !argument[1]) {
            take(user, -1, argument, diag);
            continue;
        }
        size_t length = strcspn(argument, "=");
        const char *value = argument[length] ? argument + length + 1 : NULL;
        int option = find(table, argument, length, diag);
        if (option < 0)
            continue;
        const char *wanted = table[option].value;
        bool must = wanted && wanted[0] != '[';
        if (must && !value && i + 1 < argc)
            value = argv[++i];
        if (must && !value)
            sim_base_diag_add(diag, NULL, 0, "%s needs a value: %s", table[option].name, wanted);
        else if (value && !wanted)
            sim_base_diag_add(diag, NULL, 0, "%s takes no value", table[option].name);
        else if (value && given[option] && comes_once(table[option].name))
            sim_base_diag_add(diag, NULL, 0, "%s is given twice: %s and %s", table[option].name,
                              given[option], value);
        else if (strcmp(table[option].name, "--help") == 0)
            help = true;
        else {
            given[option] = value;
            take(user, option, value, diag);
        }
    }
    return help;
}

bool sim_cli_options_good(int argc, char **argv, const sim_cli_reader_t *reader, void *user,
                          int *status) {
    sim_base_diag_t diag;
    sim_base_diag_init(&diag);
    bool help = sim_cli_options_read(argc - 1, argv + 1, reader->table, reader->take, user, &diag);
    bool good = diag.count == 0 && !diag.truncated;
    for (size_t i = 0; i + 1 < diag.count; i++)
        fprintf(stderr, "kumiai %s: %s\n", argv[0], diag.problem[i].text);
    if (!good)
        *status = sim_cli_usage_error(argv[0], "%s",
                                      diag.count ? diag.problem[diag.count - 1].text
                                                 : sim_base_strerror(SIM_ERR_MEMORY));
    else if (help)
        *status = sim_cli_print_help(reader->help);
    sim_base_diag_free(&diag);
    return good && !help;
}

int64_t sim_cli_whole(const char *option, const char *text, int64_t min, int64_t max,
                      sim_base_diag_t *diag) {
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (end != text && *end == '\0' && errno == 0 && value >= min && value <= max)
        return value;
    sim_base_diag_add(diag, NULL, 0, "%s: '%s' is not a whole number from %" PRId64 " to %" PRId64,
                      option, text, min, max);
    return min;
}

int sim_cli_format(const char *word, const char *const *names, const char *allowed,
                   sim_base_diag_t *diag) {
    sim_base_hint_t hint;
    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], word) == 0)
            return i;
    sim_base_diag_add(diag, NULL, 0, "there is no format '%s'%s", word,
                      sim_base_hint(&hint, word, names, "'", allowed));
    return 0;
}

int sim_cli_detail(const char *text, sim_base_diag_t *diag) {
    static const char *const word[] = {"summary", "series", "full", "choices", NULL};
    for (int i = 0; word[i]; i++)
        if (strcmp(word[i], text) == 0)
            return i;
    sim_base_hint_t hint;
    sim_base_diag_add(diag, NULL, 0,
                      "--detail: '%s' is not one of summary, series, full, choices%s", text,
                      sim_base_hint(&hint, text, word, "'", ""));
    return -1;
}

void sim_cli_threads_note(int threads) {
    int quota = sim_base_cgroup_processors("");
    if (threads > quota)
        fprintf(stderr,
                "kumiai: note: %d threads share %d processor%s: the control group (cgroup) of this "
                "process gives no more\n",
                threads, quota, quota == 1 ? "" : "s");
    int limit = sim_base_count_variable("OMP_THREAD_LIMIT");
    if (threads > limit)
        fprintf(stderr, "kumiai: note: OMP_THREAD_LIMIT allows %d of the %d threads\n", limit,
                threads);
}

/* ---- the results file ---- */

static void check_folder(const char *out, sim_base_diag_t *diag) {
    char *folder = sim_base_folder_of(out);
    struct stat status;
    if (!folder)
        sim_base_diag_add(diag, NULL, 0, "%s", sim_base_strerror(SIM_ERR_MEMORY));
    else if (stat(folder, &status))
        sim_base_diag_add(diag, NULL, 0, "--out: there is no folder %s; `mkdir -p %s` makes it",
                          folder, folder);
    else if (!S_ISDIR(status.st_mode))
        sim_base_diag_add(diag, NULL, 0, "--out: there is no folder %s, but a file of that name",
                          folder);
    else if (access(folder, W_OK | X_OK))
        sim_base_diag_add(diag, NULL, 0, "--out: folder %s is not writable: %s", folder,
                          strerror(errno));
    free(folder);
}

void sim_cli_refuse_journal(const char *option, const char *file, sim_base_diag_t *diag) {
    sim_base_diag_add(diag, NULL, 0,
                      "%s: %s has the name of a part of a results file; choose another name",
                      option, file);
}

void sim_cli_check_out(const char *out, bool resume, bool force, sim_base_diag_t *diag) {
    struct stat status;
    if (resume && force)
        sim_base_diag_add(diag, NULL, 0, "--resume and --force exclude each other");
    if (sim_base_is_journal(out))
        sim_cli_refuse_journal("--out", out, diag);
    if (sim_team_rank() > 0) /* rank 0 alone opens it, and may have begun it already */
        return;
    if (stat(out, &status))
        check_folder(out, diag);
    else if (S_ISDIR(status.st_mode))
        sim_base_diag_add(diag, NULL, 0, "--out: %s is a folder, not a file", out);
    else if (!resume && access(out, R_OK))
        sim_base_diag_add(diag, NULL, 0, "--out: %s exists already and cannot be read: %s", out,
                          strerror(errno));
    else if (!resume && !sim_base_is_database(out))
        sim_base_diag_add(diag, NULL, 0,
                          "--out: %s exists already and is not a results file, which is all that "
                          "--force replaces; choose another name",
                          out);
    else if (!resume && !force)
        sim_base_diag_add(diag, NULL, 0,
                          "results file %s exists already; --resume continues it, --force replaces "
                          "it",
                          out);
}

void sim_cli_check_retry(const char *out, sim_base_diag_t *diag) {
    if (out && sim_team_rank() == 0 && access(out, F_OK) && errno == ENOENT)
        sim_base_diag_add(diag, NULL, 0,
                          "--retry-failed: there is no results file %s with runs to make again",
                          out);
}

/* ---- one of several processes ---- */

bool sim_cli_stay_out(bool help, int code, const sim_base_diag_t *diag) {
    if (code && !help)
        (void)sim_team_stay_out(diag->count ? diag->problem[0].text : sim_base_strerror(code));
    return help || code;
}

int sim_cli_followed(int code, const char *out) {
    if (code != SIM_ERR_IO)
        return SIM_CLI_OK;
    fprintf(stderr,
            "kumiai: rank %d: rank 0, which writes %s, is lost, and what it had not written with "
            "it; the same command with --resume continues\n",
            sim_team_rank(), out);
    return SIM_CLI_FAILED;
}

/* ---- the command ---- */

static bool plain(const char *text) {
    static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                               "@%+=:,./_-";
    return *text && text[strspn(text, safe)] == '\0';
}

char *sim_cli_command_line(int argc, char **argv) {
    sim_base_text_t text;
    FILE *stream = sim_base_text_open(&text);
    if (!stream)
        return NULL;
    fputs("kumiai", stream);
    for (int i = 0; i < argc; i++) {
        fputc(' ', stream);
        if (plain(argv[i])) {
            fputs(argv[i], stream);
            continue;
        }
        fputc('\'', stream);
        for (const char *c = argv[i]; *c; c++)
            *c == '\'' ? fputs("'\\''", stream) : fputc(*c, stream);
        fputc('\'', stream);
    }
    return sim_base_text_close(stream, &text) ? NULL : text.bytes;
}

/* ---- signals ---- */

static volatile sig_atomic_t stop_asked;

static void on_signal(int number) {
    (void)number;
    stop_asked = 1;
}

/* Ctrl-C and the like: the second one ends the program at once. */
static void catch_once(int number) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    action.sa_flags |= (int)SA_RESETHAND;
    sigemptyset(&action.sa_mask);
    (void)sigaction(number, &action, NULL);
}

/* Signals that come several times for one reason: the kernel repeats SIGXCPU every second, and a
 * terminal that is closed sends SIGHUP beside its shell. What is ignored, as by nohup, stays so. */
static void catch_repeated(int number) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART}, before;
    sigemptyset(&action.sa_mask);
    if (sigaction(number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        (void)sigaction(number, &action, NULL);
}

const volatile sig_atomic_t *sim_cli_catch_signals(void) {
    catch_once(SIGINT);
    catch_once(SIGTERM);
    catch_repeated(SIGHUP);
    catch_repeated(SIGUSR1);
    catch_repeated(SIGXCPU);
    (void)signal(SIGXFSZ, SIG_IGN);
    return &stop_asked;
}
