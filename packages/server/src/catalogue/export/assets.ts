/** The site's style: light and dark by the reader's setting, and readable without it. */
export const styleSheet = `:root { color-scheme: light dark; --text: #1b1f24; --back: #ffffff; --soft: #57606a; --line: #d0d7de; --link: #0550ae; --code: #f6f8fa; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --back: #0d1117; --soft: #9da7b3; --line: #30363d; --link: #79b8ff; --code: #161b22; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 0 1rem 4rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); }
nav, main { max-width: 72rem; margin: 0 auto; }
nav { padding: 1rem 0; border-bottom: 1px solid var(--line); }
nav a { margin-right: 1rem; }
a { color: var(--link); }
a:focus-visible, input:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--back); padding: 0.5rem; }
h1 { line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin-top: 2rem; font-size: 1.15rem; }
.about { color: var(--soft); }
.text { white-space: pre-line; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem; border-bottom: 1px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere; min-width: 5rem; }
pre { background: var(--code); border: 1px solid var(--line); padding: 0.8rem; overflow-x: auto; }
input { font: inherit; width: 100%; padding: 0.5rem; color: inherit; background: var(--back); border: 1px solid var(--soft); border-radius: 4px; }
`;

/**
 * The search of the first page. It takes the rules from `search-data.js`, and puts texts into the page as texts alone: nothing
 * that a rule says becomes markup.
 */
export const searchScript = `"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const rules = globalThis.catalogueRules.map(([id, page, name, about]) => ({ page, name, about, text: (id + " " + name + " " + about).toLowerCase() }));
  const place = document.getElementById("search");
  const label = document.createElement("label");
  label.textContent = "Search rules by name, platform, technique, table or severity";
  const input = document.createElement("input");
  input.type = "search";
  label.append(input);
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  const list = document.createElement("ul");
  place.append(label, status, list);
  const show = () => {
    const words = input.value.toLowerCase().split(/\\s+/).filter((word) => word !== "");
    list.replaceChildren();
    if (words.length === 0) { status.textContent = ""; return; }
    const found = rules.filter(({ text }) => words.every((word) => text.includes(word)));
    status.textContent = found.length + (found.length === 1 ? " rule" : " rules") + (found.length > 100 ? ", the first 100 shown" : "");
    for (const { page, name, about } of found.slice(0, 100)) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = page;
      link.textContent = name;
      item.append(link, " " + about);
      list.append(item);
    }
  };
  input.addEventListener("input", show);
});
`;
