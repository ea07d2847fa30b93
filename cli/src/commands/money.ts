import {
  allowCall,
  approveCall,
  chainTime,
  depositCall,
  GliaError,
  sendCall,
  signPermit,
  withdrawCall,
  type ContractCall,
  type MarketClient,
} from "@glia/sdk";
import Table from "cli-table3";
import { Command } from "commander";
import { formatEther, isAddress, type Address } from "viem";

import { accountOf, openContext, type CommonOptions } from "../context/context.ts";
import { findToken } from "../context/network.ts";
import { readAmount, showAmount } from "../terminal/amounts.ts";
import { confirmGas } from "../terminal/confirm-gas.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { withExamples, withNetwork, withWallet } from "./shared.ts";

interface MoneyOptions extends CommonOptions {
  readonly token?: string;
  readonly yes?: boolean;
  readonly to?: string;
}

/** Seconds that a permit is good for. */
const PERMIT_LIFE = 1_200n;

/** `glia deposit`: fills the Vault, so that later jobs need one transaction only. */
export function depositCommand(): Command {
  return withExamples(
    money(
      "deposit",
      "move tokens from the wallet into the Vault and let the market use them for jobs that you hire",
    ).action((text: string, options: MoneyOptions) =>
      interruptible(async (signal) => {
        const { client, network, output } = await openContext(options, { sign: true });
        const token = findToken(network, options.token);
        const amount = readAmount(text, token);
        const calls = await depositCalls(client, token.address, amount);
        const hashes = await sendAll(client, calls, options.yes === true, signal);
        const balance = await client.vaultBalance(accountOf(client), token.address);
        output.result(
          { ok: true, token, deposited: amount, balance, transactions: hashes },
          () => `Deposited. The Vault holds ${showAmount(balance, token)} for you.`,
        );
      }),
    ),
    "glia deposit 25 --yes",
  );
}

/** `glia withdraw`: takes tokens out of the Vault. */
export function withdrawCommand(): Command {
  return withExamples(
    money("withdraw", "move tokens out of the Vault")
      .option("--to <address>", "who gets them; the account itself by default")
      .action((text: string, options: MoneyOptions) =>
        interruptible(async (signal) => {
          const { client, network, output } = await openContext(options, { sign: true });
          const token = findToken(network, options.token);
          const amount = readAmount(text, token);
          const to = checkAddress(options.to ?? accountOf(client));
          const calls = [withdrawCall(client.deployment.vault, token.address, amount, to)];
          const hashes = await sendAll(client, calls, options.yes === true, signal);
          const balance = await client.vaultBalance(accountOf(client), token.address);
          output.result(
            { ok: true, token, withdrawn: amount, to, balance, transactions: hashes },
            () => `Withdrawn. The Vault holds ${showAmount(balance, token)} for you.`,
          );
        }),
      ),
    "glia withdraw 10 --yes",
  );
}

/** `glia balance`: what the account has, where. */
export function balanceCommand(): Command {
  return withExamples(
    withWallet(
      withNetwork(new Command("balance").description("show what the account has in the wallet and in the Vault")),
    ).action(async (options: CommonOptions) => {
      const { client, network, output } = await openContext(options, { sign: true });
      const account = accountOf(client);
      const tokens = [...network.deployment.tokens, { address: network.deployment.glia, symbol: "GLIA", decimals: 18 }];
      const native = await client.publicClient.getBalance({ address: account });
      const rows = await Promise.all(
        tokens.map(async (token) => ({
          ...token,
          wallet: await client.walletBalance(account, token.address),
          vault: await client.vaultBalance(account, token.address),
          allowance: await client.vaultAllowance(account, token.address),
        })),
      );
      output.result({ ok: true, account, native, tokens: rows }, () => {
        const table = new Table({
          head: ["token", "wallet", "vault", "market may use"],
          style: { head: [], border: [] },
        });
        table.push(["ETH", formatEther(native), "", ""]);
        for (const row of rows) {
          const allowed = row.allowance >= 2n ** 255n ? "unlimited" : showAmount(row.allowance, row);
          table.push([row.symbol, showAmount(row.wallet, row), showAmount(row.vault, row), allowed]);
        }
        return `${account}\n${table.toString()}`;
      });
    }),
    "glia balance --json",
  );
}

function money(name: string, description: string): Command {
  return withWallet(
    withNetwork(new Command(name).description(description).argument("<amount>", "in whole tokens, such as 2.5")),
  )
    .option("--token <symbol|address>", "which token; the network's first listed one by default")
    .option("-y, --yes", "do not ask before signing");
}

/** Permit and deposit in one transaction where the token can, else approve first; then the market's allowance, raised by the amount. */
async function depositCalls(client: MarketClient, token: Address, amount: bigint): Promise<ContractCall[]> {
  const { vault, market } = client.deployment;
  const signer = client.requireWallet();
  const owner = accountOf(client);
  const deadline = (await chainTime(client.publicClient)) + PERMIT_LIFE;
  const permit = await signPermit({
    publicClient: client.publicClient,
    signer,
    owner,
    token,
    spender: vault,
    value: amount,
    deadline,
  });
  const allowed = await client.vaultAllowance(owner, token);
  const deposit =
    permit === undefined
      ? [approveCall(token, vault, amount), depositCall(vault, token, amount)]
      : [depositCall(vault, token, amount, permit)];
  return [...deposit, ...(allowed >= 2n ** 255n ? [] : [allowCall(vault, market, token, allowed + amount)])];
}

async function sendAll(
  client: MarketClient,
  calls: readonly ContractCall[],
  yes: boolean,
  signal: AbortSignal,
): Promise<string[]> {
  const hashes: string[] = [];
  for (const call of calls) {
    const { transactionHash } = await sendCall(client, call, {
      signal,
      onPrepared: ({ cost }) => confirmGas(call, cost, yes),
    });
    hashes.push(transactionHash);
  }
  return hashes;
}

function checkAddress(text: string): Address {
  if (isAddress(text)) return text;
  throw new GliaError("ADDRESS_INVALID", `${JSON.stringify(text)} is no address.`, {
    kind: "usage",
    hint: "An address is 0x and 40 hex digits; mixed case must match its checksum (ERC-55).",
  });
}
