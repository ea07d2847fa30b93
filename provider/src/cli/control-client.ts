import { readFileSync } from "node:fs";

import { GliaError } from "@glia/sdk";
import { z } from "zod";

import { controlPath } from "../services/control/path.ts";
import { readToken } from "../services/control/token.ts";

const controlFile = z.object({ controlUrl: z.url({ hostname: /^127\.0\.0\.1$/ }) });
const failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/**
 * Asks the running node of a data directory.
 * @throws GliaError `NODE_NOT_RUNNING`, or what the node answered.
 */
export async function askNode(directory: string, path: string, body?: object): Promise<unknown> {
  let response: Response;
  try {
    const { controlUrl } = controlFile.parse(JSON.parse(readFileSync(controlPath(directory), "utf8")));
    response = await fetch(`${controlUrl}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        authorization: `Bearer ${readToken(directory)}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
  } catch (cause) {
    if (cause instanceof GliaError && cause.code === "SECRET_FILE_TOO_OPEN") throw cause;
    throw new GliaError("NODE_NOT_RUNNING", `No node answers for the data directory ${directory}`, {
      kind: "network",
      hint: "Start it with `glia-node start`.",
      cause,
    });
  }
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  const { data } = failure.safeParse(answer);
  throw new GliaError(
    data?.error.code ?? "NODE_ANSWER_UNREADABLE",
    data?.error.message ?? "The node's answer cannot be read",
    { kind: "refused" },
  );
}
