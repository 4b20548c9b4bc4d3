# Shared by the tests of the command-line tools. Sourced; $1 is the program, $2 json_check,
# $3 the program's manual page.
# shellcheck shell=sh
absolute() {
    case $1 in
    /*) echo "$1" ;;
    *) echo "$PWD/$1" ;;
    esac
}
TOOL=$(absolute "$1")
JSON=$(absolute "$2")
MAN=$(absolute "$3")
WORK=$(mktemp -d "${TMPDIR:-/tmp}/fl-tools.XXXXXX") || exit 99
: >"$WORK/failures" # a file: checks also run in sub-shells, at the end of a pipe
CASE=start
trap 'chmod -R u+w "$WORK" 2>/dev/null; rm -rf "$WORK"' EXIT
mkdir "$WORK/run" || exit 99
cd "$WORK/run" || exit 99

fail() {
    echo "FAIL [$CASE]: $*"
    sed 's/^/    stderr: /' ../err 2>/dev/null | head -5
    echo "$CASE" >>"$WORK/failures"
}

# fresh NAME: a new case in an empty folder
fresh() {
    CASE=$1
    cd "$WORK" && chmod -R u+w run && rm -rf run && mkdir run && cd run || exit 99
}

# expect STATUS ARGUMENT...: runs the program; output in ../out, messages in ../err
expect() {
    want=$1
    shift
    "$TOOL" "$@" >../out 2>../err
    got=$?
    [ "$got" -eq "$want" ] || fail "exit status $got, not $want: $*"
    # A sanitizer's report must never pass for a failure that was asked for.
    if grep -q -e 'Sanitizer' -e 'runtime error:' ../err; then
        fail "sanitizer report: $*"
    fi
}

# says TEXT: the messages contain it
says() {
    grep -qF -e "$1" ../err || fail "stderr does not say: $1"
}

silent() {
    [ ! -s ../err ] || fail "stderr is not empty"
}

# error_lines N: exactly so many lines on stderr
error_lines() {
    n=$(wc -l <../err)
    [ "$n" -eq "$1" ] || fail "$n lines on stderr, not $1"
}

prints() {
    grep -qF -e "$1" ../out || fail "stdout does not say: $1"
}

# files NAME...: exactly these are in the folder
files() {
    have=$(find . ! -type d | sed 's|^\./||' | LC_ALL=C sort | tr '\n' ' ')
    want=$(for f in "$@"; do echo "$f"; done | LC_ALL=C sort | tr '\n' ' ')
    [ "$have" = "$want" ] || fail "the folder holds '$have', not '$want'"
}

# jsonl KEY...: stdout is JSON lines with these keys
jsonl() {
    "$JSON" "$@" <../out 2>../json_err || fail "JSON: $(head -c 300 ../json_err)"
}

finish() {
    if [ -s "$WORK/failures" ]; then
        echo "$(wc -l <"$WORK/failures") checks failed"
        exit 1
    fi
    echo "all passed"
    exit 0
}
