#!/usr/bin/env bash
# Makes .venv hold what requirements/<name>.txt says, and the project itself.
#
#   deploy/environment.sh <run|dev>
#
# Done once, and again when the pins or the place change. PYTHON names the interpreter.
set -euo pipefail

ready() { # .venv holds that list (dev holds all of run)
    [ "$(cat ".venv/ready-$1" 2>/dev/null)" = "$(mark "$1")" ] && .venv/bin/python -c '' 2>/dev/null
}

mark() { # scripts in an environment know their full path, so the place counts too
    echo "$(cat "requirements/$1.txt" pyproject.toml | cksum) $PWD"
}

suits() { # that interpreter runs, is new enough, and not newer than $2
    "$1" -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= $2)" 2>/dev/null
}

find_python() {
    local candidate
    if [ -n "${PYTHON:-}" ]; then
        suits "$PYTHON" '(3, 99)' && echo "$PYTHON"
        return
    fi
    # The wheels with the embedded Redis exist for 3.11 and 3.12, so those come first.
    for candidate in python3 python3.12 python3.11; do
        suits "$candidate" '(3, 12)' && echo "$candidate" && return
    done
    for candidate in python3 python3.13 python3.14; do
        suits "$candidate" '(3, 99)' && echo "$candidate" && return
    done
}

name=$1
if ready "$name" || { [ "$name" = run ] && ready dev; }; then
    exit 0
fi

python=$(find_python || true)
if [ -z "$python" ]; then
    found=$("${PYTHON:-python3}" --version 2>&1) || found="not there"
    echo "Python 3.11 or newer is needed; ${PYTHON:-python3} is: $found." \
        "Name another: make run PYTHON=/path/to/python3.12" >&2
    exit 2
fi

echo "Preparing .venv ($name) with $("$python" --version) ..."
# A moved or half-made environment is not repaired but made again.
if [ "$(cat .venv/place 2>/dev/null)" != "$PWD" ] || ! .venv/bin/python -m pip -V >/dev/null 2>&1
then
    rm -rf .venv
    "$python" -m venv .venv || {
        echo "Could not make .venv. On Debian and Ubuntu: apt-get install python3-venv" >&2
        exit 2
    }
    echo "$PWD" >.venv/place
fi
rm -f .venv/ready-*
export PIP_DISABLE_PIP_VERSION_CHECK=1
.venv/bin/python -m pip install --quiet --require-hashes -r "requirements/$name.txt"
# What the build needs is installed by now, so nothing is fetched outside the lock.
.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
mark "$name" >".venv/ready-$name"
