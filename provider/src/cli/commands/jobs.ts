import { GliaError } from "@glia/sdk";
import type { Command } from "commander";
import { z } from "zod";

import { safeText } from "../../util/text.ts";
import { askNode } from "../control-client.ts";
import { type CommandContext, makeCommand } from "../options.ts";

const jobsSchema = z.object({
  jobs: z.array(
    z.looseObject({
      jobId: z.string(),
      state: z.string(),
      items: z.number(),
      itemsDone: z.number(),
      price: z.string(),
      paid: z.string().optional(),
      error: z.string().optional(),
    }),
  ),
});

/** `glia-node jobs` */
export function jobsCommand(): Command {
  return makeCommand(
    "jobs",
    "List the newest jobs of the running node.",
    [],
    ["glia-node jobs", "glia-node jobs --limit 10 --json"],
    jobs,
  ).option("--limit <count>", "how many", "100");
}

async function jobs({ directory, output, options }: CommandContext): Promise<void> {
  const limit = String(options["limit"]);
  if (!/^[1-9]\d{0,3}$/.test(limit)) {
    throw new GliaError("OPTION_INVALID", `--limit is ${limit}; it must be a whole number from 1 to 9999`, {
      kind: "usage",
    });
  }
  const document = await askNode(directory, `/v1/jobs?limit=${limit}`);
  const { jobs: list } = jobsSchema.parse(document);
  output.answer(
    document as object,
    list.length === 0
      ? ["No jobs yet."]
      : list.map(({ jobId, state, items, itemsDone, price, paid, error }) => {
          const money = paid === undefined ? `price ${price}` : `paid ${paid}`;
          return `${jobId}  ${state.padEnd(9)}  ${itemsDone}/${items} items  ${money}${error === undefined ? "" : `  ${safeText(error)}`}`;
        }),
  );
}
