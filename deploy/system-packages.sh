#!/usr/bin/env bash
# Installs the Debian packages that are missing, or prints the one command when it may not.
# usage: system-packages.sh run|test
set -euo pipefail

run="libglib2.0-0 libgl1 libegl1 libx11-6 libdbus-1-3 libfontconfig1 libfreetype6 libxkbcommon0 libbrotli1
libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0
libxcb-xkb1 libxkbcommon-x11-0 libpulse0 libxrandr2 libcups2 fonts-noto-cjk"
test="xvfb xauth dbus gnome-keyring at-spi2-core gir1.2-atspi-2.0 python3-gi gcc libc6-dev postgresql nginx faketime strace
e2fsprogs iproute2 nftables"

case "${1:-}" in
  run) wanted=$run ;;
  test) wanted=$test ;;
  *) echo "usage: $0 run|test" >&2; exit 2 ;;
esac

command -v dpkg-query >/dev/null || { echo "no dpkg here: install the equivalents of:" $wanted >&2; exit 0; }
missing=""
for package in $wanted; do
  # Debian renamed some libraries with the 64-bit time change (libglib2.0-0t64, ...).
  for name in "$package" "${package}t64"; do
    state=$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null || true)
    [ "$state" = installed ] && continue 2
  done
  missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  # Tests start servers of their own: what comes as a service must not begin to serve this machine.
  export RUNLEVEL=1
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "system packages are missing; please run:" >&2
  echo "  sudo apt-get install --no-install-recommends$missing" >&2
  [ "$1" = test ] || exit 1
fi
