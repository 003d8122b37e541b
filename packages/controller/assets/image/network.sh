# The network from dracut's kernel arguments (dracut.cmdline(7), "Network"), for init:
#   ifname=NAME:MAC                       gives the card with this MAC this name
#   vlan=DEV.ID:DEV
#   ip=DEV:dhcp  ip=dhcp  ip=DEV:auto6    several ip= arguments add up
#   ip=ADDRESS::GATEWAY:NETMASK:HOST:DEV:none   IPv6 in brackets with a prefix length
#   nameserver=ADDRESS
#   rd.route=NET/LENGTH:GATEWAY:DEV       GATEWAY may be empty: reached directly
# dhcp6 is taken as auto6: there is no DHCPv6 client in this installer.

# arguments NAME: the values of NAME=… on the kernel command line, one a line.
arguments() { tr ' ' '\n' </proc/cmdline | sed -n "s/^$1=//p"; }

# fields TEXT: splits at colons, but not at those in brackets: sets f1 … f7 without brackets.
fields() {
  flat=$(echo "$1" | sed -E ':a; s/(\[[^]:]*):([^]]*\])/\1|\2/; ta; s/[][]//g')
  saved=$IFS IFS=:
  set -f
  # shellcheck disable=SC2086 # split on purpose
  set -- $flat
  set +f
  IFS=$saved
  for n in 1 2 3 4 5 6 7; do
    eval "f$n=\$(echo \"\${$n:-}\" | tr '|' :)"
  done
}

# wait_for SECONDS COMMAND…: until it succeeds.
wait_for() {
  tries=$(($1 * 5))
  shift
  until "$@"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 0.2
  done
}

card_with_mac() {
  grep -lix "$1" /sys/class/net/*/address 2>/dev/null | cut -d/ -f5 | grep .
}

first_card() {
  for link in /sys/class/net/*/device; do
    [ ! -e "$link" ] || echo "$link" | cut -d/ -f5
  done | head -n1 | grep .
}

has_carrier() { [ "$(cat "/sys/class/net/$1/carrier" 2>/dev/null)" = 1 ]; }

bring_up() {
  ip link set dev "$1" up
  wait_for 60 has_carrier "$1" || say "$1 has no carrier"
}

name_card() {
  name=${1%%:*} mac=${1#*:}
  wait_for 60 card_with_mac "$mac" >/dev/null || { say "no network card has $mac"; return 1; }
  card=$(card_with_mac "$mac" | head -n1)
  [ "$card" = "$name" ] || ip link set dev "$card" down name "$name"
}

add_vlan() {
  fields "$1"
  ip link set dev "$f2" up
  modprobe -q 8021q
  ip link add link "$f2" name "$f1" type vlan id "$(echo "$f1" | sed 's/.*[^0-9]//; s/^0*//')"
}

dhcp() {
  rm -f "/run/dhcp.$1"
  # Stays, so that the lease is renewed while the installation goes on.
  busybox udhcpc -f -i "$1" -s /dhcp-event -t 5 -T 3 -A 5 >/dev/null 2>&1 &
  wait_for 300 [ -e "/run/dhcp.$1" ]
}

# static ADDRESS GATEWAY NETMASK DEV: ip(8) takes 255.255.255.0 and 24 alike.
static() {
  use_at_once "$4"
  ip addr add "$1/${3:-32}" dev "$4" || return 1
  [ -z "$2" ] || gateway "$2" "$4"
}

# Without looking for a machine that has the same IPv6 address: that takes a second.
use_at_once() { echo 0 >"/proc/sys/net/ipv6/conf/$1/accept_dad"; }

# onlink: a gateway may be outside of the address's own network.
gateway() {
  case $1 in
    *:*) ip -6 route replace default via "$1" dev "$2" onlink ;;
    *) ip route replace default via "$1" dev "$2" onlink ;;
  esac
}

configure() {
  case $1 in
    dhcp | on | any) fields "$(first_card):dhcp" ;;
    dhcp6 | auto6 | either6) fields "$(first_card):auto6" ;;
    *) fields "$1" ;;
  esac
  case $f2 in
    dhcp | on | any) bring_up "$f1" && dhcp "$f1" ;;
    dhcp6 | auto6 | link6) bring_up "$f1" && wait_for 60 has_ipv6 "$f1" ;;
    *) bring_up "$f6" && static "$f1" "$f3" "$f4" "$f6" ;;
  esac
}

has_ipv6() { ip -6 addr show dev "$1" scope global | grep -q inet6; }

add_route() {
  fields "$1"
  ip route replace "$f1" ${f2:+via "$f2"} ${f3:+dev "$f3"} ${f2:+onlink}
}

# The kernel command line wins over what DHCP says, see dhcp-event.
name_servers() {
  arguments nameserver | tr -d '[]' | sed 's/^/nameserver /' >/etc/resolv.conf
}

network_up() {
  for argument in $(arguments ifname); do name_card "$argument" || return 1; done
  for argument in $(arguments vlan); do add_vlan "$argument" || return 1; done
  wait_for 60 first_card >/dev/null
  for argument in $(arguments ip | grep . || echo dhcp); do configure "$argument" || return 1; done
  for argument in $(arguments rd.route); do add_route "$argument"; done
  [ -z "$(arguments nameserver)" ] || name_servers
  say "network: $(ip -o addr show scope global | awk '{ printf "%s %s  ", $2, $4 }')"
}
