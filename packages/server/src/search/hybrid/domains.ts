import { punycodeOf, textOfPunycode } from "./punycode.js";

/** A domain with each label beyond ASCII in Punycode; all signs that separate labels become dots. */
export function encodedDomain(domain: string): string {
  const labels = domain.split(/[.\u3002\uff0e\uff61]/);
  return labels.map((label) => (/[^\0-\x7f]/.test(label) ? `xn--${punycodeOf(label)}` : label)).join(".");
}

/** A domain with the labels in Punycode decoded; '' where one of them is none. */
export function decodedDomain(domain: string): string {
  const labels = domain.split(".").map((label) => (/^xn--/i.test(label) ? textOfPunycode(label.slice(4)) : label));
  return labels.includes(undefined) ? "" : labels.join(".");
}
