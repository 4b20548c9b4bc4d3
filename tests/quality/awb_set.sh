#!/bin/sh
# Unpacks the Raspberry Pi white balance set, of one archive or several, and measures it.
# usage: awb_set.sh PROGRAM SHARED_DATA SENSOR=LIMIT...
set -eu
program=$1 data=$2
shift 2
found=
for f in "$data"/rpi_awb/*.zip; do
    [ -f "$f" ] && found=yes
done
if [ -z "$found" ] || ! command -v unzip >/dev/null; then
    echo "1..0 # SKIP needs $data/rpi_awb and unzip"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for f in "$data"/rpi_awb/*.zip; do
    unzip -q -j -o "$f" '*.png' -d "$work"
done
"$program" "$work" "$data/rpi_tuning" "$@"
