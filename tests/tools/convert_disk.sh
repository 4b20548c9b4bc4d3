#!/bin/sh
# fl-convert: a full disk is one line and no file. Needs a small file system of its own: root.
. "$(dirname "$0")/lib.sh"

[ "$(id -u)" -eq 0 ] || { echo "skipped: needs root to mount a small file system"; exit 77; }
fresh full_disk
mkdir small
mount -t tmpfs -o size=64k none small 2>/dev/null || { echo "skipped: cannot mount"; exit 77; }
trap 'umount "$WORK/run/small"; rm -rf "$WORK"' EXIT
for format in jpg png tiff dng; do
    CASE="full disk, $format"
    expect 1 --format $format -o small/ sim:chart,size=1024x768 sim:zoneplate,size=16x16
    error_lines 1
    says "fl-convert: sim:chart,size=1024x768: "
    says "small/chart."
    says "No space left on device"
    [ "$(find small -type f | wc -l)" -eq 1 ] || fail "not just the small picture: $(ls -A small)"
    rm -f small/*
done
finish
