/** The texts of trees, by their roots. */
const wholeTexts = new WeakMap<object, string>();

/** Keeps the text of a tree, from which its parts have theirs. */
export function keepText(root: any, text: string): void {
  wholeTexts.set(root, text);
}

/** The text of a part of a tree, without the spaces around it. */
export function textOfNode(node: any): string {
  const token: string | undefined = node.Token?.Text;
  if (token !== undefined) return token.trim();
  // Where the whole text is not known, the tree is searched for each token of the part.
  const whole = wholeTexts.get(node.Root);
  return (whole === undefined ? node.toString() : whole.slice(node.TriviaStart, node.End)).trim();
}
