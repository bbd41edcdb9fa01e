/** The file is not what the quick way expects; the careful way says where. */
export class DataError extends Error {}

/** Whether an error is about the data, so that the careful way may still load them. */
export function isDataError(error: unknown): boolean {
  if (error instanceof DataError) return true;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return ["bad-data", "bad-value", "engine-error", "column-conflict"].includes(code);
}

/** Whether the engine found the data to be other than their first rows. */
export function isSurprise(error: unknown): boolean {
  return isDataError(error) && !(error instanceof DataError);
}
