import type { Command } from "commander";

import { createLog } from "../../util/log.ts";
import { ALL_SETTINGS, type CommandContext, makeCommand } from "../options.ts";
import { insideDirectory, unlock } from "../secrets.ts";

/** Seconds that an ordered shutdown may take before the process ends itself. */
const SHUTDOWN_SECONDS = 30;

/** `glia-node start` */
export function startCommand(): Command {
  return makeCommand(
    "start",
    "Run the node in the foreground until SIGINT or SIGTERM. Logs are JSON lines on standard error.",
    ALL_SETTINGS,
    [
      "glia-node start",
      "glia-node start --data-dir /var/lib/glia --log-level debug",
      "GLIA_NODE_PORT=9000 glia-node start",
    ],
    start,
  );
}

async function start({ directory, output, resolve }: CommandContext): Promise<void> {
  const { config } = resolve();
  const passwordFile = config.passwordFile === undefined ? undefined : insideDirectory(directory, config.passwordFile);
  const operator = await unlock(insideDirectory(directory, config.keystore), passwordFile, "operator's");
  const log = createLog({ level: config.logLevel });
  process.on("warning", ({ name, message }) => log.debug({ name, message }, "warning of the runtime"));
  const stopped = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopped.resolve(signal));

  // Only this command needs servers, stores and inference: the others start faster without them.
  const { startNode } = await import("../../node/start-node.ts");
  const node = await startNode({ directory, config, operator, log });
  const lines = [`The node is running. Quotes: ${node.url}. Control API and metrics: ${node.controlUrl}.`];
  output.answer(
    { ok: true, pid: process.pid, url: node.url, controlUrl: node.controlUrl, operator: operator.address },
    lines,
  );

  const signal = await stopped.promise;
  log.info({ signal }, "stopping");
  const overdue = setTimeout(() => {
    log.error({ seconds: SHUTDOWN_SECONDS }, "the shutdown took too long; the journal is safe at any point");
    process.exit(1);
  }, SHUTDOWN_SECONDS * 1000);
  await node.stop();
  clearTimeout(overdue);
  log.info("stopped");
}
