#!/bin/sh
# Starts the command line from the snapshot that the build made for this Node on this machine, or without one.
server=$(dirname -- "$0")/..
. "$server/snapshot/name.sh"
snapshot=$server/dist/$(snapshot_name)
# Options for Node may change what a snapshot can be read by.
if [ -z "${NODE_OPTIONS:-}" ] && [ -r "$snapshot" ]; then
  exec node $snapshot_options --snapshot-blob "$snapshot" "$server/bin/calypso.js" "$@"
fi
exec node "$server/bin/calypso.js" "$@"
