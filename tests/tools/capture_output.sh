#!/bin/sh
# fl-capture: what it writes, and with which metadata.
. "$(dirname "$0")/lib.sh"

SIM="--source sim:photo,size=320x240 --immediate"

# marker FILE HEX: the file begins with these bytes
marker() {
    [ "$(head -c $((${#2} / 2)) "$1" | od -An -tx1 | tr -d ' \n')" = "$2" ] || fail "$1 is no $2"
}

# value KEY: of the metadata in ../out
value() {
    sed -n "s/^ *\"$1\": \[*\([^],]*\).*/\1/p" ../out
}

fresh encodings
for encoding in jpg png tiff dng bmp rgb rgb24 rgb48 yuv420; do
    expect 0 $SIM -e $encoding -o "a.$encoding"
    silent
done
files a.bmp a.dng a.jpg a.png a.rgb a.rgb24 a.rgb48 a.tiff a.yuv420
marker a.jpg ffd8ff
marker a.png 89504e47
marker a.tiff 49492a00
marker a.dng 49492a00
marker a.bmp 424d
[ "$(wc -c <a.rgb)" -eq 230400 ] || fail "rgb size"
[ "$(wc -c <a.rgb48)" -eq 460800 ] || fail "rgb48 size"
[ "$(wc -c <a.yuv420)" -eq 115200 ] || fail "yuv420 size"
[ "$(wc -c <a.bmp)" -eq 230454 ] || fail "bmp size"

fresh "the name says the format"
expect 0 $SIM -o a.png
marker a.png 89504e47

fresh "standard output"
"$TOOL" $SIM -o - >a.jpg 2>../err || fail "status $?"
marker a.jpg ffd8ff
[ "$(tail -c 2 a.jpg | od -An -tx1 | tr -d ' \n')" = ffd9 ] || fail "not complete"

fresh "raw beside, metadata, link, thumbnail"
expect 0 $SIM -r -o a.jpg --metadata - --latest newest.jpg
files a.dng a.jpg newest.jpg
[ "$(readlink newest.jpg)" = a.jpg ] || fail "the link is wrong"
jsonl_one() { tr -d '\n' <../out >../one && mv ../one ../out && jsonl "$@"; }
cp ../out ../kept
jsonl_one ExposureTime AnalogueGain ColourGains ColourTemperature SensorBlackLevels AeLocked Output
cp ../kept ../out
[ "$(value AeLocked)" = true ] || fail "exposure is not settled"
expect 0 $SIM -o a.jpg --metadata m.txt --metadata-format txt --thumb none
grep -q '^ExposureTime=[0-9]' m.txt || fail "no exposure time in the text"

fresh "exposure is obeyed"
expect 0 $SIM -o a.jpg --metadata - --shutter 2ms --gain 3 --awbgains 1.5,2.5
[ "$(value ExposureTime)" = 2000 ] || fail "time $(value ExposureTime)"
[ "$(value AnalogueGain)" = 3 ] || fail "gain $(value AnalogueGain)"
[ "$(value ColourGains)" = 1.5 ] || fail "gains $(value ColourGains)"

fresh "exposure is found"
for ev in -6 -2 2; do
    expect 0 --source sim:photo,size=320x240,ev=$ev --immediate -o a.jpg --metadata -
    value ExposureTime >>../times
    value AnalogueGain >>../gains
done
[ "$(sort -nr ../times | tr '\n' ' ')" = "$(tr '\n' ' ' <../times)" ] || fail "times: $(cat ../times)"
[ "$(sed -n 1p ../gains)" != 1 ] || fail "no gain in the dark"

fresh "preset lights"
for awb in tungsten cloudy; do
    expect 0 $SIM --awb $awb -o a.jpg --metadata -
    value ColourTemperature >>../kelvins
done
[ "$(sed -n 1p ../kelvins)" -le 3600 ] || fail "tungsten: $(sed -n 1p ../kelvins) K"
[ "$(sed -n 2p ../kelvins)" -ge 6800 ] || fail "cloudy: $(sed -n 2p ../kelvins) K"

fresh "size, crop, turn"
expect 0 --source sim:chart --immediate --width 300 --height 300 -e rgb -o a.rgb
[ "$(wc -c <a.rgb)" -eq 270000 ] || fail "300x300: $(wc -c <a.rgb)"
expect 0 $SIM --rotation 90 -e bmp -o a.bmp
[ "$(od -An -tu4 -j18 -N8 a.bmp | tr -s ' ')" = " 240 320" ] || fail "not turned"
expect 0 $SIM --roi 0.25,0.25,0.5,0.5 -e bmp -o a.bmp
[ "$(od -An -tu4 -j18 -N8 a.bmp | tr -s ' ')" = " 160 120" ] || fail "no region"
for turn in '' --hflip --vflip '--rotation 180'; do
    expect 0 $SIM $turn --shutter 10ms --gain 1 --awbgains 2,2 -e rgb -o a.rgb
    cksum <a.rgb >>../sums
done
[ "$(sort -u ../sums | wc -l)" -eq 4 ] || fail "turns are alike"
expect 0 $SIM --hflip --vflip --shutter 10ms --gain 1 --awbgains 2,2 -e rgb -o b.rgb
cmp -s a.rgb b.rgb || fail "two flips are no half turn"

fresh burst
expect 0 $SIM --burst 3 -o a.jpg
files a-01.dng a-02.dng a-03.dng a.jpg
cmp -s a-01.dng a-02.dng && fail "frames of a burst are the same"

fresh "names by time"
expect 0 $SIM --timestamp
expect 0 $SIM --datetime -o .
[ "$(find . -name '[0-9]*.jpg' | wc -l)" -eq 2 ] || fail "names: $(ls)"

fresh config
printf 'encoding=png # a comment\nshutter = 3ms\ngain=2\nhflip\n' >../c.txt
expect 0 $SIM --config ../c.txt -o a.x --gain 4 --metadata -
marker a.x 89504e47
[ "$(value ExposureTime)" = 3000 ] || fail "the file has no effect"
[ "$(value AnalogueGain)" = 4 ] || fail "the command line has not the last word"

fresh exif
expect 0 $SIM -x IFD0.Artist=Me -x EXIF.FNumber=2.8 -x 'EXIF.UserComment=hello there' -o a.jpg
grep -qa 'hello there' a.jpg || fail "no comment"

fresh "one warning for what has no effect"
expect 0 $SIM -n -o a.jpg --preview 0,0,64,64 --post-process-file x.json --viewfinder-width 64 \
    --hdr --zsl --flush
error_lines 1
says "have no effect"
expect 0 $SIM -n -o a.jpg --ai on
error_lines 1
says "no neural stage yet"

fresh "unsupported mode, busy names"
expect 1 --source sim --immediate --mode 123:45 -o a.jpg
says "the camera has no mode 123x45:0; it has 4056x3040:12"
files
finish
