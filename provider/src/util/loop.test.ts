import assert from "node:assert/strict";
import { describe, it } from "mocha";

import { createLog } from "./log.ts";
import { createLoop } from "./loop.ts";

const log = createLog({ level: "silent" });

describe("createLoop", () => {
  it("runs again at once when woken, and never two steps at the same time", async () => {
    let active = 0;
    let steps = 0;
    const done = Promise.withResolvers<undefined>();
    const loop = createLoop({
      name: "test",
      intervalMs: 60_000,
      log,
      async step() {
        active += 1;
        assert.equal(active, 1);
        steps += 1;
        if (steps < 3) loop.wake();
        else done.resolve(undefined);
        await Promise.resolve();
        active -= 1;
      },
    });
    loop.start();
    await done.promise;
    await loop.stop();
    assert.equal(steps, 3);
  });

  it("survives a step that throws", async () => {
    const errors: unknown[] = [];
    const recovered = Promise.withResolvers<undefined>();
    let steps = 0;
    const loop = createLoop({
      name: "test",
      intervalMs: 1,
      log,
      onStep: (error) => errors.push(error),
      step() {
        steps += 1;
        if (steps === 1) return Promise.reject(new Error("first"));
        recovered.resolve(undefined);
        return Promise.resolve();
      },
    });
    loop.start();
    await recovered.promise;
    await loop.stop();
    assert.equal((errors[0] as Error).message, "first");
  });

  it("stops in the middle of a wait", async () => {
    const stepped = Promise.withResolvers<undefined>();
    const loop = createLoop({
      name: "test",
      intervalMs: 3_600_000,
      log,
      step() {
        stepped.resolve(undefined);
        return Promise.resolve();
      },
    });
    loop.start();
    await stepped.promise;
    await loop.stop();
  });
});
