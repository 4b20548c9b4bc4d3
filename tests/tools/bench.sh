#!/bin/sh
# fl-bench: what it prints, not how fast it is.
# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

fresh preset
expect 0 --preset fast --size 64x48 --threads 1 --cpu scalar --repeat 1 --json
jsonl preset width height iso cpu threads mp_per_s wall_ms cpu_ms peak_rss_mb bytes_moved repeat
[ "$(wc -l <../out)" -eq 1 ] || fail "one preset on one thread is not one line"
prints '"cpu":"scalar"'
expect 0 --preset best --size 64x48 --repeat 2
prints "best "

fresh stages
expect 0 --preset balanced --size 64x48 --threads 2 --repeat 1 --stages --json
prints '"stage":"unpack"'
prints '"stage":"sharpen"'
prints '"threads":2'

fresh kernels
expect 0 --kernels --cpu scalar --json
jsonl kernel cpu ns_per_pixel ratio_to_scalar
prints '"kernel":"dct_shrink"'

fresh usage
expect 2 frame.dng
says "takes no input"
expect 2 --kernels --stages
says "leaves the presets"
expect 2 --presets fast
says "did you mean '--preset'?"
expect 1 --scene leafs
says "scene"
expect 1 --size 63x47
says "must be"
expect 0 --help
prints "Usage: fl-bench"
sed -n 's/^  .*--\([a-z-]*\).*/\1/p' ../out | sort -u >../options
[ "$(wc -l <../options)" -eq 12 ] || fail "the help lists $(wc -l <../options) options"
while read -r option; do
    grep -qE -e "Fl -$option( |\$)" "$MAN" || fail "the manual lacks --$option"
done <../options
expect 0 --version
prints "fl-bench (firstlight)"
finish
