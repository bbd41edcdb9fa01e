import type { JSX } from "solid-js";

interface SearchFieldProps {
  readonly about: string;
  readonly value: string;
  readonly change: (text: string) => void;
}

/** A field that makes a list shorter with every letter. */
export function SearchField(props: SearchFieldProps): JSX.Element {
  return (
    <input
      type="search"
      aria-label={props.about}
      placeholder={props.about}
      value={props.value}
      onInput={(event) => props.change(event.currentTarget.value)}
    />
  );
}
