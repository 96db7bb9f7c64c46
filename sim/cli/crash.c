/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said when a model brings the program down: a sentence in place of the shell's word. */
#define _GNU_SOURCE
#include "sim/cli/crash.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

/* Only what a signal handler may do: the text is put together by hand. */
static size_t append(char *text, size_t length, const char *more) {
    while (*more)
        text[length++] = *more++;
    return length;
}

static size_t append_hex(char *text, size_t length, uintptr_t number) {
    int shift = 8 * (int)sizeof number - 4;
    while (shift > 0 && number >> shift == 0)
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        text[length++] = "0123456789abcdef"[number >> shift & 15];
    return length;
}

static const char *what_of(int number) {
    return number == SIGFPE   ? "a whole number was divided by 0, or the quotient is too large"
           : number == SIGILL ? "the processor met something that is no instruction"
                              : "memory that belongs to nobody was read or written, at 0x";
}

/* The default action follows when the handler returns and the fault comes again: a core file, and
 * the signal as what the shell and scripts see. */
static void on_crash(int number, siginfo_t *info, void *context) {
    char text[512];
    size_t length = append(text, 0, "kumiai: the program crashes: ");
    (void)context;
    length = append(text, length, what_of(number));
    if (number == SIGSEGV || number == SIGBUS)
        length = append_hex(text, length, (uintptr_t)info->si_addr);
    length =
        append(text, length,
               "; the model is the most likely cause. Runs written before are kept. Compiled with "
               "-g -fsanitize=address,undefined the program says where\n");
    ssize_t written = write(STDERR_FILENO, text, length);
    (void)written;          /* there is nobody else to tell */
    if (info->si_code <= 0) /* sent by somebody: it does not come again by itself */
        (void)raise(number);
}

void sim_cli_tell_crashes(void) {
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct sigaction action = {.sa_sigaction = on_crash}, before;
        action.sa_flags = SA_SIGINFO;
        action.sa_flags |= (int)SA_RESETHAND;
        sigemptyset(&action.sa_mask);
        /* Sanitizers, and programs around kumiai_main(), have handlers of their own. */
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            (void)sigaction(numbers[i], &action, NULL);
    }
}
