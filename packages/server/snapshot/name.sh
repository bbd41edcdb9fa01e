# Node refuses a snapshot of another version, or made for other features of the processor, so both are in its name.

# A young generation that does not have to be collected before a short command is done.
snapshot_options=--min-semi-space-size=16

snapshot_name() {
  features=$({ grep -m 1 -E '^(flags|Features)' /proc/cpuinfo || sysctl machdep.cpu hw.optional; } 2>/dev/null | cksum)
  echo "snapshot-$(node --version)-$(uname -m)-${features%% *}.blob"
}
