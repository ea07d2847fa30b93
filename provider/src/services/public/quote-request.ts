import { quoteRequestSchema } from "@glia/sdk";
import { z } from "zod";

const fileSize = z
  .number()
  .int()
  .min(0)
  .max(2 ** 48)
  .optional();

/**
 * Body of `POST /v1/quotes`, with the sizes of the two files where the buyer states them: prices by the megabyte are made
 * from these before the bytes are here, and the bytes are checked against them.
 */
export const sizedQuoteRequestSchema = quoteRequestSchema.extend({ modelBytes: fileSize, inputBytes: fileSize });
export type SizedQuoteRequest = z.output<typeof sizedQuoteRequestSchema>;
