#!/bin/sh
# fl-capture: wrong usage is refused with status 2, one line that helps, and nothing written.
. "$(dirname "$0")/lib.sh"

# usage TEXT ARGUMENT...
usage() {
    text=$1
    shift
    CASE="$*"
    expect 2 "$@"
    error_lines 1
    says "fl-capture: "
    says "$text"
    files
}

usage "unknown option '--timeoutt'; did you mean '--timeout'?" --timeoutt 5
usage "takes no operands" photo.jpg
usage "--timeout '5x': must be a time such as 5s" --timeout 5x
usage "--timeout '-5': must be" --timeout=-5
usage "--shutter 'fast': must be a time" --shutter fast
usage "--gain '-1': must be a number" --gain=-1
usage "--awbgains '2': must be 2 numbers" --awbgains 2
usage "--awbgains '0,2': must be RED,BLUE" --awbgains 0,2
usage "--mode '4056': must be WIDTH:HEIGHT" --mode 4056
usage "--mode '4056:3040:12:X': must be" --mode 4056:3040:12:X
usage "--roi '0.5,0.5,0.6,0.2': must be X,Y,WIDTH,HEIGHT" --roi 0.5,0.5,0.6,0.2
usage "--rotation '45': must be 0, 90, 180 or 270" --rotation 45
usage "--encoding 'gif': must be one of jpg" --encoding gif
usage "--quality '0': must be a whole number, 1..100" -q 0
usage "--burst '33': must be a whole number, 1..32" --burst 33
usage "--thumb '1:2': must be none or" --thumb 1:2
usage "--awb 'candle': must be one of auto, incandescent" --awb candle
usage "--metering 'x': must be one of centre" --metering x
usage "--exposure 'x': must be one of normal" --exposure x
usage "--lens-position 'near': must be dioptres" --lens-position near
usage "--ai 'yes': must be one of off, auto, on" --ai yes
usage "at most one counter" -o 'a%d_%d.jpg'
usage "at most one counter" -o 'a%s.jpg'
usage "--output is empty" -o ''
usage "both need standard output" -o - --metadata -
usage "takes one file" -o - -r
usage "exclude each other" --datetime --timestamp
usage "gives no raw" --processed -r
usage "is not below --wrap" --framestart 5 --wrap 5
usage "--config none.txt: No such file" --config none.txt
usage "no tag of this name can be set; did you mean 'Artist'?" --source sim -o a.jpg -x IFD0.Artst=Me
usage "must be IFD.TAG=VALUE" --source sim -o a.jpg -x Artist
usage "--exif 'EXIF.FNumber=x': must be 1 number" --source sim -o a.jpg -x EXIF.FNumber=x
usage "no scene is named 'phto'" --source sim:phto,iso=100 -o a.jpg
usage "nostage" --source sim:chart,size=64x64 --immediate -o a.jpg --set nostage.amount=1

CASE=config
printf '# comment\nshutter=5ms\nnonsense=1\n' >../bad.txt
expect 2 --config ../bad.txt
says "bad.txt:3: unknown key 'nonsense'"

CASE="no camera"
expect 3 --source nikon -o a.jpg
says "no camera is named 'nikon'"
files

CASE=help
expect 0 --help
silent
prints "Usage: fl-capture [options]"
awk 'length($0) > 80 { bad = 1; print "long line: " $0 } END { exit bad }' ../out ||
    fail "help is wider than 80 columns"
expect 0 --version
prints "fl-capture (firstlight)"
expect 0 --list-cameras
prints "--source sim"
prints "4056x3040 SRGGB12"

CASE=manual
expect 0 --help
sed -n 's/^  .*--\([a-z-]*\).*/\1/p' ../out | sort -u >../options
[ "$(wc -l <../options)" -gt 80 ] || fail "the help lists too few options"
while read -r option; do
    grep -qE -e "Fl -$option( |\$)" "$MAN" || fail "the manual lacks --$option"
done <../options

# Every option that rpicam-still has.
CASE=rpicam
for option in help version list-cameras camera verbose config info-text width height timeout output \
    post-process-file post-process-libs nopreview preview fullscreen qt-preview preview-libs \
    preview-backend hflip vflip rotation roi shutter analoggain gain metering exposure ev awb \
    awbgains ccm flush wrap brightness contrast saturation sharpness framerate denoise \
    viewfinder-width viewfinder-height tuning-file lores-width lores-height lores-par mode \
    viewfinder-mode buffer-count viewfinder-buffer-count no-raw autofocus-mode autofocus-range \
    autofocus-speed autofocus-window lens-position hdr metadata metadata-format flicker-period \
    quality exif timelapse framestart datetime timestamp restart keypress signal thumb encoding raw \
    latest immediate autofocus-on-capture zsl; do
    grep -qx -e "$option" ../options || fail "no --$option"
done
finish
