import { Failure } from "../store/failures.js";

/** What is answered where no folder takes changes. */
export function nowhere(): Failure {
  return new Failure("rule-read-only", "no folder of rules can be written", {
    hint: "start `calypso serve` with --rules FOLDER, a folder of your own",
  });
}
