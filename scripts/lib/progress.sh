# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Progress in plain lines on standard error: at most one in three seconds, and when a command is silent for
# four seconds one that says that it goes on.

doing='' # what the last line said

tell() { # <what happens>: as a line, unless one was printed in the last three seconds
    doing=$1
    if [ "$SECONDS" -ge $((${told:--9} + 3)) ]; then
        told=$SECONDS
        printf '  %s\n' "$1" >&2
    fi
}

follow() { # <function> [<what happens at first>]: hands it every line of standard input
    local line rest='' begun=$SECONDS told=-9
    doing=${2:-working}
    while :; do
        if IFS= read -r -t 4 line; then
            "$1" "$rest$line"
            rest=''
        elif [ $? -gt 128 ]; then # nothing came in time
            rest+=$line
            printf '  %s, %s s so far\n' "$doing" $((SECONDS - begun)) >&2
        else
            break
        fi
    done
}

# Runs a command and prints what `function` makes of its lines; when it fails, the end of its words.
quietly() { # <function> <what it does> <command>...
    local log function=$1 what=$2
    shift 2
    log=$(mktemp)
    if ! "$@" 2>&1 </dev/null | tee "$log" | follow "$function" "$what"; then
        tail -n 30 "$log" >&2
        fail "failed: $what; everything that was said is in $log"
    fi
    rm -f "$log"
}

ignore_line() { :; }

repeat_line() { printf '  %s\n' "$1" >&2; }

build_line() { # ninja's "[3/20] Building ..."
    local numbers
    case $1 in
    "["*/*"] Re-checking"* | "["*/*"] Re-running"*) ;; # a look at the tree, of which the next lines are no part
    "["*/*"]"*)
        numbers=${1#[}
        numbers=${numbers%%]*}
        if [ "${numbers%/*}" = "${numbers#*/}" ]; then told=-9; fi # the last one is always told
        tell "built ${numbers%/*} of ${numbers#*/}"
        ;;
    esac
}
