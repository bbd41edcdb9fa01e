import type { DetectionDifference } from "@calypso/catalog";

/** A difference as lines: `+` what came, `-` what went, `~` what is other. */
export function differenceLines({ attributes, lists, stages }: DetectionDifference): readonly string[] {
  return [
    ...attributes.map(({ name, before, after }) => `~ ${name}: ${shown(before)} → ${shown(after)}`),
    ...lists.flatMap(({ name, added, dropped }) => [
      ...dropped.map((one) => `- ${name}: ${one}`),
      ...added.map((one) => `+ ${name}: ${one}`),
    ]),
    ...stages.flatMap(({ before, after, operator }) => [
      ...(before === undefined ? [] : [`- stage ${before.index} ${operator}: ${shown(before.text)}`]),
      ...(after === undefined ? [] : [`+ stage ${after.index} ${operator}: ${shown(after.text)}`]),
    ]),
  ];
}

function shown(text: string): string {
  const line = text.trim().replace(/\s+/g, " ");
  return line === "" ? "(none)" : line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
