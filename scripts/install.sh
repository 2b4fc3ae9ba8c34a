#!/bin/sh
# Installs trimtab from its releases, for Linux and macOS:
#
#     curl -fsSL https://github.com/trimtab/trimtab/releases/latest/download/install.sh | sh
#
#     TRIMTAB_VERSION        the version, such as 0.1.0 (the newest)
#     TRIMTAB_INSTALL_DIR    where the program goes (~/.local/bin)
#     TRIMTAB_RELEASES_URL   where releases are, such as a mirror (GitHub)
#
# The archive is held against the release's SHA256SUMS before anything is installed. Nothing is run as
# another user, and nothing but the program is written. docs/installing.md says how to verify the
# signature of the checksums.
set -eu

fail() {
    printf 'error: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf '  hint: %s\n' "$2" >&2
    exit 1
}

has() {
    command -v "$1" >/dev/null 2>&1
}

# The target that releases are built for and this machine is of.
target() {
    system=$(uname -s)
    machine=$(uname -m)
    case $machine in
        x86_64 | amd64) machine=x86_64 ;;
        aarch64 | arm64) machine=aarch64 ;;
        *) fail "there is no release for the processor $machine" "build it: cargo install --locked --git https://github.com/trimtab/trimtab trimtab" ;;
    esac
    case $system in
        Linux) printf '%s-unknown-linux-musl\n' "$machine" ;;
        Darwin)
            # A shell that runs translated says x86_64.
            if [ "$machine" = x86_64 ] && [ "$(sysctl -n sysctl.proc_translated 2>/dev/null || true)" = 1 ]; then
                machine=aarch64
            fi
            printf '%s-apple-darwin\n' "$machine"
            ;;
        MINGW* | MSYS* | CYGWIN*) fail "this script does not install on Windows" "unpack the .zip of the release, and put trimtab.exe on the PATH" ;;
        *) fail "there is no release for the system $system" "build it: cargo install --locked --git https://github.com/trimtab/trimtab trimtab" ;;
    esac
}

# download URL FILE
download() {
    if has curl; then
        curl --fail --silent --show-error --location --retry 3 --output "$2" "$1"
    elif has wget; then
        wget --quiet --tries=3 --output-document="$2" "$1"
    else
        fail "there is neither curl nor wget to download with" "install one of them"
    fi
}

# digest FILE: its SHA-256.
digest() {
    if has sha256sum; then
        sha256sum "$1" | cut -d ' ' -f 1
    elif has shasum; then
        shasum -a 256 "$1" | cut -d ' ' -f 1
    else
        fail "there is neither sha256sum nor shasum to check the download with" "install one of them"
    fi
}

main() {
    releases=${TRIMTAB_RELEASES_URL:-https://github.com/trimtab/trimtab/releases}
    version=${TRIMTAB_VERSION:-}
    version=${version#v}
    directory=${TRIMTAB_INSTALL_DIR:-}
    if [ -z "$directory" ]; then
        [ -n "${HOME:-}" ] || fail "HOME is not set" "name a directory in TRIMTAB_INSTALL_DIR"
        directory=$HOME/.local/bin
    fi
    target=$(target)
    case $version in
        '') release=$releases/latest/download ;;
        *[!0-9A-Za-z.+-]*) fail "\`$version\` is no version" "TRIMTAB_VERSION is such as 0.1.0" ;;
        *) release=$releases/download/v$version ;;
    esac

    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM

    download "$release/SHA256SUMS" "$work/SHA256SUMS" ||
        fail "there is no release ${version:-yet} at $releases" "its page lists those that there are"
    # The checksums also tell the version: the name of the archive has it.
    line=$(grep -E "^[0-9a-f]{64} [ *]trimtab-[^ /]+-$target\.tar\.gz\$" "$work/SHA256SUMS" || true)
    [ "$(printf '%s\n' "$line" | grep -c .)" = 1 ] ||
        fail "the release has no archive for $target" "build it: cargo install --locked --git https://github.com/trimtab/trimtab trimtab"
    expected=${line%% *}
    archive=${line##*[ *]}
    name=${archive%.tar.gz}

    download "$release/$archive" "$work/$archive" || fail "cannot download $release/$archive"
    found=$(digest "$work/$archive")
    [ "$found" = "$expected" ] ||
        fail "$archive is not what was released: its SHA-256 is $found, expected $expected" "download again; if it stays so, report it"

    tar -xzf "$work/$archive" -C "$work" "$name/trimtab" || fail "$archive cannot be unpacked"
    mkdir -p "$directory" || fail "cannot make $directory" "name another directory in TRIMTAB_INSTALL_DIR"
    # Into the same directory first, so that a program in use is replaced as a whole.
    new=$directory/.trimtab.$$
    if ! { cp "$work/$name/trimtab" "$new" && chmod 755 "$new" && mv -f "$new" "$directory/trimtab"; }; then
        rm -f "$new"
        fail "cannot write to $directory" "name another directory in TRIMTAB_INSTALL_DIR"
    fi
    "$directory/trimtab" version >/dev/null || fail "$directory/trimtab does not run on this machine"

    printf 'installed %s as %s\n' "$name" "$directory/trimtab"
    case :${PATH:-}: in
        *":$directory:"*) ;;
        *)
            printf '%s is not on the PATH: add this to the profile of your shell\n' "$directory"
            printf '  export PATH="%s:%s"\n' "$directory" "\$PATH"
            ;;
    esac
}

# Nothing is done unless the whole script has arrived.
main
