# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./run, ./test and scripts/bench: finds out what is missing on this machine and installs it.
#
#   setup_machine GROUP…     groups: build, test, bench

say() { printf '\033[1m» %s\033[0m\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

# What a group needs: "pkg MODULE MINIMUM" is a pkg-config module, "cmd NAME" a program, "font NAME" a font family, "header PATH" a library without
# a pkg-config file.
needs_of() {
  case $1 in
    build) cat <<'NEEDS'
cmd gcc
cmd meson
cmd ninja
cmd pkg-config
cmd msgfmt
cmd blueprint-compiler
cmd update-desktop-database
pkg glib-2.0 2.80
pkg gtk4 4.14
pkg libadwaita-1 1.5
pkg gtksourceview-5 5.6
pkg libsoup-3.0 3.4
pkg json-glib-1.0 1.6
pkg libsecret-1 0.20
pkg libdex-1 0.6
pkg libmicrohttpd 0.9.77
pkg libcurl 7.88
pkg yyjson 0.8
pkg sqlite3 3.45
pkg libsodium 1.0.18
pkg gnutls 3.7
pkg libpcre2-8 10.40
pkg zlib 1.2
pkg libidn2 2.0
pkg libseccomp 2.5
pkg gmime-3.0 3.2
pkg libxml-2.0 2.9.14
header quickjs/quickjs.h
file icons/Adwaita/index.theme
font Cantarell
NEEDS
      ;;
    test) cat <<'NEEDS'
cmd Xvfb
cmd dbus-daemon
cmd gnome-keyring-daemon
cmd desktop-file-validate
cmd appstreamcli
cmd curl
cmd openbox
cmd openssl
pkg atspi-2 2.50
pkg xtst 1.2
NEEDS
      ;;
    bench) cat <<'NEEDS'
cmd wrk
cmd nginx
cmd curl
cmd python3
NEEDS
      ;;
  esac
}

has() {
  case $1 in
    pkg) pkg-config --exists "$2 >= $3" 2>/dev/null ;;
    cmd) command -v "$2" >/dev/null || [ -x "/usr/sbin/$2" ] || [ -x "/usr/libexec/$2" ] ;;
    file) [ -e "/usr/share/$2" ] ;;
    header) [ -e "/usr/include/$2" ] ;;
    font) fc-list 2>/dev/null | grep -q "$2" ;;
  esac
}

missing_of() {
  needs_of "$1" | while read -r kind name minimum; do
    has "$kind" "$name" "$minimum" || printf '%s ' "$name"
  done
}

debian_packages() {
  case $1 in
    build) echo gcc libc6-dev meson ninja-build pkgconf gettext blueprint-compiler libgtk-4-dev libadwaita-1-dev libgtksourceview-5-dev libsoup-3.0-dev libjson-glib-dev \
      libsecret-1-dev libdex-dev libmicrohttpd-dev libcurl4-openssl-dev libyyjson-dev libsqlite3-dev libsodium-dev libgnutls28-dev libpcre2-dev zlib1g-dev libidn2-dev libbz2-dev libquickjs libseccomp-dev libgmime-3.0-dev libxml2-dev \
      adwaita-icon-theme fonts-cantarell fontconfig desktop-file-utils glib-networking ca-certificates ;;
    test) echo xvfb dbus dbus-daemon gnome-keyring at-spi2-core libatspi2.0-dev libxtst-dev desktop-file-utils appstream curl openbox openssl ;;
    bench) echo wrk nginx-light curl python3 ;;
  esac
}

fedora_packages() {
  case $1 in
    build) echo gcc meson ninja-build pkgconf-pkg-config gettext blueprint-compiler gtk4-devel libadwaita-devel gtksourceview5-devel libsoup3-devel json-glib-devel libsecret-devel \
      libdex-devel libmicrohttpd-devel libcurl-devel yyjson-devel sqlite-devel libsodium-devel gnutls-devel pcre2-devel zlib-devel libidn2-devel quickjs-devel libseccomp-devel gmime30-devel libxml2-devel adwaita-icon-theme abattis-cantarell-fonts \
      fontconfig desktop-file-utils glib-networking ;;
    test) echo xorg-x11-server-Xvfb dbus-daemon gnome-keyring at-spi2-core-devel libXtst-devel desktop-file-utils appstream curl openbox openssl libasan libubsan ;;
    bench) echo wrk nginx curl python3 ;;
  esac
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "Installing needs root, and there is no sudo here. As root, run: $*"
  fi
}

# Debian 12's GTK is too old: its successor's suite joins at low priority, from the mirror that is configured already, so that
# only what is named below comes from it.
trixie_sources=/etc/apt/sources.list.d/enlace-trixie.sources

add_trixie() {
  local sources=$trixie_sources file uri key
  [ -e $sources ] && return
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -e "$file" ] && grep -q '^Suites:.*bookworm' "$file" || continue
    uri=$(awk '/^URIs:/ { print $2; exit }' "$file")
    key=$(awk '/^Signed-By:/ { print $2; exit }' "$file")
    break
  done
  [ -n "${uri:-}" ] || uri=$(awk '$1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /^https?:/) { print $i; exit } }' /etc/apt/sources.list)
  [ -n "$uri" ] || fail "No Debian mirror is configured in /etc/apt, so Debian 13's packages cannot be added."
  say "Adding Debian 13 (trixie) at low priority beside Debian 12: $sources"
  as_root tee $sources >/dev/null <<SOURCES
Types: deb
URIs: $uri
Suites: trixie
Components: main
Signed-By: ${key:-/usr/share/keyrings/debian-archive-keyring.gpg}
SOURCES
  as_root tee /etc/apt/preferences.d/enlace-trixie >/dev/null <<'PIN'
Package: *
Pin: release n=trixie
Pin-Priority: 100
PIN
}

install_debian() {
  local packages=$1 suite=()
  # Once packages of Debian 13 are here, the machine calls itself 13, while its own packages are still those of 12.
  if [ -e $trixie_sources ] || { [ "$ID" = debian ] && [ "${VERSION_ID%%.*}" = 12 ]; }; then
    add_trixie
    suite=(-t trixie)
  fi
  say "Installing by apt: $packages"
  as_root apt-get update -q
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${suite[@]}" $packages
}

setup_machine() {
  local group missing='' packages='' ID='' ID_LIKE='' VERSION_ID=''
  [ -r /etc/os-release ] && . /etc/os-release
  for group in "$@"; do
    local lacks
    lacks=$(missing_of "$group")
    [ -n "$lacks" ] || continue
    missing="$missing$lacks"
    case " $ID $ID_LIKE " in
      *' debian '* | *' ubuntu '*) packages="$packages $(debian_packages "$group")" ;;
      *' fedora '*) packages="$packages $(fedora_packages "$group")" ;;
      *) fail "This machine lacks: $lacks
Install it by your distribution's means and run this again." ;;
    esac
  done
  if [ -z "$missing" ]; then return; fi
  say "Missing on this machine: $missing"
  case " $ID $ID_LIKE " in
    *' fedora '*) say "Installing by dnf:$packages"; as_root dnf install -y $packages ;;
    *) install_debian "$packages" ;;
  esac
  for group in "$@"; do
    missing=$(missing_of "$group")
    [ -z "$missing" ] || fail "Still missing after the installation: $missing
(wanted: GTK 4.14, libadwaita 1.5, GLib 2.80 or newer: Debian 12 or 13, Ubuntu 24.04, Fedora 40 or newer)"
  done
}

# configure DIR OPTION…: a build folder, made once; changed options are applied.
configure() {
  local dir=$1
  shift
  if [ -e "$dir/build.ninja" ]; then
    meson configure "$dir" "$@" >/dev/null
  else
    say "Configuring $dir"
    meson setup "$dir" "$@" >/dev/null || { meson setup "$dir" "$@"; exit 1; }
  fi
}

build() {
  say "Building $1"
  ninja -C "$1"
}
