import type { Compilation, CompileRequest } from "@calypso/kql";
import type { SchemaSnapshot, Surroundings } from "./schema-snapshot.js";

/** What of a compilation is wanted beside its data. */
export interface Wanted {
  readonly dissection?: true;
  readonly pipeline?: true;
}

/** What a thread is told: the schema of all that follows, or something to compile. */
export type Order =
  | { readonly kind: "schema"; readonly snapshot: SchemaSnapshot }
  | {
      readonly kind: "compile";
      readonly request: Omit<CompileRequest, "schema">;
      readonly around: Surroundings;
      readonly wanted: Wanted;
    };

/** A compilation as data, with what was wanted. */
export type CompilationData = Omit<Compilation, "facts" | "fields" | "emptiness" | "dissection" | "pipeline"> & {
  readonly dissection?: ReturnType<Compilation["dissection"]>;
  readonly pipeline?: ReturnType<Compilation["pipeline"]>;
};

/** What a thread says: that it is ready, what it has compiled, or what went wrong in the compiler. */
export type Report =
  | { readonly kind: "ready" }
  | { readonly kind: "compiled"; readonly compilation: CompilationData }
  | { readonly kind: "fault"; readonly error: unknown };
