#!/bin/bash
# Operations per pixel that each stage really executes, as a Markdown table.
#
#   tests/quality/operations.sh BUILD [ISO [SIZE]]
#
# A simulated capture is developed once per preset, standard look, under callgrind with the SSE4
# kernels; executed instructions are counted by address and looked up in the disassembly. Counted
# are the values that an instruction computes: four for a packed one, eight of 16 bits, one for a
# scalar one; moves,
# loads, stores, shuffles and address arithmetic are none. So steps, halos and rows computed twice
# are in it. In the columns: additions and multiplications; divisions and square roots;
# comparisons, selections and bit operations; conversions.
#
# Needs valgrind and binutils, and a build for x86-64.
set -euo pipefail

convert=$1/tools/fl-convert/fl-convert iso=${2:-1600} size=${3:-512}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$convert" -q -o "$work/capture.dng" "sim:photo,size=${size}x$size,iso=$iso"

# address class values, of every instruction that computes
objdump -d --no-show-raw-insn "$convert" | awk '
    { at = $1; sub(/:$/, "", at); op = $2; values = 0 }
    op ~ /^(p?x|x)or/ { split($3, r, ","); if (r[1] == r[2]) next } # a zero
    op ~ /ps$/ { values = 4 }
    op ~ /pd$/ { values = 2 }
    op ~ /s[sd]$/ { values = 1 }
    op ~ /^p(add|sub|mul|and|or|xor|cmp|min|max|abs|s[lr][la]|blendv)/ && op !~ /q$/ { values = 4 }
    op ~ /^p.*w$/ && values { values = 8 }
    op ~ /^(mov|shuf|unpck|insert|extract|lddq|broadcast|blendps|blendpd|pinsr|pextr)/ { next }
    op ~ /^cvt/ { class = 4; values = op ~ /(ss|sd|si)/ ? 1 : values ? values : 4 }
    op ~ /^p?(add|sub|mul|hadd|min|max|abs|s[lr][la])/ { class = 1 }
    op ~ /^(min|max)/ { class = 3 }
    op ~ /^(div|sqrt|rcp|rsqrt)/ { class = 2 }
    op ~ /^(p?cmp|u?comi|p?and|p?or|p?xor|p?blendv|round)/ { class = 3 }
    values && class { print at, class, values }
    { class = 0 }' >"$work/computing"

# count PRESET OPTIONS...: "stage class values" summed over the run
count() {
    local preset=$1
    shift
    valgrind -q --tool=callgrind --dump-instr=yes --dump-line=no --separate-callers=6 \
        --compress-strings=no --compress-pos=no --callgrind-out-file="$work/calls" \
        "$convert" -q --overwrite --cpu sse4 --threads 1 --preset "$preset" "$@" \
        -o "$work/out.png" "$work/capture.dng" >/dev/null 2>&1
    awk '
    function stage_of(chain,    part, n, i) {
        n = split(chain, part, "\047")
        for (i = 1; i <= n; i++) {
            if (part[i] ~ /^(fl_decide|fl_statistics|measure_rows)/) return "statistics+control"
            if (part[i] ~ /^(encode_|fl_encode)/) return "encode"
            if (sub(/_gather$/, "", part[i])) return part[i]
            if (part[i] !~ /(^|_)rows$/ || part[i + 1] !~ /^(pull|run_)/) continue
            if (part[i] == "rows") return chain ~ /edge/ ? "denoise" : "demosaic"
            if (part[i] ~ /^(color|diagonal)_rows/) return "demosaic"
            if (part[i] ~ /^(root|blocks)_rows/) return "raw_denoise"
            if (part[i] ~ /^(fl_opponent|fl_opponent_back|half|shrink|detail|merge|split|join)_rows/)
                return "denoise"
            sub(/_rows$/, "", part[i])
            return part[i]
        }
        return "other"
    }
    FNR == NR { class[$1] = $2; values[$1] = $3; next }
    /^ob=/ { ours = $0 ~ /fl-convert$/ }
    /^fn=/ { stage = stage_of(substr($0, 4)) }
    /^calls=/ { getline; next }
    /^0x/ && ours {
        at = substr($1, 3)
        if (at in class) sum[stage " " class[at]] += values[at] * $NF
    }
    END { for (s in sum) print s, sum[s] }' "$work/computing" "$work/calls"
}

for preset in best balanced fast; do
    count "$preset" | sed "s/^/$preset /"
done | awk -v pixels="$((size * size))" '
    { ops = $4 / pixels; of[$1 " " $2] += ops; total[$1] += ops }
    $1 == "best" { class[$2 " " $3] += ops; all[$3] += ops }
    BEGIN {
        stages = split("statistics+control unpack black defect lens_shading green_balance " \
            "white_balance highlights stabilise raw_denoise demosaic denoise unstabilise lens " \
            "color_matrix resize local_tone gamut tone adjust sharpen encode", stage)
        for (i = 1; i <= stages; i++)
            known[stage[i]] = 1
    }
    !($2 in known) { known[$2] = 1; stage[++stages] = $2 }
    function row(name, a, b, c, d, best, balanced, fast) {
        printf "| %s | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f |\n", name, a, b, c, d, best,
            balanced, fast
    }
    END {
        print "| stage | + − × | ÷ √ | compare, select | convert | **best** | balanced | fast |"
        print "|---|---|---|---|---|---|---|---|"
        for (i = 1; i <= stages; i++) {
            s = stage[i]
            if (of["best " s] + of["balanced " s] + of["fast " s] >= 0.5)
                row(s, class[s " 1"], class[s " 2"], class[s " 3"], class[s " 4"],
                    of["best " s], of["balanced " s], of["fast " s])
        }
        row("**all**", all[1], all[2], all[3], all[4], total["best"], total["balanced"],
            total["fast"])
    }'
