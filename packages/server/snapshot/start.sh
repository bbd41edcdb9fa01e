#!/bin/sh
# Starts the command line from the snapshot that the build made for this Node on this machine, or without one.
server=$(CDPATH="" cd -- "$(dirname -- "$0")/.." && pwd)
. "$server/snapshot/name.sh"
snapshot=$server/dist/$(snapshot_name)
# The compiler in one file is read sooner than its many; it counts only while it is newer than they are.
compiler=$server/../kql/dist
if [ "$compiler/bundle.js" -nt "$compiler/.tsbuildinfo" ]; then snapshot_options="$snapshot_options --conditions=bundled"; fi
# Options for Node may change what a snapshot can be read by.
if [ -z "${NODE_OPTIONS:-}" ] && [ -r "$snapshot" ]; then
  exec node $snapshot_options --snapshot-blob "$snapshot" "$server/bin/calypso.js" "$@"
fi
exec node "$server/bin/calypso.js" "$@"
