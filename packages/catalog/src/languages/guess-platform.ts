import type { Platform } from "../detections/detection.js";
import type { RuleFile } from "../rules/read-rules.js";

/** Whose rule a file holds, by the keys that only one platform's format has; undefined where nothing tells. */
export function platformOf({ name, text }: RuleFile): Platform | undefined {
  if (/\.(?:kql|kusto|csl|kqlx)$/i.test(name)) return "Sentinel";
  if (/\.(?:yaral|yl2)$/i.test(name)) return "Chronicle";
  if (/\.toml$/i.test(name)) return /^\s*\[rule\]/m.test(text) ? "Elastic" : undefined;
  if (/\.py$/i.test(name)) return /^def rule\s*\(/m.test(text) ? "Panther" : undefined;
  if (/\.(?:md|markdown)$/i.test(name))
    return /^ {0,3}(?:`{3,}|~{3,})\s*(?:kql|kusto)\s*$/im.test(text) ? "Sentinel" : undefined;
  if (/\.json$/i.test(name))
    return /Microsoft\.(?:SecurityInsights|OperationalInsights)/i.test(text) ? "Sentinel" : undefined;
  if (!/\.ya?ml$/i.test(name)) return undefined;
  const has = (key: string) => new RegExp(`^["']?${key}["']?\\s*:`, "m").test(text);
  if (has("AnalysisType")) return "Panther";
  if (has("logsource") || (has("title") && has("correlation"))) return "Sigma";
  if (has("search") && (has("how_to_implement") || has("data_source") || has("rba") || has("tags"))) return "Splunk";
  return has("query") ? "Sentinel" : undefined;
}

/** The platform of most of some files; undefined where none is told, or two are told as often. */
export function commonPlatform(files: Iterable<RuleFile>): Platform | undefined {
  const counts = new Map<Platform, number>();
  for (const file of files) {
    const platform = platformOf(file);
    if (platform !== undefined) counts.set(platform, (counts.get(platform) ?? 0) + 1);
  }
  const [first, second] = [...counts].sort(([, one], [, other]) => other - one);
  return first === undefined || second?.[1] === first[1] ? undefined : first[0];
}
