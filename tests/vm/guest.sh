#!/bin/sh
# Inside the virtual machine, on the host's files: every camera there is. Writes TAP to /out/tap.
# usage: guest.sh FL_CAPTURE VM_CAMERA HASHES
capture=$1 vm_camera=$2 hashes=$3
n=0
exec >/out/tap 2>/out/log
work=/tmp/work
mkdir -p $work && cd $work || exit 1

result() { # GOOD NAME
    n=$((n + 1))
    if [ "$1" = 0 ]; then echo "ok $n - $2"; else
        echo "not ok $n - $2"
        echo "not ok: $2" >&2
        tail -3 err >&2
    fi
}

# programs that speak TAP themselves
run() {
    timeout 60 "$@" >part 2>err
    cat err >&2
    while read -r line; do
        case $line in
        ok*) result 0 "${line#* - }" ;;
        not*) result 1 "${line#* - }" ;;
        esac
    done <part
    [ -s part ] || result 1 "$* ran"
}

# expect STATUS NAME COMMAND...
expect() {
    want=$1 name=$2
    shift 2
    timeout 60 "$@" >out 2>err
    got=$?
    [ $got -eq "$want" ] || echo "$name: status $got: $(tail -1 err)" >&2
    [ $got -eq "$want" ]
    result $? "$name"
}

# wait_for FILE PID: false when the program ended before
wait_for() {
    tries=0
    while [ ! -s "$1" ] && kill -0 "$2" 2>/dev/null && [ $tries -lt 300 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    [ -s "$1" ]
}

node() { # the first node whose name begins so
    for d in /sys/class/video4linux/video*; do
        case $(cat "$d/name") in
        "$1"*)
            echo "/dev/${d##*/}"
            return
            ;;
        esac
    done
}

vivid=$(node vivid)
loopback=$(node 'Dummy video')
vimc=$(node 'Raw Capture 0')

run "$vm_camera" bayer "$vivid"
run "$vm_camera" raw "$vivid"
run "$vm_camera" loopback "$loopback" "$hashes"

# The links of vimc carry the sensor's raw.
if [ -n "$vimc" ] && command -v media-ctl >/dev/null; then
    for m in /dev/media*; do
        media-ctl -d "$m" -V '"Sensor A":0[fmt:SRGGB10_1X10/640x480]' 2>/dev/null &&
            v4l2-ctl -d "$vimc" -v width=640,height=480,pixelformat=RG10 >/dev/null 2>&1 && break
    done
    run "$vm_camera" raw "$vimc"
fi

# fl-capture: a picture with its raw from V4L2
expect 0 "fl-capture from vivid" "$capture" --source "$vivid" --mode 640:360:10:U --immediate -r \
    -o v.jpg --metadata v.json
[ "$(head -c 2 v.jpg | od -An -tx1 | tr -d ' ')" = ffd8 ] && [ -s v.dng ] && [ -s v.json ]
result $? "fl-capture from vivid: picture, raw, metadata"
expect 1 "a mode that is not there" "$capture" --source "$vivid" --mode 123:456 -o x.jpg
expect 3 "a device that is not there" "$capture" --source /dev/video77 -o x.jpg

# Two programs, one camera; then the camera goes.
series() { # SOURCE OPTIONS...
    source=$1
    shift
    rm -f s*.jpg
    "$capture" --source "$source" "$@" -t 0 --timelapse 200 --immediate -o 's%03d.jpg' >out 2>err2 &
    pid=$!
    wait_for s000.jpg $pid
}
ends() { # STATUS NAME: of the series
    tries=0
    while kill -0 $pid 2>/dev/null && [ $tries -lt 200 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    kill -9 $pid 2>/dev/null
    wait $pid
    got=$?
    [ $got -eq "$1" ] || echo "$2: status $got: $(tail -5 err2)" >&2
    [ $got -eq "$1" ]
    result $? "$2"
    whole=0
    for f in s*.jpg; do
        [ "$(tail -c 2 "$f" | od -An -tx1 | tr -d ' ')" = ffd9 ] || whole=1
    done
    result $whole "$2: pictures are whole"
}
series "$vivid" --mode 640:360:10:U
result $? "a series from vivid"
expect 4 "a second program finds vivid busy" "$capture" --source "$vivid" --mode 640:360:10:U \
    --immediate -o x.jpg
echo vivid.0 >/sys/bus/platform/drivers/vivid/unbind
ends 5 "vivid unplugged"

if "$capture" --list-cameras | grep -q '(libcamera:'; then
    id=$("$capture" --list-cameras | sed -n 's/.*(\(libcamera:.*Sensor B\))$/\1/p' | head -1)
    expect 0 "fl-capture from libcamera" "$capture" --source "$id" --processed --width 320 --height 240 \
        --immediate -o l.jpg --metadata l.json
    [ "$(head -c 2 l.jpg | od -An -tx1 | tr -d ' ')" = ffd8 ]
    result $? "fl-capture from libcamera: a picture"
    expect 1 "libcamera's vimc has no raw" "$capture" --source "$id" --immediate -o x.jpg
    # libcamera's handler of vimc lists no camera that runs elsewhere: this one is held, not running
    "$vm_camera" hold "$id" >held 2>&1 &
    holder=$!
    wait_for held $holder
    expect 4 "a second program finds libcamera's camera busy" "$capture" --source "$id" \
        --processed --immediate -o x.jpg
    kill $holder
    wait $holder 2>/dev/null
    series "$id" --processed --width 320 --height 240
    result $? "a series from libcamera"
    echo vimc.0 >/sys/bus/platform/drivers/vimc/unbind
    ends 5 "libcamera's camera unplugged"
    expect 3 "no camera is left" "$capture" --processed --immediate -o x.jpg
else
    n=$((n + 1))
    echo "ok $n - libcamera # SKIP the build, or the machine, has none"
fi
echo "1..$n"
