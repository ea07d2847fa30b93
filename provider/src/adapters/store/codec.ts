import { type Job, type JobSpec, jobSpecSchema, toJson } from "@glia/sdk";
import { z } from "zod";

/** How specs, job structs and lists are written into text columns. */

const hex = z.templateLiteral(["0x", z.string()]);
const wire = z.string().transform((text) => BigInt(text));

const jobSchema = z.object({
  buyer: hex,
  payer: hex,
  provider: hex,
  operator: hex,
  token: hex,
  money: wire,
  terms: wire,
  module: hex,
  moduleData: hex,
  resultRoot: hex,
});

export const encode = toJson;

export function decodeSpec(text: unknown): JobSpec {
  return jobSpecSchema.parse(JSON.parse(String(text)));
}

export function decodeJob(text: unknown): Job {
  return jobSchema.parse(JSON.parse(String(text)));
}

export function decodeList(text: unknown): string[] {
  return z.array(z.string()).parse(JSON.parse(String(text)));
}
