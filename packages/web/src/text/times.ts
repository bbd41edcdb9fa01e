/** In which zone times are written. */
export type Zone = "utc" | "local";

/** A datetime of the API (`2026-10-14T03:00:00.0000000Z`) as it is read: in UTC or local time, without digits that are zero. */
export function timeText(value: string, zone: Zone): string {
  const [, date, time, fraction] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/.exec(value) ?? [];
  if (date === undefined || time === undefined) return value;
  const digits = (fraction ?? "").replace(/0+$/, "");
  const rest = digits === "" ? "" : `.${digits}`;
  if (zone === "utc") return `${date} ${time}${rest}`;
  const local = new Date(`${date}T${time}Z`);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${String(local.getFullYear()).padStart(4, "0")}-${two(local.getMonth() + 1)}-${two(local.getDate())}`;
  return `${day} ${two(local.getHours())}:${two(local.getMinutes())}:${two(local.getSeconds())}${rest}`;
}

/** A count of bytes for people. */
export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit]}`;
}

/** A count with its thousands apart. */
export function countText(count: number): string {
  return count.toLocaleString("en-US");
}

/** A count with what is counted, of which there may be one: `1 alert`, `2 alerts`. */
export function counted(count: number, word: string): string {
  return `${countText(count)} ${word}${count === 1 ? "" : "s"}`;
}
