#!/bin/sh
# Unpacks the Raspberry Pi white balance set and measures it.
# usage: awb_set.sh PROGRAM SHARED_DATA SENSOR=LIMIT...
set -eu
program=$1 data=$2
shift 2
archive=
for f in "$data"/rpi_awb/*.zip; do
    [ -f "$f" ] && archive=$f
done
if [ -z "$archive" ] || ! command -v unzip >/dev/null; then
    echo "1..0 # SKIP needs $data/rpi_awb and unzip"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unzip -q -j "$archive" '*.png' -d "$work"
"$program" "$work" "$data/rpi_tuning" "$@"
