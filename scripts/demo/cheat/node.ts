/** The demo's dishonest provider: `node node.ts <data directory>` is `glia-node start` with a liar in the place of its inference engine. */
import { join } from "node:path";

import { readKeystore, readPasswordFile } from "@glia/provider";

import { readConfigFile } from "../../../provider/src/config/file.ts";
import { resolveConfig } from "../../../provider/src/config/resolve.ts";
import { startNode } from "../../../provider/src/node/start-node.ts";
import { createLog } from "../../../provider/src/util/log.ts";
import { cheat } from "./cheat.ts";

const [directory = ""] = process.argv.slice(2);
const { config } = resolveConfig({ flags: {}, environment: {}, file: readConfigFile(directory) });
const operator = await readKeystore(join(directory, config.keystore), readPasswordFile(join(directory, "password")));
const log = createLog({ level: config.logLevel });

const node = await startNode({ directory, config, operator, log, compute: cheat });
const stop = (): void => {
  node.stop().then(
    () => process.exit(),
    () => process.exit(1),
  );
};
process.once("SIGTERM", stop);
process.once("SIGINT", stop);
