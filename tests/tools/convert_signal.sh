#!/bin/sh
# fl-convert: an interrupt stops a batch cleanly, with nothing half-written.
. "$(dirname "$0")/lib.sh"

# interrupt SIGNAL STATUS
interrupt() {
    fresh "signal $1"
    "$TOOL" --preset best -o '%n_%c.%e' --jobs 2 $(seq -f 'sim:chart,size=2000x1500,seed=%g' 200) \
        >../out 2>../err &
    pid=$!
    # Stop once the work is under way: a first picture is there.
    tries=0
    while [ -z "$(find . -name '*.jpg')" ] && [ $tries -lt 4000 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
    kill -s "$1" $pid
    wait $pid
    got=$?
    [ $got -eq "$2" ] || fail "exit status $got, not $2"
    error_lines 1
    says "interrupted; "
    left=$(find . -name '*.tmp' -o -name '.?*' ! -name '.')
    [ -z "$left" ] || fail "left behind: $left"
    n=$(find . -name '*.jpg' | wc -l)
    [ "$n" -gt 0 ] && [ "$n" -lt 200 ] || fail "$n pictures"
    says "interrupted; $n of 200 converted"
    for f in *.jpg; do
        [ "$(tail -c 2 "$f" | od -An -tx1 | tr -d ' \n')" = ffd9 ] || fail "$f is not complete"
    done
}

interrupt INT 130
interrupt TERM 143
finish
