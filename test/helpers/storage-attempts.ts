/**
 * Loaded before a test's program (`node --import`): at the end of the process it prints, as one JSON line, every connection, listening
 * socket, datagram and name lookup that Node began, whoever in whatever library asked for it.
 */
import { createHook } from "node:async_hooks";

/** Node's own names of the handles and requests that reach for the network. */
const KINDS = new Set([
  "TCPCONNECTWRAP",
  "TCPSERVERWRAP",
  "PIPECONNECTWRAP",
  "UDPWRAP",
  "GETADDRINFOREQWRAP",
  "GETNAMEINFOREQWRAP",
  "QUERYWRAP",
]);

interface Request {
  readonly address?: string;
  readonly hostname?: string;
  readonly port?: number;
}

const begun: { kind: string; request: Request }[] = [];
createHook({
  init(_id, kind, _trigger, request: Request) {
    if (KINDS.has(kind)) begun.push({ kind, request });
  },
}).enable();

process.on("exit", () => {
  // Read only now: Node fills in whom a request is for after it has made it.
  const attempts = begun.map(({ kind, request: { address, hostname, port } }) => ({
    kind,
    to: address ?? hostname,
    port,
  }));
  console.log(JSON.stringify(attempts));
});
