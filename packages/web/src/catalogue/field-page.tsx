import { createResource, createSignal, For, type JSX, Show } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { Badge } from "../parts/badge.tsx";
import { HuntLink } from "../parts/hunt-link.tsx";
import { client } from "../platform/client.ts";
import { place } from "../platform/router.ts";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { tableAddress } from "./address.ts";
import { PlatformLinks, RuleLink } from "./links.tsx";
import "../styles/catalogue.css";

/** The most values, and rules of one, that are listed at once. */
const mostValues = 200;
const mostRules = 5;

/** A field of a table: with which values rules compare it, on which platforms. The address names both. */
export function CatalogueFieldPage(): JSX.Element {
  const [isWhole, setWhole] = createSignal(false);
  const query = () => ({ table: place().query.get("table") ?? "", field: place().query.get("field") ?? "" });
  const [known] = createResource(
    () => JSON.stringify(query()),
    () => client.call("catalogueField", { query: query() }),
  );
  return (
    <div class="page known">
      <p class="crumbs">
        <a href="/catalogue/tables">Tables</a> › <a href={tableAddress(query().table)}>{visible(query().table)}</a>
      </p>
      <h1>{visible(query().field)}</h1>
      <Asked of={known} what="the field">
        {(field) => (
          <>
            <dl class="facts">
              <dt>Rules</dt>
              <dd>
                <Show when={Object.keys(field().rules).length > 0} fallback="none compares it">
                  <PlatformLinks
                    counts={field().rules}
                    conditions={{ comparedIn: field().table, field: field().field, asWritten: true }}
                  />
                </Show>
              </dd>
              <Show when={field().type}>
                {(type) => (
                  <>
                    <dt>Here</dt>
                    <dd>
                      <span class="type">{type()}</span> ·{" "}
                      <HuntLink query={valuesHere(field().table, field().field)}>its values here</HuntLink>
                    </dd>
                  </>
                )}
              </Show>
            </dl>
            <h2>
              Values that rules ask for <span class="count">{countText(field().values.length)}</span>
            </h2>
            <table class="data">
              <thead>
                <tr>
                  <th scope="col">Operator</th>
                  <th scope="col">Value</th>
                  <th scope="col" class="number">
                    Rules
                  </th>
                  <th scope="col">Which</th>
                </tr>
              </thead>
              <tbody>
                <For each={isWhole() ? field().values : field().values.slice(0, mostValues)}>
                  {({ operator, value, negated, rules }) => (
                    <tr>
                      <td>
                        <Show when={negated}>
                          <Badge text="not" tone="medium" />
                        </Show>{" "}
                        {visible(operator)}
                      </td>
                      <td class="value-cell">
                        <code class="value">{visible(value)}</code>
                      </td>
                      <td class="number">{countText(rules.length)}</td>
                      <td class="main">
                        <For each={rules.slice(0, mostRules)}>
                          {({ id, name, platform }, index) => (
                            <>
                              <Show when={index() > 0}>; </Show>
                              <RuleLink id={id} name={name} /> <span class="aside">{visible(platform)}</span>
                            </>
                          )}
                        </For>
                        <Show when={rules.length > mostRules}>
                          <span class="aside"> and {rules.length - mostRules} more</span>
                        </Show>
                      </td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
            <Show when={!isWhole() && field().values.length > mostValues}>
              <button type="button" onClick={() => setWhole(true)}>
                Show all {countText(field().values.length)}
              </button>
            </Show>
          </>
        )}
      </Asked>
    </div>
  );
}

/** The most frequent values of a column of the workspace. */
function valuesHere(table: string, field: string): string {
  const name = `['${field.replace(/[\\']/g, "\\$&")}']`;
  return `table(${JSON.stringify(table)})\n| summarize Rows = count() by Value = tostring(${name})\n| top 100 by Rows`;
}
