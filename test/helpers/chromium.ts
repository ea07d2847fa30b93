import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";

import { build } from "esbuild";

/** Names under which systems install it. */
const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** Nothing of these runs reaches for a network; the sandbox of Chromium itself does not start as root, which CI is. */
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

/** The system's Chromium, or nothing where there is none. */
export async function findChromium(): Promise<string | undefined> {
  for (const name of NAMES) {
    const works = await promisify(execFile)(name, ["--version"]).catch(() => undefined);
    if (works !== undefined) return name;
  }
  return undefined;
}

/**
 * Bundles a module for the browser, opens it in a real Chromium and gives what its default export, an async function, returned for `input`.
 * Both travel as JSON.
 */
export async function runInChromium(chromium: string, modulePath: string, input: unknown): Promise<unknown> {
  const bundle = await bundleForBrowser(modulePath);
  const profile = await mkdtemp(join(tmpdir(), "glia-chromium-"));
  const answers: { resolve?: (body: string) => void } = {};
  const answered = new Promise<string>((resolve) => (answers.resolve = resolve));
  const pages: Readonly<Record<string, readonly [type: string, body: string]>> = {
    "/": ["text/html", PAGE],
    "/bundle.js": ["text/javascript", bundle],
    "/input.json": ["application/json", JSON.stringify(input)],
  };
  const server = createServer((request, response) => {
    if (request.method === "POST") {
      void text(request).then(answers.resolve);
      response.end();
      return;
    }
    const [type, body] = pages[request.url ?? ""] ?? ["text/plain", ""];
    response.writeHead(200, { "content-type": type }).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const browser = spawn(chromium, [...FLAGS, `--user-data-dir=${profile}`, address], { stdio: "ignore" });
  try {
    const ended = once(browser, "exit").then(() => JSON.stringify({ error: "Chromium ended before it answered." }));
    const { error, result } = JSON.parse(await Promise.race([answered, ended])) as { error?: string; result?: unknown };
    if (error !== undefined) throw new Error(`In Chromium: ${error}`);
    return result;
  } finally {
    if (browser.exitCode === null && browser.kill("SIGKILL")) await once(browser, "exit");
    server.closeAllConnections();
    server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** Every failure, also one while the module loads, comes back as an answer, so that nobody waits for a page that is dead. */
const PAGE = `<!doctype html><meta charset="utf-8"><script type="module">
const answer = (body) => fetch("/", { method: "POST", body: JSON.stringify(body) });
try {
  const [{ default: run }, input] = await Promise.all([import("/bundle.js"), fetch("/input.json").then((r) => r.json())]);
  await answer({ result: await run(input) });
} catch (error) {
  await answer({ error: String(error?.stack ?? error) });
}
</script>`;

async function bundleForBrowser(modulePath: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [modulePath],
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "silent",
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`esbuild made nothing of ${modulePath}.`);
  return file.text;
}
