#!/bin/sh
# fl-convert: where results go, and what is done about files that are there.
. "$(dirname "$0")/lib.sh"

SMALL=size=64x48

fresh default
expect 0 sim:chart,$SMALL
silent
files chart.jpg

fresh existing
expect 0 sim:chart,$SMALL
expect 1 sim:chart,$SMALL,seed=2
error_lines 1
says "fl-convert: sim:chart,$SMALL,seed=2: chart.jpg exists"
expect 0 --overwrite sim:chart,$SMALL,seed=2
silent
touch -d 2001-01-01 chart.jpg
expect 0 --skip-existing sim:chart,$SMALL
silent
[ "$(date -r chart.jpg +%Y)" = 2001 ] || fail "--skip-existing wrote the file"
files chart.jpg

fresh formats
for f in jpg png tif dng; do
    expect 0 -o a.$f sim:chart,$SMALL
    silent
done
expect 0 --format tiff -o b.tif sim:chart,$SMALL
expect 0 --format png sim:chart,$SMALL
expect 0 -o noext sim:chart,$SMALL
expect 0 -o a.JPEG sim:chart,$SMALL
files a.jpg a.png a.tif a.dng b.tif chart.png noext a.JPEG

fresh folder
mkdir out
expect 0 -o out sim:chart,$SMALL
expect 0 -o out/ --format png sim:chart,$SMALL
files out/chart.jpg out/chart.png

fresh folder_missing
expect 1 -o gone/ sim:chart,$SMALL
error_lines 1
says "gone/: No such file or directory"
expect 1 -o gone/a.jpg sim:chart,$SMALL
error_lines 1
says "gone/: No such file or directory"
files

fresh output_is_a_folder
mkdir out out/chart.jpg
expect 1 -o out --overwrite sim:chart,$SMALL
error_lines 1
says "out/chart.jpg: is a folder"
files

fresh templates
expect 0 -o '%n_%03c-%%.%e' --format png sim:chart,$SMALL sim:chart,$SMALL,seed=2
silent
files chart_001-%.png chart_002-%.png
expect 0 -o '%i.%e' sim:chart,$SMALL,iso=100 sim:chart,$SMALL,iso=400
files chart_001-%.png chart_002-%.png 100.jpg 400.jpg

fresh collision
expect 1 -o '%n.jpg' sim:chart,$SMALL sim:chart,$SMALL,seed=2
error_lines 1
says "fl-convert: sim:chart,$SMALL,seed=2: sim:chart,$SMALL has the same output"
files chart.jpg

fresh collision_known_late
expect 1 -o '%i.jpg' sim:chart,$SMALL sim:chart,$SMALL,seed=2
error_lines 1
says "has the same output"
files 100.jpg

fresh collision_through_links
mkdir a
ln -s a b
expect 0 -o a/x.dng sim:chart,$SMALL
cp a/x.dng y.dng
expect 1 -o '%n.%e' a/x.dng b/x.dng
error_lines 1
says "b/x.dng: a/x.dng has the same output"

fresh input_is_never_replaced
expect 0 -o a.dng sim:chart,$SMALL
cp a.dng keep
expect 1 --overwrite --format dng a.dng
error_lines 1
says "fl-convert: a.dng: the output would replace the input a.dng"
expect 1 --overwrite -o ../run/a.dng a.dng
cmp -s a.dng keep || fail "the input was changed"
expect 1 --overwrite -o './%n.dng' a.dng
cmp -s a.dng keep || fail "the input was changed"
rm keep
files a.dng

fresh stdout
expect 0 -o - sim:chart,$SMALL
silent
[ -s ../out ] || fail "nothing on standard output"
mv ../out ../piped
expect 0 -o same.jpg sim:chart,$SMALL
cmp -s ../piped same.jpg || fail "-o - is not the same as -o FILE"
files same.jpg
"$TOOL" -o - sim:chart,$SMALL >/dev/full 2>../err
[ $? -eq 1 ] || fail "a full standard output is not an error"
error_lines 1

fresh dry_run
expect 0 --dry-run -o '%d-%n.%e' sim:chart
prints "sim:chart -> %d-%n.%e"
expect 0 -n sim:chart
prints "sim:chart -> chart.jpg"
expect 0 -n --json sim:chart
jsonl input output dry_run settings
files
finish
