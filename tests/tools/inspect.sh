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
[ "$(wc -l <../options)" -eq 10 ] || fail "the help lists $(wc -l <../options) options"
while read -r option; do
    grep -qE -e "Fl -$option( |\$)" "$MAN" || fail "the manual lacks --$option"
done <../options
expect 0 --version
prints "fl-inspect (firstlight)"
finish
