# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Progress in plain lines on standard error: at most one in three seconds, and where none was printed for four
# seconds one that says what goes on, whether the command is silent or says what nobody needs to read.

doing='' # what the last line said
told=-9  # when the last line was printed
begun=0  # since when that goes on

tell() { # <what happens>: as a line, unless one was printed in the last three seconds
    doing=$1
    if [ "$SECONDS" -ge $((told + 3)) ]; then say "$1"; fi
}

say() { # <line>: at once
    told=$SECONDS
    printf '  %s\n' "$1" >&2
}

still() { # says that it goes on, unless a line was printed in the last four seconds
    if [ "$SECONDS" -ge $((told + 4)) ] && [ "$SECONDS" -ge $((begun + 4)) ]; then
        say "$doing, $((SECONDS - begun)) s so far"
    fi
}

follow() { # <function> [<what happens at first>]: hands it every line of standard input
    local line rest=''
    begun=$SECONDS told=-9
    doing=${2:-working}
    while :; do
        if IFS= read -r -t 1 line; then
            "$1" "$rest$line"
            rest=''
        elif [ $? -gt 128 ]; then # nothing came in time
            rest+=$line
        else
            break
        fi
        still
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

repeat_line() { say "$1"; }

build_line() { # ninja's "[3/20] Building ...", which it prints when a step is done
    local numbers built all
    case $1 in
    "["*/*"] Re-checking"* | "["*/*"] Re-running"*) ;; # a look at the tree, of which the next lines are no part
    "["*/*"]"*)
        numbers=${1#[}
        numbers=${numbers%%]*}
        built=${numbers%/*} all=${numbers#*/}
        if [ "$built" = "$all" ]; then
            doing="built $all of $all"
            say "$doing" # the last one is always told
        elif [ $((built + 1)) = "$all" ]; then
            begun=$SECONDS
            doing="linking"
            say "built $built of $all; now linking, which optimises the program as a whole: half a minute or more"
        else
            tell "built $built of $all"
        fi
        ;;
    esac
}
