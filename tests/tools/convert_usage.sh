#!/bin/sh
# fl-convert: wrong usage is refused with status 2, one line that helps, and nothing written.
. "$(dirname "$0")/lib.sh"

# usage TEXT ARGUMENT...
usage() {
    text=$1
    shift
    CASE="$*"
    expect 2 "$@"
    error_lines 1
    says "fl-convert: "
    says "$text"
    files
}

usage "no input"
usage "unknown option '--qualty'; did you mean '--quality'?" --qualty 3 sim:chart
usage "unknown option '-Z'" -Z sim:chart
usage "--quality '0': must be a whole number, 1..100" --quality 0 sim:chart
usage "--quality '101': must be" --quality=101 sim:chart
usage "--quality needs a value" sim:chart --quality
usage "--subsampling '411': must be one of 420, 422, 444" --subsampling 411 sim:chart
usage "--format 'gif': must be one of jpg, png, tiff, dng" --format gif sim:chart
usage "--bits '12': must be 8, 16 or 32" --bits 12 sim:chart
usage "bits 16 needs png or tiff" --bits 16 sim:chart
usage "bits 32 needs tiff" --bits 32 --format png sim:chart
usage "--size '0x0': must be" --size 0x0 sim:chart
usage "--size '70000x': must be" --size 70000x sim:chart
usage "--scale '2': must be a number, 0.01..1" --scale 2 sim:chart
usage "--preset 'good': must be one of balanced, fast, best" --preset good sim:chart
usage "--look 'nice': must be one of standard, neutral" --look nice sim:chart
usage "--wb '9': must be as-shot, auto" --wb 9 sim:chart
usage "--wb '500K': must be" --wb 500K sim:chart
usage "--wb '5500K,999': must be" --wb 5500K,999 sim:chart
usage "--wb '2,99': must be" --wb 2,99 sim:chart
usage "--wb-box '1,2,3': must be 4 numbers" --wb-box 1,2,3 sim:chart
usage "--awbgains '2': must be 2 numbers" --awbgains 2 sim:chart
usage "--ev '9': must be a number, -8..8" --ev 9 sim:chart
usage "--ev 'nan': must be a number, -8..8" --ev nan sim:chart
usage "--denoise '5': must be off, auto" --denoise 5 sim:chart
usage "--sharpness '-1': must be a number, 0..15.99" --sharpness -1 sim:chart
usage "--contrast '16': must be" --contrast 16 sim:chart
usage "--saturation 'x': must be" --saturation x sim:chart
usage "--brightness '1.5': must be a number, -1..1" --brightness 1.5 sim:chart
usage "--ccm '1,0,0': must be 9 numbers" --ccm 1,0,0 sim:chart
usage "--color-space 'adobe': must be one of srgb, p3" --color-space adobe sim:chart
usage "--tuning: none.json: No such file" --tuning none.json sim:chart
usage "--set 'amount': must be STAGE.PARAM=VALUE" --set amount sim:chart
usage "nostage" --set nostage.amount=1 sim:chart
usage "--until 'demosiac': no stage has this name" --until demosiac sim:chart
usage "--until 'tonne': no stage has this name; did you mean 'tone'?" --until tonne sim:chart
usage "until writes 16 bits, and needs png or tiff" --until demosaic --format jpg sim:chart
usage "until writes 16 bits" --until demosaic -o x.jpg sim:chart
usage "--cpu 'mmx': " --cpu mmx sim:chart
usage "--executor 'x': must be one of rows, frame" --executor x sim:chart
usage "--jobs '0': must be a whole number, 1..64" --jobs 0 sim:chart
usage "--threads '257': must be" --threads 257 sim:chart
usage "exclude each other" --overwrite --skip-existing sim:chart
usage "exclude each other" -q -v sim:chart
usage "--output is empty" -o '' sim:chart
usage "'%x' is not a code" -o '%x.jpg' sim:chart
usage "only the counter takes a width" -o '%04d.jpg' sim:chart
usage "format is png, but the output's name says jpg" --format png -o x.jpg sim:chart
usage "is one file for 2 inputs" -o x.jpg sim:chart sim:chart,seed=2
usage "only one input can go to standard output" -o - sim:chart sim:chart
usage "both need standard output" -o - --json sim:chart
usage "--raw-format 'SRGGB9': " --raw-format SRGGB9 --size 4x4 x.raw
usage "raw-format needs size" --raw-format SRGGB10 x.raw
usage "they need raw-format" --stride 100 x.raw
usage "--cfa 'RGBG': must be one of RGGB, GRBG, GBRG, BGGR" --cfa RGBG x.raw
usage "--black '1,2': must be 1 or 4 numbers" --raw-format R8 --size 4x4 --black 1,2 x.raw
usage "--white '70000': must be" --raw-format R8 --size 4x4 --white 70000 x.raw
usage "no scene is named 'chrat'; did you mean 'chart'?" sim:chrat
usage "unknown key 'szie'; did you mean 'size'?" sim:chart,szie=4x4
usage "iso '1': must be a number, 100..25600" sim:chart,iso=1
usage "'seed': must be key=value" sim:chart,seed

CASE=help
expect 0 --help
silent
prints "Usage: fl-convert [options] INPUT..."
prints "(1..100; default 93)"
prints "Exit status"
expect 0 --version
prints "fl-convert (firstlight)"
expect 0 --help
awk 'length($0) > 80 { bad = 1; print "long line: " $0 } END { exit bad }' ../out ||
    fail "help is wider than 80 columns"

CASE=manual
sed -n 's/^  .*--\([a-z-]*\).*/\1/p' ../out | sort -u >../options
[ "$(wc -l <../options)" -gt 40 ] || fail "the help lists too few options"
while read -r option; do
    grep -qE -e "Fl -$option( |\$)" "$MAN" || fail "the manual lacks --$option"
done <../options

CASE=list-params
expect 0 --list-params
silent
prints "demosaic"
expect 0 --list-params --json
tr -d '\n' <../out >../out1
mv ../out1 ../out
jsonl
finish
