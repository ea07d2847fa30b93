import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { Check } from "./lib/check.ts";
import { projectFiles } from "./lib/files.ts";
import { anchors, links } from "./lib/markdown.ts";
import { ROOT } from "./lib/root.ts";

/** Relative links in Markdown lead to a file that is there, and to a heading that it has. */
export const checkLinks: Check = {
  name: "links",
  run: async () => {
    const problems: string[] = [];
    for (const file of await projectFiles((path) => path.endsWith(".md"))) {
      for (const link of links(await readFile(join(ROOT, file), "utf8"))) {
        const broken = await brokenLink(file, link);
        if (broken !== undefined) problems.push(`${file}: ${broken}`);
      }
    }
    return problems;
  },
};

async function brokenLink(file: string, link: string): Promise<string | undefined> {
  if (/^[a-z]+:/.test(link)) return undefined;
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? join(ROOT, file) : join(ROOT, dirname(file), decodeURIComponent(path));
  if (!target.startsWith(ROOT)) return `${link} leads out of the repository`;
  if (!existsSync(target)) return `${link} leads to no file`;
  if (anchor === undefined || !target.endsWith(".md")) return undefined;
  return anchors(await readFile(target, "utf8")).has(anchor) ? undefined : `${link} leads to no heading`;
}
