import type { JobSpec } from "@glia/sdk";

/** The price offered at Unix second `time`: a straight line from `startPrice` to `maxPrice`, rounded down as the contract does. */
export function auctionPrice(spec: JobSpec, time: bigint): bigint {
  if (time <= spec.auctionStart) return spec.startPrice;
  if (time >= spec.auctionEnd) return spec.maxPrice;
  const rise = spec.maxPrice - spec.startPrice;
  return spec.startPrice + (rise * (time - spec.auctionStart)) / (spec.auctionEnd - spec.auctionStart);
}

/** Whether to take an open job at Unix second `time` when this node wants at least `wanted` token units: waits, takes, or gives up. */
export function decideBid(spec: JobSpec, time: bigint, wanted: bigint): "wait" | "take" | "over" {
  if (time > spec.auctionEnd || wanted > spec.maxPrice) return "over";
  return auctionPrice(spec, time) >= wanted ? "take" : "wait";
}
