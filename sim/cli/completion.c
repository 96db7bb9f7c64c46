/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kumiai completion: scripts that complete the commands in bash and zsh, from the same tables by
 * which the commands are read. */
#include <stdio.h>
#include <string.h>

#include "sim/cli/cli.h"
#include "sim/cli/commands.h"
#include "sim/schedule/world.h"

static const char help_text[] =
    "Usage: kumiai completion bash|zsh\n\n"
    "Prints a script that completes commands, options, their values and files in the shell:\n\n"
    "  bash  source <(kumiai completion bash)      in ~/.bashrc\n"
    "  zsh   kumiai completion zsh > DIR/_kumiai   with a DIR of $fpath\n\n"
    "An installed kumiai has both already.\n\n"
    "  --help  this text\n";

enum { HELP };
const sim_cli_option_t sim_cli_completion_table[] = {[HELP] = {"--help", NULL}, {NULL, NULL}};

typedef struct {
    const char *shell;
    bool help;
} options_t;

static void take(void *user, int option, const char *value, sim_base_diag_t *diag) {
    static const char *const shells[] = {"bash", "zsh", NULL};
    options_t *o = user;
    if (option == HELP)
        o->help = true;
    else if (o->shell)
        sim_base_diag_add(diag, NULL, 0, "one shell at a time: '%s' is too much", value);
    else
        o->shell = value;
    if (option == HELP || strcmp(value, "bash") == 0 || strcmp(value, "zsh") == 0)
        return;
    sim_base_hint_t hint;
    sim_base_diag_add(diag, NULL, 0, "there is no script for '%s'; it may be bash or zsh%s", value,
                      sim_base_hint(&hint, value, shells, "", ""));
}

/* ---- what a value is ---- */

typedef enum {
    NOTHING,
    ANYTHING,
    CHOICES,
    MODELS,
    SETTINGS,
    METRICS,
    FOLDERS,
    FILES,
    FILES_NAMED
} kind_t;

/* The ending of the files that are meant, such as "cfg"; NULL when the value is no such file. */
static const char *ending(const char *value) {
    static const char *const known[] = {".cfg", ".csv", ".db", ".json"};
    const char *dot = strrchr(value, '.');
    for (size_t i = 0; dot && i < sizeof known / sizeof known[0]; i++)
        if (strcmp(dot, known[i]) == 0)
            return dot + 1;
    return NULL;
}

static kind_t kind_of(const char *value) {
    static const struct {
        const char *value;
        kind_t kind;
    } known[] = {{"MODEL", MODELS},
                 {"KEY=VALUE", SETTINGS},
                 {"group.name=value", SETTINGS},
                 {"METRIC:HALFWIDTH", METRICS},
                 {"DIR", FOLDERS},
                 {"FILE", FILES}};
    if (!value)
        return NOTHING;
    if (strchr(value, '|'))
        return CHOICES;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(value, known[i].value) == 0)
            return known[i].kind;
    return ending(value) ? FILES_NAMED : ANYTHING;
}

/* The names of a table of parameters, each after a space and before `end`. */
static void print_params(const sim_param_t *row, const char *end) {
    for (; row && row->name; row++)
        printf(" %s%s", row->name, end);
}

/* All that --set takes: the settings of a run, and the parameters of all models. */
static void print_settings(const char *end) {
    print_params(sim_param_engine_table, end);
    for (size_t i = 0; sim_models[i]; i++)
        print_params(sim_models[i]->params, end);
}

/* The columns of the summaries of all models. */
static void print_metrics(const char *end) {
    for (size_t i = 0; sim_models[i]; i++)
        for (const sim_reducer_t *row = sim_models[i]->reducers; row && row->name; row++)
            printf(" %s%s", row->name, end);
}

/* The choices, with a space between each two. */
static void print_choices(const char *value) {
    if (kind_of(value) == MODELS) {
        for (size_t i = 0; sim_models[i]; i++)
            printf("%s%s", i ? " " : "", sim_models[i]->name);
        return;
    }
    for (const char *c = value; *c; c++)
        putchar(*c == '|' ? ' ' : *c);
}

/* ---- bash ---- */

static const char bash_head[] =
    "# bash completion for kumiai, printed by `kumiai completion bash`\n"
    "_kumiai_files() { # <ending, or none> <begin of the name>\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    mapfile -t COMPREPLY < <(if [ -n \"$1\" ]; then\n"
    "        compgen -f -X \"!*.$1\" -- \"$2\"\n"
    "        compgen -d -- \"$2\"\n"
    "    else\n"
    "        compgen -f -- \"$2\"\n"
    "    fi)\n"
    "}\n"
    "_kumiai_folders() {\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    mapfile -t COMPREPLY < <(compgen -d -- \"$1\")\n"
    "}\n"
    "_kumiai_words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$2\"); }\n"
    "_kumiai_begun() { # <names with what follows them> <begin of the name>\n"
    "    compopt -o nospace 2>/dev/null\n"
    "    _kumiai_words \"$1\" \"$2\"\n"
    "}\n";

static const char bash_main[] =
    "_kumiai() {\n"
    "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    local command=${COMP_WORDS[1]}\n"
    "    COMPREPLY=()\n"
    "    if [ \"$word\" = = ]; then # --name=, of which the shell makes two words, or three\n"
    "        word=''\n"
    "    elif [ \"$before\" = = ]; then\n"
    "        before=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    fi\n"
    "    local last='' # whether this is the value of a setting, name=value\n"
    "    [ \"${COMP_WORDS[COMP_CWORD]}\" = = ] && last=${COMP_WORDS[COMP_CWORD - 2]-}\n"
    "    [ \"${COMP_WORDS[COMP_CWORD - 1]}\" = = ] && last=${COMP_WORDS[COMP_CWORD - 3]-}\n"
    "    if [ \"$last\" = --set ]; then\n"
    "        return\n"
    "    fi\n"
    "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n";

/* The line that completes a value of this kind, after a pattern of `case`. */
static void bash_value(const char *value) {
    switch (kind_of(value)) {
    case CHOICES:
    case MODELS:
        fputs("_kumiai_words '", stdout);
        print_choices(value);
        fputs("' \"$word\"", stdout);
        break;
    case SETTINGS:
        fputs("_kumiai_settings \"$word\"", stdout);
        break;
    case METRICS:
        fputs("_kumiai_metrics \"$word\"", stdout);
        break;
    case FOLDERS:
        fputs("_kumiai_folders \"$word\"", stdout);
        break;
    case FILES:
        fputs("_kumiai_files '' \"$word\"", stdout);
        break;
    case FILES_NAMED:
        printf("_kumiai_files %s \"$word\"", ending(value));
        break;
    default:
        fputs(":", stdout);
    }
}

static void bash_options(const sim_cli_command_t *command) {
    printf("    %s/*/-*) _kumiai_words '", command->name);
    for (const sim_cli_option_t *o = command->options; o->name; o++)
        printf("%s%s", o == command->options ? "" : " ", o->name);
    fputs("' \"$word\" ;;\n", stdout);
}

static void bash_command(const sim_cli_command_t *command) {
    for (const sim_cli_option_t *o = command->options; o->name; o++) {
        if (!o->value || o->value[0] == '[')
            continue;
        printf("    %s/%s/*) ", command->name, o->name);
        bash_value(o->value);
        fputs(" ;;\n", stdout);
    }
    bash_options(command);
    printf("    %s/*) ", command->name);
    bash_value(command->takes);
    fputs(" ;;\n", stdout);
}

static void print_bash(void) {
    fputs(bash_head, stdout);
    fputs("_kumiai_settings() { _kumiai_begun '", stdout);
    print_settings("=");
    fputs("' \"$1\"; }\n_kumiai_metrics() { _kumiai_begun '", stdout);
    print_metrics(":");
    fputs("' \"$1\"; }\n", stdout);
    fputs(bash_main, stdout);
    fputs("        _kumiai_words '--help --version", stdout);
    for (const sim_cli_command_t *c = sim_cli_commands; c->name; c++)
        printf(" %s", c->name);
    fputs("' \"$word\"\n        return\n    fi\n    case $command/$before/$word in\n", stdout);
    for (const sim_cli_command_t *c = sim_cli_commands; c->name; c++)
        bash_command(c);
    /* The pages call the program by a variable, and bash looks the word up as it is written. */
    fputs("    esac\n}\ncomplete -F _kumiai kumiai \"\\$kumiai\"\n", stdout);
}

/* ---- zsh ---- */

/* What follows the colon of an argument of _arguments. */
static void zsh_value(const char *value) {
    switch (kind_of(value)) {
    case CHOICES:
    case MODELS:
        fputs("value:(", stdout);
        print_choices(value);
        fputs(")", stdout);
        break;
    case SETTINGS:
        fputs("setting:_kumiai_settings", stdout);
        break;
    case METRICS:
        fputs("metric:_kumiai_metrics", stdout);
        break;
    case FOLDERS:
        fputs("folder:_files -/", stdout);
        break;
    case FILES:
        fputs("file:_files", stdout);
        break;
    case FILES_NAMED:
        printf("file:_files -g \"*.%s\"", ending(value));
        break;
    default:
        fputs("value: ", stdout);
    }
}

static void zsh_command(const sim_cli_command_t *command) {
    printf("    %s)\n        _arguments", command->name);
    for (const sim_cli_option_t *o = command->options; o->name; o++) {
        bool may = o->value && o->value[0] == '[';
        printf(" \\\n            '%s%s", o->name, may ? "=-::" : o->value ? "=:" : "");
        if (o->value)
            zsh_value(o->value);
        putchar('\'');
    }
    if (command->takes) {
        fputs(" \\\n            '*:", stdout);
        zsh_value(command->takes);
        putchar('\'');
    }
    fputs("\n        ;;\n", stdout);
}

static void print_zsh(void) {
    fputs("#compdef kumiai\n# printed by `kumiai completion zsh`\n"
          "_kumiai_settings() { compadd \"$@\" -S = -",
          stdout);
    print_settings("");
    fputs("; }\n_kumiai_metrics() { compadd \"$@\" -S : -", stdout);
    print_metrics("");
    fputs("; }\n_kumiai() {\n    local -a commands=(\n", stdout);
    for (const sim_cli_command_t *c = sim_cli_commands; c->name; c++)
        printf("        '%s:%s'\n", c->name, c->doc);
    fputs("    )\n    if (( CURRENT == 2 )); then\n        _describe command commands\n"
          "        return\n    fi\n    shift words\n    (( CURRENT-- ))\n    case $words[1] in\n",
          stdout);
    for (const sim_cli_command_t *c = sim_cli_commands; c->name; c++)
        zsh_command(c);
    fputs("    esac\n}\n"
          "if [ \"$funcstack[1]\" = _kumiai ]; then _kumiai \"$@\"; else compdef _kumiai kumiai; "
          "fi\n",
          stdout);
}

int sim_cli_completion(int argc, char **argv) {
    options_t options = {0};
    int status = sim_cli_options_or_usage(argc, argv, sim_cli_completion_table, take, &options);
    if (status != SIM_CLI_OK)
        return status;
    if (!options.help && !options.shell)
        return sim_cli_usage_error("completion", "for which shell? It may be bash or zsh");
    if (options.help)
        fputs(help_text, stdout);
    else if (strcmp(options.shell, "bash") == 0)
        print_bash();
    else
        print_zsh();
    return sim_cli_finish_output();
}
