#!/bin/sh
# Makes the start-up snapshot beside the compiled code, where there is none for this version of the language service.
# Without one everything works, and starts more slowly; so a failure here is said, and is no failure of the build.
cd -- "$(dirname -- "$0")/.." || exit 1
. snapshot/name.sh
language=$(node -p 'path.dirname(require.resolve("@kusto/language-service-next/package.json", {paths: ["../kql"]}))') || exit 1
snapshot=dist/$(snapshot_name)
if [ "$snapshot" -nt "$language/package.json" ] && [ "$snapshot" -nt snapshot/contents.cjs ]; then exit 0; fi
rm -f dist/snapshot-*
if CALYPSO_LANGUAGE_SERVICE=$language node $snapshot_options --snapshot-blob "$snapshot.new" --build-snapshot snapshot/contents.cjs; then
  mv "$snapshot.new" "$snapshot"
else
  rm -f "$snapshot.new"
  echo "no start-up snapshot could be made: commands will start more slowly" >&2
fi
