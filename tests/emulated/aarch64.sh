#!/bin/sh
# Kernels and golden hashes on 64-bit Arm, emulated: Cortex-A53, A72 and A76. A cross compiler and
# its C library are all that is needed: pipeline, simulated sensor and tests are built statically
# here, without the libraries of file formats. Exit status 77 (skipped) where tools are missing.
# usage: aarch64.sh SOURCE_ROOT WORK_FOLDER
set -eu
root=$1 work=$2/aarch64
cc=${AARCH64_CC:-aarch64-linux-gnu-gcc}
for tool in "$cc" qemu-aarch64-static; do
    command -v "$tool" >/dev/null || {
        echo "skipped: there is no $tool"
        exit 77
    }
done
mkdir -p "$work"

flags="-std=c11 -O2 -ffp-contract=off -fno-tree-slp-vectorize -D_POSIX_C_SOURCE=200809L -pthread
-Wno-psabi"
includes=
for dir in isp/include sensors/include sensors tuning/include isp/core isp/ref isp/kernels \
    isp/control isp/pipe isp/stages isp/quick tests/emulated/stand_in tests/support; do
    includes="$includes -I$root/$dir"
done

# object FILE NAME [FLAG…]: compiles one source unless object and sources are as they were
object() {
    source=$1 out=$work/$2.o
    shift 2
    # shellcheck disable=SC2086
    [ "$out" -nt "$work/stamp" ] || "$cc" $flags $includes "$@" -c "$source" -o "$out"
    objects="$objects $out"
}

# Everything is built again when any source changed.
sum=$(find "$root/isp" "$root/sensors" "$root/tests/kernels" "$root/tests/golden" \
    "$root/tests/emulated" -name '*.[ch]' -exec cksum {} + | cksum)
if [ "$sum" != "$(cat "$work/stamp" 2>/dev/null || true)" ]; then
    rm -f "$work"/*.o
    echo "$sum" >"$work/stamp"
fi

objects=
for source in "$root"/isp/core/*.c "$root"/isp/ref/*.c "$root"/isp/stages/*.c \
    "$root"/isp/control/*.c "$root"/isp/pipe/*.c "$root"/isp/quick/*.c "$root"/sensors/sim_*.c \
    "$root"/isp/kernels/*.c; do
    name=$(basename "$(dirname "$source")")_$(basename "$source" .c)
    case $source in
    */'*.c') ;; # a folder that is not there
    *_k.c | */kernel_set.c | */*_kernel_set.c)
        object "$source" "$name" -DFL_ISA=neon -DFL_ISA_CPU=FL_CPU_NEON -fno-math-errno \
            -fno-trapping-math ;;
    *) object "$source" "$name" ;;
    esac
done
library=$objects
for test in kernels/test_dct_kernels kernels/test_kernels kernels/test_window_kernels \
    golden/test_golden; do
    objects=
    object "$root/tests/$test.c" "$(basename $test)"
    # shellcheck disable=SC2086
    "$cc" -static $objects $library -o "$work/$(basename $test)" -pthread -lm
done

failed=0
for cpu in cortex-a53 cortex-a72 cortex-a76; do
    for test in test_dct_kernels test_kernels test_window_kernels \
        "test_golden --short $root/tests/golden/hashes.txt"; do
        # shellcheck disable=SC2086
        if qemu-aarch64-static -cpu $cpu "$work"/$test >"$work/output" 2>&1 &&
            ! grep -q '^not ok' "$work/output"; then
            echo "ok: $cpu ${test%% *}"
        else
            echo "FAIL: $cpu ${test%% *}"
            tail -5 "$work/output"
            failed=1
        fi
    done
done
exit $failed
