# SPDX-License-Identifier: GPL-3.0-or-later
# What ./run and ./check share: install what is missing, configure, build. Sourced by bash with
# `root` set to the project's folder.

say () { printf '%s\n' "$*"; }
complain () { printf '%s\n' "$*" >&2; }
die () { complain "$*"; exit 1; }

# Names of the packages of the given groups, one a line.
packages_of () {
  awk -v groups=" $* " '!/^#/ && NF && index (groups, " " $2 " ") { print $1 }' "$root/scripts/packages.txt"
}

# Those of standard input that dpkg does not have installed.
missing_packages () {
  local package
  while read -r package; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || say "$package"
  done
}

as_root () {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# Where there is no dpkg we cannot install, but what we need may be there under other names.
check_tools () {
  local tool module absent=()
  for tool in meson ninja pkg-config msgfmt glib-compile-resources; do
    command -v "$tool" >/dev/null || absent+=("$tool")
  done
  command -v cc >/dev/null || command -v gcc >/dev/null || absent+=("a C compiler")
  if command -v pkg-config >/dev/null; then
    for module in glib-2.0 gio-unix-2.0 libcrypto libcrypt yaml-0.1 json-glib-1.0 gtk+-3.0 libhandy-1; do
      pkg-config --exists "$module" || absent+=("$module (development files)")
    done
  fi
  [ ${#absent[@]} -eq 0 ] && return 0
  complain "This is neither Debian nor Ubuntu, so nothing is installed for you. Missing here:"
  printf '  %s\n' "${absent[@]}" >&2
  complain "On Debian 12 these packages provide everything:"
  packages_of "$@" | paste -sd ' ' | fold -s -w 90 | sed 's/^/  /' >&2
  return 1
}

# Installs what is missing of the groups; asks the network nothing when nothing is.
ensure_packages () {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    check_tools "$@" || exit 1
    return 0
  fi
  local missing
  mapfile -t missing < <(packages_of "$@" | missing_packages)
  [ ${#missing[@]} -eq 0 ] && return 0
  say "Installing: ${missing[*]}"
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    die "These packages are missing and there is no sudo. As root: apt-get install --no-install-recommends ${missing[*]}"
  fi
  as_root apt-get update -q >&2 || die "apt-get update failed"
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends "${missing[@]}" >&2 || die "apt-get install failed"
}

# The system's Python, which has the modules that packages brought, before any other in PATH.
python_program () {
  if [ -x /usr/bin/python3 ]; then say /usr/bin/python3; else say python3; fi
}
python () { "$(python_program)" "$@"; }

# configure FOLDER OPTION…: sets up a build folder, anew when it was made with other options or when
# the project has moved; does nothing when it is as it should be.
configure () {
  local folder=$1 wanted stamp log
  shift
  wanted="$root $*"
  stamp="$folder/configured-by-script"
  [ -f "$folder/build.ninja" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return 0
  rm -rf -- "$folder"
  if ! log=$(meson setup "$folder" "$root" "$@" 2>&1); then
    printf '%s\n' "$log" >&2
    return 1
  fi
  printf '%s' "$wanted" >"$stamp"
}

# build FOLDER: shows progress to a person, and to a log only what went wrong.
build () {
  local log
  if [ -t 1 ]; then
    ninja -C "$1" -j "$(nproc)"
  elif ! log=$(ninja -C "$1" -j "$(nproc)" 2>&1); then
    printf '%s\n' "$log" | grep -v '^\[[0-9]*/[0-9]*\] \(Comp\|Link\|Gen\)' | tail -n 100 >&2
    return 1
  fi
}
