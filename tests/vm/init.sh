#!/bin/busybox sh
# First process of the virtual machine: loads the drivers, lays a writable file system over the
# host's, runs the test in it, powers off.
/bin/busybox mkdir -p /proc /sys /dev /host /top /root
/bin/busybox --install -s /bin
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
while read -r module arguments; do
    insmod "/modules/$module" $arguments || echo "insmod $module failed"
done </modules/order
mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,ro,cache=loose host /host
mount -t tmpfs none /top
mkdir /top/upper /top/work
mount -t overlay -o lowerdir=/host,upperdir=/top/upper,workdir=/top/work none /root
mount -t tmpfs none /root/run
mkdir -p /root/out /root/run/udev/data
mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144 out /root/out
mount -o bind /proc /root/proc
mount -o bind /sys /root/sys
mount -o bind /dev /root/dev
# libcamera believes only in devices that udev's database knows
for d in /sys/class/video4linux/* /sys/bus/media/devices/*; do
    [ -f "$d/dev" ] && echo I:1 >"/root/run/udev/data/c$(cat "$d/dev")"
done
touch /root/run/udev/control
export HOME=/tmp PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
chroot /root /bin/sh "$(cat /test/script)" $(cat /test/arguments)
sync
poweroff -f
