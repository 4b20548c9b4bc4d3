#!/bin/sh
# Written DNGs as other programs see them: exiftool has nothing to warn of, LibRaw's programs know
# and develop them. Skipped, saying so, where those programs are not installed.
missing=
for program in exiftool raw-identify dcraw_emu; do
    command -v $program >/dev/null || missing="$missing $program"
done
if [ -n "$missing" ]; then
    echo "skipped: not installed:$missing"
    exit 77
fi
. "$(dirname "$0")/lib.sh"

accepted() {
    verdict=$(exiftool -validate -warning -error -a -s3 "$1")
    [ "$verdict" = OK ] || fail "$1: exiftool says: $verdict"
    raw-identify -v "$1" >../out 2>../err || fail "$1: raw-identify fails"
    grep -qF -e "Filename: $1" ../out || fail "$1: raw-identify does not know it"
    if grep -qi -e warning -e 'cannot' -e unsupported ../out ../err; then
        fail "$1: raw-identify warns"
    fi
    dcraw_emu -w -q 0 "$1" >../out 2>../err || fail "$1: dcraw_emu fails"
    [ ! -s ../err ] || fail "$1: dcraw_emu complains"
}

# Every depth, packing, order and kind of sensor; compressed and not.
fresh formats
for format in SRGGB8 SGRBG10 SGBRG10_CSI2P SBGGR12 SRGGB12_CSI2P SGRBG14 SGBRG16 R8 R12 R16; do
    for compression in lossless none; do
        expect 0 -o "$format-$compression.dng" --compression $compression \
            "sim:chart,size=640x480,format=$format"
        accepted "$format-$compression.dng"
    done
    cmp -s "$format-lossless.dng" "$format-none.dng" && fail "$format: --compression does nothing"
done
# LibRaw develops both to the same picture.
for file in *-none.dng.p?m; do
    cmp "$file" "${file%-none.*}-lossless.dng.${file##*.}" || fail "$file differs"
done

# With what a tuning file adds: matrices under two lights, noise, gain maps.
fresh tuning
cat >tuning.json <<'JSON'
{"version": 2.0, "target": "bcm2835", "algorithms": [
  {"rpi.black_level": {"black_level": 4096}},
  {"rpi.noise": {"reference_constant": 0, "reference_slope": 2.5}},
  {"rpi.awb": {"ct_curve": [2500, 0.6, 0.3, 4500, 0.4, 0.6, 7500, 0.3, 0.75]}},
  {"rpi.ccm": {"ccms": [
    {"ct": 2900, "ccm": [1.9, -0.6, -0.3, -0.4, 2.0, -0.6, 0.0, -0.9, 1.9]},
    {"ct": 6500, "ccm": [2.2, -0.9, -0.3, -0.3, 2.1, -0.8, -0.1, -0.4, 1.5]}]}}
]}
JSON
expect 0 -o first.dng sim:chart,size=640x480
expect 0 -o tuned.dng --tuning tuning.json first.dng
accepted tuned.dng
for tag in ColorMatrix1 ColorMatrix2 ForwardMatrix1 ForwardMatrix2 AsShotNeutral NoiseProfile \
    OpcodeList2 BlackLevel WhiteLevel DateTimeOriginal ExposureTime ISO; do
    [ -n "$(exiftool -s3 -$tag tuned.dng)" ] || fail "no $tag"
done
[ "$(exiftool -s3 -n -CalibrationIlluminant1 -CalibrationIlluminant2 tuned.dng | tr '\n' ' ')" = \
    '17 21 ' ] || fail "the calibration illuminants are not A and D65"
[ "$(exiftool -s3 -ColorMatrix1 first.dng)" != "$(exiftool -s3 -ColorMatrix1 tuned.dng)" ] ||
    fail "--tuning does not set the matrices"

# A raw without colour: other tools need a matrix, and it must not come back as one.
fresh bare
head -c 614400 /dev/zero >dump.raw
expect 0 -o bare.dng --raw-format SRGGB10 --size 640x480 dump.raw
accepted bare.dng
[ -z "$(exiftool -s3 -CalibrationIlluminant1 bare.dng)" ] || fail "a light that nobody measured"

# The preview is a JPEG that can be taken out, and the picture has one orientation.
fresh preview
expect 0 -o a.dng sim:portrait,size=1600x1200
exiftool -b -PreviewImage a.dng >a.jpg
[ "$(exiftool -s3 -ImageSize a.jpg)" = 800x600 ] || fail "preview of $(exiftool -s3 -ImageSize a.jpg)"
finish
