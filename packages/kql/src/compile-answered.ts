import type { Compilation, CompileRequest, Question } from "./compilation.js";

/** Compiles a query, and looks up in the data what it has to know; `ask` gives the rows of a question. */
export async function compileAnswered<Compiled extends Pick<Compilation, "questions">>(
  request: CompileRequest,
  ask: (question: Question) => Promise<readonly string[]>,
  compileOnce: (request: CompileRequest) => Compiled | Promise<Compiled>,
): Promise<Compiled> {
  const answers = new Map<string, readonly string[]>();
  const known = new Map<string, readonly string[]>();
  for (;;) {
    const compilation = await compileOnce(answers.size === 0 ? request : { ...request, answers });
    const open = compilation.questions.filter(({ key }) => !answers.has(key));
    if (open.length === 0) return compilation;
    for (const question of open) {
      const meaning = JSON.stringify([question.rowsSql, question.steps]);
      const rows = known.get(meaning) ?? (await ask(question));
      known.set(meaning, rows);
      answers.set(question.key, rows);
    }
  }
}
