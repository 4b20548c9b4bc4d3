#!/bin/bash
# A contact sheet of all raws in the folder of test data, developed as a user would: standard look,
# preset best, white balance as shot or, where the file says none, automatic.
#
#   tests/quality/samples.sh BUILD [DATA]
#
# DATA is shared/data (default: $FL_SHARED_DATA, or ../shared/data). Writes each picture at full size
# and samples.jpg, the sheet, into BUILD/sample-sheet. They may not be committed.
# Needs montage (Debian: imagemagick).
set -euo pipefail

build=$1 data=${2:-${FL_SHARED_DATA:-../shared/data}}
out=$build/sample-sheet
mkdir -p "$out"
failed=0

develop() { # NAME FILE OPTIONS...
    local name=$1 file=$2
    shift 2
    if ! "$build/tools/fl-convert/fl-convert" -q --overwrite --preset best "$@" \
        -o "$out/$name.png" "$file"; then
        failed=1
        return 0
    fi
    parts+=(-label "$name" "$out/$name.png")
}

parts=()
raws=$data/raw_bayer
develop colorchart "$raws/tinydng_colorchart.dng"
develop colorchart-auto "$raws/tinydng_colorchart.dng" --wb auto
for place in Indoor1 Outdoor1; do
    develop "$place" "$raws/infiniteisp_${place}_2592x1536_8bit_GRBG.raw" --raw-format SGRBG8 \
        --size 2592x1536 --black 12 --wb auto
done
develop openisp "$raws/openISP_test_1920x1080_RGGB.RAW" --raw-format SRGGB10 --size 1920x1080 \
    --white 1020 --wb auto
for order in rggb grbg gbrg bggr; do
    develop "nikon-$order" "$raws/mushfiqulalam_DSC_1339_768x512_$order.raw" \
        --raw-format "S${order^^}14" --size 768x512 --black 600 --wb auto
done
convert "$raws/halide_bayer_small.png" -depth 16 -endian LSB "gray:$out/halide.raw"
develop halide "$out/halide.raw" --raw-format SGRBG10 --white 959 --wb auto \
    --size "$(identify -format %wx%h "$raws/halide_bayer_small.png")"
for file in "$data"/rpi_raw/*.dng "$data"/rpi_raw/*/*.dng; do
    name=$(basename "$file" .dng)
    develop "${name%%_*}" "$file"
done
font=/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
[ ! -f "$font" ] || parts=(-font "$font" "${parts[@]}")
montage "${parts[@]}" -tile 6x -geometry 300x225+4+4 -pointsize 12 -quality 88 "$out/samples.jpg"
echo "$out/samples.jpg"
exit "$failed"
