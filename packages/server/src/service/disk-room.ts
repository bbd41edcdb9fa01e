import type { Clock } from "../platform/clock.js";

/** The disk that holds the workspace, in bytes. */
export interface DiskSpace {
  readonly free: number;
  readonly total: number;
}

/** Told when loading stops, and when it goes on. */
export interface RoomChange {
  readonly enough: boolean;
  readonly message: string;
}

/** What decides whether new rows may be stored. */
export interface DiskRoomParts {
  /** Absent where nobody can say, as for a server's disk. */
  readonly disk?: () => Promise<DiskSpace>;
  /** The bytes that have to stay free; the larger of 1 GB and 2 % of the disk where absent. */
  readonly reserve?: number;
  readonly clock: Clock;
  readonly tell: (change: RoomChange) => void;
}

/** Whether there is room for new rows: they are what stops first, so that alerts never want for it. */
export interface DiskRoom {
  enough(): Promise<boolean>;
  /** The store itself has said that its disk is full: nothing is stored for a minute. */
  refused(): void;
}

const refusalLasts = 60_000;

/** Watches the room on a disk. Loading that has stopped goes on when a tenth more than the reserve is free. */
export function diskRoom({ disk, reserve, clock, tell }: DiskRoomParts): DiskRoom {
  let refusedUntil = 0;
  let stopped = false;
  const lack = async () => {
    if (clock().getTime() < refusedUntil) return "the store says that its disk is full";
    if (disk === undefined) return undefined;
    const { free, total } = await disk();
    const needed = (reserve ?? Math.max(1e9, 0.02 * total)) * (stopped ? 1.1 : 1);
    return free < needed ? `the disk has ${gigabytes(free)} free, and ${gigabytes(needed)} are kept` : undefined;
  };
  return {
    async enough() {
      const why = await lack();
      if ((why !== undefined) !== stopped) {
        stopped = why !== undefined;
        tell({
          enough: !stopped,
          message: stopped
            ? `loading stops: ${why}; rules run on, and what they find is in the state`
            : "loading goes on: the disk has room again",
        });
      }
      return !stopped;
    },
    refused() {
      refusedUntil = clock().getTime() + refusalLasts;
    },
  };
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e8 ? 3 : 1)} GB`;
}
