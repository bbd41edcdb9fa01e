import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/src/**/*.test.ts", "tidy/**/*.test.ts"],
    pool: "forks",
    // By itself one core would stay free; a file waits for its engine and its database most of the time.
    maxWorkers: "100%",
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
