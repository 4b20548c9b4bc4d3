#!/bin/sh
# No fused multiply-add in the library: it would round once where other machines round twice.
# gcc's straight-line vectoriser makes some in spite of -ffp-contract=off, so the code is looked at.
# usage: no_fma.sh LIBRARY.a
set -eu
listing=$(mktemp)
trap 'rm -f "$listing"' EXIT
objdump -d --no-show-raw-insn "$1" >"$listing"
grep -qE '^[[:space:]]+[0-9a-f]+:' "$listing" || { echo "not ok 1 - nothing disassembled"; exit 1; }
found=$(grep -oE '\s(vfn?m(add|sub|addsub|subadd)[0-9]+[ps][sd]|fn?m(add|sub)|fml[as])\s' "$listing" |
    sort | uniq -c || true)
if [ -n "$found" ]; then
    echo "not ok 1 - fused operations in $1:"
    echo "$found" | sed 's/^/# /'
    echo 1..1
    exit 1
fi
echo "ok 1 - no fused multiply-add in the library"
echo 1..1
