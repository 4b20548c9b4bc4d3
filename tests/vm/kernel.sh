#!/bin/sh
# Fetches and unpacks Debian's kernel, and builds two modules for it: vimc, which Debian leaves out,
# and v4l2loopback with Bayer formats of more than 8 bits. Nothing is installed, root is not needed.
# Prints the folder with boot/, lib/modules/ and KERNEL; a ready folder is used as it is.
# usage: kernel.sh; exit status 77 where the packages cannot be had.
set -eu

cache=${XDG_CACHE_HOME:-$HOME/.cache}/firstlight/vm
skip() {
    echo "vm: skipped: $*" >&2
    exit 77
}

[ "$(uname -m)" = x86_64 ] || skip "the guest is an x86-64 machine"
for program in apt-get apt-cache dpkg depmod modprobe make gcc xz; do
    command -v "$program" >/dev/null 2>&1 || PATH=$PATH:/sbin:/usr/sbin
    command -v "$program" >/dev/null 2>&1 || skip "$program is missing"
done

if [ -f "$cache/ready" ]; then
    echo "$cache"
    exit 0
fi

# 6.1.0-NN-amd64, what linux-image-amd64 stands for today.
kernel=$(apt-cache depends linux-image-amd64 2>/dev/null |
    sed -n 's/.*Depends: linux-image-\(6\.1\.0-[0-9]*-amd64\).*/\1/p' | head -1)
[ -n "$kernel" ] || skip "apt knows no linux-image-6.1 (Debian 12)"
common=${kernel%-amd64}-common

mkdir -p "$cache"
work=$(mktemp -d "$cache/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work"
mkdir packages root
(cd packages && apt-get download -qq "linux-image-$kernel" "linux-headers-$kernel" \
    "linux-headers-$common" linux-kbuild-6.1 linux-source-6.1 v4l2loopback-dkms >&2) ||
    skip "the kernel's packages cannot be downloaded"
for package in packages/*.deb; do
    dpkg -x "$package" root
done
rm -rf packages

# The headers point to where they would be installed.
headers=$work/root/usr/src/linux-headers-$kernel
find "$headers" -maxdepth 1 -type f -exec \
    sed -i "s|/usr/src/linux-headers|$work/root/usr/src/linux-headers|g" {} +
kbuild=$work/root/usr/lib/linux-kbuild-6.1
for link in scripts tools; do
    rm -f "$headers/$link" "$work/root/usr/src/linux-headers-$common/$link"
    ln -s "$kbuild/$link" "$headers/$link"
    ln -s "$kbuild/$link" "$work/root/usr/src/linux-headers-$common/$link"
done

modules=$work/root/lib/modules/$kernel
mkdir -p "$modules/extra" vimc loopback
tar --strip-components=5 -C vimc -xJf "root/usr/src/linux-source-6.1.tar.xz" \
    --wildcards 'linux-source-6.1/drivers/media/test-drivers/vimc/*'
make -s -C "$headers" M="$work/vimc" CONFIG_VIDEO_VIMC=m modules >&2
cp vimc/vimc.ko "$modules/extra"

cp root/usr/src/v4l2loopback-*/*.[ch] loopback
cat >rows <<'ROWS'
	{ .name = "10-bit Bayer RGRG/GBGB", .fourcc = V4L2_PIX_FMT_SRGGB10, .depth = 16, .flags = 0 },
	{ .name = "12-bit Bayer RGRG/GBGB", .fourcc = V4L2_PIX_FMT_SRGGB12, .depth = 16, .flags = 0 },
	{ .name = "16-bit Bayer RGRG/GBGB", .fourcc = V4L2_PIX_FMT_SRGGB16, .depth = 16, .flags = 0 },
ROWS
sed -i '/static const struct v4l2l_format formats\[\] = {/r rows' loopback/v4l2loopback*.[ch]
grep -q SRGGB12 loopback/v4l2loopback*.[ch] || skip "v4l2loopback's table of formats has changed"
echo 'obj-m := v4l2loopback.o' >loopback/Makefile
make -s -C "$headers" M="$work/loopback" modules >&2
cp loopback/v4l2loopback.ko "$modules/extra"

depmod -b root "$kernel"
rm -rf "$cache/boot" "$cache/lib"
mv root/boot root/lib "$cache"
echo "$kernel" >"$cache/KERNEL"
: >"$cache/ready"
echo "$cache"
