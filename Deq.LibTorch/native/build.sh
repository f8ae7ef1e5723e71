#!/bin/sh
# Builds deqtorch.cpp against the libtorch of this machine: build.sh OUTPUT.so
#
# The libtorch is looked for in this order (the variables are those that users of tch-rs know):
#   LIBTORCH=DIR              the one unpacked in DIR (DIR/include, DIR/lib)
#   LIBTORCH_USE_PYTORCH=1    the one inside the torch package of the active Python (PYTHON names another interpreter)
#   neither                   the system's (Debian, Ubuntu: apt-get install libtorch-dev)
# Nothing is done where OUTPUT.so was made from the same sources against the same libtorch; OUTPUT.so.key tells.
set -eu

output=$1
here=$(cd "$(dirname "$0")" && pwd)
compiler=${CXX:-g++}

fail() {
    echo "Deq.LibTorch: $1" >&2
    exit 1
}

abi=
if [ -n "${LIBTORCH:-}" ]; then
    origin="LIBTORCH=$LIBTORCH"
    include=$LIBTORCH/include
    lib=$LIBTORCH/lib
    # A Debian package unpacked somewhere: its usr/ is such a folder.
    for d in "$LIBTORCH"/lib/*-linux-gnu; do [ -e "$lib/libtorch.so" ] || [ ! -e "$d/libtorch.so" ] || lib=$d; done
    missing="no libtorch in $LIBTORCH (looked for include/ATen/ATen.h): set LIBTORCH to the folder that holds include/ and lib/"
elif [ "${LIBTORCH_USE_PYTORCH:-}" = 1 ]; then
    python=${PYTHON:-python3}
    origin="the torch package of $python"
    found=$("$python" -c 'import os, torch
print(os.path.dirname(torch.__file__)); print(int(torch._C._GLIBCXX_USE_CXX11_ABI))' 2>/dev/null) ||
        fail "LIBTORCH_USE_PYTORCH=1, but $python cannot import torch: pip install torch, or set PYTHON to the interpreter that can"
    root=$(echo "$found" | head -n 1)
    abi=$(echo "$found" | tail -n 1)
    include=$root/include
    lib=$root/lib
    missing="the torch package in $root has no include/ATen/ATen.h: it was installed without its headers"
else
    origin="the system's libtorch"
    include=/usr/include
    lib=$(for d in /usr/lib/*-linux-gnu /usr/lib64 /usr/lib; do [ -e "$d/libtorch.so" ] && echo "$d" && break; done || true)
    missing="no libtorch on this machine: apt-get install libtorch-dev g++ (or set LIBTORCH to an unpacked libtorch, or LIBTORCH_USE_PYTORCH=1 to use Python's)"
fi
[ -e "$include/ATen/ATen.h" ] && [ -n "$lib" ] && [ -e "$lib/libtorch.so" ] || fail "$missing"
command -v "$compiler" >/dev/null || fail "no C++ compiler ($compiler): apt-get install libtorch-dev g++"

# The numbers moved to headeronly/ in 2.9.
version=$(cat "$include/torch/headeronly/version.h" "$include/torch/csrc/api/include/torch/version.h" 2>/dev/null |
    sed -n 's/^#define TORCH_VERSION_\(MAJOR\|MINOR\|PATCH\) //p' | paste -sd. -)
if [ -z "$abi" ]; then
    # Wheels before 2.7 carry the old string ABI; a symbol of libc10 shows which.
    if grep -q '__cxx11' "$lib/libc10.so"; then abi=1; else abi=0; fi
fi
key="$origin $lib $version abi $abi $("$compiler" -dumpfullversion) $(cat "$here/deqtorch.cpp" "$0" | cksum)"
if [ -e "$output" ] && [ "$(cat "$output.key" 2>/dev/null || true)" = "$key" ]; then
    exit 0
fi

echo "Deq.LibTorch: building for libtorch $version ($origin), about a minute"
libraries="-ltorch -ltorch_cpu -lc10"
# Loaded with the rest: CUDA must be there before anybody asks for it.
if [ -e "$lib/libtorch_cuda.so" ]; then libraries="-ltorch_cuda $libraries"; fi
mkdir -p "$(dirname "$output")"
"$compiler" -std=c++20 -O2 -fPIC -shared -fvisibility=hidden -w -D_GLIBCXX_USE_CXX11_ABI="$abi" \
    -I"$include" -I"$include/torch/csrc/api/include" "$here/deqtorch.cpp" -o "$output.part" \
    -L"$lib" -Wl,-rpath,"$lib" -Wl,--no-as-needed -Wl,--allow-shlib-undefined $libraries ||
    fail "deqtorch.cpp did not compile against libtorch $version in $include (g++ 10 or later is needed)"
mv "$output.part" "$output"
echo "$key" >"$output.key"
