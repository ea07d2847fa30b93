import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Check } from "./lib/check.ts";
import { problemsOf } from "./lib/command.ts";
import { projectFiles } from "./lib/files.ts";
import { ROOT } from "./lib/root.ts";

/** Every file looks as Prettier writes it; `npm run format` writes it so. */
export const prettier: Check = {
  name: "prettier",
  run: async () => problemsOf("prettier", ["--check", "--log-level", "warn", "."]),
};

export const eslint: Check = { name: "eslint", run: async () => problemsOf("eslint", ["."]) };

/** The strict type check of everything, without output. */
export const types: Check = { name: "types", run: async () => problemsOf("tsc", ["--noEmit", "--pretty", "false"]) };

/** Contracts by the strict rules; mocks and tests, which play adversaries, by the short list. */
export const solhint: Check = {
  name: "solhint",
  run: async () => {
    const all = await projectFiles((path) => path.endsWith(".sol"));
    const strict = all.filter((path) => path.startsWith("contracts/") && !path.startsWith("contracts/mocks/"));
    const lenient = all.filter((path) => !strict.includes(path));
    return [
      ...(await solhintOf(".solhint.json", strict)),
      ...(await solhintOf("scripts/checks/solhint-tests.json", lenient)),
    ];
  },
};

/** Dead exports, files and dependencies. */
export const dead: Check = { name: "dead", run: async () => problemsOf("knip", ["--no-progress"]) };

/** The licence that package.json states is the one in LICENSE, word for word of its title. */
export const licenceFile: Check = {
  name: "licence",
  run: async () => {
    const text = await readFile(join(ROOT, "LICENSE"), "utf8");
    return /Apache License\s+Version 2\.0/.test(text) ? [] : ["LICENSE: is not the Apache License, Version 2.0"];
  },
};

async function solhintOf(config: string, files: readonly string[]): Promise<string[]> {
  if (files.length === 0) return [];
  const lines = await problemsOf("solhint", [
    "--config",
    config,
    "--formatter",
    "unix",
    "--max-warnings",
    "0",
    "--noPoster",
    "--disc",
    ...files,
  ]);
  return lines
    .filter((line) => /^\S+\.sol:\d+/.test(line) || !/\S+\.sol/.test(line))
    .filter((line) => !/[┌│└]/.test(line));
}
