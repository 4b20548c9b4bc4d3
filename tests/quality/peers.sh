#!/bin/bash
# What other raw developers make of the same captures, as a table like quality's own.
#
#   tests/quality/peers.sh BUILD CSV [LIST [SETS [ISOS]]]
#
# Appends to CSV a row for every line of LIST (peers.txt beside this script, which says what a line
# is) that CSV does not have yet, so a run may be stopped and taken up again; remove rows to renew
# them. SETS and ISOS restrict it, with commas: kodak24,saturated none,400. The captures are written
# as DNG by 'quality export', developed by each tool as neutrally as it can (white balance from the
# file, matrix, sRGB curve, no sharpening, no lens correction, no automatic exposure), and measured
# by 'quality pair'. KEEP=FOLDER keeps captures and results there; PICTURE=NAME takes only one of
# each set, EVERY=N every n-th.
#
# Needs rawtherapee-cli and dcraw_emu (Debian: rawtherapee, libraw-bin).
set -euo pipefail

here=$(dirname "$0")
build=$1 csv=$2 list=${3:-$here/peers.txt} sets=${4:-} isos=${5:-}
quality=$build/tests/quality/quality
work=${KEEP:-$(mktemp -d)}
[ -n "${KEEP:-}" ] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work"

# profile METHOD KEY=VALUE... [| KEY=VALUE...]: RawTherapee's profile; the keys before the bar are
# of its demosaic, those behind it of its noise reduction
profile() {
    local method=$1 options="${*:2} |"
    local bayer=${options%%|*} denoise=${options#*|}
    denoise=${denoise%|*}
    cat <<PROFILE
[Version]
AppVersion=5.9
Version=349

[Exposure]
Auto=false
HistogramMatching=false

[HLRecovery]
Enabled=false

[Color Management]
InputProfile=(camera)
ToneCurve=false
ApplyLookTable=false
ApplyBaselineExposureOffset=false
ApplyHueSatMap=false
WorkingProfile=ProPhoto
OutputProfile=RTv4_sRGB

[Sharpening]
Enabled=false

[PostDemosaicSharpening]
Enabled=false

[LensProfile]
LcMode=none

[RAW]
CA=false

[RAW Bayer]
Method=$method
Border=0
$(tr ' ' '\n' <<<"$bayer")
PROFILE
    [ -z "${denoise// /}" ] || cat <<PROFILE
[Directional Pyramid Denoising]
Enabled=true
Median=false
LMethod=SLI
C2Method=AUTO
$(tr ' ' '\n' <<<"$denoise")
PROFILE
}

# develop TOOL SETTING CAPTURES RESULTS
develop() {
    local options file
    read -ra options <<<"$2"
    case $1 in
    rawtherapee)
        profile "${options[@]}" >"$4/profile.pp3"
        rawtherapee-cli -q -o "$4" -n -b8 -Y -p "$4/profile.pp3" -c "$3" >/dev/null 2>&1
        ;;
    dcraw_emu) # -c 0: white stays at the file's white level
        for file in "$3"/*.dng; do
            dcraw_emu -w -W -c 0 -o 1 -g 2.4 12.92 -q "${options[@]}" \
                -Z "$4/$(basename "$file" .dng).png" "$file"
        done
        ;;
    *)
        echo "$list: unknown tool '$1'" >&2
        return 1
        ;;
    esac
}

# mean KEY CAPTURES RESULTS: a row, the mean over the pictures of each measure but those of edges
mean() {
    local truth
    for truth in "$2"/*.truth.png; do
        "$quality" pair "$truth" "$3/$(basename "$truth" .truth.png).png"
    done | awk -F, -v key="$1" '
        { for (i = 1; i <= NF - 3; i++) if ($i != "") { sum[i] += $i; n[i]++ } columns = NF - 3 }
        END { printf "%s", key
              for (i = 1; i <= columns; i++)
                  printf i == 2 ? ",%.4f" : ",%.2f", n[i] ? sum[i] / n[i] : 0
              printf "\n" }'
}

row() {
    local set=$1 iso=$2 tool=$3 setting=$4
    local key="$set,$iso,$tool,$setting" captures results
    captures=$work/$(basename "$1")-$2
    ! grep -qF -- "$key," "$csv" || return 0
    if [ ! -d "$captures" ]; then
        mkdir -p "$captures"
        "$quality" export "$captures" --set "$set" --iso "$iso" --every "${EVERY:-1}" \
            --picture "${PICTURE:-mean}" --lists "$here"
    fi
    results=$captures/$tool-${setting//[^[:alnum:]]/_}
    mkdir -p "$results"
    develop "$tool" "$setting" "$captures" "$results"
    mean "$key" "$captures" "$results" >>"$csv"
    [ -n "${KEEP:-}" ] || rm -rf "$results"
}

wanted() { # VALUE LIST: the list, where there is one, names the value
    [ -z "$2" ] || [[ ,$2, = *,$1,* ]]
}

[ -s "$csv" ] ||
    echo "set,iso,tool,setting,cpsnr,ssim,de_mean,de_95,zipper,false_color,noise_y,noise_c,blotch" \
        >"$csv"
while read -r line_sets line_isos tool methods setting; do
    [[ $line_sets != '#'* && -n $line_sets ]] || continue
    for set in ${line_sets//,/ }; do
        for iso in ${line_isos//,/ }; do
            for method in ${methods//,/ }; do
                if wanted "$set" "$sets" && wanted "$iso" "$isos"; then
                    row "$set" "$iso" "$tool" "$method${setting:+ $setting}"
                fi
            done
        done
    done
done <"$list"
