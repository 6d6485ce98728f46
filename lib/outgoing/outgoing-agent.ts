import { Socket } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { within } from '../errors.js';
import { loadClientTls } from '../tls/client-tls.js';
import type { ClientConfig } from './client-config.js';
import { OpenSockets } from './open-sockets.js';

const DEFAULT_TIMEOUT = 5;

/** Connections to one origin at a time. Further requests wait for one, within their timeout. */
const MAX_CONNECTIONS = 64;

/** The connections of one config. */
export interface Connections {
  readonly agent: Agent;
  /** Milliseconds that a whole exchange may take. */
  readonly timeout: number;
}

/**
 * Makes the connections of one config: HTTP/1.1, kept alive. Proxy settings of the environment are ignored. The agent does not enforce the timeout
 * of an exchange, which `exchange()` does.
 *
 * @throws AuthConfigurationError with paths relative to the config, for TLS files that cannot be used.
 */
export function openConnections(config: ClientConfig): Connections {
  const timeout = (config.timeout ?? DEFAULT_TIMEOUT) * 1000;
  // TLS sessions are not resumed: every connection verifies the certificate of the server.
  const connector = buildConnector({
    ...within('secureSocket', () => loadClientTls(config.secureSocket)),
    timeout,
    maxCachedSessions: 0,
  });
  // The deadline of the exchange replaces the timeouts of undici.
  const agent = new OutgoingAgent(connector, { allowH2: false, connections: MAX_CONNECTIONS, headersTimeout: 0, bodyTimeout: 0 });
  return { agent, timeout };
}

/** When it is destroyed, also closes the connections that are still being made: undici would wait for them and keep the process alive. */
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
  // It returns the socket, which its type does not declare.
  const socket: unknown = connector(target, (...outcome) => {
    if (socket instanceof Socket) opening.forget(socket);
    done(...outcome);
  });
  if (socket instanceof Socket) opening.keep(socket);
}
