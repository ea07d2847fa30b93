/**
 * A node process for tests: like `glia-node start`, but it ends itself with SIGKILL at a named point of a job's life.
 * Usage: node node-entry.ts <data directory> [<point> [<how many times to let it pass>]]. With GLIA_TEST_LIE its results are wrong,
 * with the value `named` as the models' outputs are named. The shipped node has no such switches.
 */
import { join } from "node:path";

import { readKeystore } from "../../provider/src/adapters/keystore/keystore.ts";
import { readPasswordFile } from "../../provider/src/adapters/keystore/read-secret.ts";
import { readConfigFile } from "../../provider/src/config/file.ts";
import { resolveConfig } from "../../provider/src/config/resolve.ts";
import { startNode } from "../../provider/src/node/start-node.ts";
import { createLog } from "../../provider/src/util/log.ts";
import { lyingEngine } from "./lying-engine.ts";
import { namedLies } from "./named-lies.ts";

const [directory = "", killAt, passes = "0"] = process.argv.slice(2);
const { config } = resolveConfig({ flags: {}, environment: {}, file: readConfigFile(directory) });
const operator = await readKeystore(join(directory, config.keystore), readPasswordFile(join(directory, "password")));
let left = Number(passes);
const lie = process.env["GLIA_TEST_LIE"];

const node = await startNode({
  directory,
  config,
  operator,
  log: createLog({ level: config.logLevel }),
  ...(lie === undefined ? {} : { compute: lie === "named" ? namedLies : lyingEngine }),
  onPoint(point) {
    if (point !== killAt) return;
    if (left === 0) process.kill(process.pid, "SIGKILL");
    left -= 1;
  },
});
process.once("SIGTERM", () => void node.stop());
process.stdout.write(`${JSON.stringify({ url: node.url, controlUrl: node.controlUrl })}\n`);
