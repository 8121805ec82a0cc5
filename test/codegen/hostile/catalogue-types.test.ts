import * as fc from "fast-check";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import type { ApiModel } from "../../../codegen/ir/api.js";
import { catalogueTarget } from "../../../codegen/targets/catalogue/catalogue-target.js";
import { emit } from "../../../codegen/generate/emission.js";
import { modelsTarget } from "../../../codegen/targets/models/models-target.js";
import { fromNothing } from "../../../codegen/targets/target.js";
import { dose } from "../../support/dose.js";
import { hostileModel } from "./hostile-values.js";
import { printSameTypes } from "./same-types.js";
import { compilers, openWorkshop } from "./type-check.js";

const emitAll = async (models: readonly ApiModel[], runtime: string): Promise<ReadonlyMap<string, string>> =>
  emit({ lifecycle: {}, ownLifecycle: false, models }, [modelsTarget, catalogueTarget], {
    runtime,
    ...fromNothing,
  });

/** Many models at once: each under an id of its own. */
const hostileModels = (count: number): fc.Arbitrary<readonly ApiModel[]> =>
  fc
    .array(hostileModel, { minLength: count, maxLength: count })
    .map((models) => models.map((model, at) => ({ ...model, id: `${model.id}-${at}` })));

const parse = (text: string): ts.SourceFile => {
  const source = ts.createSourceFile("file.ts", text, ts.ScriptTarget.Latest, true);
  const { parseDiagnostics } = source as unknown as { parseDiagnostics: readonly ts.Diagnostic[] };
  if (parseDiagnostics.length > 0) throw new Error(String(parseDiagnostics[0]?.messageText));
  return source;
};

/** A type as it stands, comments included, wherever its lines begin. */
const wording = (node: ts.Node | ts.NodeArray<ts.Node>, source: ts.SourceFile): string =>
  source.text.slice(node.pos, node.end).replace(/\n */g, "\n").trim();

/** `Input` and `Output` of a module: the members of an interface, or the other name of a type. */
const declared = (text: string): readonly string[] => {
  const source = parse(text);
  return source.statements.flatMap((one) => {
    if (ts.isTypeAliasDeclaration(one)) return [wording(one.type, source)];
    return ts.isInterfaceDeclaration(one) ? [`{${wording(one.members, source)}}`] : [];
  });
};

/** The two types of each model in the catalogue. */
const shown = (text: string): ReadonlyMap<string, readonly string[]> => {
  const source = parse(text);
  const [models] = source.statements.filter(ts.isInterfaceDeclaration);
  return new Map(
    models!.members.filter(ts.isPropertySignature).map(({ name, type }) => [
      (name as ts.StringLiteral).text,
      (type as ts.TypeLiteralNode).members.filter(ts.isPropertySignature).map((part) => {
        if (ts.isTypeLiteralNode(part.type!)) return `{${wording(part.type.members, source)}}`;
        return wording(part.type!, source);
      }),
    ]),
  );
};

describe("the catalogue of random hostile models", () => {
  const runs = dose(15, 50);
  test(`shows of ${runs * 20} of them what their modules declare, to the letter`, async () => {
    await fc.assert(
      fc.asyncProperty(hostileModels(20), async (models) => {
        const files = await emitAll(models, "runcomfy-models");
        const types = shown(files.get("catalogue.ts") ?? "");
        expect([...types.keys()]).toEqual(models.map(({ id }) => id));
        for (const [id, pair] of types) expect(pair).toEqual(declared(files.get(`models/${id}.ts`) ?? ""));
      }),
      { numRuns: runs },
    );
  });

  const count = dose(40, 100);
  test(`of ${count} of them compiles, and its types are those of the modules, with TypeScript 5.9 and 7`, async () => {
    const workshop = openWorkshop();
    try {
      const [models = []] = fc.sample(hostileModels(count), 1);
      workshop.write(await emitAll(models, workshop.runtime));
      workshop.write(new Map([["same.ts", printSameTypes(models.map(({ id }) => id))]]));
      for (const compiler of compilers) expect(workshop.check(compiler)).toEqual([]);
    } finally {
      workshop.close();
    }
  });
});
