# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034 # install_group reads the lists by name
# Debian packages by purpose. Debian 12 is the system that is tested.

# To build and run the program, and for the report: all that scripts/quickstart needs.
packages_quick=(gcc libc6-dev cmake ninja-build pkg-config libgsl-dev libconfig-dev librandom123-dev
    libsleef-dev libsqlite3-dev sqlite3 libcsv-dev libxxhash-dev libcjson-dev libigraph-dev
    python3 python3-numpy python3-pandas python3-scipy python3-statsmodels python3-igraph python3-jinja2)
# For all analyses and their pictures.
packages_run=("${packages_quick[@]}" python3-matplotlib python3-openturns python3-sklearn python3-libconf
    python3-yaml)
packages_test=(g++ libcriterion-dev python3-pytest valgrind python3-networkx clang-14 libomp-14-dev
    gcc-aarch64-linux-gnu libc6-dev-arm64-cross libclang-rt-14-dev llvm-14 universal-ctags procps libopenmpi-dev openmpi-bin
    chromium chromium-driver poppler-utils python3-selenium python3-optuna python3-pyte help2man dpkg-dev zsh qemu-user
    r-base-core r-cran-network r-cran-sna r-cran-igraph r-cran-survival r-cran-matrix r-cran-rsqlite fonts-ipafont-gothic)
packages_package=(help2man dpkg-dev)
packages_docs=(python3-sphinx furo python3-myst-parser python3-nbconvert python3-ipykernel)
packages_lint=(clang-format-14 clang-tidy-14 cppcheck shellcheck mypy codespell)

declare -A apt_count
apt_all='?'

apt_line() { # of apt-get's protocol: what it does, by package
    local -a word
    read -ra word <<<"$1"
    local kind=${word[0]:-} name
    local -A verb=([Get]=fetched [Unpacking]="unpacking" [Setting]="setting up")
    kind=${kind%%:*}
    case $1 in
    *" newly installed"*) apt_all=${word[2]} && return ;;
    Get:*) name=${word[4]:-} ;;
    "Setting up "*) name=${word[2]} ;;
    "Unpacking "*) name=${word[1]} ;;
    *) return ;;
    esac
    apt_count[$kind]=$((${apt_count[$kind]:-0} + 1))
    if [ "${apt_count[$kind]}" = "$apt_all" ]; then told=-9; fi # the last one is always told
    tell "${verb[$kind]} ${apt_count[$kind]} of $apt_all: $name"
}

# What apt-get would fetch, as it says it itself: "185 MB to fetch, 727 MB on the disk".
apt_size() { # <package>...
    LC_ALL=C "${sudo[@]}" apt-get --assume-no --no-install-recommends install "$@" 2>/dev/null </dev/null |
        sed -n -e 's/^Need to get \([^/]*\/\)\{0,1\}\(.*\) of archives.*/\2 to fetch/p' \
            -e 's/^After this operation, \(.*\) of additional disk space.*/\1 on the disk/p' | paste -sd ';' |
        sed 's/;/, /' || true
}

install_group() { # <quick|run|test|package|docs|lint>...: what is missing, and nothing when nothing is
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
    step "install ${#missing[@]} packages and what they need: ${missing[*]}"
    quietly ignore_line "reading the lists of packages" "${sudo[@]}" apt-get update -q
    local size
    size=$(apt_size "${missing[@]}")
    step "install: ${size:-of unknown size}; two to four minutes on a fast line"
    apt_count=() apt_all='?'
    quietly apt_line "waiting for the first package" "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${missing[@]}"
}
