import type { Platform } from "../detections/detection.js";
import { chronicleReader } from "./chronicle/chronicle-reader.js";
import { elasticReader } from "./elastic/elastic-reader.js";
import type { PlatformReader } from "./language.js";
import { pantherReader } from "./panther/panther-reader.js";
import { sentinelReader } from "./sentinel/sentinel-reader.js";
import { sigmaReader } from "./sigma/sigma-reader.js";
import { splunkReader } from "./splunk/splunk-reader.js";

/** The platforms whose rules can be read. */
export const platformReaders: readonly PlatformReader[] = [
  sentinelReader,
  sigmaReader,
  elasticReader,
  splunkReader,
  pantherReader,
  chronicleReader,
];

/** The reader of a platform; undefined where there is none. */
export function readerOf(platform: Platform): PlatformReader | undefined {
  return platformReaders.find((reader) => reader.platform === platform);
}
