import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import ts from "typescript";

import { isTestCode, isTypeScript, projectFiles } from "../checks/lib/files.ts";
import { ROOT } from "../checks/lib/root.ts";

/** `npm run build`: makes <package>/dist, a folder that can be published as it is: JavaScript, declarations, a manifest that points at them. */
const manifest = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as { workspaces: string[] };

for (const folder of manifest.workspaces) {
  await rm(join(ROOT, folder, "dist"), { recursive: true, force: true });
  const problems = await compile(folder);
  if (problems !== undefined) {
    console.error(problems);
    process.exitCode = 1;
  } else {
    await describePackage(folder);
    console.log(`${folder}/dist`);
  }
}

/** Compiles a package's sources (tests stay behind); gives the compiler's complaints, or nothing. */
async function compile(folder: string): Promise<string | undefined> {
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const isSource = (path: string): boolean => path.startsWith(`${folder}/`) && isTypeScript(path) && !isTestCode(path);
  const sources = (await projectFiles(isSource)).map((path) => join(ROOT, path));
  const base = join(ROOT, folder);
  const program = ts.createProgram(sources, {
    ...options,
    noEmit: false,
    declaration: true,
    rootDir: ROOT,
    outDir: join(base, "dist"),
  });
  const wanted = `${base}/dist/${folder}/`;
  const emitted = program.emit(undefined, (path, text) => {
    // Other packages are read through their sources, but each is emitted into its own folder only.
    if (path.startsWith(wanted)) ts.sys.writeFile(join(base, "dist", path.slice(wanted.length)), text);
  });
  const problems = [...ts.getPreEmitDiagnostics(program), ...emitted.diagnostics];
  if (problems.length === 0) return undefined;
  const host = {
    getCanonicalFileName: (name: string) => name,
    getCurrentDirectory: () => ROOT,
    getNewLine: () => "\n",
  };
  return ts.formatDiagnostics(problems, host);
}

/** Writes the manifest and copies what a package ships beside its code. */
async function describePackage(folder: string): Promise<void> {
  const base = join(ROOT, folder);
  const own = JSON.parse(await readFile(join(base, "package.json"), "utf8")) as {
    exports?: Record<string, string>;
    bin?: object;
  };
  const exports = Object.fromEntries(
    Object.entries(own.exports ?? {}).map(([door, path]) => [door, path.replace(/\.ts$/, ".js")]),
  );
  await mkdir(join(base, "dist"), { recursive: true });
  await writeFile(join(base, "dist/package.json"), `${JSON.stringify({ ...own, exports }, undefined, 2)}\n`);
  await cp(join(ROOT, "LICENSE"), join(base, "dist/LICENSE"));
  if (own.bin !== undefined) await cp(join(base, "bin"), join(base, "dist/bin"), { recursive: true });
}
