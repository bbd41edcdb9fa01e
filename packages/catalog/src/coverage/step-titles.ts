import type { CoverageStep } from "./matrix.js";

/** The steps as people read them. */
export const stepTitles: Readonly<Record<CoverageStep, string>> = {
  claimed: "claimed",
  binds: "binds here",
  data: "has data here",
  tested: "tested",
  fired: "has fired",
};
