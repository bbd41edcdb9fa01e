import { createResource, type JSX } from "solid-js";
import { packed } from "../text/packed.ts";

/** A link that shows the rows behind a number or a fact: Hunt with this query, run at once when it is followed, or its stages. */
export function HuntLink(props: {
  readonly query: string;
  /** As Hunt's address has it: a span (`24h`), or two times with `..` between; whatever the query says where absent. */
  readonly range?: string;
  readonly title?: string;
  /** Shows the stages of the query in place of its rows; they are counted when one asks for it. */
  readonly stages?: boolean;
  readonly children: JSX.Element;
}): JSX.Element {
  const [part] = createResource(() => props.query, packed);
  const address = () => {
    const query = new URLSearchParams({
      ...(props.range === undefined ? {} : { range: props.range }),
      ...(props.stages === true ? { tab: "stages" } : {}),
    });
    const search = query.size === 0 ? "" : `?${query}`;
    return part.latest === undefined ? "/hunt" : `/hunt${search}#q=${part.latest}`;
  };
  return (
    <a href={address()} data-at-once={props.stages === true ? undefined : ""} title={props.title ?? "Show the rows"}>
      {props.children}
    </a>
  );
}
