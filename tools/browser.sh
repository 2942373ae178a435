#!/bin/sh
# Installs what the browser tests need: Debian's Chromium without its windows, which takes half the
# time of the whole one, and a Chinese font. Where that is not allowed it says how, and the tests
# take the whole Chromium, or say that they were not run.
set -u
packages="chromium-headless-shell fontconfig fonts-noto-cjk"

if command -v chromium-headless-shell >/dev/null && fc-list :lang=zh-cn 2>/dev/null | grep -q .
then
  exit 0
fi
if [ "$(id -u)" = 0 ]; then
  as=
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  as="sudo -n"
else
  as=none
fi
if [ "$as" = none ] || ! command -v apt-get >/dev/null; then
  echo "NOT INSTALLED: $packages; the browser tests run in Chromium or not at all. To have them:" >&2
  echo "  sudo apt-get install -y --no-install-recommends $packages" >&2
  exit 0
fi
$as apt-get update -qq &&
  $as env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $packages >/dev/null ||
  echo "NOT INSTALLED: $packages could not be installed; the browser tests run in Chromium or not at all." >&2
exit 0
