import Type from "typebox";

/** A name that a request must not have is refused, not ignored. */
export const strict = { additionalProperties: false };

export const Moment = Type.String({ format: "date-time" });

/** The key of a rule: its id in lower case, or a digest for a rule without one. */
export const Key = Type.String({ minLength: 1, maxLength: 200 });

export const RuleKey = Type.Object({ key: Key }, strict);
