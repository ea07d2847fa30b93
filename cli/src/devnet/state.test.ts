import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { findDevnet, readDevnet, writeDevnet, type DevnetState } from "./state.ts";

describe("a devnet's state file", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "glia-state-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it("is missed with a named error that says how to get one", () => {
    assert.equal(findDevnet(root), undefined);
    assert.throws(() => readDevnet(root), { code: "DEVNET_NOT_UP" });
  });

  it("comes back as it was written, readable by its owner only", () => {
    const state = { version: 1, providers: [] } as unknown as DevnetState;
    writeDevnet(state, root);
    assert.deepEqual(readDevnet(root), state);
    assert.equal(statSync(join(root, "devnet.json")).mode & 0o777, 0o600);
  });

  for (const wrong of ["", "{", "null", "[]", '{"version":2}']) {
    it(`is refused when it holds ${JSON.stringify(wrong)}`, () => {
      writeFileSync(join(root, "devnet.json"), wrong);
      assert.throws(() => findDevnet(root), { code: "DEVNET_STATE_BROKEN" });
    });
  }
});
