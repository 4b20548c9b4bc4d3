#!/bin/sh
# fl-capture: series by time, key and signal; full disks; interrupts.
. "$(dirname "$0")/lib.sh"

SIM="--source sim:photo,size=320x240"

fresh timelapse
expect 0 $SIM -t 2100 --timelapse 400 --framestart 7 --wrap 10 -o 'im%03d.jpg' --metadata 'm%d.json'
n=$(find . -name 'im*.jpg' | wc -l)
[ "$n" -ge 2 ] && [ "$n" -le 5 ] || fail "$n pictures"
[ -f im007.jpg ] && [ -f im008.jpg ] || fail "names: $(ls)"
# exposure and white balance stand still in front of a scene that does
cat m*.json | sed -n 's/.*"\(ExposureTime\|AnalogueGain\|ColourGains\)": //p' | sort -u >../values
[ "$(wc -l <../values)" -eq 3 ] || fail "unsteady: $(cat ../values)"

fresh keypress
{
    sleep 1
    echo
    sleep 2
    echo
    sleep 2
    echo x
} | "$TOOL" $SIM -t 0 -k -o 'k%d.jpg' >../out 2>../err
got=$?
[ $got -eq 0 ] || fail "status $got"
files k0.jpg k1.jpg

# wait_for FILE
wait_for() {
    tries=0
    while [ ! -f "$1" ] && [ $tries -lt 600 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
    [ -f "$1" ] || fail "no $1"
}

fresh signals
"$TOOL" $SIM -t 0 -s --timelapse 1h --immediate -o 's%d.jpg' >../out 2>../err &
pid=$!
wait_for s0.jpg # the first of the time-lapse
kill -USR1 $pid
wait_for s1.jpg
kill -USR1 $pid
wait_for s2.jpg
kill -USR2 $pid
wait $pid
got=$?
[ $got -eq 0 ] || fail "status $got"
files s0.jpg s1.jpg s2.jpg

fresh interrupt
"$TOOL" $SIM -t 0 --timelapse 100 -o 'i%03d.jpg' >../out 2>../err &
pid=$!
wait_for i002.jpg
kill -TERM $pid
wait $pid
got=$?
[ $got -eq 143 ] || fail "status $got"
says "interrupted; $(find . -name '*.jpg' | wc -l) pictures written"
for f in *.jpg; do
    [ "$(tail -c 2 "$f" | od -An -tx1 | tr -d ' \n')" = ffd9 ] || fail "$f is not complete"
done
[ -z "$(find . -name '*.tmp')" ] || fail "left behind: $(ls)"

if [ "$(id -u)" -eq 0 ]; then
    fresh "full disk"
    mkdir small
    if mount -t tmpfs -o size=300k none small 2>/dev/null; then
        trap 'umount "$WORK/run/small"; rm -rf "$WORK"' EXIT
        expect 1 $SIM -t 0 --timelapse 1 -o 'small/f%03d.png'
        says "small/f"
        says "No space left on device"
        n=$(find small -name '*.png' | wc -l)
        [ "$n" -ge 1 ] || fail "nothing was written"
        for f in small/*.png; do
            [ "$(tail -c 8 "$f" | head -c 4)" = IEND ] || fail "$f is not complete"
        done
        [ "$(find small -type f | wc -l)" -eq "$n" ] || fail "left behind: $(ls -A small)"
        umount small
        trap 'rm -rf "$WORK"' EXIT
    fi
fi
finish
