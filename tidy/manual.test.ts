import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { diagnosticCodes, languageSupport } from "@calypso/kql";
import { expect, test } from "vitest";
import { checkFamilies } from "../packages/catalog/src/lint/checks.js";
import { ignoreChecks } from "../packages/catalog/src/lint/ignores.js";
import { problemCodes } from "../packages/catalog/src/rules/problem.js";
import { failureCodes } from "../packages/server/src/store/failures.js";
import { checksPage, errorsPage, functionsPage, operatorsPage } from "./manual.js";
import { read, root } from "./repository.js";
import { rulesPage } from "./rules-page.js";
import { sigmaPage } from "./sigma-page.js";

const support = languageSupport();

test.each([
  ["docs/functions.md", functionsPage(support)],
  ["docs/operators.md", operatorsPage(support)],
  ["docs/checks.md", checksPage({ ...checkFamilies, "What the file ignores": ignoreChecks })],
  ["docs/rules.md", await rulesPage()],
  ["docs/sigma.md", sigmaPage()],
  ["docs/errors.md", errorsPage({ queries: diagnosticCodes, rules: problemCodes, failures: failureCodes })],
])("%s is what the code says", (path, page) => {
  if (process.env["UPDATE"] !== undefined) writeFileSync(join(root, path), page);
  expect(read(path) === page, `${path} is stale: run \`npm run docs\``).toBe(true);
});

test("what is translated has a sentence in the manual", () => {
  const silent = Object.values(support)
    .flat()
    .filter(({ status, about }) => status !== "refused" && !about?.endsWith("."));
  expect(silent.map(({ name }) => name)).toEqual([]);
});
