import { quoteText } from "../../store/quoting.js";
import { sysmonFields } from "./sysmon-fields.js";

const namespace = 'xmlns="http://schemas.microsoft.com/win/2004/08/events/event"';

/** The data of an event as Windows writes it in XML, as SQL over `fields`, pairs of name and text. */
export function eventDataXml(fields: string): string {
  const each = `concat('<Data Name="', replaceAll(${escaped("p.1")}, '"', '&quot;'), '">', ${escaped("p.2")}, '</Data>')`;
  return joined(`'<EventData ${namespace}>'`, each, fields, "'</EventData>'");
}

/** The same as the table `Event` has it, inside of an item. */
export function dataItemXml(fields: string): string {
  return `concat('<DataItem type="System.XmlData">', ${eventDataXml(fields)}, '</DataItem>')`;
}

/** The values alone, one `Param` each. */
export function parameterXml(fields: string): string {
  return joined("''", `concat('<Param>', ${escaped("p.2")}, '</Param>')`, fields, "''");
}

/** The data of an event with that of Sysmon in its own order; of others the recording's. */
export function orderedData(): string {
  const orders = Object.entries(sysmonFields).map(
    ([id, names]) => `${quoteText(id)}, [${names.split(" ").map(quoteText).join(", ")}]`,
  );
  const order = `if(provider = 'Microsoft-Windows-Sysmon', map(${orders.join(", ")})[id], [])`;
  const sorted =
    "arraySort((p, place) -> tuple(if(indexOf(ranks, p.1) = 0, 1000, indexOf(ranks, p.1)), place), data, arrayEnumerate(data))";
  return `arrayMap(ranks -> ${sorted}, [${order}])[1]`;
}

function joined(begin: string, each: string, fields: string, end: string): string {
  return `concat(${begin}, arrayStringConcat(arrayMap(p -> ${each}, ${fields})), ${end})`;
}

/** A text inside of XML. What XML cannot have is U+FFFD, as one such character would hide all the rest from who reads it. */
function escaped(text: string): string {
  const known = `replaceAll(replaceAll(replaceAll(${text}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')`;
  return `replaceRegexpAll(${known}, '[\\\\x00-\\\\x08\\\\x0B\\\\x0C\\\\x0E-\\\\x1F\\\\x{FFFE}\\\\x{FFFF}]', '\uFFFD')`;
}
