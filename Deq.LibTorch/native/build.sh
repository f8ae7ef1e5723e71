#!/bin/sh
# Builds deqtorch.cpp against a libtorch of this machine.
#
#   build.sh OUTPUT.so        there
#   build.sh --cache          in the cache, where running programs look too; prints the library's path
#   build.sh --which          builds nothing; prints which libtorch it would be
#
# The libtorch is looked for in this order (the variables are those that users of tch-rs know):
#   LIBTORCH=DIR              the one unpacked in DIR (DIR/include, DIR/lib)
#   LIBTORCH_USE_PYTORCH=1    the one inside the torch package of the active Python (PYTHON names another interpreter)
#   neither                   the system's (Debian, Ubuntu: apt-get install libtorch-dev)
#
# LIBRARY.so.key says what a library was built for, in the lines that Interop/NativeLibraryKey.cs reads. Nothing is done where
# it says the same already. The cache is DEQ_CACHE, else XDG_CACHE_HOME/deq, else ~/.cache/deq.
set -eu

case ${1:-} in
    "" | -h | --help) echo "usage: build.sh OUTPUT.so | --cache | --which" >&2; exit 2 ;;
esac
target=$1
here=$(cd "$(dirname "$0")" && pwd)
compiler=${CXX:-g++}

fail() {
    echo "Deq.LibTorch: $1" >&2
    exit 1
}

if [ -n "${LIBTORCH:-}" ]; then
    origin="LIBTORCH=$LIBTORCH"
    include=$LIBTORCH/include
    lib=$LIBTORCH/lib
    # A Debian package unpacked somewhere: its usr/ is such a folder.
    for d in "$LIBTORCH"/lib/*-linux-gnu; do [ -e "$lib/libtorch.so" ] || [ ! -e "$d/libtorch.so" ] || lib=$d; done
    missing="no libtorch in $LIBTORCH (looked for include/ATen/ATen.h and lib/libtorch.so): set LIBTORCH to the folder that holds include/ and lib/, or unset it"
elif [ "${LIBTORCH_USE_PYTORCH:-}" = 1 ]; then
    python=${PYTHON:-python3}
    origin="the torch package of $python"
    # Looked up, not imported: importing it takes seconds, and its version does not matter here.
    root=$("$python" -c 'import importlib.util; print(importlib.util.find_spec("torch").submodule_search_locations[0])' 2>/dev/null) ||
        fail "no libtorch: LIBTORCH_USE_PYTORCH=1, but $python has no torch: pip install torch, or set PYTHON to the interpreter that has it"
    include=$root/include
    lib=$root/lib
    missing="no libtorch: the torch package in $root lacks include/ATen/ATen.h or lib/libtorch.so; a pip-installed torch has both"
else
    origin="the system's libtorch"
    include=/usr/include
    lib=$(for d in /usr/lib/*-linux-gnu /usr/lib64 /usr/lib; do [ -e "$d/libtorch.so" ] && echo "$d" && break; done || true)
    missing="no libtorch on this machine: apt-get install libtorch-dev g++ (or set LIBTORCH to an unpacked libtorch, or LIBTORCH_USE_PYTORCH=1 to use Python's)"
fi
[ -e "$include/ATen/ATen.h" ] && [ -n "$lib" ] && [ -e "$lib/libtorch.so" ] || fail "$missing"
include=$(cd "$include" && pwd -P)
# Debian's Python package links to the system's files one by one: the file tells where libtorch really is.
lib=$(dirname "$(readlink -f "$lib/libtorch.so")")

# The second is where the later versions have it.
versions=$include/torch/csrc/api/include/torch/version.h
if [ -e "$include/torch/headeronly/version.h" ]; then versions=$include/torch/headeronly/version.h; fi
version=$(sed -n 's/^#define TORCH_VERSION_\(MAJOR\|MINOR\|PATCH\) *//p' "$versions" 2>/dev/null | paste -sd. - || true)
[ -n "$version" ] || fail "no libtorch version in $versions: its headers are damaged, or of a version before 1.8"
oldest=1.13
[ "$(printf '%s\n%s\n' "$oldest" "$version" | sort -V | head -n 1)" = "$oldest" ] || fail "no libtorch that is new enough: $lib has $version, $oldest is the oldest that works"
# PyTorch's wheels before 2.7 carry the old string ABI; the symbols of libc10 show which.
if grep -q '__cxx11' "$lib/libc10.so"; then abi=1; else abi=0; fi

if [ "$target" = --which ]; then
    echo "libtorch $version in $lib, C++11 string ABI $abi ($origin)"
    exit 0
fi

command -v "$compiler" >/dev/null || fail "no C++ compiler ($compiler): apt-get install g++, or set CXX to the one there is"
source=$(sha256sum <"$here/deqtorch.cpp" | cut -c 1-64)
key="libtorch=$lib
headers=$versions
version=$version
abi=$abi
source=$source
compiler=$("$compiler" -dumpfullversion 2>/dev/null || "$compiler" -dumpversion)
script=$(cksum <"$0" | cut -d ' ' -f 1)"

if [ "$target" = --cache ]; then
    cache=${DEQ_CACHE:-${XDG_CACHE_HOME:-${HOME:?HOME is not set: set DEQ_CACHE to a folder for the cache}/.cache}/deq}
    place=$(printf '%s\n%s\n' "$lib" "$source" | sha256sum | cut -c 1-12)
    output=$cache/native/$version-abi$abi-$place/libdeqtorch.so
else
    output=$target
fi
done_with() {
    if [ "$target" = --cache ]; then echo "$output"; fi
    exit 0
}
if [ -e "$output" ] && [ "$(cat "$output.key" 2>/dev/null || true)" = "$key" ]; then done_with; fi

echo "Deq.LibTorch: building for libtorch $version ($origin), about a minute" >&2
libraries="-ltorch -ltorch_cpu -lc10"
# Loaded with the rest: CUDA must be there before anybody asks for it.
if [ -e "$lib/libtorch_cuda.so" ]; then libraries="-ltorch_cuda $libraries"; fi
mkdir -p "$(dirname "$output")"
part=$output.$$
trap 'rm -f "$part"' EXIT
# Bound at load time: a libtorch that lacks something is an error message then, not the end of the process later.
"$compiler" -std=c++20 -O2 -fPIC -shared -fvisibility=hidden -w -D_GLIBCXX_USE_CXX11_ABI="$abi" \
    -I"$include" -I"$include/torch/csrc/api/include" "$here/deqtorch.cpp" -o "$part" \
    -L"$lib" -Wl,-rpath,"$lib" -Wl,-z,now -Wl,--allow-shlib-undefined -Wl,--no-as-needed $libraries ||
    fail "deqtorch.cpp did not compile against libtorch $version in $include (its messages are above; g++ 10 or later is needed)"
rm -f "$output.key"
mv "$part" "$output"
echo "$key" >"$output.key"
done_with
