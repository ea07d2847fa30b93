import type { Address, Hex } from "viem";

/** A transaction that is ready to be simulated, priced, signed and sent; the same bytes for a wallet, a key or a journal. */
export interface ContractCall {
  readonly to: Address;
  readonly data: Hex;
  /** Wei of the native coin that go along. */
  readonly value?: bigint;
  /** What it does, as a verb phrase for messages: "hire the provider". */
  readonly what: string;
}
