# shellcheck shell=sh
# Sourced by the scripts beside it: a Python of 3.11 or later, and environments made with it.

# What the caller has active must not reach into an environment of its own. Settings of the package index stay.
unset VIRTUAL_ENV PYTHONHOME PYTHONPATH PYTHONSTARTUP PYTHONINSPECT PYTHONSAFEPATH PYTHONPLATLIBDIR PYTHONUSERBASE
unset PYTHONEXECUTABLE __PYVENV_LAUNCHER__
unset PIP_TARGET PIP_PREFIX PIP_ROOT PIP_PYTHON PIP_DRY_RUN PIP_NO_DEPS PIP_REQUIREMENT PIP_EDITABLE
unset PIP_REQUIRE_VIRTUALENV
# Said, not unset: it overrides pip's configuration files too.
export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1

# fail WHAT WHY HINT: prints a message and ends the script
fail() {
    printf 'autovenv: error: %s\n  why: %s\n  hint: %s\n' "$1" "$2" "$3" >&2
    exit 1
}

# tilde PATH: prints PATH with the home directory as ~
tilde() {
    # shellcheck disable=SC2088 # the tilde is to be read, not expanded
    case $1 in
        "$HOME"/*) printf '~/%s' "${1#"$HOME"/}" ;;
        *) printf '%s' "$1" ;;
    esac
}

# answers PYTHON: prints the interpreter that PYTHON is or was made from, if it starts and is 3.11 or later
answers() {
    if [ "$1" = /usr/bin/python3 ] && [ "$(uname)" = Darwin ]; then
        # Without the command line tools this one opens a dialogue.
        xcode-select -p >/dev/null 2>&1 || return 1
    fi
    # 3.10 and earlier do not know -P.
    "$1" -E -P -c 'import sys; print(getattr(sys, "_base_executable", "") or sys.executable)' 2>/dev/null </dev/null
}

# can_make_environments PYTHON: whether PYTHON can do that by itself, or with virtualenv
can_make_environments() {
    "$1" -E -P -c 'import ensurepip, venv' 2>/dev/null || "$1" -E -P -c 'import virtualenv' 2>/dev/null
}

# find_python: sets `python`, if it can to one that can make environments; `PYTHON` may name the one to try first
find_python() {
    python=
    for name in "${PYTHON-}" python3.14 python3.13 python3.12 python3.11 python3 python; do
        # A name on PATH may be a shim with nothing behind it: only an answer counts.
        if ! { found=$(command -v "$name") && found=$(answers "$found") && [ -x "$found" ]; }; then
            continue
        fi
        if can_make_environments "$found"; then
            python=$found
            return
        fi
        [ -n "$python" ] || python=$found
    done
    [ -z "$python" ] || return 0
    if command -v uv >/dev/null; then
        # Those that uv manages are not on PATH.
        python=$(uv python find --no-project '>=3.11' 2>/dev/null) && python=$(answers "$python") && return
    fi
    fail 'no Python 3.11 or later found' 'none of python3.14 to python3.11, python3 and python on PATH is one' \
        "install one, for example with your system's package manager, and run this again"
}

# make_environment DIR: makes a virtual environment there, in place of whatever was there
make_environment() {
    if "$python" -E -P -c 'import ensurepip, venv' 2>/dev/null; then
        "$python" -E -P -m venv --clear "$1"
    elif "$python" -E -P -c 'import virtualenv' 2>/dev/null; then
        "$python" -E -P -m virtualenv --quiet --clear "$1"
    else
        version=$("$python" -E -P -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        if command -v apt-get >/dev/null; then
            remedy="run \`sudo apt-get install python$version-venv\`, then this again"
        else
            remedy='install virtualenv, uv or pipx with your package manager, then run this again'
        fi
        fail "\`$(tilde "$python")\` cannot make a virtual environment" \
            "its module ensurepip is missing, and virtualenv is not installed" "$remedy"
    fi
    # An old pip writes launchers that import `re`, which every start of a command would pay for.
    "$1/bin/python" -I -m pip install --quiet --upgrade pip ||
        printf 'autovenv: warning: pip could not be upgraded, going on with the one that is there\n' >&2
}
