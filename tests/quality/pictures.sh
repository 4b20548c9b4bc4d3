#!/bin/bash
# The pictures of docs/quality.md, from simulated scenes; all parts are shown at 100 %:
#   contact-sheet.jpg   truth, finished, and neutral at rising ISO
#   presets.jpg         the three presets side by side, clean and noisy
#   stages.jpg          one stage at a time, off and on
#   strength.jpg        strengths of noise reduction
#   peers.jpg           the same captures by other developers, where they are installed
#
#   tests/quality/pictures.sh BUILD [FOLDER]     (default: docs/quality)
#
# Needs montage (Debian: imagemagick); for peers.jpg rawtherapee and libraw-bin.
set -euo pipefail

build=$1 out=${2:-docs/quality}
here=$(dirname "$0")
quality=$build/tests/quality/quality
convert=$build/tools/fl-convert/fl-convert
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
style=(-background white)
font=/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
[ ! -f "$font" ] || style+=(-font "$font" -pointsize 11)

parts=()

# part FILE WIDTHxHEIGHT+X+Y LABEL: cuts a part for the next sheet
part() {
    local file=$work/part-${#parts[@]}-$RANDOM.png
    montage "${style[@]}" -label "$3" "$1[$2]" -geometry +0+0 "$file"
    parts+=("$file")
}

# sheet FILE COLUMNS: all parts since the last one
sheet() {
    montage "${parts[@]}" "${style[@]}" -tile "$2x" -geometry +3+2 -quality "${3:-82}" "$out/$1"
    parts=()
}

# developed SCENE ISO PRESET: the file that 'quality run --save' made
developed() {
    echo "$work/scenes-$1-imx477-D65-$2-right-$3.png"
}

contact_sheet() {
    local scene place iso
    while read -r scene place; do
        part "$work/truth-$scene.png" "$place" "$scene, truth"
        "$convert" -q --overwrite -o "$work/finished.png" "sim:$scene,size=480x360,iso=100"
        part "$work/finished.png" "$place" 'ISO 100, standard look'
        for iso in none 400 1600 6400; do
            part "$(developed "$scene" $iso best)" "$place" "neutral, best, ISO $iso"
        done
    done <<'SCENES'
chart 160x120+150+90
portrait 160x120+160+60
photo 160x120+170+150
leaves 160x120+160+110
stops 160x120+0+150
edge 160x120+100+0
zoneplate 160x120+140+110
SCENES
    sheet contact-sheet.jpg 6
}

presets() {
    local scene iso preset
    for scene in photo portrait; do
        for iso in none 1600 6400; do
            for preset in fast balanced best; do
                part "$(developed "$scene" $iso $preset)" 260x190+120+90 "$preset, ISO $iso"
            done
        done
    done
    sheet presets.jpg 3
}

# stage LABEL CAPTURE PART OPTIONS...: a capture as it comes out of preset best with these options
stage() {
    "$convert" -q --overwrite --preset best "${@:4}" -o "$work/stage.png" "sim:$2,size=480x360"
    part "$work/stage.png" "$3" "$1"
}

stages() {
    local place=260x190+120+90
    stage 'defect off' photo,iso=100,defects=500 $place --set defect.dynamic=off
    stage 'defect on' photo,iso=100,defects=500 $place
    stage 'highlights clipped' photo,iso=100,ev=1 $place --look neutral --set highlights.mode=clip
    stage 'highlights rebuilt' photo,iso=100,ev=1 $place --look neutral
    stage 'demosaic linear' photo,iso=100 $place --set demosaic.method=linear
    stage 'demosaic refined' photo,iso=100 $place
    stage 'ISO 3200, denoise off' photo,iso=3200 $place --denoise off
    stage 'ISO 3200, denoise on' photo,iso=3200 $place
    stage 'the same without chroma_denoise' photo,iso=3200 $place --set chroma_denoise.strength=0
    stage 'the same without raw_denoise' photo,iso=3200 $place --set raw_denoise.mode=off
    stage 'neutral look' stops,iso=100 260x190+0+90 --look neutral
    stage 'local tone and filmic curve' stops,iso=100 260x190+0+90
    stage 'sharpening off' photo,iso=100 $place --sharpness 0
    stage 'sharpening on' photo,iso=100 $place
    sheet stages.jpg 2
}

strength() {
    local iso strength
    for iso in 400 1600 6400; do
        for strength in 0.5 0.7 1 1.3; do
            stage "ISO $iso, --denoise $strength" "portrait,iso=$iso" 220x160+130+90 \
                --look neutral --denoise "$strength"
        done
    done
    sheet strength.jpg 4
}

# peer ISO TOOL METHOD OPTIONS...: one capture by another developer
peer() {
    local iso=$1 kept=$work/peers
    echo "scenes $iso ${*:2}" >"$work/list"
    KEEP=$kept PICTURE=photo "$here/peers.sh" "$build" "$work/peers.csv" "$work/list"
    local result
    result=$(find "$kept/scenes-$iso" -name photo.png -newer "$work/list")
    part "$result" 220x165+120+100 "$2 $3"
}

peers() {
    local iso
    if ! command -v rawtherapee-cli >/dev/null || ! command -v dcraw_emu >/dev/null; then
        echo "peers.jpg is left as it is: rawtherapee-cli or dcraw_emu is not installed" >&2
        return 0
    fi
    for iso in none 1600; do
        part "$work/truth-photo.png" 220x165+120+100 truth
        part "$(developed photo $iso best)" 220x165+120+100 "firstlight best, ISO $iso"
        if [ $iso = none ]; then
            peer $iso rawtherapee lmmse LMMSEIterations=3
            peer $iso rawtherapee amaze
            peer $iso dcraw_emu 3
        else
            local denoise='| Luma=55 Ldetail=20 Gamma=1.7 SMethod=shal Method=RGB'
            peer $iso rawtherapee lmmse LMMSEIterations=1 "$denoise"
            peer $iso rawtherapee amaze "$denoise"
            peer $iso dcraw_emu 3 -n 1000 -fbdd 2 -m 1
        fi
    done
    sheet peers.jpg 5
}

"$quality" run --picture chart,portrait,photo,leaves,stops,edge,zoneplate \
    --iso none,400,1600,6400 --preset best --save "$work" >/dev/null
"$quality" run --picture photo,portrait --iso none,1600,6400 --save "$work" >/dev/null
contact_sheet
presets
stages
strength
peers
