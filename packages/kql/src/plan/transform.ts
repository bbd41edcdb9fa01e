/** What is done to rows outside the engine: which transform, and what it has to know beside the rows. Plain data. */
export interface Transform {
  /** The name of the transform in the program that runs the query. */
  readonly kind: string;
  readonly options?: Readonly<Record<string, TransformOption>>;
}

/** A value that JSON can carry; whole numbers beyond 2^53 are given as text. */
export type TransformOption =
  | null
  | boolean
  | number
  | string
  | readonly TransformOption[]
  | { readonly [name: string]: TransformOption };
