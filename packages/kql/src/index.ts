export type { Compilation, CompileRequest, ExternalSource } from "./compilation.js";
export { compile } from "./compile.js";
export { type DiagnosticCode, diagnosticCodes } from "./diagnostics/codes.js";
export { type Diagnostic, placeOf, printDiagnostic, type Severity } from "./diagnostics/diagnostic.js";
export { engineSettings } from "./engine-settings.js";
export { type FunctionSchema, type TableSchema, type WorkspaceSchema, workspaceSchema } from "./schema/schema.js";
export { type Column, clickHouseTypes, type KqlType, kqlTypeNamed, kqlTypes } from "./schema/types.js";
export { type Place, placeAt, type Source, type Span } from "./source/source.js";
export { type LanguageSupport, languageSupport, type Support } from "./support.js";
