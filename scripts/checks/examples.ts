import { readFile } from "node:fs/promises";
import { join } from "node:path";

import ts from "typescript";

import type { Check } from "./lib/check.ts";
import { projectFiles } from "./lib/files.ts";
import { codeBlocks } from "./lib/markdown.ts";
import { ROOT } from "./lib/root.ts";

/** Every ```ts block in the docs type-checks as a module of its own, with the project's own settings. */
export const examples: Check = {
  name: "examples",
  run: async () => {
    const sources = new Map<string, { readonly text: string; readonly file: string; readonly line: number }>();
    for (const file of await projectFiles((path) => path.endsWith(".md"))) {
      for (const block of codeBlocks(await readFile(join(ROOT, file), "utf8"))) {
        if (block.language !== "ts") continue;
        sources.set(join(ROOT, `${file}.${block.line}.ts`), {
          text: `${block.code}\nexport {};\n`,
          file,
          line: block.line,
        });
      }
    }
    if (sources.size === 0) return [];
    const options = { ...projectOptions(), noUnusedLocals: false };
    const host = ts.createCompilerHost(options);
    host.fileExists = (path) => sources.has(path) || ts.sys.fileExists(path);
    host.readFile = (path) => sources.get(path)?.text ?? ts.sys.readFile(path);
    const program = ts.createProgram([...sources.keys()], options, host);
    return [...sources].flatMap(([path, { file, line }]) => {
      const source = program.getSourceFile(path);
      return ts.getPreEmitDiagnostics(program, source).map((problem) => {
        const at = source === undefined ? 0 : source.getLineAndCharacterOfPosition(problem.start ?? 0).line;
        return `${file}:${line + 1 + at}: ${ts.flattenDiagnosticMessageText(problem.messageText, " ")}`;
      });
    });
  },
};

function projectOptions(): ts.CompilerOptions {
  const path = join(ROOT, "tsconfig.json");
  const { config } = ts.readConfigFile(path, (name) => ts.sys.readFile(name)) as {
    config: { compilerOptions: object };
  };
  return ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT).options;
}
