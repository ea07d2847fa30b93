import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";

import { GliaError } from "@glia/sdk";
import Table from "cli-table3";
import { Command } from "commander";

import { devnetDown } from "../devnet/down.ts";
import { devnetPaths } from "../devnet/paths.ts";
import { readDevnet } from "../devnet/state.ts";
import { devnetStatus } from "../devnet/status.ts";
import { devnetUp } from "../devnet/up.ts";
import { createOutput } from "../terminal/output.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { wholeNumber, withExamples } from "./shared.ts";

/** `glia devnet …`: a whole Glia on this machine. */
export function devnetCommand(): Command {
  const devnet = new Command("devnet").description(
    "a local network: chain, contracts, funded accounts, provider processes",
  );
  devnet.addCommand(up()).addCommand(down()).addCommand(status()).addCommand(logs());
  return withExamples(devnet, "glia devnet up", "glia devnet status --json", "glia devnet down --delete");
}

function up(): Command {
  return withExamples(
    new Command("up")
      .description("start what is not running; everything is kept in $GLIA_HOME/devnet (~/.glia/devnet)")
      .option("--port <number>", "port of the chain's RPC", wholeNumber(1, 65_535), 8545)
      .option("--providers <count>", "provider processes, 1 to 4", wholeNumber(1, 4), 3)
      .option("--json", "print the state as JSON")
      .action(async (options: { port: number; providers: number; json?: boolean }) => {
        const output = createOutput(options.json === true);
        const state = await interruptible((signal) =>
          devnetUp({
            port: options.port,
            providers: options.providers,
            onStep: (text) => {
              output.note(text);
            },
            signal,
          }),
        );
        const { buyer, ...shown } = state;
        output.result(
          { ok: true, ...shown, buyer: buyer.address },
          () => "Try: glia run --model examples/digits/digits.onnx --input examples/digits/samples/*.png",
        );
      }),
    "glia devnet up",
    "glia devnet up --port 18545 --providers 2",
  );
}

function down(): Command {
  return withExamples(
    new Command("down")
      .description("stop all processes; data stays for the next up")
      .option("--delete", "delete all data too")
      .option("--json", "print how each process ended as JSON")
      .action(async (options: { delete?: boolean; json?: boolean }) => {
        const stopped = await devnetDown({ remove: options.delete === true });
        createOutput(options.json === true).result(
          { ok: true, stopped },
          () =>
            Object.entries(stopped)
              .map(([name, how]) => `${name}: ${how}`)
              .join("\n") || "nothing was running",
        );
      }),
    "glia devnet down",
  );
}

function status(): Command {
  return withExamples(
    new Command("status")
      .description("say what runs; exit code 5 if something should and does not")
      .option("--json", "print as JSON")
      .action(async (options: { json?: boolean }) => {
        const { state, health } = await devnetStatus();
        const ok = health.every((entry) => entry.state === "up");
        createOutput(options.json === true).result({ ok, processes: health, deployment: state.deployment }, () => {
          const table = new Table({ head: ["process", "state", "pid", "address"], style: { head: [], border: [] } });
          for (const entry of health) table.push([entry.name, entry.state, entry.pid, entry.address]);
          return table.toString();
        });
        if (!ok) process.exitCode = 5;
      }),
    "glia devnet status",
  );
}

function logs(): Command {
  return withExamples(
    new Command("logs")
      .description("print a process's log")
      .argument("[process]", "chain, or the number of a provider", "1")
      .option("-f, --follow", "keep printing what is added")
      .action(async (name: string, options: { follow?: boolean }) => {
        readDevnet();
        const file = name === "chain" ? devnetPaths().chainLog : devnetPaths().providerLog(Number(name));
        if (!existsSync(file)) {
          throw new GliaError("LOG_UNKNOWN", `There is no log of ${JSON.stringify(name)}.`, {
            kind: "usage",
            hint: "Name the chain, or a provider by its number: glia devnet logs 2",
          });
        }
        if (options.follow !== true) {
          process.stdout.write(await readFile(file));
          return;
        }
        const tail = spawn("tail", ["-n", "+1", "-f", file], { stdio: "inherit" });
        await once(tail, "exit");
      }),
    "glia devnet logs chain",
    "glia devnet logs 2 --follow",
  );
}
