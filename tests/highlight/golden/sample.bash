#!/usr/bin/env bash
# comment
set -euo pipefail
export NAME="world" N=3
python3 -m venv .venv && source .venv/bin/activate
pip install "fastapi[all]" httpx==0.27 > log.txt 2>&1
for f in *.py; do
  echo "Hello $NAME ${f%.py} $(date +%F)" | grep -v 'x' || exit 1
done
if [[ -f "$f" ]]; then cd ~/src; fi
greet() { local who=$1; echo $((1 + 2)); }
cat <<EOF
hi $NAME
EOF
