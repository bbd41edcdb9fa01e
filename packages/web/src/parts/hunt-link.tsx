import { createResource, type JSX } from "solid-js";
import { packed } from "../hunt/link.ts";

/** A link that shows the rows behind a number or a fact: Hunt with this query, run at once when it is followed. */
export function HuntLink(props: {
  readonly query: string;
  /** As Hunt's address has it: a span (`24h`), or two times with `..` between; whatever the query says where absent. */
  readonly range?: string;
  readonly title?: string;
  readonly children: JSX.Element;
}): JSX.Element {
  const [part] = createResource(() => props.query, packed);
  const address = () => {
    const range = props.range === undefined ? "" : `?range=${encodeURIComponent(props.range)}`;
    return part.latest === undefined ? "/hunt" : `/hunt${range}#q=${part.latest}`;
  };
  return (
    <a href={address()} data-at-once="" title={props.title ?? "Show the rows"}>
      {props.children}
    </a>
  );
}
