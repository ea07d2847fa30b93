/** What a provider asks, in units of the token: for a job, for each of its items, and for each megabyte of its model. */
export interface PriceList {
  readonly base: string;
  readonly perItem: string;
  readonly perMegabyteModel: string;
}

/** What the devnet's providers ask of the test dollar (six decimals): dear with a low base, cheap per item, in between. */
export const PRICE_LISTS: readonly PriceList[] = [
  { base: "100000", perItem: "12000", perMegabyteModel: "20000" },
  { base: "250000", perItem: "6000", perMegabyteModel: "10000" },
  { base: "400000", perItem: "5000", perMegabyteModel: "5000" },
  { base: "150000", perItem: "9000", perMegabyteModel: "50000" },
];
