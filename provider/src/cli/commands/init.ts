import { confirm, input, password as askPassword } from "@inquirer/prompts";
import { GliaError } from "@glia/sdk";
import type { Command } from "commander";
import { type Address, getAddress, isAddress, isHex, type Hex } from "viem";
import { generatePrivateKey } from "viem/accounts";

import { SCRYPT, writeKeystore } from "../../adapters/keystore/keystore.ts";
import { readPasswordFile, readSecretFile } from "../../adapters/keystore/read-secret.ts";
import { environmentName, resolveConfig } from "../../config/resolve.ts";
import { SETTINGS, type SettingKey } from "../../config/settings.ts";
import { initNode } from "../../node/init-node.ts";
import { ALL_SETTINGS, type CommandContext, makeCommand } from "../options.ts";

/** Settings that the wizard asks for, in this order. */
const ASKED: readonly (readonly [SettingKey, string])[] = [
  ["chainId", "Chain id of the market"],
  ["rpc", "RPC endpoints, best first, separated by commas"],
  ["provider", "Address of the stake's owner (the provider)"],
  ["endpoint", "Public URL of this node's quote server (https)"],
  ["host", "Address to listen on"],
  ["port", "Port to listen on"],
];

/** `glia-node init` */
export function initCommand(): Command {
  return makeCommand(
    "init",
    "Make a data directory: operator key, price list and configuration.",
    ALL_SETTINGS.filter((key) => key !== "passwordFile"),
    [
      "glia-node init",
      'glia-node init --yes --chain-id 1 --rpc https://rpc.example --provider 0x… --prices \'{"0x…":{"base":"1000","perItem":"10"}}\'',
      "glia-node init --yes --create-owner ~/owner.json --owner-password-file ~/owner-password --chain-id 1 --rpc https://rpc.example",
    ],
    init,
  )
    .option(
      "--yes",
      "ask nothing: take flags, environment and defaults; the password is made up and kept in the data directory",
    )
    .option(
      "--import-key-file <file>",
      "use the private key in this file (0x hex, mode 0600) as operator key instead of a new one",
    )
    .option("--keystore-password-file <file>", "file with the new keystore's password, mode 0600")
    .option("--create-owner <file>", "also make a new owner key for the stake, as a keystore in this file")
    .option("--owner-password-file <file>", "file with the owner keystore's password, mode 0600");
}

async function init(context: CommandContext): Promise<void> {
  const { directory, output, options } = context;
  const settings = { ...given(context) };
  const owner = await createOwner(context);
  if (owner !== undefined) settings["provider"] ??= owner;
  let password =
    typeof options["keystorePasswordFile"] === "string" ? readPasswordFile(options["keystorePasswordFile"]) : undefined;
  if (options["yes"] !== true) {
    await askSettings(settings);
    password ??= await askNewPassword();
  }
  const keyFile = options["importKeyFile"];
  const made = await initNode({
    directory,
    config: settings,
    ...(typeof keyFile === "string" ? { operatorKey: readKey(keyFile) } : {}),
    ...(password === undefined ? {} : { password }),
  });
  output.answer({ ok: true, directory, ...made, ...(owner === undefined ? {} : { owner }) }, [
    `Data directory  ${directory}`,
    `Operator        ${made.operator} (${made.keystore})`,
    ...(owner === undefined ? [] : [`Owner           ${owner} (${String(options["createOwner"])})`]),
    ...(made.passwordFile === undefined ? [] : [`Password        ${made.passwordFile}`]),
    `Configuration   ${made.configFile}`,
    "",
    "Next: send native coin to the operator for gas, then `glia-node stake`, `glia-node register` and `glia-node start`.",
  ]);
}

/** Settings from flags and environment, in the form that the config file holds. */
function given({ options }: CommandContext): Record<string, unknown> {
  const flags = Object.fromEntries(
    ALL_SETTINGS.flatMap((key) => (typeof options[key] === "string" ? [[key, options[key]]] : [])),
  );
  const { origins } = resolveConfig({ flags, environment: process.env, file: {} });
  const values: Record<string, unknown> = {};
  for (const key of ALL_SETTINGS) {
    if (origins[key] === "flag") values[key] = SETTINGS[key].parse(flags[key] ?? "");
    if (origins[key] === "environment") values[key] = SETTINGS[key].parse(process.env[environmentName(key)] ?? "");
  }
  return values;
}

async function createOwner({ options }: CommandContext): Promise<Address | undefined> {
  const path = options["createOwner"];
  if (typeof path !== "string") return undefined;
  const file = options["ownerPasswordFile"];
  const password = typeof file === "string" ? readPasswordFile(file) : await askNewPassword();
  return (await writeKeystore(path, generatePrivateKey(), password, SCRYPT.standard)).address;
}

function readKey(file: string): Hex {
  const text = readSecretFile(file, "The key file").trim();
  if (isHex(text) && text.length === 66) return text;
  throw new GliaError("KEY_MALFORMED", `${file} must hold a private key: 0x and 64 hex digits`, { kind: "input" });
}

async function askSettings(settings: Record<string, unknown>): Promise<void> {
  const terminal = { output: process.stderr };
  for (const [key, message] of ASKED) {
    if (settings[key] !== undefined) continue;
    const { schema, form, parse, fallback } = SETTINGS[key];
    const text = await input(
      {
        message,
        ...(fallback === undefined ? {} : { default: [fallback].flat().map(String).join(",") }),
        validate: (value) =>
          schema.safeParse(parse(value)).success || (key === "endpoint" && value === "") || `It must be ${form}`,
      },
      terminal,
    );
    if (text !== "") settings[key] = parse(text);
  }
  if (settings["prices"] !== undefined) return;
  const token = await input(
    {
      message: "Token you want to be paid in (address)",
      validate: (value) => isAddress(value) || "It must be an address",
    },
    terminal,
  );
  const amount = (message: string, fallback: string): Promise<string> =>
    input(
      {
        message,
        default: fallback,
        validate: (value) => /^\d+$/.test(value) || "It must be a whole number of the token's smallest units",
      },
      terminal,
    );
  const base = await amount("Price per job, in the token's smallest units", "1000");
  const perItem = await amount("Price per inference", "10");
  const perMegabyteModel = await amount("Price per megabyte of the model", "0");
  settings["prices"] = { [getAddress(token)]: { base, perItem, perMegabyteModel } };
}

async function askNewPassword(): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new GliaError("PASSWORD_NEEDED", "There is no terminal to ask for a new password", {
      kind: "usage",
      hint: "Use --yes or a password file.",
    });
  }
  const terminal = { output: process.stderr };
  const first = await askPassword(
    { message: "New keystore password", mask: true, validate: (text) => text.length >= 8 || "At least 8 characters" },
    terminal,
  );
  const again = await askPassword({ message: "The same again", mask: true }, terminal);
  if (first === again) return first;
  await confirm({ message: "They differ. Try again?" }, terminal);
  return askNewPassword();
}
