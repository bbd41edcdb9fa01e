import { cloudRanges } from "./places.js";

/**
 * The demo's own list of cloud address ranges, in the form of Azure's published service tags and under the name that the
 * rules fetch. All ranges are from those kept for documentation: the real list has nothing to do with them.
 */
export function serviceTags(): { readonly fileName: string; readonly text: string } {
  const tag = (name: string, region: string, addressPrefixes: readonly string[]) => ({
    name,
    id: name,
    properties: { changeNumber: 1, region, platform: "Azure", systemService: "", addressPrefixes },
  });
  const list = {
    changeNumber: 1,
    cloud: "Demo",
    values: [
      tag("AzureCloud.northeurope", "northeurope", [cloudRanges.ipv4]),
      tag("AzureCloud.westeurope", "westeurope", [cloudRanges.ipv6]),
    ],
  };
  return { fileName: "ServiceTags_Public.json", text: `${JSON.stringify(list, null, 2)}\n` };
}
