import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig } from "vite";
import solid from "vite-plugin-solid";

const dist = fileURLToPath(new URL("dist", import.meta.url));

/** Writes each file a second and third time, compressed, so that the server compresses nothing. */
const compressed = {
  name: "compressed",
  closeBundle() {
    for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(js|css|html|svg|json)$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      const content = readFileSync(path);
      // The highest quality takes half a minute for the editor's worker and saves a tenth.
      const quality = content.length > 500_000 ? 6 : 10;
      writeFileSync(`${path}.gz`, gzipSync(content));
      writeFileSync(
        `${path}.br`,
        brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }),
      );
    }
  },
};

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  logLevel: "warn",
  plugins: [solid(), compressed],
  build: {
    target: "es2022",
    // Those that know `light-dark()`: both colours stand in one place.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // The policy of the pages allows no scripts and pictures inside other files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 10_000,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  // The language service's runtime asks for the global object by Node's name, in its thread too.
  define: { global: "globalThis" },
  // A part of it that nothing calls has an `eval`, which the pages' policy would refuse.
  worker: { format: "es", rolldownOptions: { checks: { eval: false } } },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
});
