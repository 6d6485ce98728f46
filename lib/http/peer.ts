import type { Socket } from 'node:net';

/** Stands for the peer of every connection over a Unix domain socket, which has no address: an entry of `trustedProxies`, too. */
export const UNIX_SOCKET = 'unix';

/**
 * Who is at the other end of a connection: its address, or {@link UNIX_SOCKET}; undefined where that is not known (any more).
 *
 * That an address is missing is no sign of a Unix domain socket: a TCP connection loses its address when the client resets it, and
 * such a client must not become a trusted proxy. What counts is what the server listens on.
 */
export function peerOf(socket: Socket | undefined): string | undefined {
  return socket?.remoteAddress ?? (socket !== undefined && listensOnPath(socket) ? UNIX_SOCKET : undefined);
}

/** Node gives every accepted connection its server, whose address is a text if it is a path. */
function listensOnPath(socket: Socket): boolean {
  const { server } = socket as Socket & { readonly server?: { address?(): unknown } };
  return typeof server?.address?.() === 'string';
}
