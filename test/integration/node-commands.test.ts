/** The commands that need no chain, as people type them. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { gliaNode, gliaNodeJson } from "./node-cli.ts";

describe("glia-node commands", function () {
  this.timeout(120_000);
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "glia-commands-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it("init --yes asks nothing, and config show says where values come from", async () => {
    const data = ["--data-dir", join(directory, "node")];
    const made = await gliaNodeJson(["init", ...data, "--yes", "--chain-id", "5", "--rpc", "https://rpc.example"]);
    assert.match(String(made["operator"]), /^0x[0-9a-fA-F]{40}$/);
    assert.equal((JSON.parse(readFileSync(String(made["configFile"]), "utf8")) as { chainId: number }).chainId, 5);
    const shown = await gliaNodeJson(["config", "show", "--origin", ...data, "--port", "9"]);
    const origin = (key: string): unknown => (shown[key] as { origin: string }).origin;
    assert.deepEqual([origin("port"), origin("chainId"), origin("maxItems")], ["flag", "file", "default"]);
    const again = await gliaNodeJson(["init", ...data, "--yes"], 2);
    assert.equal((again["error"] as { code: string }).code, "ALREADY_INITIALISED");
  });

  it("takes a switch without a value as true, and with one as what it says", async () => {
    const show = async (...args: string[]): Promise<unknown[]> => {
      const { audit, bid, port } = await gliaNodeJson(["config", "show", "--data-dir", directory, ...args]);
      return [audit, bid, port];
    };
    assert.deepEqual(await show("--audit", "--port", "9"), [true, true, 9]);
    assert.deepEqual(await show("--port", "9", "--bid", "false", "--audit"), [true, false, 9]);
    assert.deepEqual(await show("--audit", "true"), [true, true, 8_645]);
    const wrong = await gliaNodeJson(["config", "show", "--data-dir", directory, "--audit", "yes"], 2);
    assert.equal((wrong["error"] as { code: string }).code, "CONFIG_INVALID");
    // Nothing of this but the command itself: it goes on until it asks for the operator's password.
    const started = await gliaNodeJson(["start", "--audit", "--data-dir", directory], 2);
    assert.equal((started["error"] as { code: string }).code, "PASSWORD_NEEDED");
  });

  it("every command has help with examples", async () => {
    const names = ["init", "register", "stake", "unstake", "start", "status", "jobs", "drain", "withdraw"];
    for (const args of [...names.map((name) => [name]), ["config", "show"]]) {
      const { code, stdout } = await gliaNode([...args, "--help"]);
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`Examples:\n  \\$ .*glia-node ${args.join(" ")}`), args.join(" "));
    }
  });

  it("names what is missing or wrong, with the exit code of its kind", async () => {
    const data = ["--data-dir", directory];
    const codeOf = async (args: string[], exit: number): Promise<string> =>
      ((await gliaNodeJson(args, exit))["error"] as { code: string }).code;
    assert.equal(await codeOf(["status", ...data], 5), "NODE_NOT_RUNNING");
    assert.equal(await codeOf(["start", ...data], 2), "PASSWORD_NEEDED");
    assert.equal(await codeOf(["stake", "much", ...data, "--owner-keystore", "x"], 2), "AMOUNT_INVALID");
    assert.equal(await codeOf(["strat"], 2), "USAGE");
  });
});
