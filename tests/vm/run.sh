#!/bin/sh
# A virtual machine with Debian's kernel and simulated cameras runs tests/vm/guest.sh. Prints TAP.
# usage: run.sh FL_CAPTURE VM_CAMERA HASHES
# Needs qemu-system-x86, busybox-static, cpio; v4l-utils for one test. The kernel is fetched once.
set -eu
PATH=$PATH:/sbin:/usr/sbin
here=$(cd "$(dirname "$0")" && pwd)
absolute() { echo "$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"; }
capture=$(absolute "$1") vm_camera=$(absolute "$2") hashes=$(absolute "$3")
skip() {
    echo "1..0 # SKIP $*"
    exit 0
}
for program in qemu-system-x86_64 cpio busybox depmod modprobe; do
    command -v $program >/dev/null 2>&1 || skip "$program is not installed"
done
busybox=$(command -v busybox)
ldd "$busybox" >/dev/null 2>&1 && skip "busybox is not the static one"
cache=$("$here/kernel.sh" 2>/tmp/vm-kernel.$$) || {
    why=$(tail -1 /tmp/vm-kernel.$$)
    rm -f /tmp/vm-kernel.$$
    skip "$why"
}
rm -f /tmp/vm-kernel.$$
kernel=$(cat "$cache/KERNEL")

work=$(mktemp -d "${TMPDIR:-/tmp}/fl-vm.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/root/bin" "$work/root/modules" "$work/root/test" "$work/out"
cp "$busybox" "$work/root/bin/busybox"
cp "$here/init.sh" "$work/root/init"
chmod +x "$work/root/init"
echo "${VM_SCRIPT:-$here/guest.sh}" >"$work/root/test/script"
echo "$capture $vm_camera $hashes" >"$work/root/test/arguments"

# Modules with what they need, each once, in order.
: >"$work/order"
for module in virtio_pci 9pnet_virtio 9p overlay vivid vimc v4l2loopback; do
    modprobe -d "$cache" -S "$kernel" --show-depends $module | sed -n 's/^insmod \([^ ]*\).*/\1/p' |
        while read -r file; do
            grep -qx "$file" "$work/order" || echo "$file" >>"$work/order"
        done
done
while read -r file; do
    name=$(basename "$file")
    cp "$file" "$work/root/modules/$name"
    case $name in
    vivid.ko*) echo "$name n_devs=1 node_types=0x1" ;;
    v4l2loopback.ko*) echo "$name devices=1 exclusive_caps=0 max_buffers=8" ;;
    *) echo "$name" ;;
    esac
done <"$work/order" >"$work/root/modules/order"
(cd "$work/root" && find . | cpio -o -H newc 2>/dev/null | gzip -1) >"$work/initrd"

timeout "${VM_TIMEOUT:-300}" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 1536 \
    -nodefaults -no-reboot -display none -serial stdio \
    -kernel "$cache/boot/vmlinuz-$kernel" -initrd "$work/initrd" \
    -append "console=ttyS0 quiet panic=-1" \
    -virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
    -virtfs local,path="$work/out",mount_tag=out,security_model=none \
    </dev/null >"$work/console" 2>&1 || echo "# qemu: status $?"
sed 's/^/# /' "$work/out/log" 2>/dev/null || true
if ! grep -q '^1\.\.' "$work/out/tap" 2>/dev/null; then
    tail -20 "$work/console" | sed 's/^/# /'
    cat "$work/out/tap" 2>/dev/null || true
    echo "Bail out! the machine did not finish"
    exit 1
fi
cat "$work/out/tap"
