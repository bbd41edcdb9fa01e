import { expect, test } from "vitest";
import { visible, visibleLines } from "./visible.ts";

test("what is hidden is written out, and all else is as it was", () => {
  expect(visible("gpj.\u202etxt.exe")).toBe("gpj.⟨U+202E⟩txt.exe");
  expect(visible("\u001b[31mred\u0000\r\n")).toBe("⟨U+001B⟩[31mred⟨U+0000⟩⟨U+000D⟩⏎");
  expect(visible("a\u200bb\ufeff\u2066c")).toBe("a⟨U+200B⟩b⟨U+FEFF⟩⟨U+2066⟩c");
  expect(visible("\u{e0041}")).toBe("⟨U+E0041⟩");
  expect(visible("\ud800")).toBe("⟨U+D800⟩");
  expect(visible("Zoë · 日本語 · 👩 · <b>&amp;</b>")).toBe("Zoë · 日本語 · 👩 · <b>&amp;</b>");
});

test("text of several lines keeps its lines", () => {
  expect(visibleLines("a\n\tb\r\u202e")).toBe("a\n\tb⟨U+000D⟩⟨U+202E⟩");
});
