/** A table's name as KQL, whatever characters it has. */
export function tableInKql(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `['${name.replace(/[\\']/g, "\\$&")}']`;
}

/** A query for some rows of a table. */
export function firstRows(table: string): string {
  return `${tableInKql(table)}\n| take 100`;
}

/** A query for the rows of a table by hour. */
export function byHour(table: string): string {
  return `${tableInKql(table)}\n| summarize Rows = count() by bin(TimeGenerated, 1h)\n| render timechart`;
}

/** A query for the rows of a table whose column has a value, of which the first two hundred characters are known. */
export function rowsWith(table: string, column: string, value: string): string {
  const text = `substring(tostring([${JSON.stringify(column)}]), 0, 200)`;
  return `${tableInKql(table)}\n| where ${text} == ${JSON.stringify(value)}`;
}
