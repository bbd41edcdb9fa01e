import type { Notice } from "../notice.js";
import type { NoticeText } from "../text.js";

/** One attempt to tell one place. */
export interface Message {
  /** The same at each attempt, so that who gets it twice can tell. */
  readonly id: string;
  /** When it happened. */
  readonly at: Date;
  /** Now. */
  readonly sentAt: Date;
  readonly notice: Notice;
  readonly text: NoticeText;
}

/** The other side said no. */
export class DeliveryError extends Error {
  /** The same would happen again. */
  readonly permanent: boolean;

  constructor(message: string, { permanent, cause }: { readonly permanent: boolean; readonly cause?: unknown }) {
    super(message, { cause });
    this.permanent = permanent;
  }
}

/** How long the other side has for an answer, in milliseconds. */
export const patience = 10_000;
