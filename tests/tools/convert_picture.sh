#!/bin/sh
# fl-convert: every option reaches the picture, and those that must not change it do not.
. "$(dirname "$0")/lib.sh"

SIM=sim:chart,size=160x120,iso=800

fresh picture
expect 0 -o base.png $SIM
base=$(cksum <base.png)

# changes ARGUMENT...: the picture is another than without them
changes() {
    CASE="$*"
    rm -f x.png
    expect 0 -o x.png "$@" $SIM
    silent
    [ "$(cksum <x.png)" != "$base" ] || fail "nothing changed"
}

# keeps ARGUMENT...: the same bytes
keeps() {
    CASE="$*"
    rm -f x.png
    expect 0 -o x.png "$@" $SIM
    silent
    [ "$(cksum <x.png)" = "$base" ] || fail "the picture is another"
}

keeps --threads 1
keeps --threads 3
keeps --strip 16
keeps --executor frame
keeps --cpu scalar
keeps --ev 0 --contrast 1 --saturation 1 --sharpness 1 --brightness 0 --denoise auto
keeps --preset balanced --look standard --wb as-shot
keeps --awbgains 0,0
keeps --lux 300 # as shot, so it is not asked for
keeps --denoise cdn_fast
keeps --scale 1
keeps --no-sidecars
changes --preset fast
changes --look neutral
changes --wb auto
changes --wb 3000K
changes --wb 6504K,30
changes --wb 1.0,1.0
changes --awbgains 3,1
changes --wb-box 10,10,8,8
changes --ev 1
changes --ev -1.5
changes --contrast 1.5
changes --saturation 0
changes --brightness 0.1
changes --ccm 1,0,0,0,1,0,0,0,1
changes --color-space p3
changes --denoise off
changes --denoise 2
changes --denoise cdn_off
changes --sharpness 0
changes --sharpness 3
changes --set tone.contrast=1.5
changes --bits 16

CASE=tuning
cat >../tuning.json <<EOF
{"version": 2.0, "target": "pisp", "algorithms": [
  {"rpi.awb": {"ct_curve": [2900, 0.9, 0.4, 5000, 0.6, 0.6, 7500, 0.5, 0.75],}},
  {"rpi.ccm": {"ccms": [{"ct": 5000, "ccm": [2, -0.8, -0.2, -0.5, 2, -0.5, 0, -0.7, 1.7]}]}}]}
EOF
expect 0 --json --wb 5000K --tuning ../tuning.json -o tuned.png $SIM
silent
prints '"wb_gains":[1.66666666666'
cmp -s tuned.png base.png && fail "the tuning changed nothing"
echo '{"rpi.awb": {"ct_curve": [1]}}' >../broken.json
expect 2 --tuning ../broken.json -o broken.png $SIM
says "--tuning: broken.json:1:26: ct_curve: must be a list"

CASE=lux
expect 0 -o dim.png --wb auto --lux 20 $SIM
expect 0 -o day.png --wb auto --lux 50000 $SIM
cmp -s dim.png day.png && fail "the scene's brightness changes nothing"

CASE="denoise off in rpicam's words"
expect 0 -o off.png --set chroma_denoise.strength=0 $SIM
expect 0 -o cdn.png --denoise cdn_off $SIM
cmp -s off.png cdn.png || fail "cdn_off is not chroma noise reduction off"

CASE=size
for size in "--size 80x60" "--size 80x" "--size x60" "--scale 0.5" "--output-size 80x"; do
    # shellcheck disable=SC2086 # an option and its value
    expect 0 --json --overwrite -o x.png $size $SIM
    prints '"width":80,"height":60'
done

CASE="JPEG options"
expect 0 -o q93.jpg $SIM
expect 0 -o q10.jpg --quality 10 $SIM
expect 0 -o prog.jpg --progressive $SIM
expect 0 -o s444.jpg --subsampling 444 $SIM
[ "$(wc -c <q10.jpg)" -lt "$(wc -c <q93.jpg)" ] || fail "--quality 10 is not smaller"
[ "$(wc -c <s444.jpg)" -gt "$(wc -c <q93.jpg)" ] || fail "4:4:4 is not larger"
od -An -v -tx1 prog.jpg | tr -d ' \n' | grep -q ffc2 || fail "no progressive frame header"

CASE="sample sizes"
# Byte 24 of a PNG is its bit depth.
for bits in 8 16; do
    expect 0 --overwrite -o x.png --bits $bits $SIM
    [ "$(od -An -j24 -N1 -tu1 x.png | tr -d ' ')" -eq $bits ] || fail "not $bits bits"
done
expect 0 -o t8.tif $SIM
expect 0 -o t16.tif --bits 16 $SIM

CASE=until
expect 0 --until white_balance -o until.png $SIM
[ "$(od -An -j24 -N1 -tu1 until.png | tr -d ' ')" -eq 16 ] || fail "not 16 bits"
expect 0 --until demosaic -o until.tif $SIM
expect 0 --until tone $SIM
[ -s chart.png ] || fail "the default format with --until is not png"

"$TOOL" --list-params | sed -n 's/^\([a-z_.]*\): .*/\1/p' >../stages
[ "$(wc -l <../stages)" -gt 15 ] || fail "--list-params lists too few stages"
while read -r stage; do
    CASE="until $stage"
    expect 0 --overwrite --until "$stage" -o until.png sim:chart,size=64x48
    silent
done <../stages

CASE="headerless round trip"
expect 0 --raw-format R8 --size 16x16 --output-size 8x -o dump.png base.png
rm -f dump.png
head -c 38400 /dev/urandom >noise.raw
expect 0 --raw-format SGBRG16 --size 160x120 --black 100,101,102,103 --white 60000 \
    -o dump.png noise.raw
expect 0 --raw-format SGBRG10_CSI2P --size 160x120 --stride 210 --offset 4 -o packed.png noise.raw
expect 0 --raw-format R12 --size 160x120 -o mono.png noise.raw

CASE="DNG round trip"
expect 0 -o trip.dng $SIM
expect 0 -o trip.png trip.dng
[ -s trip.png ] || fail "no picture from the DNG"
for correction in "--black 300" "--white 3000" "--cfa GRBG"; do
    # shellcheck disable=SC2086 # an option and its value
    expect 0 --overwrite -o corrected.png $correction trip.dng
    cmp -s corrected.png trip.png && fail "$correction changes nothing"
done
expect 0 --json --look neutral -o again.png trip.dng
jsonl wb_gains stages
finish
