import { GliaError, httpStatus } from "@glia/sdk";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";

import type { Logger } from "./log.ts";

/** Codes whose status says more than their kind does. */
const STATUS: Readonly<Record<string, number>> = {
  JOB_UNKNOWN: 404,
  QUOTE_UNKNOWN: 404,
  NOT_FOUND: 404,
  CONTENT_TOO_LARGE: 413,
  CAR_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  UNAUTHORIZED: 401,
};

/** Answers every error of a server as `{error: {code, kind, message, …}}`; what is not a GliaError tells strangers nothing. */
export function errorHandler(log: Logger) {
  return async (error: FastifyError | GliaError, request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const known = error instanceof GliaError ? error : fromFastify(error);
    const status = STATUS[known.code] ?? httpStatus(known.kind);
    if (status >= 500) log.error({ method: request.method, url: request.url, err: error }, "request failed");
    else log.debug({ method: request.method, url: request.url, code: known.code }, "request refused");
    await reply.status(status).send({ error: publicForm(known) });
  };
}

function publicForm(error: GliaError): object {
  if (error.kind !== "internal") return error.toJSON();
  return {
    code: error.code,
    kind: error.kind,
    message: "The provider had an internal error",
    retryable: true,
    details: {},
  };
}

function fromFastify(error: FastifyError): GliaError {
  if (error.statusCode === 413)
    return new GliaError("CONTENT_TOO_LARGE", "The request's body is too large", { kind: "input" });
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new GliaError("REQUEST_MALFORMED", `The request cannot be read: ${error.message}`, { kind: "input" });
  }
  return new GliaError("INTERNAL", error.message, { kind: "internal", retryable: true });
}
