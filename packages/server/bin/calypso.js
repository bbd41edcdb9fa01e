#!/bin/sh
//bin/sh -c : ; exec /bin/sh "$(dirname -- "$(realpath -- "$0")")/../snapshot/start.sh" "$@"
// The line above is for the shell, which starts Node from a snapshot; what follows is for `node calypso.js`.
import module from "node:module";

// Newer versions of Node keep compiled code between runs.
module.enableCompileCache?.();
await import("../dist/cli/main.js");
