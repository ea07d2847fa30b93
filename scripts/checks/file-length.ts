import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Check } from "./lib/check.ts";
import { isTypeScript, projectFiles } from "./lib/files.ts";
import { ROOT } from "./lib/root.ts";

const LONGEST = 400;

/** No source is longer than a reader can hold; generated ABIs are exempt. */
export const fileLength: Check = {
  name: "length",
  run: async () => {
    const isSource = (path: string): boolean =>
      (isTypeScript(path) || path.endsWith(".sol") || path.endsWith(".js")) && !path.startsWith("contracts/abi/");
    const problems: string[] = [];
    for (const file of await projectFiles(isSource)) {
      const lines = (await readFile(join(ROOT, file), "utf8")).split("\n").length - 1;
      if (lines > LONGEST) problems.push(`${file}: ${lines} lines; split it, ${LONGEST} is the most`);
    }
    return problems;
  },
};
