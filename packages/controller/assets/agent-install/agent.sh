#!/bin/sh
# Installs the Resole agent from its controller and enrols this machine. As root:
#
#   curl … https://CONTROLLER/agent.sh | sh -s -- --token TOKEN
#   curl … https://CONTROLLER/agent.sh | RESOLE_TOKEN=TOKEN sh      (keeps it off the command line)
#
# --token TOKEN        join token, from: resole token create
# --token-file FILE    the same, in a file
# --as FORM            deb, rpm, executable, or bundle (for machines that have Node 22 or newer);
#                      default: deb or rpm where the system has such packages, else executable
# --controller URL     another address of the controller
#
# The token holds the fingerprint of the controller's CA: everything but the CA's certificate itself
# is fetched over TLS that is checked against it, and compared with its SHA-256.
set -eu

say() { printf 'agent.sh: %s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

# All of it is in a function, so that half a download does nothing.
main() {
  controller='@CONTROLLER@'
  token=${RESOLE_TOKEN:-}
  form=auto
  while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value"
    case $1 in
      --token) token=$2 ;;
      --token-file) token=$(cat "$2") ;;
      --as) form=$2 ;;
      --controller) controller=${2%/} ;;
      *) fail "unknown option $1" ;;
    esac
    shift 2
  done
  [ "$(id -u)" -eq 0 ] || fail 'run this as root'
  [ "$(uname -s)" = Linux ] || fail 'this is not Linux'
  case $(uname -m) in
    x86_64 | amd64) arch=x86_64 ;;
    aarch64 | arm64) arch=aarch64 ;;
    *) fail "there is no agent for $(uname -m)" ;;
  esac
  case $token in
    rsl1.*.*.*) ;;
    '') fail 'give a join token: --token TOKEN (resole token create prints one)' ;;
    *) fail 'that is not a join token' ;;
  esac
  for program in base64 gzip od sed sha256sum; do
    command -v "$program" >/dev/null || fail "this needs $program"
  done
  if command -v curl >/dev/null; then
    client=curl
  elif wget --help 2>&1 | grep -q -- --ca-certificate; then
    client=wget
  else
    fail 'this needs curl, or GNU wget'
  fi

  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  trap 'exit 130' INT TERM HUP
  trust
  fetch /agent/sha256sums "$folder/sha256sums"
  [ "$form" != auto ] || form=$(fitting_form)
  say "installing the agent of $controller ($form, $arch)"
  case $form in
    deb | rpm) "install_$form" ;;
    executable | bundle)
      "install_$form"
      install_service
      ;;
    *) fail "--as: deb, rpm, executable or bundle, not $form" ;;
  esac
  enrol
}

# The CA's certificate, fetched without a check, has to be the one whose fingerprint the token holds.
trust() {
  case $client in
    curl) curl -fsS --insecure --proto =https -o "$folder/ca.pem" "$controller/ca.pem" ;;
    wget) wget -q --no-check-certificate -O "$folder/ca.pem" "$controller/ca.pem" ;;
  esac || fail "$controller does not answer"
  expected=$(printf '%s=' "${token##*.}" | tr -- '-_' '+/' | base64 -d | od -An -tx1 | tr -d ' \n')
  actual=$(sed '/^-----/d' "$folder/ca.pem" | base64 -d | sha256sum | cut -c1-64)
  [ ${#expected} -eq 64 ] || fail 'that is not a join token'
  [ "$expected" = "$actual" ] || fail "$controller is not the controller that made this token (ca-mismatch)"
}

# fetch PATH FILE: over TLS, checked against the CA.
fetch() {
  case $client in
    curl) curl -fsS --proto =https --cacert "$folder/ca.pem" --retry 5 -o "$2" "$controller$1" ;;
    wget) wget -q --ca-certificate="$folder/ca.pem" --tries=5 -O "$2" "$controller$1" ;;
  esac || fail "$controller$1 could not be fetched"
}

# The name of the file in the controller's list that ends like this.
listed() {
  name=$(sed -n "s/^[0-9a-f]\{64\}  \(.*$1\)\$/\1/p" "$folder/sha256sums" | head -n 1)
  [ -n "$name" ] || fail "the controller has no *$1 (scripts/package-agent makes it there)"
  echo "$name"
}

# check NAME: the file of this name is as the controller's list says.
check() {
  (cd "$folder" && grep "  $1\$" sha256sums | sha256sum -c - >/dev/null 2>&1) ||
    fail "$1 is not what the controller says (checksum-mismatch)"
}

fitting_form() {
  if command -v dpkg >/dev/null && grep -q '\.deb$' "$folder/sha256sums"; then
    echo deb
  elif command -v rpm >/dev/null && grep -q '\.rpm$' "$folder/sha256sums"; then
    echo rpm
  else
    echo executable
  fi
}

install_deb() {
  case $arch in x86_64) name=$(listed _amd64.deb) ;; aarch64) name=$(listed _arm64.deb) ;; esac
  fetch "/agent/$name" "$folder/$name"
  check "$name"
  # apt-get can add what it depends on, where that is missing.
  export DEBIAN_FRONTEND=noninteractive
  dpkg -i "$folder/$name" >&2 || apt-get --fix-broken --yes install >&2 ||
    fail 'the package could not be installed'
  program=/usr/bin/resole-agent
}

install_rpm() {
  name=$(listed ".$arch.rpm")
  fetch "/agent/$name" "$folder/$name"
  check "$name"
  rpm --upgrade --replacepkgs --oldpackage "$folder/$name" >&2 ||
    fail 'the package could not be installed'
  program=/usr/bin/resole-agent
}

install_executable() {
  name=$(listed "resole-agent-$arch")
  fetch "/agent/$name.gz" "$folder/$name.gz"
  gzip -d "$folder/$name.gz" || fail "$name.gz is damaged (checksum-mismatch)"
  check "$name"
  chmod 0755 "$folder/$name"
  "$folder/$name" --version >/dev/null 2>&1 ||
    fail 'the executable does not run here: it needs glibc 2.28 and libstdc++; with Node 22: --as bundle'
  place "$folder/$name" /usr/local/bin/resole-agent
}

install_bundle() {
  node=$(command -v node) || fail 'there is no Node on this machine'
  [ "$("$node" -p 'process.versions.node.split(".")[0] >= 22')" = true ] ||
    fail "Node 22 or newer is needed, $node is $("$node" --version)"
  name=$(listed resole-agent.cjs)
  fetch "/agent/$name" "$folder/$name"
  check "$name"
  { printf '#!%s\n' "$node"; cat "$folder/$name"; } >"$folder/program"
  chmod 0755 "$folder/program"
  place "$folder/program" /usr/local/bin/resole-agent
}

# place FILE TARGET: in one step, also where the target is running.
place() {
  mkdir -p "${2%/*}"
  mv -f "$1" "$2.new"
  mv -f "$2.new" "$2"
  program=$2
}

install_service() {
  mkdir -p /etc/resole /var/lib/resole
  chmod 0700 /var/lib/resole
  if [ -d /run/systemd/system ] || command -v systemctl >/dev/null; then
    fetch /agent/resole-agent.service "$folder/unit"
    check_as resole-agent.service unit
    chmod 0644 "$folder/unit"
    mv -f "$folder/unit" /etc/systemd/system/resole-agent.service
    systemctl enable resole-agent.service >/dev/null 2>&1 || true
  elif command -v openrc-run >/dev/null; then
    fetch /agent/resole-agent.openrc "$folder/script"
    check_as resole-agent.openrc script
    chmod 0755 "$folder/script"
    mv -f "$folder/script" /etc/init.d/resole-agent
    rc-update add resole-agent default >&2
  else
    say "no service manager was found: have \"$program run\" started at boot"
  fi
}

check_as() {
  cp "$folder/$2" "$folder/$1"
  check "$1"
}

enrol() {
  if [ -e /var/lib/resole/identity/agent.json ]; then
    say 'this machine is enrolled already'
  else
    # Not on the command line, where every user of this machine could read it.
    printf '%s\n' "$token" | "$program" enroll --controller "$controller" --token-file - >&2
  fi
  if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl restart resole-agent.service
  elif command -v rc-service >/dev/null; then
    rc-service resole-agent restart >&2 || true
  fi
}

main "$@"
