import Ajv from "ajv";
import addFormats from "ajv-formats";
import type { FastifyInstance } from "fastify";

/** Checks what comes in against the contract: a body must be of the types that it names; in an address everything is text, which is read. */
export function checkParts(app: FastifyInstance): void {
  const options = { allErrors: false, useDefaults: true, removeAdditional: false } as const;
  const ofBodies = addFormats.default(new Ajv.default({ ...options, coerceTypes: false }));
  const ofAddresses = addFormats.default(new Ajv.default({ ...options, coerceTypes: "array" }));
  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === "body" ? ofBodies : ofAddresses).compile(schema as object),
  );
}
