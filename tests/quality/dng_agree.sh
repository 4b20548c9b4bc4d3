#!/bin/bash
# Do other raw developers make of our DNGs what we make of the raw?
#
#   tests/quality/dng_agree.sh FL-CONVERT QUALITY DATA
#
# Simulated captures at ISO 100 and three temperatures, by a sensor as its tuning in
# DATA/rpi_tuning describes it, are written as DNG. dcraw_emu and rawtherapee-cli develop those as
# neutrally as they can: white balance as shot, the file's matrix, sRGB curve, nothing else. Their
# mean CIEDE2000 to our own neutral look with the same tuning must be below 3: of pictures four times
# smaller, because noise and demosaicing are not the DNG's. The figure of single pixels is told
# beside.
#
# LibRaw 0.20 and RawTherapee 5.9 do not apply gain maps, so ours is compared without lens shading;
# the figure with it is told as well. Both take the matrix for D65 under any light. The last figure
# is our own reading of the DNG alone, with all that it says, against the raw with its tuning: below
# 1.5, the price of mixing two matrices where the tuning has six.
#
# Skipped where the programs or the data are missing.
set -euo pipefail
convert=$(realpath "$1") quality=$(realpath "$2") data=$3
here=$(realpath "$(dirname "$0")")
missing=
for program in dcraw_emu rawtherapee-cli; do
    command -v $program >/dev/null || missing+=" $program"
done
[ -d "$data/rpi_tuning" ] || missing+=" $data/rpi_tuning"
if [ -n "$missing" ]; then
    echo "1..0 # SKIP missing:$missing"
    exit 0
fi
data=$(realpath "$data")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME=$work # RawTherapee writes its settings there
eval "$(sed -n '/^profile()/,/^}/p' "$here/peers.sh")"
profile amaze >neutral.pp3

difference() { # PICTURE PICTURE SHRINK
    "$quality" pair "$@" | cut -d, -f3
}

number=0
verdict() { # LIMIT VALUE TEXT
    number=$((number + 1))
    if awk -v limit="$1" -v value="$2" 'BEGIN { exit !(value != "" && value < limit) }'; then
        echo "ok $number - $3: $2"
    else
        echo "not ok $number - $3: $2, not below $1"
    fi
}

agree() { # TUNING SCENE TEMPERATURE
    local tuning=$data/rpi_tuning/$1.json what="$1 $2 $3 K" ours=(--look neutral --overwrite)
    "$convert" -q --overwrite -o raw.dng "sim:$2,size=1200x900,ct=$3,tuning=$tuning"
    "$convert" -q "${ours[@]}" -o shaded.png --tuning "$tuning" raw.dng
    "$convert" -q "${ours[@]}" -o flat.png --tuning "$tuning" --set lens_shading.strength=0 raw.dng
    "$convert" -q "${ours[@]}" -o alone.png --tuning none raw.dng
    dcraw_emu -w -W -c 0 -o 1 -g 2.4 12.92 -q 3 -Z dcraw_emu.png raw.dng
    rawtherapee-cli -q -o rawtherapee.png -n -b8 -Y -p neutral.pp3 -c raw.dng >log 2>&1
    for tool in dcraw_emu rawtherapee; do
        verdict 3 "$(difference flat.png $tool.png 4)" "$tool, $what"
        echo "# pixels: $(difference flat.png $tool.png 1);" \
            "with gain maps in ours only: $(difference shaded.png $tool.png 4)"
    done
    verdict 1.5 "$(difference shaded.png alone.png 4)" "the DNG alone, $what"
}

for tuning in vc4_imx477 pisp_imx477 vc4_imx219; do
    for temperature in 2700 4000 6500; do
        agree $tuning photo $temperature
    done
done
agree vc4_imx477 portrait 4000
agree vc4_imx477 chart 4000
echo "1..$number"
