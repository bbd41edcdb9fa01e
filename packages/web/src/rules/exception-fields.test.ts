import { expect, test } from "vitest";
import { fieldsOf } from "./exception-fields.ts";

test("what was proposed stays as it is, whatever it holds, and what is written is a list where commas part it", () => {
  const agent = "Mozilla/5.0 (KHTML, like Gecko)";
  expect(
    fieldsOf([
      ["UserAgent", agent, agent],
      ["City", "Oslo, NO, Bergen, NO", ["Oslo, NO", "Bergen, NO"]],
      ["IPAddress", "192.0.2.1, 192.0.2.2"],
      ["Name", "scanner"],
      ["", "nothing"],
    ]),
  ).toEqual({
    UserAgent: agent,
    City: ["Oslo, NO", "Bergen, NO"],
    IPAddress: ["192.0.2.1", "192.0.2.2"],
    Name: "scanner",
  });
});
