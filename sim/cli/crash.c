/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said when a model brings the program down: a sentence in place of the shell's word. */
#define _GNU_SOURCE
#include "sim/cli/crash.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "sim/schedule/phases.h"

/* Only what a signal handler may do: the text is put together by hand. */
typedef struct {
    size_t length;
    char text[512];
} said_t;

static void say(said_t *said, const char *more) {
    while (*more && said->length < sizeof said->text)
        said->text[said->length++] = *more++;
}

static void say_number(said_t *said, uintptr_t number, unsigned base) {
    char digit[3 * sizeof number], *first = digit + sizeof digit - 1;
    *first = '\0';
    do
        *--first = "0123456789abcdef"[number % base];
    while (number /= base);
    say(said, first);
}

static const char *what_of(int number) {
    return number == SIGFPE   ? "a whole number was divided by 0, or the quotient is too large"
           : number == SIGILL ? "the processor met something that is no instruction"
                              : "memory that belongs to nobody was read or written, at 0x";
}

/* The default action follows when the handler returns and the fault comes again: a core file, and
 * the signal as what the shell and scripts see. */
static void on_crash(int number, siginfo_t *info, void *context) {
    const sim_schedule_place_t at = sim_schedule_place;
    const char *const words[] = {", in ", at.hook, at.name, " of model ", at.model, ", step "};
    said_t said = {0};
    (void)context;
    say(&said, "kumiai: the program crashes: ");
    say(&said, what_of(number));
    if (number == SIGSEGV || number == SIGBUS)
        say_number(&said, (uintptr_t)info->si_addr, 16);
    for (size_t i = 0; at.hook && i < sizeof words / sizeof *words; i++)
        say(&said, words[i]);
    if (at.hook)
        say_number(&said, (uintptr_t)at.step, 10);
    say(&said, "; the model is the most likely cause. Runs written before are kept. Compiled with "
               "-g -fsanitize=address,undefined the program names the line\n");
    ssize_t written = write(STDERR_FILENO, said.text, said.length);
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
