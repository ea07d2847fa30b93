import { GliaError } from "../errors.ts";

/** A job's escrowed price in token units and its locked collateral in GLIA units. */
export interface Money {
  readonly price: bigint;
  readonly collateral: bigint;
}

const PRICE_BITS = 128n;
const COLLATERAL_BITS = 96n;

/** Packs as the contract's `Money` word: price in the low 128 bits, collateral in the next 96. */
export function packMoney({ price, collateral }: Money): bigint {
  assertFits("price", price, PRICE_BITS);
  assertFits("collateral", collateral, COLLATERAL_BITS);
  return price | (collateral << PRICE_BITS);
}

/** The inverse of {@link packMoney}. */
export function unpackMoney(word: bigint): Money {
  return {
    price: BigInt.asUintN(Number(PRICE_BITS), word),
    collateral: BigInt.asUintN(Number(COLLATERAL_BITS), word >> PRICE_BITS),
  };
}

function assertFits(name: string, value: bigint, bits: bigint): void {
  if (value >= 0n && value >> bits === 0n) return;
  throw new GliaError("NUMBER_OUT_OF_RANGE", `${name} is ${value}; it must be between 0 and 2^${bits} - 1.`, {
    kind: "input",
    details: { name, value: value.toString() },
  });
}
