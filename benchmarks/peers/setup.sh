#!/usr/bin/env bash
# Installs the decode peer: llama.cpp, as the npm package node-llama-cpp ships it prebuilt for every processor, and peer.cpp linked against it. Needs bash,
# npm, git and g++. Prints the program's path; everything lies in a cache folder outside the repository (AUTOGPT_PEERS, default ~/.cache/autogpt-peers).
set -euo pipefail
version=3.22.1 # its llama.cpp is v0.5.0
source=$(cd "$(dirname "$0")" && pwd)/peer.cpp
case $(uname -s)-$(uname -m) in
    Linux-x86_64) platform=linux-x64 ;;
    Linux-aarch64) platform=linux-arm64 ;;
    *) echo "the peer is set up on Linux only, x64 or arm64" >&2; exit 1 ;;
esac
folder=${AUTOGPT_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/autogpt-peers}
mkdir -p "$folder"
cd "$folder"
package=node_modules/node-llama-cpp
if ! grep -qs "\"version\": \"$version\"" "$package/package.json"; then
    printf '{"name":"peers","private":true}\n' > package.json
    # No scripts: they would build llama.cpp anew, or download it from elsewhere.
    npm install --ignore-scripts --no-audit --no-fund "node-llama-cpp@$version" >&2
    rm -rf headers
fi
# The release's sources travel in the package as a git bundle: the headers that fit the binaries.
[ -e headers/include/llama.h ] || git -c advice.detachedHead=false clone --quiet "$package/llama/gitRelease.bundle" headers >&2
binaries=$folder/node_modules/@node-llama-cpp/$platform/bins/$platform
program=$folder/peer-$version
if [ ! -x "$program" ] || [ "$source" -nt "$program" ]; then
    libraries=$(cd "$binaries" && printf -- '-l:%s ' libllama.*.so libggml.*.so libggml-base.so)
    # shellcheck disable=SC2086
    g++ -O3 -std=c++17 -DBACKENDS="\"$binaries\"" -Iheaders/include -Iheaders/ggml/include "$source" -o "$program.new" -L"$binaries" $libraries -Wl,-rpath,"$binaries" >&2
    mv "$program.new" "$program"
fi
echo "$program"
