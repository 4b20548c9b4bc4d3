#!/bin/sh
# The programs as built, with all their instruction sets, on a CPU that has none beyond SSE4: no
# illegal instruction, and the same hashes. Exit status 77 (skipped) without the emulator.
# usage: nehalem.sh HASHES GOLDEN KERNELS WINDOW_KERNELS
set -eu
hashes=$1 golden=$2
shift 2
command -v qemu-x86_64-static >/dev/null || {
    echo "skipped: there is no qemu-x86_64-static"
    exit 77
}
export CK_FORK=no
for test in "$@"; do
    qemu-x86_64-static -cpu Nehalem "$test" || exit 1
done
output=$(qemu-x86_64-static -cpu Nehalem "$golden" --short "$hashes") || exit 1
echo "$output"
case $output in
*'not ok'*) exit 1 ;;
esac
