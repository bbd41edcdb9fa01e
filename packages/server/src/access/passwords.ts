import { hash, verify } from "@node-rs/argon2";
import { Failure } from "../store/failures.js";

/** Argon2id with 19 MiB and two passes, as OWASP's cheat sheet on storing passwords names it. */
const cost = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** The shortest password, in characters; a longer one is worth more than one of many kinds of characters (NIST SP 800-63B). */
const shortest = 12;

/** The digest of a new password; one that is too easily guessed is refused. */
export async function hashPassword(password: string, userName: string): Promise<string> {
  const characters = [...password];
  if (characters.length < shortest) {
    throw new Failure("access-refused", `a password has at least ${shortest} characters`, {
      hint: "several words are easy to remember",
    });
  }
  const lower = password.toLowerCase();
  // A mail address is a name before its `@`; short names stand in many words.
  const known = ["calypso", userName.toLowerCase().replace(/@.*$/, "")].filter(({ length }) => length >= 4);
  if (new Set(characters).size < 5 || known.some((name) => lower.includes(name))) {
    throw new Failure("access-refused", "the password is too easily guessed", {
      hint: "it repeats a few characters, or holds your name or that of this service",
    });
  }
  return hash(password.normalize("NFKC"), cost);
}

/** Whether a password is the one whose digest is kept; where none is kept it takes as long, and is not. */
export async function isPassword(password: string, kept: string | null): Promise<boolean> {
  nobodys ??= hash("a password that nobody has", cost);
  const right = await verify(kept ?? (await nobodys), password.normalize("NFKC"));
  return right && kept !== null;
}

let nobodys: Promise<string> | undefined;
