/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program kumiai: all commands, for the models of models.def. */
#include "sim/cli/cli.h"

int main(int argc, char **argv) {
    return sim_cli_main(argc, argv);
}
