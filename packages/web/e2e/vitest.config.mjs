import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL(".", import.meta.url)),
    include: ["**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    // A browser on a busy machine may be late once; the report names what needed a second try.
    retry: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
