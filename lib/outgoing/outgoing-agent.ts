import { Socket } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { within } from '../errors.js';
import { loadClientTls } from '../tls/client-tls.js';
import type { ClientConfig } from './client-config.js';
import { OpenSockets } from './open-sockets.js';

/** The timeout of a whole exchange in seconds, unless the config says otherwise. */
export const DEFAULT_TIMEOUT = 5;

/** Connections to one origin at a time: further requests wait for one, within their timeout. */
const MAX_CONNECTIONS = 64;

/**
 * Makes the connections of one config: HTTP/1.1, kept alive. Proxy settings of the environment are not looked at, and the time of an exchange
 * is the caller's to bound.
 *
 * @throws AuthConfigurationError with paths relative to the config, for TLS files that cannot be used.
 */
export function createOutgoingAgent(config: ClientConfig): Agent {
  // A new connection verifies the server anew: no session of an earlier one stands in for its certificate.
  const connector = buildConnector({
    ...within('secureSocket', () => loadClientTls(config.secureSocket)),
    timeout: (config.timeout ?? DEFAULT_TIMEOUT) * 1000,
    maxCachedSessions: 0,
  });
  return new OutgoingAgent(connector, {
    allowH2: false,
    connections: MAX_CONNECTIONS,
    // The deadline of the exchange stands in for undici's own timeouts.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

/** An agent that gives up, when it is destroyed, the connections that are still being made: undici would wait for them, and the process with it. */
class OutgoingAgent extends Agent {
  private readonly opening: OpenSockets;

  constructor(connector: buildConnector.connector, options: Agent.Options) {
    const opening = new OpenSockets();
    super({ ...options, connect: (target, done) => open(opening, connector, target, done) });
    this.opening = opening;
  }

  override destroy(...given: Parameters<Agent['destroy']>): ReturnType<Agent['destroy']> {
    const destroyed = super.destroy(...given);
    this.opening.destroy();
    return destroyed;
  }
}

function open(
  opening: OpenSockets,
  connector: buildConnector.connector,
  target: buildConnector.Options,
  done: buildConnector.Callback,
): void {
  // The types do not say that it returns the socket.
  const socket: unknown = connector(target, (...outcome) => {
    if (socket instanceof Socket) opening.forget(socket);
    done(...outcome);
  });
  if (socket instanceof Socket) opening.keep(socket);
}
