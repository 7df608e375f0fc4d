#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# run-in-session.sh [--keyring] [--size WxH] [--] PROGRAM [ARGUMENT…]
# Runs a program in a session of its own: a display (Xvfb), a window manager where there is one, a D-Bus, a home folder, and with
# --keyring an unlocked keyring. All of it ends with the program. Says that it is skipped (TAP) where the machine lacks what it needs.
set -eu

size=1280x800
keyring=
while [ $# -gt 0 ]; do
  case $1 in
    --keyring) keyring=1 ;;
    --size) size=$2; shift ;;
    --) shift; break ;;
    *) break ;;
  esac
  shift
done

needed="Xvfb dbus-run-session"
[ -z "$keyring" ] || needed="$needed gnome-keyring-daemon"
for program in $needed; do
  command -v "$program" >/dev/null || { echo "1..0 # SKIP $program is not installed"; exit 0; }
done

folder=$(mktemp -d "${TMPDIR:-/tmp}/enlace-session.XXXXXX")
started=
end() {
  for pid in $started; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap end EXIT
trap 'exit 143' TERM INT

mkdir -m 700 "$folder"/{home,run,config,data,cache,state}
export HOME=$folder/home XDG_RUNTIME_DIR=$folder/run XDG_CONFIG_HOME=$folder/config XDG_DATA_HOME=$folder/data
export XDG_CACHE_HOME=$folder/cache XDG_STATE_HOME=$folder/state TZ=UTC LANG=${TEST_LANG:-C.UTF-8} LC_ALL=${TEST_LANG:-C.UTF-8}
export GDK_BACKEND=x11 GSK_RENDERER=cairo ADW_DISABLE_PORTAL=1 GTK_USE_PORTAL=0 GDK_DEBUG=no-portals
# Settings go to a file of this session, so that a second start of the program finds them.
export GSETTINGS_BACKEND=keyfile NO_AT_BRIDGE=0
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS AT_SPI_BUS_ADDRESS GTK_THEME

mkfifo "$folder/display"
Xvfb -displayfd 3 -screen 0 "${size}x24" -nolisten tcp -noreset 3>"$folder/display" 2>"$folder/xvfb.log" &
started="$started $!"
read -r number <"$folder/display"
export DISPLAY=:$number

if command -v openbox >/dev/null; then
  openbox --sm-disable >/dev/null 2>&1 &
  started="$started $!"
fi

# An empty password from standard input makes and unlocks the keyring without a question.
unlock=true
if [ -n "$keyring" ]; then
  export ENLACE_TEST_KEYRING=1
  unlock='eval "$(printf "\n" | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"'
fi
status=0
dbus-run-session -- bash -c "$unlock; exec \"\$@\"" session "$@" 2> >(grep -v -e 'dbus-daemon\[' -e 'SpiRegistry' -e 'X connection to' >&2) || status=$?
exit $status
