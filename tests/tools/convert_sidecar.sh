#!/bin/sh
# fl-convert: sidecars override settings for one shot; a broken one fails that shot only.
. "$(dirname "$0")/lib.sh"

fresh made
expect 0 -o a.dng sim:chart,size=64x48
expect 0 -o b.dng sim:chart,size=64x48,seed=2
mkdir keep
mv a.dng b.dng keep

# start: a folder with a.dng and b.dng
start() {
    CASE=$1
    find . -mindepth 1 ! -path './keep*' -exec rm -rf {} +
    cp keep/*.dng .
}

start settings
cat >a.fl.yaml <<'YAML'
# this shot is dark
ev: 0.5
preset: best
wb: [2.0, 1.5]
format: png
set: {tone.contrast: 1.5}
YAML
expect 0 --json --set tone.contrast=1 a.dng b.dng
silent
jsonl input output settings sidecar
grep '"input":"a.dng"' ../out >../a
grep '"input":"b.dng"' ../out >../b
for want in '"output":"a.png"' '"ev":0.5' '"preset":"best"' '"wb":"gains","wb_gains":[2,1.5]' \
    '"sidecar":"a.fl.yaml"' '"set":["tone.contrast=1","tone.contrast=1.5"]'; do
    grep -qF -e "$want" ../a || fail "a.dng: not $want"
done
for want in '"output":"b.jpg"' '"ev":0,' '"preset":"balanced"' '"sidecar":null' \
    '"set":["tone.contrast=1"]'; do
    grep -qF -e "$want" ../b || fail "b.dng: not $want"
done

start more_specific_name
echo 'ev: 1' >a.fl.yaml
echo 'ev: 2' >a.dng.fl.yaml
expect 0 --json a.dng
prints '"ev":2'
expect 0 --json --overwrite --no-sidecars a.dng
prints '"ev":0,'

# broken MESSAGE: what stdin holds is refused with this message, for its shot only
broken() {
    start "broken: $1"
    cat >a.fl.yaml
    expect 1 a.dng b.dng
    error_lines 1
    says "fl-convert: a.dng: a.fl.yaml:$1"
    [ ! -e a.jpg ] || fail "an output in spite of a broken sidecar"
    [ -s b.jpg ] || fail "the other shot was not converted"
}
echo 'evv: 1' | broken "1:1: unknown key 'evv'; did you mean 'ev'?"
printf 'wb: auto\nev: 100\n' | broken "2:1: ev '100': must be a number, -8..8"
printf 'set:\n  tone.contarst: 1\n' | broken "2:3: "
printf 'set: {tone.contrast: 1000}\n' | broken "1:7: "
echo 'jobs: 2' | broken "1:1: unknown key 'jobs'"
echo 'ev: [1' | broken "2:1: "
echo 'hello' | broken "1:1: must be 'key: value' lines"
printf 'ev: 1\nev: 2\n' | broken "2:1: this key stands here twice"
echo 'bits: 16' | broken " bits 16 needs png or tiff"
head -c 100000 /dev/zero | tr '\0' '#' | broken " larger than 65536 bytes"
head -c 300 /dev/urandom >random
broken "" <random

start not_a_file
mkdir a.fl.yaml
expect 1 a.dng b.dng
error_lines 1
says "a.fl.yaml: not a regular file"
[ -s b.jpg ] || fail "the other shot was not converted"

if [ "$(id -u)" -ne 0 ]; then
    start unreadable
    echo 'ev: 1' >a.fl.yaml
    chmod 000 a.fl.yaml
    expect 1 a.dng b.dng
    error_lines 1
    says "a.fl.yaml: Permission denied"
fi
finish
