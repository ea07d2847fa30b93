import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, it } from "mocha";

interface Attempt {
  readonly kind: string;
  readonly to?: string;
  readonly port?: number;
}

const helper = (name: string): string => fileURLToPath(new URL(`../helpers/${name}`, import.meta.url));

/** Runs a program and gives what it printed, and all that it began on the network. */
async function watched(what: string): Promise<{ said: string[]; attempts: Attempt[] }> {
  const args = ["--import", helper("storage-attempts.ts"), helper("storage-peers.ts"), what];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 100_000 });
  const lines = stdout.trim().split("\n");
  return { said: lines.slice(0, -1), attempts: JSON.parse(lines.at(-1) ?? "") as Attempt[] };
}

describe("a bitswap peer and the public network", function () {
  this.timeout(120_000);

  it("reaches for no address but the one it was told, and looks no name up", async () => {
    const { said, attempts } = await watched("peers");
    const { addresses, whole, outcome } = JSON.parse(said[0] ?? "") as {
      addresses: string[];
      whole: boolean;
      outcome: string;
    };
    assert.ok(whole);
    assert.equal(outcome, "CONTENT_UNAVAILABLE");
    const port = Number(/^\/ip4\/127\.0\.0\.1\/tcp\/(\d+)\//.exec(addresses[0] ?? "")?.[1]);
    const kinds = new Set(attempts.map(({ kind }) => kind));
    assert.deepEqual([...kinds].sort(), ["TCPCONNECTWRAP", "TCPSERVERWRAP"]);
    const dialled = attempts.filter(({ kind }) => kind === "TCPCONNECTWRAP");
    assert.deepEqual(new Set(dialled.map((one) => `${one.to}:${one.port}`)), new Set([`127.0.0.1:${port}`]));
    assert.equal(attempts.length - dialled.length, 1, "one peer listens, the other does not");
  });

  it("would be noticed if it did", async () => {
    const { attempts } = await watched("control");
    const kinds = attempts.map(({ kind, to }) => `${kind} ${to ?? ""}`);
    for (const expected of [
      "GETADDRINFOREQWRAP control.invalid",
      "QUERYWRAP control.invalid",
      "TCPCONNECTWRAP 127.0.0.1",
      "UDPWRAP ",
    ]) {
      assert.ok(kinds.includes(expected), `${expected} in ${kinds.join(", ")}`);
    }
  });
});
