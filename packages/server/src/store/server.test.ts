import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openServerStore } from "./open.js";
import type { Store } from "./store.js";
import { type HttpClickHouse, serveClickHouse } from "./testing/clickhouse-http.js";
import { failureOf, linesOfSelect, temporaryFolder, testContext } from "./testing/temporary-store.js";

const folder = temporaryFolder();
let server: HttpClickHouse;
let store: Store;

beforeAll(async () => {
  server = await serveClickHouse(join(folder.path, "server"));
  store = await openServerStore(testContext(folder.path), new URL(server.url));
});
afterAll(async () => {
  await store.close();
  await server.close();
  folder.remove();
});

describe("a ClickHouse server", () => {
  test("is spoken to as the URL says, with the settings of the session", async () => {
    expect(await linesOfSelect(store, "SELECT getSetting('join_use_nulls'), getSetting('readonly')")).toEqual([
      "false\t1",
    ]);
    const request = server.requests.at(-1);
    expect(request?.user).toBe("analyst:secret");
    expect(request?.settings.get("database")).toBe("logs");
    expect(request?.settings.get("prefer_column_name_to_alias")).toBe("1");
    expect(request?.settings.get("wait_end_of_query")).toBe("1");
  });

  test("keeps tables that the next one to open it finds", async () => {
    await store.ensureTable("Own_CL", [{ name: "a", type: "dynamic" }]);
    await store.command("INSERT INTO Own_CL (a) SELECT '[1]' FROM numbers(3)");
    const again = await openServerStore(testContext(folder.path), new URL(server.url));
    expect(again.schema().table("Own_CL")?.columns).toEqual([{ name: "a", type: "dynamic" }]);
    expect(await linesOfSelect(again, "SELECT count() FROM Own_CL")).toEqual(["3"]);
    await again.close();
  });

  test("gets local files over the wire, also compressed", async () => {
    const text = '{"s": "a", "d": [1, 2]}\n{"s": "ü"}\n';
    writeFileSync(join(folder.path, "one.json"), text);
    writeFileSync(join(folder.path, "two.json.gz"), gzipSync(text));
    const source = {
      table: "external_over_http",
      columns: [
        { name: "s", type: "string" as const },
        { name: "d", type: "dynamic" as const },
      ],
      urls: ["https://x/one.json", "https://x/two.json.gz"],
      options: {},
    };
    const lines = await store.withExternals([source], () =>
      linesOfSelect(store, "SELECT s, d FROM external_over_http"),
    );
    expect(lines).toEqual(["a\t[1,2]", "ü\t", "a\t[1,2]", "ü\t"]);
  });

  test("fails with the same codes as the embedded engine", async () => {
    const failing = "SELECT number FROM numbers(1000000) WHERE NOT throwIf(number = 500000)";
    expect(await failureOf(linesOfSelect(store, failing))).toMatchObject({ code: "bad-value" });
    expect(await failureOf(linesOfSelect(store, "SELECT * FROM file('/etc/hostname', 'LineAsString')"))).toMatchObject({
      code: "store-forbidden",
    });
    expect(await linesOfSelect(store, "SELECT 7")).toEqual(["7"]);
  });

  test("that does not answer is a failure of its own", async () => {
    expect(await failureOf(openServerStore(testContext(folder.path), new URL("http://127.0.0.1:1/db")))).toEqual({
      code: "store-unreachable",
      message: "the ClickHouse server does not answer",
    });
  });
});
