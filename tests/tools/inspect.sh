#!/bin/sh
# fl-inspect, end to end. $4 is fl-convert, which makes the files.
here=$PWD
. "$(dirname "$0")/lib.sh"
CONVERT=$(cd "$here" && absolute "$4")

fresh text
expect 0 sim:chart,size=320x240
silent
prints "sim:chart,size=320x240"
for line in camera shot geometry pixels black white data "white balance" matrices noise defects \
    green; do
    prints "  $line "
done

fresh json
expect 0 --json sim:chart,size=320x240 sim:chart,size=64x48,format=R10
silent
jsonl input ok error declared measured warnings notes
prints '"active":[' # the frame itself has a margin of masked pixels
grep -q ',320,240\]' ../out || fail "no active area of 320x240"
[ "$(wc -l <../out)" -eq 2 ] || fail "not one line for each input"

fresh wrong_levels
# 10 bits in a 16-bit container: it clips at 65472, below what 16 bits promise, as a Pi 5 writes it.
pair='\300\377\000\040\300\377\100\041'
i=0
while [ $i -lt 768 ]; do
    # shellcheck disable=SC2059 # the bytes are the format
    printf "$pair"
    i=$((i + 1))
done >clip.raw
expect 0 --raw-format SRGGB16 --size 64x48 --black 4096 clip.raw
prints "warning: the file declares white at 65535, but the data clips at 65472"
prints "warning: no colour matrix"
prints "warning: no white balance"
prints "warning: no noise profile"

fresh dng
"$CONVERT" -q -o x.dng sim:chart,size=320x240,format=SRGGB10 || fail "no DNG"
expect 0 x.dng
silent
prints "GainMap"
expect 0 --black 100 --white 900 --cfa bggr x.dng
prints "CFA BGGR"
prints "declared 100 100 100 100"
prints "declared 900 900 900 900"

fresh tuning
table="2, 1.5, 2, 1.5, 1, 1.5, 2, 1.5, 2"
cat >imx999.yaml <<EOF
firstlight: 1
sensor: imx999
black_level: {black_level: 4096}
noise: {reference_slope: 4}
awb:
  ct_curve: [2900, 0.9, 0.4, 5000, 0.6, 0.6, 7500, 0.5, 0.75]
  priors: [{lux: 0, prior: [2000, 1, 3000, 0]}, {lux: 800, prior: [2000, 0, 6000, 2]}]
ccm: {ccms: [{ct: 5000, ccm: [2, -0.8, -0.2, -0.5, 2, -0.5, 0, -0.7, 1.7]}]}
alsc:
  cols: 3
  rows: 3
  luminance_lut: [$table]
  calibrations_Cr: [{ct: 3000, table: [$table]}, {ct: 5000, table: [$table]}]
contrast: {gamma_curve: [0, 0, 8192, 24000, 65535, 65535]}
EOF
expect 0 imx999.yaml
silent
for text in "sensor        imx999" "4096 4096 4096 of 65535" "S 0.00026" "  5000 K  r/g 0.6000" \
    "matrices        5000 K" "3x3, luminance, strength 1" "3 points; 0.02"; do
    prints "$text"
done
expect 0 --json imx999.yaml
jsonl input ok error tuning notes
prints '"sensor":"imx999"'
expect 0 --plot imx999.yaml
prints '<svg xmlns='
prints 'grey: r/g'
prints 'gain of blue at 5000 K'
prints '5000 K</text>'
[ "$(grep -c '</svg>' ../out)" -eq 1 ] || fail "the picture has no end"
if command -v xmllint >/dev/null; then
    xmllint --noout ../out 2>../err || fail "the picture is not XML"
fi
expect 0 --profile imx999.yaml
cp ../out again.yaml
expect 0 --profile again.yaml
cmp -s ../out again.yaml || fail "the profile of a profile is another one"
echo '{"rpi.alsc": {"luminance_lut": [1, 2]}, "rpi.x": {}}' >bad.json
expect 1 bad.json imx999.yaml
says "bad.json:1:32: luminance_lut: 2 values"
prints "imx999"
echo '{"rpi.x": {}, "rpi.awb": {"enabled": 0}}' >odd.json
expect 0 odd.json
prints "note: odd.json:1:11: unknown block 'rpi.x' is skipped"
prints "note: odd.json:1:26: 'rpi.awb' is disabled and skipped"
expect 1 --plot sim:chart,size=64x48
says "is no tuning file"
expect 2 --plot --json imx999.yaml

fresh bad
: >empty.dng
mkdir folder.dng
mkfifo pipe.dng
expect 1 empty.dng sim:chart,size=64x48 folder.dng missing.dng pipe.dng
error_lines 4
says "fl-inspect: empty.dng: "
says "fl-inspect: folder.dng: is a folder"
says "fl-inspect: missing.dng: No such file or directory"
says "fl-inspect: pipe.dng: not a regular file"
prints "sim:chart,size=64x48"
expect 1 --json empty.dng
jsonl input ok error

fresh usage
expect 2
says "no input"
expect 2 --jsn x.dng
says "unknown option '--jsn'; did you mean '--json'?"
expect 2 --size 4x4 x.dng
says "--size needs --raw-format"
expect 2 --raw-format R8 x.dng
says "raw-format needs size"
expect 0 --help
prints "Usage: fl-inspect"
sed -n 's/^  .*--\([a-z-]*\).*/\1/p' ../out | sort -u >../options
[ "$(wc -l <../options)" -eq 12 ] || fail "the help lists $(wc -l <../options) options"
while read -r option; do
    grep -qE -e "Fl -$option( |\$)" "$MAN" || fail "the manual lacks --$option"
done <../options
expect 0 --version
prints "fl-inspect (firstlight)"
finish
