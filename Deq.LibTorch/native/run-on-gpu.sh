#!/bin/sh
# Runs the packed samples on a machine that has PyTorch (or a libtorch) and g++, and no .NET:
#
#   run.sh                 build the native part (once), say what is here, check the GPU against the CPU
#   run.sh COMMAND ...     build the native part (once), then deq-samples COMMAND ...  (transformer, doctor, gpu-check, --help)
#
# LIBTORCH names a libtorch, PYTHON the interpreter whose torch is taken; without either it is that of python3.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

if [ -z "${LIBTORCH:-}" ] && [ -z "${LIBTORCH_USE_PYTORCH:-}" ]; then
    # Python's torch, where there is one; else the system's libtorch.
    if "${PYTHON:-python3}" -c 'import importlib.util, sys; sys.exit(importlib.util.find_spec("torch") is None)' 2>/dev/null; then
        export LIBTORCH_USE_PYTORCH=1
    fi
fi
export DEQ_CACHE="${DEQ_CACHE:-$here/cache}"
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-PASSIVE}"
DEQ_LIBTORCH_NATIVE=$(sh "$here/native/build.sh" --cache)
export DEQ_LIBTORCH_NATIVE

if [ $# -gt 0 ]; then exec "$here/app/deq-samples" "$@"; fi
"$here/app/deq-samples" doctor
echo
exec "$here/app/deq-samples" gpu-check
