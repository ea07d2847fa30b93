import { InvalidArgumentError, type Command } from "commander";

/** Adds the options of every command that talks to a chain. */
export function withNetwork(command: Command): Command {
  return command
    .option("--rpc <url>", "RPC endpoint of the chain (GLIA_RPC); without it the local devnet is used")
    .option("--deployment <file>", "addresses of the contracts (GLIA_DEPLOYMENT), for chains that are not built in")
    .option("--json", "print one JSON document on stdout; remarks go to stderr");
}

/** Adds the options of every command that signs. */
export function withWallet(command: Command): Command {
  return command
    .option("--keystore <file>", "Web3 keystore of the account that signs (GLIA_KEYSTORE)")
    .option(
      "--password-file <file>",
      "file with its password, mode 0600 (GLIA_PASSWORD_FILE); asked on the terminal otherwise",
    );
}

/** Adds an example section to `--help`. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  return command.addHelpText("after", `\nExamples:\n${examples.map((line) => `  $ ${line}`).join("\n")}\n`);
}

/** Gathers a repeatable option, several values at once allowed. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

/** A whole number of at least `min`, as an option's value. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`A whole number from ${min} to ${max} is wanted.`);
  };
}
