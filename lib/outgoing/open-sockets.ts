import type { Socket } from 'node:net';

/** The connections of something that can be closed, those that are being made included: they would keep the process alive. */
export class OpenSockets {
  private readonly sockets = new Set<Socket>();
  private isClosed = false;

  /** Remembers a connection until it is closed; after {@link destroy} it is destroyed at once. */
  keep<S extends Socket>(socket: S): S {
    if (this.isClosed) socket.destroy(closed());
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    return socket;
  }

  /** Destroys the connections. */
  destroy(): void {
    this.isClosed = true;
    for (const socket of this.sockets) socket.destroy(closed());
  }
}

function closed(): Error {
  return new Error('closed');
}
