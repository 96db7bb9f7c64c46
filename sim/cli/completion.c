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

const sim_cli_option_t sim_cli_completion_table[] = {{"--help", NULL}, {NULL, NULL}};

static void take(void *user, int option, const char *value, sim_base_diag_t *diag) {
    static const char *const shells[] = {"bash", "zsh", NULL};
    const char **shell = user;
    (void)option; /* it has none that takes a value */
    if (*shell)
        sim_base_diag_add(diag, NULL, 0, "one shell at a time: '%s' is too much", value);
    else
        *shell = value;
    if (strcmp(value, "bash") == 0 || strcmp(value, "zsh") == 0)
        return;
    sim_base_hint_t hint;
    sim_base_diag_add(diag, NULL, 0, "there is no script for '%s'; it may be bash or zsh%s", value,
                      sim_base_hint(&hint, value, shells, "", ""));
}

/* ---- what a value is ---- */

/* How each shell completes a value: in bash a command, in zsh what follows the colon of an argument
 * of _arguments. '%' stands for the words of a choice, or for the ending of a file. */
typedef struct {
    const char *value; /* as a table of options has it */
    const char *shell[2];
} form_t;
enum { BASH, ZSH };

static const form_t forms[] = {
    {"MODEL", {"_kumiai_words '%' \"$word\"", "value:(%)"}},
    {"KEY=VALUE", {"_kumiai_settings \"$word\"", "setting:_kumiai_settings"}},
    {"group.name=value", {"_kumiai_settings \"$word\"", "setting:_kumiai_settings"}},
    {"METRIC:HALFWIDTH", {"_kumiai_metrics \"$word\"", "metric:_kumiai_metrics"}},
    {"DIR", {"_kumiai_folders \"$word\"", "folder:_files -/"}},
    {"FILE", {"_kumiai_files '' \"$word\"", "file:_files"}}};
static const form_t a_choice = {"a|b", {"_kumiai_words '%' \"$word\"", "value:(%)"}};
static const form_t a_file = {"R.db", {"_kumiai_files % \"$word\"", "file:_files -g \"*.%\""}};
static const form_t anything = {"N", {":", "value: "}};

/* The ending of the files that are meant, such as "cfg"; NULL when the value is no such file. */
static const char *ending(const char *value) {
    static const char *const known[] = {".cfg", ".csv", ".db", ".json"};
    const char *dot = strrchr(value, '.');
    for (size_t i = 0; dot && i < sizeof known / sizeof known[0]; i++)
        if (strcmp(dot, known[i]) == 0)
            return dot + 1;
    return NULL;
}

/* value NULL: there is none. */
static const form_t *form_of(const char *value) {
    if (!value)
        return &anything;
    if (strchr(value, '|'))
        return &a_choice;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (strcmp(value, forms[i].value) == 0)
            return &forms[i];
    return ending(value) ? &a_file : &anything;
}

/* What '%' stands for. */
static void print_words(const form_t *form, const char *value) {
    if (form == &a_file)
        fputs(ending(value), stdout);
    else if (form == &a_choice)
        for (const char *c = value; *c; c++)
            putchar(*c == '|' ? ' ' : *c);
    else
        for (size_t i = 0; sim_models[i]; i++)
            printf("%s%s", i ? " " : "", sim_models[i]->name);
}

static void print_value(const char *value, int shell) {
    const form_t *form = form_of(value);
    for (const char *c = form->shell[shell]; *c; c++)
        if (*c == '%')
            print_words(form, value);
        else
            putchar(*c);
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
        print_value(o->value, BASH);
        fputs(" ;;\n", stdout);
    }
    bash_options(command);
    printf("    %s/*) ", command->name);
    print_value(command->takes, BASH);
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

static void zsh_command(const sim_cli_command_t *command) {
    printf("    %s)\n        _arguments", command->name);
    for (const sim_cli_option_t *o = command->options; o->name; o++) {
        bool may = o->value && o->value[0] == '[';
        printf(" \\\n            '%s%s", o->name, may ? "=-::" : o->value ? "=:" : "");
        if (o->value)
            print_value(o->value, ZSH);
        putchar('\'');
    }
    if (command->takes) {
        fputs(" \\\n            '*:", stdout);
        print_value(command->takes, ZSH);
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
    static const sim_cli_reader_t reader = {help_text, sim_cli_completion_table, take};
    const char *shell = NULL;
    int status = SIM_CLI_OK;
    if (!sim_cli_options_good(argc, argv, &reader, &shell, &status))
        return status;
    if (!shell)
        return sim_cli_usage_error("completion", "for which shell? It may be bash or zsh");
    if (strcmp(shell, "bash") == 0)
        print_bash();
    else
        print_zsh();
    return sim_cli_finish_output();
}
