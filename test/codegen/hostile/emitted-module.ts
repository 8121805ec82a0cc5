import ts from "typescript";

/** What an emitted module holds, read from its syntax tree alone: it is never run. */
export interface EmittedModule {
  /** The names that it exports. */
  readonly exports: readonly string[];
  /** The value of its one literal. */
  readonly model: unknown;
  readonly imports: readonly string[];
}

/**
 * Reads a model module and allows nothing in it but the imports of `defineModel` and of types, interfaces, type aliases, and one
 * `const` that is one call of `defineModel` with one plain literal. That call is all that runs in a module.
 *
 * @throws Error naming the first thing that may not be there.
 */
export function readEmittedModule(text: string): EmittedModule {
  const source = ts.createSourceFile("module.ts", text, ts.ScriptTarget.Latest, true);
  const { parseDiagnostics } = source as unknown as { parseDiagnostics: readonly ts.Diagnostic[] };
  if (parseDiagnostics.length > 0) throw new Error(`syntax: ${String(parseDiagnostics[0]?.messageText)}`);
  if (
    source.referencedFiles.length +
      source.typeReferenceDirectives.length +
      source.libReferenceDirectives.length >
    0
  )
    throw new Error("a reference to another file");
  const { pragmas } = source as unknown as { pragmas?: ReadonlyMap<string, unknown> };
  if ((pragmas?.size ?? 0) > 0) throw new Error(`pragmas: ${[...(pragmas?.keys() ?? [])].join(", ")}`);
  const exports: string[] = [];
  const imports: string[] = [];
  const values: unknown[] = [];
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      if (!isAllowedImport(statement))
        throw new Error("an import that is neither of types nor of defineModel");
      imports.push((statement.moduleSpecifier as ts.StringLiteral).text);
    } else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
      const { text } = statement.name;
      // Schemas that contain themselves have names, which nobody else can import.
      const isExported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
      if (isExported) exports.push(text);
      else if (!isDefinition(text)) throw new Error(`a type ${text}`);
      checkTypes(statement);
    } else if (ts.isVariableStatement(statement)) {
      const [declared, ...more] = statement.declarationList.declarations;
      if (
        (statement.declarationList.flags & ts.NodeFlags.Const) === 0 ||
        more.length > 0 ||
        !declared?.initializer
      )
        throw new Error("a declaration that is not one const");
      exports.push((declared.name as ts.Identifier).text);
      values.push(readModel(declared.initializer, source));
    } else throw new Error(`a ${ts.SyntaxKind[statement.kind]}`);
  }
  if (values.length !== 1) throw new Error(`${values.length} constants`);
  return { exports, imports, model: values[0] };
}

const isDefinition = (name: string): boolean => /^(?:Input|Output)[A-Z][A-Za-z0-9]*$/.test(name);

const namesOf = (statement: ts.ImportDeclaration): string[] => {
  const named = statement.importClause?.namedBindings;
  if (named === undefined || !ts.isNamedImports(named)) return ["?"];
  return named.elements.map((one) => one.getText());
};

const isAllowedImport = (statement: ts.ImportDeclaration): boolean =>
  statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword ||
  (statement.importClause?.name === undefined && namesOf(statement).join() === "defineModel");

/** The literal that `defineModel` is called with, in the one form of the call that bundlers can leave out. */
function readModel(node: ts.Expression, source: ts.SourceFile): unknown {
  if (!ts.isCallExpression(node)) throw new Error(`a ${ts.SyntaxKind[node.kind]} as the model`);
  const {
    expression,
    typeArguments = [],
    arguments: [literal, ...more],
    questionDotToken,
  } = node;
  const called = source.text.slice(node.pos, node.getStart(source)).trim() + expression.getText(source);
  if (called !== "/* @__PURE__ */defineModel" || questionDotToken) throw new Error(`a call of ${called}`);
  const types = typeArguments.map((type) => type.getText(source));
  if (types.join() !== "Input,Output") throw new Error(`the types ${types.join()}`);
  if (!literal || more.length > 0) throw new Error(`${more.length} more arguments`);
  if (!ts.isObjectLiteralExpression(literal)) throw new Error(`a ${ts.SyntaxKind[literal.kind]} as the data`);
  return readFields(literal.properties);
}

const allowedInTypes = new Set([
  ts.SyntaxKind.Identifier,
  ts.SyntaxKind.ExportKeyword,
  ts.SyntaxKind.PropertySignature,
  ts.SyntaxKind.IndexSignature,
  ts.SyntaxKind.Parameter,
  ts.SyntaxKind.QuestionToken,
  ts.SyntaxKind.TypeLiteral,
  ts.SyntaxKind.UnionType,
  ts.SyntaxKind.IntersectionType,
  ts.SyntaxKind.ParenthesizedType,
  ts.SyntaxKind.ArrayType,
  ts.SyntaxKind.TypeOperator,
  ts.SyntaxKind.ReadonlyKeyword,
  ts.SyntaxKind.TupleType,
  ts.SyntaxKind.OptionalType,
  ts.SyntaxKind.RestType,
  ts.SyntaxKind.LiteralType,
  ts.SyntaxKind.StringLiteral,
  ts.SyntaxKind.NumericLiteral,
  ts.SyntaxKind.PrefixUnaryExpression,
  ts.SyntaxKind.TrueKeyword,
  ts.SyntaxKind.FalseKeyword,
  ts.SyntaxKind.NullKeyword,
  ts.SyntaxKind.StringKeyword,
  ts.SyntaxKind.NumberKeyword,
  ts.SyntaxKind.BooleanKeyword,
  ts.SyntaxKind.UndefinedKeyword,
  ts.SyntaxKind.UnknownKeyword,
  ts.SyntaxKind.NeverKeyword,
]);

/** No call, no import type, no reference but to `MediaOutput`, `MediaUrl` and to types of the module, no tag in a comment but the three of ours. */
function checkTypes(node: ts.Node): void {
  for (const part of ts.isInterfaceDeclaration(node) || ts.isPropertySignature(node)
    ? ts.getJSDocTags(node)
    : [])
    if (!["defaultValue", "example", "deprecated"].includes(part.tagName.text))
      throw new Error(`a tag @${part.tagName.text}`);
  ts.forEachChild(node, (child) => {
    if (ts.isTypeReferenceNode(child) && /^(?:MediaOutput|MediaUrl|Input|Output)$/.test(child.getText()))
      return;
    if (ts.isTypeReferenceNode(child) && isDefinition(child.getText())) return;
    if (ts.isJSDoc(child)) return;
    if (!allowedInTypes.has(child.kind)) throw new Error(`a ${ts.SyntaxKind[child.kind]} in a type`);
    checkTypes(child);
  });
}

/** Evaluates a plain literal. */
export function readLiteral(node: ts.Expression): unknown {
  if (ts.isStringLiteral(node)) return node.text;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (node.kind === ts.SyntaxKind.NullKeyword) return null;
  if (
    ts.isPrefixUnaryExpression(node) &&
    node.operator === ts.SyntaxKind.MinusToken &&
    ts.isNumericLiteral(node.operand)
  )
    return -Number(node.operand.text);
  if (ts.isArrayLiteralExpression(node)) return node.elements.map(readLiteral);
  if (!ts.isObjectLiteralExpression(node)) throw new Error(`a ${ts.SyntaxKind[node.kind]} in the literal`);
  return readFields(node.properties);
}

function readFields(properties: readonly ts.ObjectLiteralElementLike[]): unknown {
  return Object.fromEntries(
    properties.map((property) => {
      if (!ts.isPropertyAssignment(property))
        throw new Error(`a ${ts.SyntaxKind[property.kind]} in the literal`);
      const { name } = property;
      if (!ts.isIdentifier(name) && !ts.isStringLiteral(name) && !ts.isNumericLiteral(name))
        throw new Error(`a ${ts.SyntaxKind[name.kind]} as a key`);
      if (name.text === "__proto__") throw new Error("a key that sets the prototype");
      return [name.text, readLiteral(property.initializer)];
    }),
  );
}
