#!/bin/sh
# fl-convert: one bad input never stops a batch; it gives one line and leaves no file behind.
. "$(dirname "$0")/lib.sh"

fresh made
expect 0 --output good.dng sim:chart,size=128x96,format=SRGGB12
silent
expect 0 --output second.dng sim:chart,size=128x96,seed=2
mkdir ../raws
mv good.dng second.dng ../raws
[ -s ../raws/good.dng ] || fail "no raw to work with"
size=$(wc -c <../raws/good.dng)

# bad REASON-OR-EMPTY FILE: in a batch between two good ones, it alone fails
bad() {
    CASE="bad $2"
    rm -f first.jpg last.jpg
    cp ../raws/good.dng first.dng
    cp ../raws/second.dng last.dng
    expect 1 first.dng "$2" last.dng
    error_lines 1
    says "fl-convert: $2: $1"
    if grep -qF -e "$2: $(basename "$2")" ../err; then
        fail "the name stands twice"
    fi
    [ -s first.jpg ] && [ -s last.jpg ] || fail "the rest of the batch was not converted"
    rm -f first.* last.*
    left=$(find . -name '*.jpg' -o -name '*.tmp' -o -name '.?*' ! -name '.')
    [ -z "$left" ] || fail "left behind: $left"
}

fresh bad_files
: >empty.dng
bad "" empty.dng
percent=10
while [ "$percent" -lt 100 ]; do
    head -c $((size * percent / 100)) ../raws/good.dng >"cut$percent.dng"
    bad "" "cut$percent.dng"
    percent=$((percent + 10))
done
head -c 4096 /dev/zero >zeros.dng
bad "" zeros.dng
{ printf 'JUNK'; tail -c +5 ../raws/good.dng; } >magic.dng
bad "" magic.dng
head -c 5000 /dev/urandom >random.nef
bad "" random.nef
mkdir folder.dng
bad "a folder without raw files (see --recursive)" folder.dng
bad "No such file or directory" missing.dng
bad "Not a directory" empty.dng/x.dng
mkfifo pipe.dng
bad "not a regular file" pipe.dng
ln -s loop.dng loop.dng
bad "Too many levels of symbolic links" loop.dng
rm loop.dng
name=$(printf 'tab\there.dng')
: >"$name"
expect 1 "$name"
error_lines 1
says "fl-convert: tab?here.dng: "
if [ "$(id -u)" -ne 0 ]; then
    cp ../raws/good.dng locked.dng
    chmod 000 locked.dng
    bad "Permission denied" locked.dng
fi

fresh headerless
head -c 1000 /dev/zero >short.raw
expect 1 --raw-format SRGGB10 --size 64x48 short.raw
error_lines 1
says "fl-convert: short.raw: "
head -c 6144 /dev/zero >full.raw
expect 0 --raw-format SRGGB10 --size 64x48 --output-size 32x full.raw
expect 1 --raw-format SRGGB10 --size 64x48 --black 1000 --white 900 --overwrite full.raw
error_lines 1
expect 1 --raw-format SRGGB10 --size 65534x65534 --overwrite full.raw
error_lines 1
expect 1 --raw-format SRGGB10 --size 64x48 --stride 1099511627776 --overwrite full.raw
error_lines 1
expect 1 --raw-format SRGGB10 --size 64x48 --offset 1099511627776 --overwrite full.raw
error_lines 1
files short.raw full.raw full.jpg

expect 1 --black 64 sim:chart
error_lines 1
says "a simulated capture takes no raw-format, black, white or cfa"

fresh folders
mkdir -p in/sub/.hidden
cp ../raws/good.dng in/b.dng
cp ../raws/good.dng in/a.dng
cp ../raws/good.dng in/sub/c.dng
cp ../raws/good.dng in/sub/.hidden/d.dng
echo text >in/readme.txt
expect 0 in
silent
[ -s in/a.jpg ] && [ -s in/b.jpg ] && [ ! -e in/sub/c.jpg ] || fail "the folder's own raws"
expect 0 --skip-existing -r in
[ -s in/sub/c.jpg ] || fail "--recursive"
[ ! -e in/sub/.hidden/d.jpg ] || fail "a hidden folder was read"
mkdir out
expect 1 -r -o out in in/a.dng
error_lines 1
says "fl-convert: in/a.dng: in/a.dng has the same output"
[ "$(find out -name '*.jpg' | wc -l)" -eq 3 ] || fail "out/ does not hold three pictures"

# Equal names in two sub-folders are two pictures; the tree is that of the folder given.
fresh tree
mkdir -p in/one/deep in/two out
for f in in/top in/one/a in/one/deep/a in/two/a; do
    cp ../raws/good.dng $f.dng
done
expect 0 --dry-run -r -o out in
[ -z "$(ls out)" ] || fail "a dry run made folders"
expect 0 -r -o out/ --jobs 4 in/
silent
files in/top.dng in/one/a.dng in/one/deep/a.dng in/two/a.dng \
    out/top.jpg out/one/a.jpg out/one/deep/a.jpg out/two/a.jpg
expect 0 -r -o out --skip-existing in
# Two folders may fall on one tree: no picture replaces another, also through a link.
mkdir other
cp -r in/two other/two
ln -s one out/three
cp -r in/one in/three
expect 1 -r -o out --overwrite in other
error_lines 3
says "fl-convert: other/two/a.dng: in/two/a.dng has the same output"
says "fl-convert: in/three/a.dng: in/one/a.dng has the same output"
says "fl-convert: in/three/deep/a.dng: in/one/deep/a.dng has the same output"
# What stands in the way of a folder is an error of those below it.
mkdir blocked
: >blocked/one
expect 1 -r -o blocked in/
error_lines 2
says "Not a directory"
[ -s blocked/two/a.jpg ] || fail "the others are done"
# A template has one name for all; without sub-folders nothing changes.
expect 0 -o . in/two
[ -s a.jpg ] || fail "a folder's own files lie in the output folder"
# The output folder itself is not made.
expect 1 -r -o missing/ in/two
says "missing/: No such file or directory"

fresh json
: >empty.dng
cp ../raws/good.dng good.dng
expect 1 --json good.dng empty.dng missing.dng sim:chart,size=64x48
error_lines 2
jsonl input output ok skipped code error settings seconds warnings notes
[ "$(wc -l <../out)" -eq 4 ] || fail "not one line for each input"
[ "$(grep -c '"ok":true' ../out)" -eq 2 ] || fail "not two inputs are ok"
[ "$(grep -c '"ok":false' ../out)" -eq 2 ] || fail "not two inputs failed"
grep '"input":"good.dng"' ../out >../out1
mv ../out1 ../out
jsonl width height wb_gains cct_k stages cpu threads raw
prints '"width":128,"height":96'
name=$(printf 'bad\377"\\\n.dng')
cp ../raws/good.dng "$name"
expect 0 --json "$name"
jsonl input output

fresh jobs
i=0
while [ $i -lt 12 ]; do
    cp ../raws/good.dng "n$i.dng"
    i=$((i + 1))
done
: >n12.dng
expect 1 --jobs 4 --threads 2 --json ./*.dng
error_lines 1
jsonl input ok
[ "$(wc -l <../out)" -eq 13 ] || fail "not one line for each input"
mkdir one
expect 1 --jobs 1 -o one ./*.dng
for f in one/*.jpg; do
    cmp -s "$f" "$(basename "$f")" || fail "$f differs between one and four jobs"
done
[ "$(find one -name '*.jpg' | wc -l)" -eq 12 ] || fail "one job did not make 12 pictures"

fresh stop_on_error
: >a.dng
expect 1 --stop-on-error a.dng sim:chart,size=64x48
error_lines 1
files a.dng
expect 1 a.dng sim:chart,size=64x48
files a.dng chart.jpg

fresh verbose
expect 0 -v sim:chart,size=64x48
says "sim:chart,size=64x48 -> chart.jpg  64x48"
expect 0 -q --overwrite sim:chart,size=64x48
silent

fresh closed_stdout
cp ../raws/good.dng a.dng
"$TOOL" --json a.dng >/dev/full 2>../err
[ $? -eq 1 ] || fail "a full standard output is not an error"
error_lines 1
says "standard output could not be written"
finish
