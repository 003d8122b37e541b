#!/bin/bash
# Job job_aaaaaaaaaaaaaaaaaaaa, attempt 1: the machine web1 becomes web.
# Runs in Resole's in-RAM installer, which reboots the machine when this ends, well or not. Until
# the phase "partition" (archives) or "write" (disk images) the disk is not touched.
set -eu -o pipefail

disk_id='serial:RESOLE0001'
disk_size='4294967296' # bytes
target=/mnt

# --- Reporting: events and the log go to the controller from the background, in order, and wait
# there while it cannot be reached. The installation itself never waits for them.

events_url='http://192.0.2.1:8080/p/TOKEN/events'
log_url='http://192.0.2.1:8080/p/TOKEN/log'
state=/run/resole
phase=start
last_word=120 # seconds to deliver what is left at the end

# report KIND PERCENT MESSAGE: start, progress, done or failed. A percentage that is not known is
# written as -, since `read` takes two tabs for one.
report() {
  printf '%s\t%s\t%s\t%s\n' "$1" "$phase" "${2:--}" "$(echo "$3" | tr '\t\n' '  ' | cut -c 1-900)" >>"$state/events"
}

phase() {
  phase=$1
  echo "[$(cut -d' ' -f1 /proc/uptime)] $phase"
  report progress 0 ''
}

# progress PERCENT of the present phase.
progress() { report progress "$1" ''; }

# die REASON: works in subshells and pipelines too, which only pass the failure on.
die() {
  echo "$*" >&2
  [ -e "$state/reason" ] || echo "$*" >"$state/reason"
  exit 1
}

start_reporting() {
  mkdir -p "$state"
  : >"$state/log" >"$state/events"
  exec 3>&1 >>"$state/log" 2>&1
  tail -n +1 -f "$state/log" >&3 3>&- &
  report start '' ''
  (
    events_sent=0 lines_sent=0
    until [ -e "$state/stop" ]; do
      deliver || true
      sleep 1
    done
    echo "$events_sent $lines_sent" >"$state/sent"
  ) 3>&- &
  reporter=$!
  trap at_exit EXIT
}

# Sends what is new: of several percentages of one phase only the last.
deliver() {
  tail -n "+$((events_sent + 1))" "$state/events" | awk -F '\t' '
    NR > 1 && ($1 != kind || $2 != phase) { print line }
    { kind = $1; phase = $2; line = NR "\t" $0 }
    END { if (NR) print line }' >"$state/outbox"
  local first=$events_sent number kind in_phase percent message lines
  while IFS="$(printf '\t')" read -r number kind in_phase percent message; do
    send_event "$kind" "$in_phase" "$percent" "$message" || return 1
    events_sent=$((first + number))
  done <"$state/outbox"
  lines=$(wc -l <"$state/log")
  [ "$lines" -gt "$lines_sent" ] || return 0
  [ "$lines" -le $((lines_sent + 1000)) ] || lines=$((lines_sent + 1000))
  sed -n "$((lines_sent + 1)),${lines}p" "$state/log" >"$state/piece"
  short_curl --data-binary "@$state/piece" -H 'Content-Type: text/plain' "$log_url" || return 1
  lines_sent=$lines
}

send_event() {
  [ "$3" != - ] || set -- "$1" "$2" '' "$4"
  short_curl -G --data-urlencode "phase=$2" ${3:+--data-urlencode "percent=$3"} \
    ${4:+--data-urlencode "message=$4"} "$events_url/$1"
}

# A refusal (4xx) stays one: what is refused is not said again.
short_curl() {
  case $(curl -s -o /dev/null -w '%{http_code}' --connect-timeout 5 --max-time 15 "$@") in
    2?? | 4??) ;;
    *) return 1 ;;
  esac
}

# The last word: what failed, or that all is done. Then the installer reboots the machine.
at_exit() {
  local status=$? deadline
  trap - EXIT
  set +e
  if [ "$status" != 0 ]; then
    report failed '' "$(cat "$state/reason" 2>/dev/null || tail -n 1 "$state/log")"
    unmount_target
  fi
  : >"$state/stop"
  wait "$reporter"
  read -r events_sent lines_sent <"$state/sent"
  deadline=$(($(cut -d. -f1 /proc/uptime) + last_word))
  until deliver || [ "$(cut -d. -f1 /proc/uptime)" -gt "$deadline" ]; do sleep 2; done
  sleep 0.2 # for the console
  exit "$status"
}

# --- Fetching: a controller that is away, silent or slow is waited for; what was received counts.

patience=1800     # seconds without a single byte before the job is given up
stalled_after=20  # seconds without data before a transfer is tried again

size_of() { stat -c %s "$1" 2>/dev/null || echo 0; }

now() { cut -d. -f1 /proc/uptime; }

# fetch_range URL FILE FIRST LAST: the bytes FIRST to LAST (both included) of URL into FILE.
fetch_range() {
  local have code refused=0 heard
  heard=$(now)
  while have=$(size_of "$2") && [ "$have" -le $(($4 - $3)) ]; do
    code=$(transfer "$1" "$2.part" "$(($3 + have))-$4") || true
    if [ "$code" = 206 ] && [ -s "$2.part" ]; then
      heard=$(now)
      if [ "$have" = 0 ]; then mv "$2.part" "$2"; else cat "$2.part" >>"$2"; fi
      continue
    fi
    not_received "$1" "$code" || return 1
  done
  rm -f "$2.part"
}

# fetch URL FILE: all of it.
fetch() {
  local code refused=0 heard
  heard=$(now)
  until code=$(transfer "$1" "$2") && [ "$code" = 200 ]; do not_received "$1" "$code" || return 1; done
}

# transfer URL FILE [RANGE]: one try; says the HTTP status, 000 where there was none.
transfer() {
  rm -f "$2"
  curl -s -f -w '%{http_code}' -o "$2" ${3:+-r "$3"} \
    --connect-timeout 10 --speed-limit 1000 --speed-time "$stalled_after" "$1"
}

# Decides whether to try again (after a pause) or to give up. A refusal is believed after five.
not_received() {
  # Not the whole address, which is a secret. Standard output may be the payload itself.
  echo "${1##*/}: nothing received (HTTP $2)" >&2
  case $2 in
    4?? | 200) refused=$((refused + 1)) ;;
  esac
  [ "$refused" -lt 5 ] || die "the controller refuses ${1##*/}: HTTP $2"
  [ $(($(now) - heard)) -lt "$patience" ] || die "nothing of ${1##*/} for $patience seconds"
  sleep 2
}

sha256() { openssl dgst -sha256 -r | cut -d' ' -f1; }

# --- The disk: exactly one must have the identity and the size that the plan was made for. `only` is
# the only disk that is not removable, size 0 any size: nobody has seen the machine before.

find_disk() {
  local found deadline bytes
  deadline=$(($(now) + 20)) # controllers may still be looking for their disks
  until found=$(matching_disks) && [ "$(echo "$found" | wc -w)" = 1 ]; do
    [ "$(now)" -lt "$deadline" ] || die "no single disk is $disk_id; there are: $(all_disks)"
    sleep 1
  done
  disk=$found
  bytes=$(disk_bytes "$disk")
  [ "$disk_size" = 0 ] || [ "$bytes" = "$disk_size" ] ||
    die "$disk is $disk_id but has $bytes bytes, not $disk_size"
  disk_size=$bytes
  echo "$disk is $disk_id, $disk_size bytes"
}

matching_disks() {
  local name want newline='
'
  want=$(echo "$disk_id" | tidy)
  for name in $(disks); do
    if [ "$disk_id" = only ] && [ "$(cat "/sys/block/$name/removable")" = 0 ]; then echo "$name"; fi
    case "$newline$(identities "$name" | tidy)$newline" in
      *"$newline$want$newline"*) echo "$name" ;;
    esac
  done
}

# Disks that hold something: no loop, RAM, optical or virtual ones.
disks() {
  local path
  for path in /sys/block/*; do
    case ${path##*/} in loop* | ram* | zram* | sr* | fd* | md* | dm-* | nbd*) continue ;; esac
    [ "$(cat "$path/size")" = 0 ] || echo "${path##*/}"
  done
}

# All names of a disk in the notation of disk_id, one a line.
identities() {
  local at=/sys/block/$1 file device want=${disk_id#path:}
  echo "name:$1"
  device=$(readlink -f "$at")
  case $disk_id:$device in path:*:*"$want"*) echo "path:$want" ;; esac
  for file in "$at/serial" "$at/device/serial"; do
    if [ -r "$file" ]; then echo "serial:$(cat "$file")"; fi
  done
  # SCSI keeps the serial number in a page with four bytes in front.
  if [ -r "$at/device/vpd_pg80" ]; then echo "serial:$(tail -c +5 "$at/device/vpd_pg80" | tr -d '\0')"; fi
  for file in "$at/wwid" "$at/device/wwid"; do
    if [ -r "$file" ]; then echo "wwn:$(cat "$file")"; fi
  done
}

# Firmware pads its texts with spaces.
tidy() { tr -s ' ' | sed 's/: /:/; s/ $//'; }

disk_bytes() { echo $(($(cat "/sys/block/$1/size") * 512)); }

all_disks() {
  local name
  for name in $(disks); do echo "$name ($(identities "$name" | tidy | tr '\n' ' ')$(disk_bytes "$name") bytes)"; done
}

# partition NUMBER: its device.
partition() {
  case $disk in *[0-9]) echo "/dev/${disk}p$1" ;; *) echo "/dev/$disk$1" ;; esac
}

# The kernel makes a partition's device a moment after the table.
wait_for_partition() {
  local tries=50
  until [ -b "$(partition "$1")" ]; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || die "$(partition "$1") does not appear"
    sleep 0.2
  done
}

filesystem_of() { blkid -p -o value -s TYPE "$1" || true; }

uuid_of() { blkid -p -o value -s UUID "$1"; }

# For programs of the new system.
prepare_chroot() {
  local device
  mount --bind /dev "$target/dev"
  mount -t proc proc "$target/proc"
  mount --bind /sys "$target/sys"
  # What udev does otherwise: update-grub names the root by UUID only where it finds it here.
  mkdir -p /dev/disk/by-uuid
  for device in "/dev/$disk"?*; do
    ln -sf "$device" "/dev/disk/by-uuid/$(uuid_of "$device")" 2>/dev/null || true
  done
}

# Everything that may be mounted at the target folder, the innermost first.
unmount_target() {
  local point
  sync
  for point in /proc /sys /dev /boot/efi ''; do
    if grep -q " $target$point " /proc/mounts; then umount "$target$point" || umount -l "$target$point"; fi
  done
}

# --- The payload: debian-12, tar.zst. Where it fits into memory it is received and verified
# before the disk is touched; else it is verified while it is written.

payload_url='http://192.0.2.1:8080/p/TOKEN/image'
payload_size='150000000'
payload_sha256='aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
unpacked_size='450000000'
chunk=$((16 * 1024 * 1024))
chunks=$(((payload_size + chunk - 1) / chunk))
reserve_kib=$((256 * 1024)) # memory that the installation itself needs
verified=no

decompress() {
  zstd -dcq
}

fits_in_memory() {
  local available
  available=$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo)
  [ $((payload_size / 1024 + reserve_kib)) -lt "$available" ]
}

fetch_payload() {
  local sum
  mkdir -p "$state/payload"
  if ! fits_in_memory; then
    echo "$payload_size bytes do not fit into memory: they are verified while they are written"
    return
  fi
  sum=$(payload keep | sha256)
  [ "$sum" = "$payload_sha256" ] || die "the payload has SHA-256 $sum, not $payload_sha256: nothing was changed"
  verified=yes
}

# payload keep|drop: all of it to standard output. The next chunk is fetched while one is used.
payload() {
  local n=0 next
  fetch_chunk 0 || return 1
  while [ "$n" -lt "$chunks" ]; do
    fetch_chunk $((n + 1)) & next=$!
    cat "$state/payload/$n" || return 1
    [ "$1" = keep ] || rm "$state/payload/$n"
    wait "$next" || return 1
    n=$((n + 1))
    progress $((n * 100 / chunks))
  done
}

fetch_chunk() {
  local first=$(($1 * chunk)) last=$((($1 + 1) * chunk - 1))
  [ "$last" -lt "$payload_size" ] || last=$((payload_size - 1))
  [ "$first" -ge "$payload_size" ] || fetch_range "$payload_url" "$state/payload/$1" "$first" "$last"
}

# consume_payload COMMAND…: gives it the decompressed payload; what was not verified yet is now.
# From the first byte on, what fails (a download, the decompression, the command) spoils the disk.
consume_payload() {
  local sum
  if [ "$verified" = yes ]; then
    payload drop | decompress | "$@" || spoiled "the payload could not be written to $disk"
    return
  fi
  mkfifo "$state/sum.fifo"
  sha256 <"$state/sum.fifo" >"$state/sum" & sum=$!
  payload drop | tee "$state/sum.fifo" | decompress | "$@" ||
    spoiled "the payload could not be written to $disk"
  wait "$sum"
  [ "$(cat "$state/sum")" = "$payload_sha256" ] ||
    spoiled "what was written has SHA-256 $(cat "$state/sum"), not $payload_sha256"
}

# spoiled REASON: nothing may boot from this disk. A reason that was found before is the cause.
spoiled() {
  local reason
  reason=$(cat "$state/reason" 2>/dev/null || echo "$1")
  rm -f "$state/reason"
  unmount_target
  wipefs -qaf "/dev/$disk" || true
  # Boot code has no signature of its own; a disk image brings it in its first sectors.
  dd if=/dev/zero of="/dev/$disk" bs=1M count=1 conv=notrunc,fsync status=none || die "$reason: $disk can't be erased"
  die "$reason: the disk is erased"
}

# --- Archives: partitions and file systems, for BIOS and UEFI.

root_partition=3
esp_partition=2

check_disk_size() {
  [ $((unpacked_size + unpacked_size / 10 + 300000000)) -lt "$disk_size" ] ||
    die "$unpacked_size bytes do not fit on $disk"
}

partition_disk() {
  local old
  for old in "/dev/$disk"?*; do
    if [ -b "$old" ]; then wipefs -qaf "$old"; fi
  done
  sfdisk --quiet --wipe always --wipe-partitions always "/dev/$disk" <<'TABLE'
label: gpt
name=bios, size=1MiB, type=21686148-6449-6E6F-744E-656564454649
name=esp, size=256MiB, type=C12A7328-F81F-11D2-BA4B-00C04FC93EC9
name=root, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4
TABLE
  wait_for_partition "$root_partition"
}

make_filesystems() {
  mkfs.vfat -F 32 -n ESP "$(partition "$esp_partition")" >/dev/null
  mke2fs -q -F -t ext4 -L root "$(partition "$root_partition")"
}

mount_target() {
  mount -t ext4 "$(partition "$root_partition")" "$target"
}

unpack_payload() {
  consume_payload tar -x -C "$target" --numeric-owner -p --xattrs --xattrs-include='*'
  mkdir -p "$target/boot/efi"
  mount -t vfat "$(partition "$esp_partition")" "$target/boot/efi"
  cat >"$target/etc/fstab" <<TABLE
UUID=$(uuid_of "$(partition "$root_partition")") / ext4 errors=remount-ro 0 1
UUID=$(uuid_of "$(partition "$esp_partition")") /boot/efi vfat umask=0077 0 1
TABLE
}

# --- The new system's agent: it connects with a join token for this job alone.

agent_url='http://192.0.2.1:8080/p/TOKEN/agent.zst'
agent_sha256='bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'

# Before the disk is touched: a machine without its agent would be out of reach.
fetch_agent() {
  local sum
  fetch "$agent_url" "$state/agent.zst"
  sum=$(zstd -dcq "$state/agent.zst" | sha256)
  [ "$sum" = "$agent_sha256" ] || die "the agent has SHA-256 $sum, not $agent_sha256: nothing was changed"
}

install_agent() {
  local units=$target/etc/systemd/system
  mkdir -p "$target/usr/local/bin" "$target/etc/resole" "$units/multi-user.target.wants"
  zstd -dcq "$state/agent.zst" >"$target/usr/local/bin/resole-agent"
  chmod 755 "$target/usr/local/bin/resole-agent"
  chmod 700 "$target/etc/resole"
  (
    umask 077
    printf '%s' 'controller: https://192.0.2.1:8443
joinTokenFile: /etc/resole/join-token
' >"$target/etc/resole/agent.yaml"
    printf '%s' 'rsl1.token
' >"$target/etc/resole/join-token"
  )
  printf '%s' '[Service]
ExecStart=/usr/local/bin/resole-agent run

[Install]
WantedBy=multi-user.target
' >"$units/resole-agent.service"
  ln -sf ../resole-agent.service "$units/multi-user.target.wants/resole-agent.service"
}

# --- Who the new system is: name, keys; nothing that other copies of the payload have as well.
# People come in with the keys below; no password is set but one that the operator gave.

hostname='web1.example.org'

# --- The host's SSH keys outlive the reinstallation: nobody meets a warning of a changed host. They
# are read from the old system on the disk that is to be erased, and from nowhere else.

save_host_keys() {
  local at=$state/old device type options group groups
  mkdir -p "$at" "$state/ssh"
  groups=$(lvm pvs --noheadings -o pv_name,vg_name 2>/dev/null |
    awk -v disk="/dev/$disk" 'index($1, disk) == 1 && $2 != "" { print $2 }') || true
  for group in $groups; do lvm vgchange -ay "$group" >/dev/null 2>&1 || true; done
  # By blkid: lsblk knows file systems only where udev runs.
  lsblk -nrpo NAME "/dev/$disk" >"$state/old-devices" || true
  while read -r device; do
    type=$(blkid -p -o value -s TYPE "$device") || continue
    # Read-only in earnest: a journal is not replayed.
    case $type in
      ext2 | ext3 | ext4) options=ro,noload ;;
      xfs) options=ro,norecovery ;;
      btrfs) options=ro ;;
      *) continue ;;
    esac
    mount -t "$type" -o "$options" "$device" "$at" 2>/dev/null || continue
    copy_host_keys "$at" "$at/@" "$at/root" "$at"/@/.snapshots/*/snapshot
    umount "$at" || umount -l "$at"
  done <"$state/old-devices"
  for group in $groups; do lvm vgchange -an "$group" >/dev/null 2>&1 || true; done
  [ -n "$(ls "$state/ssh")" ] || echo 'the old system has no SSH host keys that can be read'
}

# copy_host_keys ROOT…: of the first that has any.
copy_host_keys() {
  local root
  for root; do
    ls "$root"/etc/ssh/ssh_host_*_key >/dev/null 2>&1 || continue
    cp "$root"/etc/ssh/ssh_host_* "$state/ssh/" || continue
    echo "SSH host keys found: $(cd "$state/ssh" && echo *_key)"
    return
  done
}

# restore_host_keys ROOT
restore_host_keys() {
  ls "$state"/ssh/ssh_host_*_key >/dev/null 2>&1 || return 0
  mkdir -p "$1/etc/ssh"
  cp "$state"/ssh/ssh_host_* "$1/etc/ssh/"
  chown 0:0 "$1"/etc/ssh/ssh_host_*
  chmod 600 "$1"/etc/ssh/ssh_host_*_key
}

# --- People beside root: by key, and by a password only where the operator gave its hash.

# write_users ROOT
write_users() {
  :
}

write_identity() {
  echo "$hostname" >"$target/etc/hostname"
  write_hosts
  : >"$target/etc/machine-id"
  rm -f "$target/var/lib/dbus/machine-id" "$target/var/lib/systemd/random-seed"
  write_authorized_keys
  write_users "$target" || die 'the users of the profile cannot be made'
}

make_host_keys() {
  rm -f "$target"/etc/ssh/ssh_host_*
  restore_host_keys "$target"
  if [ -x "$target/usr/bin/ssh-keygen" ]; then chroot "$target" ssh-keygen -A; fi
}

write_hosts() {
  local hosts=$target/etc/hosts
  touch "$hosts"
  sed -i '/^127\.0\.1\.1[[:space:]]/d' "$hosts"
  grep -q localhost "$hosts" || printf '127.0.0.1 localhost\n::1 localhost\n' >>"$hosts"
  case $hostname in
    *.*) echo "127.0.1.1 $hostname ${hostname%%.*}" ;;
    *) echo "127.0.1.1 $hostname" ;;
  esac >>"$hosts"
}

write_authorized_keys() {
  mkdir -p "$target/root/.ssh"
  chmod 700 "$target/root/.ssh"
  echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA admin@example.org' >>"$target/root/.ssh/authorized_keys"
  if [ -e "$target/root/.ssh/authorized_keys" ]; then chmod 600 "$target/root/.ssh/authorized_keys"; fi
}

# --- The interfaces of the system for the new OS (systemd-networkd); those of the old one where the
# operator gave none.

# write_networkd ROOT: systemd.link(5), systemd.netdev(5) and systemd.network(5) of every interface.
write_networkd() {
  local folder=$1/etc/systemd/network
  mkdir -p "$folder"
  rm -f "$folder"/05-resole-*
  printf '%s' '[Match]
MACAddress=52:54:00:12:34:56
Type=ether

[Link]
Name=lan0
' >"$folder/05-resole-"'lan0'.link
  printf '%s' '[Match]
MACAddress=52:54:00:12:34:56
Type=ether

[Network]
IPv6AcceptRA=no
Address=203.0.113.7/32
Address=2001:db8:1::10/64
DNS=198.51.100.53
DNS=2001:db8::53
Domains=example.org example.net

[Route]
Gateway=198.51.100.1
GatewayOnLink=yes

[Route]
Gateway=fe80::1
GatewayOnLink=yes
' >"$folder/05-resole-"'lan0'.network
  printf '%s' '[Match]
MACAddress=52:54:00:12:34:57
Type=ether

[Link]
Name=lan1
' >"$folder/05-resole-"'lan1'.link
  printf '%s' '[Match]
MACAddress=52:54:00:12:34:57
Type=ether

[Network]
DHCP=ipv4
IPv6AcceptRA=yes

[DHCPv4]
ClientIdentifier=mac
UseGateway=no

[IPv6AcceptRA]
UseGateway=no
' >"$folder/05-resole-"'lan1'.network
  chmod 644 "$folder"/05-resole-*
}

write_network() {
  local with_seed=no
  if [ -x "$target/usr/bin/cloud-init" ]; then
    write_seed
    with_seed=yes
  fi
  if ! [ -e "$target/usr/lib/systemd/systemd-networkd" ] && ! [ -e "$target/lib/systemd/systemd-networkd" ]; then
    [ "$with_seed" = yes ] ||
      die 'the payload has neither systemd-networkd nor cloud-init: the machine would have no network'
    return 0
  fi
  write_networkd "$target"
  chroot "$target" systemctl enable systemd-networkd.service
  # Where systemd-resolved is at work the file is a link to its own.
  if [ ! -L "$target/etc/resolv.conf" ]; then
    printf '%s' 'nameserver 198.51.100.53
nameserver 2001:db8::53
search example.org example.net
' >"$target/etc/resolv.conf"
  fi
}

# For payloads that cloud-init configures at their first boot: else it would take DHCP, and throw the
# SSH host keys away. Everything else is done by now.
write_seed() {
  local seed=$target/var/lib/cloud/seed/nocloud
  rm -rf "$target"/var/lib/cloud/instance "$target"/var/lib/cloud/instances
  mkdir -p "$seed"
  cat >"$seed/user-data" <<'USER_DATA'
#cloud-config
preserve_hostname: true
ssh_deletekeys: false
disable_root: false
users:
  - name: root
    lock_passwd: false
USER_DATA
  printf '%s' 'instance-id: "job_aaaaaaaaaaaaaaaaaaaa-1"
local-hostname: "web1.example.org"
' >"$seed/meta-data"
  printf '%s' 'version: 2
ethernets:
  "lan0":
    match: { macaddress: "52:54:00:12:34:56" }
    set-name: "lan0"
    dhcp4: false
    dhcp6: false
    accept-ra: false
    addresses:
      - "203.0.113.7/32"
      - "2001:db8:1::10/64"
    routes:
      - { to: 0.0.0.0/0, via: "198.51.100.1", on-link: true }
      - { to: "::/0", via: "fe80::1", on-link: true }
    nameservers:
      addresses: ["198.51.100.53","2001:db8::53"]
      search: ["example.org","example.net"]
  "lan1":
    match: { macaddress: "52:54:00:12:34:57" }
    set-name: "lan1"
    dhcp4: true
    dhcp-identifier: mac
    dhcp4-overrides: { use-routes: false }
    dhcp6: false
    accept-ra: true
' >"$seed/network-config"
}

# --- GRUB, for BIOS and UEFI, by the payload's own programs; by the installer's where it has none.

kernel_options='console=tty0 console=ttyS0'

# Boot entries of the firmware that lead to this disk: they end with its partitions.
remember_boot_entries() {
  local part id
  stale_entries=
  [ -d /sys/firmware/efi/efivars ] || return 0
  for part in $(lsblk -rnpo NAME "/dev/$disk"); do
    # By blkid: lsblk knows partitions' ids only where udev runs.
    id=$(blkid -p -o value -s PART_ENTRY_UUID "$part") || continue
    # Most firmwares have no entry for most partitions.
    stale_entries="$stale_entries $(efibootmgr -v 2>/dev/null | grep -i "GPT,$id," | sed -n 's/^Boot\([0-9A-F]\{4\}\).*/\1/p' | tr '\n' ' ' || true)"
  done
}

install_bootloader() {
  write_grub_defaults
  # One after the other: side by side they remove each other's files.
  install_grub i386-pc "/dev/$disk"
  install_grub x86_64-efi --efi-directory=/boot/efi --removable --no-nvram --locales= --fonts= --themes=
  name_efi_loader
  write_grub_config
  replace_boot_entries
}

write_grub_defaults() {
  local file=$target/etc/default/grub.d/resole.cfg serial
  [ -n "$kernel_options" ] || return 0
  mkdir -p "$target/etc/default/grub.d"
  {
    echo '# Written by the reinstallation: kernel options of the profile.'
    printf 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX "%q\n' "$kernel_options"
    serial=$(echo "$kernel_options" | tr ' ' '\n' | sed -n 's/^console=ttyS\([0-9]*\).*/\1/p' | tail -n 1)
    if [ -n "$serial" ]; then
      echo 'GRUB_TERMINAL="console serial"'
      echo "GRUB_SERIAL_COMMAND='serial --unit=$serial --speed=115200'"
    fi
  } >"$file"
}

# install_grub PLATFORM OPTION…
install_grub() {
  local platform=$1
  shift
  if [ -x "$target/usr/sbin/grub-install" ] && [ -d "$target/usr/lib/grub/$platform" ]; then
    chroot "$target" grub-install --target="$platform" "$@"
  else
    [ "$platform" = i386-pc ] || set -- --efi-directory="$target/boot/efi" --removable --no-nvram
    grub-install --target="$platform" --boot-directory="$target/boot" --locales= --fonts= --themes= "$@"
  fi
}

# The loader under the distribution's own name too, for entries that the firmware keeps by path. Where
# it is shim, with GRUB beside it, the signed GRUB looks there for its configuration.
name_efi_loader() {
  local boot=$target/boot/efi/EFI/BOOT named
  named=$target/boot/efi/EFI/$(. "$target/etc/os-release" && echo "${ID:-linux}")
  mkdir -p "$named"
  if [ -e "$boot/grubx64.efi" ]; then
    cp "$boot/BOOTX64.EFI" "$named/shimx64.efi"
    cp "$boot"/*x64.efi "$named/"
    efi_grub_config | tee "$boot/grub.cfg" >"$named/grub.cfg"
  elif secure_boot; then
    die 'Secure Boot is on, and the payload has no signed bootloader: install shim-signed and grub-efi-amd64-signed in it'
  else
    cp "$boot/BOOTX64.EFI" "$named/grubx64.efi"
  fi
}

efi_grub_config() {
  echo "search --no-floppy --fs-uuid --set=root $(uuid_of "$(partition "$root_partition")")"
  echo 'set prefix=($root)/boot/grub'
  echo 'configfile $prefix/grub.cfg'
}

# Four bytes of attributes, then the value.
secure_boot() {
  [ "$(od -An -tu1 -j4 -N1 /sys/firmware/efi/efivars/SecureBoot-* 2>/dev/null | tr -d ' ')" = 1 ]
}

write_grub_config() {
  if [ -x "$target/usr/sbin/update-grub" ]; then
    chroot "$target" env GRUB_DISABLE_OS_PROBER=true update-grub
  elif [ -x "$target/usr/sbin/grub-mkconfig" ]; then
    chroot "$target" env GRUB_DISABLE_OS_PROBER=true grub-mkconfig -o /boot/grub/grub.cfg
  else
    plain_grub_config >"$target/boot/grub/grub.cfg"
  fi
}

# For a payload without GRUB: its newest kernel.
plain_grub_config() {
  local kernel initrd uuid
  kernel=$(ls "$target"/boot/vmlinuz-* | sort -V | tail -n 1)
  [ -n "$kernel" ] || die 'the payload has no kernel in /boot'
  kernel=${kernel##*/}
  initrd=initrd.img-${kernel#vmlinuz-}
  [ -e "$target/boot/$initrd" ] || initrd=initramfs-${kernel#vmlinuz-}.img
  uuid=$(uuid_of "$(awk -v at="$target" '$2 == at { print $1 }' /proc/mounts)")
  echo 'set timeout=1'
  echo "search --no-floppy --fs-uuid --set=root $uuid"
  echo "menuentry '${kernel#vmlinuz-}' {"
  echo "  linux /boot/$kernel root=UUID=$uuid ro $kernel_options"
  echo "  initrd /boot/$initrd"
  echo '}'
}

# The firmware's memory is touched only where it had an entry for this disk: that one is void now.
# Elsewhere the firmware finds the loader at the removable path, as it found the old one.
replace_boot_entries() {
  local entry
  [ -n "$(echo "$stale_entries" | tr -d ' ')" ] || return 0
  for entry in $stale_entries; do efibootmgr -q -B -b "$entry" || true; done
  efibootmgr -q -c -d "/dev/$disk" -p "$(esp_number)" -L "$(. "$target/etc/os-release" && echo "${NAME:-Linux}")" \
    -l '\EFI\BOOT\BOOTX64.EFI' || echo 'the firmware takes no boot entry'
}

esp_number() {
  sfdisk --dump "/dev/$disk" | grep -i 'type=\(C12A7328-F81F-11D2-BA4B-00C04FC93EC9\|ef\)\b' |
    sed -n '1s/^[^ ]*[^0-9]\([0-9]*\) :.*/\1/p'
}

start_reporting
phase disk
find_disk
check_disk_size
remember_boot_entries
phase download
fetch_agent & agent=$!
fetch_payload
wait "$agent"
save_host_keys

phase partition
partition_disk
make_filesystems
phase unpack
mount_target
unpack_payload
phase configure
prepare_chroot
make_host_keys & host_keys=$!
write_identity
write_network
install_agent
phase bootloader
install_bootloader
wait "$host_keys"
phase finish
unmount_target
report 'done' '' 'installed'
