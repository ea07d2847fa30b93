import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

import type { Check } from "./lib/check.ts";
import { ROOT } from "./lib/root.ts";

/** Licences under which code may come into what people install from us. */
const ALLOWED = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "Python-2.0",
  "Unlicense",
  "WTFPL",
  "Zlib",
]);

/** Packages under another licence, each let in by name for a reason. */
const LET_IN: readonly { readonly name: RegExp; readonly licence: string; readonly because: string }[] = [
  {
    name: /^@?node-datachannel(\/|$)/,
    licence: "MPL 2.0",
    because: "copyleft by file, used unmodified, a transport of Helia's that we do not open",
  },
];

interface Manifest {
  readonly name?: string;
  readonly license?: string | { readonly type?: string };
  readonly licenses?: readonly { readonly type?: string }[];
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Whether a licence expression can be satisfied by allowed licences alone: AND needs all of them, OR one. */
export function isAllowedLicence(expression: string): boolean {
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const atom = (): boolean => {
    const token = tokens[at++];
    if (token !== "(") return token !== undefined && ALLOWED.has(token);
    const inner = either();
    at++;
    return inner;
  };
  const both = (): boolean => {
    let result = atom();
    while (tokens[at] === "AND") {
      at++;
      result = atom() && result;
    }
    return result;
  };
  const either = (): boolean => {
    let result = both();
    while (tokens[at] === "OR") {
      at++;
      result = both() || result;
    }
    return result;
  };
  return either() && at === tokens.length;
}

/** Every package that an installation of our packages brings along has a licence that we accept. */
export const licences: Check = {
  name: "licences",
  run: async () => {
    const root = await manifest(ROOT);
    const problems: string[] = [];
    const seen = new Set<string>();
    const queue = (root.workspaces ?? []).map((folder) => join(ROOT, folder));
    for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
      if (seen.has(folder)) continue;
      seen.add(folder);
      const one = await manifest(folder);
      const licence = licenceOf(one);
      const letIn = LET_IN.some((entry) => entry.licence === licence && entry.name.test(one.name ?? ""));
      if (!letIn && !isAllowedLicence(licence))
        problems.push(`${relative(ROOT, folder)}: licence ${licence || "not stated"} is not on the list`);
      for (const name of Object.keys({ ...one.dependencies, ...one.optionalDependencies })) {
        const found = locate(name, folder);
        if (found !== undefined) queue.push(found);
      }
    }
    return problems;
  },
};

function licenceOf(one: Manifest): string {
  const stated = typeof one.license === "string" ? one.license : one.license?.type;
  return stated ?? (one.licenses ?? []).map((licence) => licence.type ?? "").join(" OR ");
}

/** Where Node finds a dependency from a folder; absent where it is optional and of another system. */
function locate(name: string, from: string): string | undefined {
  for (let folder = from; folder.startsWith(ROOT); folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
  }
  return undefined;
}

async function manifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
}
