/** An argument for which it is not known what the real engine answers; the message says what is special about it. */
export class Unanswerable extends Error {
  override readonly name = "Unanswerable";
}
