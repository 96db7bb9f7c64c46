# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154 # root, from common.sh
# What scripts/test runs for longer than a suite may take.

campaign_fault() { # every call of the system fails once, over all commands
    export KUMIAI=$root/build/test/kumiai KUMIAI_FAULTS=whole KUMIAI_SOURCE_DIR=$root
    export KUMIAI_FAULT_LIBRARY=$root/build/test/tests/libfault_fail.so
    /usr/bin/python3 -m pytest -q -s -p no:cacheprovider tests/fault
}

# Each harness for KUMIAI_FUZZ_SECONDS (60), from its corpus and what was found before, which lies
# in build/fuzz/found; inputs that crash in build/fuzz/crashes.
campaign_fuzz() {
    local seconds=${KUMIAI_FUZZ_SECONDS:-60} built=$root/build/fuzz harness name log bad=0
    export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 OMP_NUM_THREADS=1
    mkdir -p "$built/crashes"
    for harness in "$built"/tests/fuzz/fuzz_*; do
        name=${harness##*/fuzz_}
        if [ ! -f "$harness" ]; then continue; fi
        log=$built/$name.log
        mkdir -p "$built/found/$name"
        "$harness" -max_total_time="$seconds" -timeout=30 -rss_limit_mb=4096 -print_final_stats=1 \
            -dict="$built/tests/fuzz/words.dict" -artifact_prefix="$built/crashes/$name-" \
            "$built/found/$name" "tests/fuzz/corpus/$name" >"$log" 2>&1 || bad=$((bad + 1))
        printf '%-12s %8s executions, %4s inputs, %s crashes so far\n' "$name" \
            "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
            "$(find "$built/found/$name" "tests/fuzz/corpus/$name" -type f | wc -l)" \
            "$(find "$built/crashes" -name "$name-*" | wc -l)"
    done
    KUMIAI=$root/build/fuzz/kumiai KUMIAI_FUZZ_SECONDS=$seconds KUMIAI_SOURCE_DIR=$root \
        /usr/bin/python3 -m pytest -q -s -p no:cacheprovider tests/fuzz/test_mutations.py || bad=$((bad + 1))
    [ "$bad" -eq 0 ] || fail "$bad harnesses found a fault; inputs: build/fuzz/crashes, words: build/fuzz/*.log"
}

# The same results from programs of other compilers and flags, on emulated processors, and on arm64,
# with a table of their digests at the end. Builds lie in build/machines, the arm64 library beside them, outside of what apt-get manages.
campaign_machines() {
    local at=$root/build/machines builds=''
    machine() { # <name> <compiler> <what its --version must say> <cmake option>...
        step "build $1"
        cmake -S "$root" -B "$at/$1" -G Ninja -D CMAKE_C_COMPILER="$2" -D KUMIAI_TESTS=OFF "${@:4}" >/dev/null
        cmake --build "$at/$1" --target kumiai >&2
        "$at/$1/kumiai" --version | grep -e "$3" >/dev/null || fail "the build $1 was made without $3"
        builds=$builds:$at/$1/kumiai
    }
    machine gcc-O0 gcc ' -O0 ' -D CMAKE_BUILD_TYPE=None -D CMAKE_C_FLAGS=-O0
    machine gcc-v3 gcc -march=x86-64-v3 -D CMAKE_C_FLAGS=-march=x86-64-v3
    machine gcc-lto gcc GNU -D KUMIAI_LTO=ON
    machine native gcc -march=native -D KUMIAI_NATIVE=ON
    machine clang clang-14 Clang
    machine clang-v3 clang-14 'Clang.*-march=x86-64-v3' -D CMAKE_C_FLAGS=-march=x86-64-v3
    step "libsleef3 of arm64"
    local own=(-o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User=
        -o "Dir::State::lists=$at/apt/lists" -o "Dir::Cache=$at/apt/cache" -o "Dir::State::status=$at/apt/status")
    mkdir -p "$at/apt/lists/partial" "$at/apt/cache/archives/partial"
    touch "$at/apt/status"
    (cd "$at/apt" && apt-get "${own[@]}" -qq update && apt-get "${own[@]}" -qq download libsleef3 &&
        dpkg -x libsleef3_*_arm64.deb "$at/arm64") || step "it could not be fetched: arm64 is left out"
    KUMIAI=$root/build/test/kumiai KUMIAI_SOURCE_DIR=$root KUMIAI_BUILDS=${builds#:} \
        KUMIAI_ARM_SLEEF=$at/arm64/usr/lib/aarch64-linux-gnu \
        /usr/bin/python3 -m pytest -q -s -rs -p no:cacheprovider tests/cli/test_portable.py
}

# Lines and branches of sim/ and models/ that the C tests, the tests of the command line and the
# first fault of each place in the code reach. Without tests that reach no line that others do not.
campaign_coverage() { # [<least per cent of all branches>]
    local none='^(cooperation/(directions|scenarios|steps|switches)|cli/(export_r|export_readers|identity|machines)|fault/fault)\.py'
    find build/coverage -name '*.gcda' -delete
    ctest --test-dir build/coverage --no-tests=error -j "$(jobs)" --output-on-failure \
        -LE '^(house|scripts)$' -E "$none" >build/coverage/tests.log ||
        step "some tests failed: build/coverage/tests.log"
    KUMIAI=$root/build/coverage/kumiai KUMIAI_FAULTS=places KUMIAI_SOURCE_DIR=$root \
        KUMIAI_FAULT_LIBRARY=$root/build/coverage/tests/libfault_fail.so \
        /usr/bin/python3 -m pytest -q -s -p no:cacheprovider tests/fault/test_fault.py >build/coverage/faults.log ||
        step "some faults were not borne: build/coverage/faults.log"
    /usr/bin/python3 scripts/coverage.py build/coverage "$@"
}
