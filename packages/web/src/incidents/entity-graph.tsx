import { createMemo, For, type JSX, Show } from "solid-js";
import { visible } from "../text/visible.ts";
import { entityAddress, type Incident, typeText } from "./texts.ts";

/** Alerts of one title about the same entities, which the graph draws as one. */
interface AlertNode {
  readonly title: string;
  readonly count: number;
  readonly first: string;
  readonly entities: readonly string[];
}

const rowHeight = 40;
const boxWidth = 300;
const width = 860;
/** Beyond, a drawing says less than the table. */
const mostNodes = 40;

/** Which alerts name which entities: a drawing whose nodes are links, and the same as a table. */
export function EntityGraph(props: { readonly incident: Incident }): JSX.Element {
  const entities = createMemo(() => props.incident.entities.slice(0, mostNodes));
  const alerts = createMemo(() => nodesOf(props.incident).slice(0, mostNodes));
  const height = () => Math.max(alerts().length, entities().length, 1) * rowHeight + 8;
  const middle = (count: number, index: number) => (height() / count) * (index + 0.5);
  const edges = createMemo(() =>
    alerts().flatMap((alert, from) =>
      entities().flatMap((entity, to) =>
        alert.entities.includes(keyOf(entity))
          ? [{ y1: middle(alerts().length, from), y2: middle(entities().length, to) }]
          : [],
      ),
    ),
  );
  const alertAddress = (id: string) => `/incidents/${props.incident.number}?tab=alerts&alert=${encodeURIComponent(id)}`;
  return (
    <Show when={props.incident.entities.length > 0} fallback={<p class="nothing">The alerts name no entity.</p>}>
      <svg class="graph" viewBox={`0 0 ${width} ${height()}`}>
        <title>Alerts and the entities that they name</title>
        <For each={edges()}>
          {({ y1, y2 }) => (
            <path d={`M ${boxWidth} ${y1} C ${width / 2} ${y1}, ${width / 2} ${y2}, ${width - boxWidth} ${y2}`} />
          )}
        </For>
        <For each={alerts()}>
          {(alert, index) => (
            <Node
              x={0}
              y={middle(alerts().length, index())}
              address={alertAddress(alert.first)}
              kind={alert.count === 1 ? "Alert" : `${alert.count} alerts`}
              text={alert.title}
            />
          )}
        </For>
        <For each={entities()}>
          {(entity, index) => (
            <Node
              x={width - boxWidth}
              y={middle(entities().length, index())}
              address={entityAddress(entity, props.incident.lastActivity)}
              kind={`${typeText(entity.type)}${elsewhereText(entity.elsewhere)}`}
              text={entity.label}
            />
          )}
        </For>
      </svg>
      <Show when={props.incident.entities.length > mostNodes || nodesOf(props.incident).length > mostNodes}>
        <p class="hint">The first {mostNodes} are drawn; the table has all.</p>
      </Show>
      <EntityTable incident={props.incident} />
    </Show>
  );
}

function Node(props: {
  readonly x: number;
  readonly y: number;
  readonly address: string;
  readonly kind: string;
  readonly text: string;
}): JSX.Element {
  const shown = () => {
    const text = visible(props.text);
    return text.length > 42 ? `${text.slice(0, 41)}…` : text;
  };
  return (
    // The group tells that what is inside is drawn: a link could be of either kind.
    <g>
      <a href={props.address}>
        <title>{visible(props.text)}</title>
        <rect x={props.x + 1} y={props.y - 17} width={boxWidth - 2} height={34} rx={6} />
        <text class="kind" x={props.x + 8} y={props.y - 4}>
          {props.kind}
        </text>
        <text x={props.x + 8} y={props.y + 11}>
          {shown()}
        </text>
      </a>
    </g>
  );
}

function EntityTable(props: { readonly incident: Incident }): JSX.Element {
  return (
    <table class="data">
      <caption class="unseen">Entities</caption>
      <thead>
        <tr>
          <th scope="col">Type</th>
          <th scope="col">Entity</th>
          <th scope="col" class="number">
            Alerts here
          </th>
          <th scope="col" class="number">
            Other incidents
          </th>
        </tr>
      </thead>
      <tbody>
        <For each={props.incident.entities}>
          {(entity) => (
            <tr>
              <td>{typeText(entity.type)}</td>
              <td class="main">
                <a href={entityAddress(entity, props.incident.lastActivity)}>{visible(entity.label)}</a>
              </td>
              <td class="number">
                <a href={`/alerts?entity=${encodeURIComponent(`${entity.type}:${entity.name}`)}`}>
                  {entity.alerts.length}
                </a>
              </td>
              <td class="number">
                <a href={`/incidents?sort=-created&entity=${encodeURIComponent(`${entity.type}:${entity.name}`)}`}>
                  {entity.elsewhere}
                </a>
              </td>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}

function elsewhereText(count: number): string {
  return count === 0 ? "" : count === 1 ? ", 1 more incident" : `, ${count} more incidents`;
}

function keyOf({ type, name }: { readonly type: string; readonly name: string }): string {
  return JSON.stringify([type, name]);
}

function nodesOf({ alerts }: Incident): readonly AlertNode[] {
  const nodes = new Map<string, AlertNode>();
  for (const { id, title, entities } of alerts) {
    const named = [...new Set(entities.map(keyOf))].sort();
    const key = JSON.stringify([title, named]);
    const known = nodes.get(key);
    nodes.set(key, { title, entities: named, count: (known?.count ?? 0) + 1, first: known?.first ?? id });
  }
  return [...nodes.values()];
}
