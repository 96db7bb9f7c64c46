# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034 # install_group reads the lists by name
# Debian packages by purpose. Debian 12 is the system that is tested.

packages_run=(gcc libc6-dev cmake ninja-build pkg-config libgsl-dev libconfig-dev librandom123-dev
    libsleef-dev libsqlite3-dev sqlite3 libcsv-dev libxxhash-dev libcjson-dev libigraph-dev libxml2-dev
    python3 python3-numpy python3-pandas python3-matplotlib python3-statsmodels python3-scipy
    python3-igraph python3-openturns python3-jinja2 python3-sklearn python3-libconf)
packages_test=(libcriterion-dev python3-pytest python3-networkx clang-14 libomp-14-dev
    gcc-aarch64-linux-gnu libc6-dev-arm64-cross libclang-rt-14-dev llvm-14 universal-ctags procps libopenmpi-dev openmpi-bin
    chromium chromium-driver poppler-utils python3-selenium python3-optuna qemu-user r-base-core r-cran-network
    r-cran-sna r-cran-igraph r-cran-survival r-cran-matrix fonts-ipafont-gothic)
packages_docs=(python3-sphinx furo python3-myst-parser python3-nbconvert python3-ipykernel)
packages_lint=(clang-format-14 clang-tidy-14 cppcheck shellcheck)

apt_progress() { # apt-get's protocol on stdin: what it does, by package, at most a line a second
    local line all='?' told=-1
    local -A verb=([Get]=fetched [Unpacking]=unpacking [Setting]="setting up") count=()
    while IFS= read -r line; do
        local -a word
        read -ra word <<<"$line"
        local kind=${word[0]%%:*} name
        case $line in
        *" newly installed"*) all=${word[2]} && continue ;;
        Get:*) name=${word[4]:-} ;;
        "Setting up "*) name=${word[2]} ;;
        "Unpacking "*) name=${word[1]} ;;
        *) continue ;;
        esac
        count[$kind]=$((${count[$kind]:-0} + 1))
        if [ "$SECONDS" -ne "$told" ] || [ "${count[$kind]}" = "$all" ]; then
            told=$SECONDS
            printf '  %s %s of %s: %s\n' "${verb[$kind]}" "${count[$kind]}" "$all" "$name" >&2
        fi
    done
}

install_group() { # <run|test|docs|lint>...: what is missing, and nothing when nothing is
    local group package missing=() sudo=()
    for group in "$@"; do
        local -n packages=packages_$group
        for package in "${packages[@]}"; do
            dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null |
                grep -qx installed || missing+=("$package")
        done
    done
    if [ ${#missing[@]} -eq 0 ]; then
        step "all packages are there ($*)"
        return 0
    fi
    command -v apt-get >/dev/null ||
        fail "this system has no apt-get; please install what these Debian packages hold: ${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            fail "please install as root (sudo is not there): apt-get install ${missing[*]}"
        sudo=(sudo)
    fi
    step "install ${#missing[@]} packages: ${missing[*]}"
    local log
    log=$(mktemp)
    if ! { "${sudo[@]}" apt-get update -q &&
        "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -q --no-install-recommends "${missing[@]}"; } 2>&1 </dev/null |
        tee "$log" | apt_progress; then
        tail -n 30 "$log" >&2
        fail "the packages could not be installed; the whole protocol is in $log"
    fi
    rm -f "$log"
}
