#!/bin/sh
# fl-convert: which tuning a raw is developed with.
. "$(dirname "$0")/lib.sh"

mkdir "$WORK/tunings"
FIRSTLIGHT_TUNING_PATH=/nowhere:$WORK/tunings
export FIRSTLIGHT_TUNING_PATH
cat >"$WORK/tunings/imx999.yaml" <<EOF
firstlight: 1
sensor: imx999
black_level: {black_level: 4096}
awb: {ct_curve: [2900, 0.9, 0.4, 5000, 0.6, 0.6, 7500, 0.5, 0.75]}
ccm: {ccms: [{ct: 5000, ccm: [2, -0.8, -0.2, -0.5, 2, -0.5, 0, -0.7, 1.7]}]}
alsc: {cols: 3, rows: 3, luminance_lut: [2, 1.5, 2, 1.5, 1, 1.5, 2, 1.5, 2]}
sharpen: {threshold: 0.75, limit: 0.5, strength: 2}
EOF
MINE="sim:chart,size=160x120,ct=4000,tuning=$WORK/tunings/imx999.yaml"

fresh by_sensor
expect 0 -v -o a.png "$MINE"
says "developed with the tuning $WORK/tunings/imx999.yaml"
expect 0 -o b.png --tuning imx999 "$MINE"
cmp -s a.png b.png || fail "--tuning imx999 is another one"
expect 0 -o c.png --tuning "$WORK/tunings/imx999.yaml" "$MINE"
cmp -s a.png c.png || fail "the file itself is another one"
expect 0 -v -o d.png --tuning none "$MINE"
cmp -s a.png d.png && fail "--tuning none changes nothing"

fresh by_raw
expect 0 -o x.dng "$MINE"
expect 0 -v -o a.png x.dng
says "developed with the tuning $WORK/tunings/imx999.yaml"
expect 0 -o b.png --tuning none x.dng
# The DNG knows colour, noise and shading itself; how to sharpen only the tuning does.
cmp -s a.png b.png && fail "the raw's sensor changes nothing"
FIRSTLIGHT_TUNING_PATH=/nowhere
expect 0 -v -o c.png x.dng
says "no tuning of the sensor imx999 was found"
cmp -s b.png c.png || fail "without a file it is not as with none"
FIRSTLIGHT_TUNING_PATH=$WORK/run
echo "firstlight: 1
nose: {}" >imx999.yaml
expect 0 -o d.png x.dng
says "the sensor's tuning is not used: imx999.yaml:2:7: nose: is not known here"
cmp -s b.png d.png || fail "with a broken file it is not as with none"

fresh unasked
expect 0 -v -o a.png sim:chart,size=160x120 # firstlight's own sensor has none
grep -q "tuning" ../err && fail "something was looked for"
expect 2 -o b.png --tuning imx998 sim:chart,size=160x120
says "--tuning: no tuning file for a sensor 'imx998'"

finish
