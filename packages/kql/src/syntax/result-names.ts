const corrected = new WeakSet<object>();

/** Gives the binder the names that the engine gives to covariances: they name both arguments. */
export function correctNames(kusto: any): void {
  if (corrected.has(kusto)) return;
  corrected.add(kusto);
  const { Binder } = kusto.Binding;
  const nameOf = Binder.GetFunctionResultName;
  Binder.GetFunctionResultName = (call: any, ...rest: any[]) => {
    const name = nameOf(call, ...rest);
    const written = call.ArgumentList?.Expressions;
    if (!/^covariancep?(if)?$/.test(call.ReferencedSymbol?.Name ?? "") || !(written?.Count > 1)) return name;
    return `${name}_${Binder.GetExpressionResultName(written.getItem$1(1).Element$1, "")}`;
  };
}
