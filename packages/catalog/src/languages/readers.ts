import type { Platform } from "../detections/detection.js";
import type { PlatformReader } from "./language.js";
import { sentinelReader } from "./sentinel/sentinel-reader.js";

/** The platforms whose rules can be read. */
export const platformReaders: readonly PlatformReader[] = [sentinelReader];

/** The reader of a platform; undefined where there is none. */
export function readerOf(platform: Platform): PlatformReader | undefined {
  return platformReaders.find((reader) => reader.platform === platform);
}
