import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Check } from "./lib/check.ts";
import { command } from "./lib/command.ts";
import { projectFiles } from "./lib/files.ts";
import { codeBlocks } from "./lib/markdown.ts";
import { ROOT } from "./lib/root.ts";

/** Where our programs start; the words by which the docs call them. */
const PROGRAMS: Readonly<Record<string, string>> = { glia: "cli/src/main.ts", "glia-node": "provider/src/cli/main.ts" };

/** Commands in ```sh blocks of the docs exist: npm scripts by name, ours with every subcommand and long option that they show. */
export const commandExamples: Check = {
  name: "commands",
  run: async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const problems: string[] = [];
    for (const file of await projectFiles((path) => path.endsWith(".md"))) {
      for (const block of codeBlocks(await readFile(join(ROOT, file), "utf8"))) {
        if (block.language !== "sh") continue;
        for (const words of commandsOf(block.code)) {
          const problem = await unknownCommand(words, scripts);
          if (problem !== undefined) problems.push(`${file}:${block.line}: ${words.join(" ")}: ${problem}`);
        }
      }
    }
    return problems;
  },
};

/** The commands of a shell example, as words: comments, prompts, continuations and `npx` are taken off. */
export function commandsOf(code: string): string[][] {
  return code
    .replace(/\\\n/g, " ")
    .split(/\n|&&|\||;/)
    .map((line) =>
      line
        .replace(/(^|\s)#.*$/, "")
        .replace(/^\s*(\$\s+)?(npx\s+)?/, "")
        .trim(),
    )
    .filter((line) => line !== "")
    .map((line) => line.split(/\s+/).filter((word) => !/^[A-Z_]+=/.test(word)));
}

async function unknownCommand(
  words: readonly string[],
  scripts: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const [program = "", first = "", second = ""] = words;
  if (program === "npm") {
    if (["ci", "install"].includes(first)) return undefined;
    const name = first === "run" ? second : first;
    if (scripts[name] === undefined) return `package.json has no script ${name}`;
    const rest = words.slice(words.indexOf("--") + 1);
    return name in PROGRAMS && words.includes("--") ? unknownCommand([name, ...rest], scripts) : undefined;
  }
  const entry = PROGRAMS[program];
  return entry === undefined ? undefined : unknownToProgram(entry, words.slice(1));
}

async function unknownToProgram(entry: string, words: readonly string[]): Promise<string | undefined> {
  if (!existsSync(join(ROOT, entry))) return `${entry} does not exist`;
  const path: string[] = [];
  let help = await helpOf(entry, path);
  for (const word of words) {
    if (!/^[a-z][a-z-]*$/.test(word) || !/^Commands:/m.test(help)) break;
    if (!new RegExp(`^\\s+${word}(\\s|\\||$)`, "m").test(help)) return `it has no command ${[...path, word].join(" ")}`;
    path.push(word);
    help = await helpOf(entry, path);
  }
  const shared = path.length === 0 ? "" : await helpOf(entry, []);
  const missing = words.filter((word) => word.startsWith("--")).map((word) => word.split("=")[0] ?? word);
  const unknown = missing.find((option) => !`${help}\n${shared}`.includes(option));
  return unknown === undefined ? undefined : `it has no option ${unknown}`;
}

const helps = new Map<string, Promise<string>>();

function helpOf(entry: string, path: readonly string[]): Promise<string> {
  const key = [entry, ...path].join(" ");
  const known = helps.get(key) ?? command("node", [entry, ...path, "--help"]).then(({ output }) => output);
  helps.set(key, known);
  return known;
}
