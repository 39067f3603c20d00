// Loaded before a build (node --import): a connection to anything but this machine throws.
//
// A build takes everything from node_modules and the repository. This is what makes it so, on a machine with a network too.

import {Socket} from "node:net";

const connect = Socket.prototype.connect;

/** Where a call of Socket.connect goes: its arguments may be an options object, a port and a host, or a path. */
function hostOf(args: unknown[]): string {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === "object" && first !== null) {
    // A socket of this machine has a path. Node's own https client gives `path: null` beside the host.
    const {host, path} = first as {host?: string; path?: string | null};
    return path ? "localhost" : (host ?? "localhost");
  }
  return typeof second === "string" ? second : "localhost";
}

Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
  const host = hostOf(args);
  if (!/^(?:localhost|127\..*|::1)$/.test(host)) {
    const message = `offline: the build tried to connect to ${host}; it may use the repository and node_modules only`;
    console.error(`Warning: ${message}`);
    throw new Error(message);
  }
  return Reflect.apply(connect, this, args);
} as typeof connect;
