import { auditEntries, auditNames } from "../../access/audit.js";
import type { Handlers } from "../handler.js";
import type { Served } from "../served.js";
import { ticksOfText } from "../texts.js";

/** Entries of a page where no number is asked for. */
const pageSize = 100;

export function auditHandlers({ access }: Served): Handlers<"auditLog"> {
  return {
    auditLog: async ({ query }) => {
      const { limit = pageSize, from, to, after, user, action, subject, refused } = query;
      const found = await auditEntries(access.context, {
        ...{ user, action, subject, refused, from: timeOf(from), to: timeOf(to) },
        before: after === undefined ? undefined : BigInt(after),
        // One more than a page shows whether there is another.
        limit: limit + 1,
      });
      const entries = found.slice(0, limit);
      const last = entries.at(-1);
      return {
        entries: entries.map((entry) => ({
          ...{ id: String(entry.id), at: entry.at.toISOString(), user: entry.userName, via: entry.via },
          ...{ address: entry.address, action: entry.action, subject: entry.subject, detail: entry.detail },
          ...(entry.refusal === "" ? {} : { refusal: entry.refusal }),
        })),
        ...(found.length > limit && last !== undefined ? { next: String(last.id) } : {}),
        ...(await auditNames(access.context)),
      };
    },
  };
}

/** A time of a request, to the millisecond. */
function timeOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(Number(ticksOfText(text) / 10_000n));
}
