#!/bin/sh
# fl-capture: 500 pictures of 12 megapixels in a row need no more memory than 50 do. Prints the rate.
. "$(dirname "$0")/lib.sh"

fresh long
"$TOOL" --source sim --immediate -t 0 --timelapse 1ms --wrap 10 -v -o 'p%d.jpg' >../out 2>../err &
pid=$!
pictures() { grep -c 'developed in' ../err; }
resident() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' /proc/$pid/status; }
reach() {
    until [ "$(pictures)" -ge "$1" ]; do
        kill -0 $pid 2>/dev/null || {
            fail "it ended after $(pictures) pictures"
            finish
        }
        sleep 0.2
    done
}
most() { # of 20 looks
    for i in $(seq 20); do
        resident
        sleep 0.1
    done | sort -n | tail -1
}
reach 50
begin=$(date +%s)
early=$(most)
reach "${FRAMES:-500}"
late=$(most)
end=$(date +%s)
n=$(pictures)
kill -INT $pid
wait $pid
echo "$early kB after 50 pictures, $late kB after $n; $(((n - 50) * 10 / (end - begin))) in 10 s"
[ "$late" -le $((early + early / 20)) ] || fail "memory grew from $early to $late kB"
finish
