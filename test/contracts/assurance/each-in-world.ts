import { after, before, beforeEach } from "mocha";

import { startWorld } from "./world.ts";
import type { World } from "./world.ts";

/**
 * Gives the tests of a suite one world, which every test finds as `prepare` left it.
 * @returns what brings the world back to that within a test
 */
export function eachInWorld(prepare: (world: World) => Promise<void>): () => Promise<void> {
  let world: World;
  let restore: () => Promise<void>;
  before(async function () {
    this.timeout(120_000);
    world = await startWorld();
    await prepare(world);
    restore = await world.chain.checkpoint();
  });
  beforeEach(() => restore());
  after(() => world.chain.close());
  return () => restore();
}
