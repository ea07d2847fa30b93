/** What a node needs before it serves: a sandbox or the operator's word, and TLS where it is asked for. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { json } from "node:stream/consumers";

import { EXIT_CODES, infoSchema } from "@glia/sdk";

import { selfSigned } from "../helpers/self-signed.ts";
import { gliaNode } from "./node-cli.ts";
import { type NodeWorld, startNodeWorld } from "./node-world.ts";

describe("starting a node", function () {
  this.timeout(120_000);
  let world: NodeWorld;
  let folder: string;

  before(async () => {
    world = await startNodeWorld();
    folder = mkdtempSync(join(tmpdir(), "glia-start-"));
  });
  after(async () => {
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  describe("on a host whose bubblewrap does not work", () => {
    let env: { PATH: string };
    before(() => {
      const broken = join(folder, "bwrap");
      writeFileSync(broken, "#!/bin/sh\necho 'no permission to make namespaces' >&2\nexit 1\n");
      chmodSync(broken, 0o755);
      env = { PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}` };
    });

    it("is refused", async () => {
      const node = await world.addNode({ allowUnsandboxedModels: undefined });
      const args = ["start", "--data-dir", node.directory, "--json"];
      const { code, stdout } = await gliaNode(args, env);
      assert.equal(code, EXIT_CODES.refused);
      const { error } = JSON.parse(stdout) as { error: { code: string; hint: string } };
      assert.equal(error.code, "SANDBOX_REQUIRED");
      assert.match(error.hint, /--allow-unsandboxed-models "I accept that strangers' models run without a sandbox"/);
      const other = await gliaNode([...args, "--allow-unsandboxed-models", "yes"], env);
      assert.equal(other.code, EXIT_CODES.usage);
    });

    it("needs the operator's sentence, and says in the log what is missing", async () => {
      const node = await world.addNode();
      await node.start(undefined, env);
      assert.match(node.log(), /"layer":"bubblewrap","inForce":false/);
      await node.stop();
    });
  });

  it("serves TLS with the operator's certificate, and nothing without TLS", async () => {
    const { cert, key } = selfSigned();
    const [tlsCert, tlsKey] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    writeFileSync(tlsCert, cert);
    writeFileSync(tlsKey, key, { mode: 0o600 });
    const node = await world.addNode({ tlsCert, tlsKey });
    await node.start();
    const [response] = (await once(get(`${node.url}/v1/info`, { ca: cert }), "response")) as [IncomingMessage];
    assert.equal(infoSchema.parse(await json(response)).provider, node.owner.address);
    await assert.rejects(once(get(`${node.url}/v1/info`), "response"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    await assert.rejects(fetch(node.url.replace("https:", "http:")));
    await node.stop();
  });

  it("names the key that a certificate lacks", async () => {
    const node = await world.addNode({ tlsCert: join(folder, "cert.pem") });
    await assert.rejects(node.start(), /CONFIG_MISSING/);
  });
});
