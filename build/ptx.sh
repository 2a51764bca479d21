#!/usr/bin/env bash
# Compiles the CUDA kernels to the PTX that is embedded: build/ptx.sh [output folder]. Needs clang-19 (apt-get install clang-19) and gzip, no CUDA toolkit.
set -euo pipefail
kernels="$(dirname "$0")/../src/AutoGpt.Sdk.Kernels/Cuda"
output="$(realpath "${1:-$kernels/Ptx}")"
command -v clang-19 >/dev/null || { echo "clang-19 is not installed: apt-get install clang-19" >&2; exit 1; }
# In the folder of the sources, so that no path of this machine gets into the text.
cd "$kernels/Sources"
for source in *.cu; do
  for target in 80 90; do
    name="${source%.cu}.sm_$target.ptx"
    clang-19 -x cuda --cuda-device-only -nocudainc -nocudalib --cuda-feature=+ptx80 --cuda-gpu-arch=sm_$target -std=c++20 -O3 \
      -Wall -Wextra -Werror -Wno-unknown-cuda-version -S "$source" -o "$output/$name"
    if grep -q '\.extern \.func' "$output/$name"; then echo "$name has unresolved functions" >&2; exit 1; fi
    if grep -q '__local_depot[0-9]*\[' "$output/$name"; then echo "$name keeps an array in local memory" >&2; exit 1; fi
    gzip -9 -n -f "$output/$name"
  done
done
