/** The name of the look-up of an answer; its arguments are the key and, as a scalar query, the answered arguments. */
export const answerCall = "#answer";

/** The columns of that query: the arguments as one text, and the answer as text. */
export const answerKey = "key";
export const answerText = "answer";
