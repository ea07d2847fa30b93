import assert from "node:assert/strict";
import { describe, it } from "mocha";

import { environmentName, flagName, resolveConfig } from "./resolve.ts";
import { SETTINGS } from "./settings.ts";
import { UNSANDBOXED_SENTENCE } from "./words.ts";

const NOTHING = { flags: {}, environment: {}, file: {} };

describe("resolveConfig", () => {
  it("takes flag over environment over file over default, and says so", () => {
    const file = { port: 1, maxItems: 2, maxQueue: 3 };
    const environment = { GLIA_NODE_PORT: "4", GLIA_NODE_MAX_ITEMS: "5" };
    const { config, origins } = resolveConfig({ flags: { port: "6" }, environment, file });
    assert.deepEqual([config.port, config.maxItems, config.maxQueue, config.concurrency], [6, 5, 3, 1]);
    assert.deepEqual(
      [origins.port, origins.maxItems, origins.maxQueue, origins.concurrency, origins.rpc],
      ["flag", "environment", "file", "default", "unset"],
    );
  });

  it("reads lists, flags and price lists from text", () => {
    const token = "0x52908400098527886E0F7030069857D2E4169EE7";
    const { config } = resolveConfig({
      ...NOTHING,
      environment: {
        GLIA_NODE_RPC: "http://127.0.0.1:1, https://rpc.example",
        GLIA_NODE_BID: "false",
        GLIA_NODE_PRICES: JSON.stringify({ [token.toLowerCase()]: { base: "7", perItem: "1" } }),
      },
    });
    assert.deepEqual(config.rpc, ["http://127.0.0.1:1", "https://rpc.example"]);
    assert.equal(config.bid, false);
    assert.equal(config.prices[token]?.base, 7n);
  });

  const wrong: [string, string, RegExp][] = [
    ["port", "http", /GLIA_NODE_PORT is "http"; it must be a whole number from 0 to 65535/],
    ["port", "70000", /GLIA_NODE_PORT is 70000; it must be a whole number/],
    ["rpc", "ftp://x", /GLIA_NODE_RPC is .*ftp.*; it must be http\(s\) URLs/],
    ["market", "0x12", /GLIA_NODE_MARKET is "0x12"; it must be a 20-byte address/],
    ["bid", "yes", /GLIA_NODE_BID is "yes"; it must be true or false/],
    ["prices", "{", /GLIA_NODE_PRICES is "{"; it must be JSON such as/],
    ["quoteSeconds", "61", /from 5 to 60/],
    ["allowUnsandboxedModels", "yes", /I accept that strangers' models run without a sandbox/],
  ];
  for (const [key, value, message] of wrong) {
    it(`names key, value and right form of ${key}=${value}`, () => {
      const act = (): unknown => resolveConfig({ ...NOTHING, environment: { [environmentName(key)]: value } });
      assert.throws(
        act,
        (error: Error & { code?: string }) => error.code === "CONFIG_INVALID" && message.test(error.message),
      );
    });
  }

  it("accepts strangers' models without a sandbox only in so many words", () => {
    const { config } = resolveConfig({ ...NOTHING, flags: { allowUnsandboxedModels: UNSANDBOXED_SENTENCE } });
    assert.equal(config.allowUnsandboxedModels, UNSANDBOXED_SENTENCE);
  });

  it("refuses keys that nobody reads", () => {
    assert.throws(() => resolveConfig({ ...NOTHING, file: { prot: 1 } }), { code: "CONFIG_UNKNOWN_KEY" });
    assert.throws(() => resolveConfig({ ...NOTHING, environment: { GLIA_NODE_PROT: "1" } }), {
      code: "CONFIG_UNKNOWN_KEY",
    });
  });

  it("derives flags and variables from keys", () => {
    assert.equal(environmentName("maxItems"), "GLIA_NODE_MAX_ITEMS");
    assert.equal(flagName("maxItems"), "--max-items");
  });

  it("has defaults that pass their own checks", () => {
    const { origins } = resolveConfig(NOTHING);
    assert.equal(Object.keys(origins).length, Object.keys(SETTINGS).length);
  });
});
