/** The lines of a text that arrives in pieces of any size. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8");
  let rest = "";
  for await (const chunk of chunks) {
    // A result of the embedded engine is one chunk of any size, and a string has a limit.
    for (let offset = 0; offset < chunk.length; offset += pieceBytes) {
      const lines = (rest + decoder.decode(chunk.subarray(offset, offset + pieceBytes), { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}

const pieceBytes = 1 << 20;
