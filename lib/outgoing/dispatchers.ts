import { Socket } from 'node:net';
import type { buildConnector, Dispatcher, Pool } from 'undici';
import type { loadClientTls } from '../tls/client-tls.js';
import { type DirectParts, loadDirectParts, loadUndici } from './load-undici.js';
import { OpenSockets } from './open-sockets.js';
import type { ForwardProxy } from './proxy.js';
import { USER_AGENT } from './user-agent.js';

/** Connections to one origin at a time. Further requests wait for one, within their timeout. */
const MAX_CONNECTIONS = 64;

/** The deadline of the exchange replaces the timeouts of undici. */
const POOL: Pool.Options = { allowH2: false, connections: MAX_CONNECTIONS, headersTimeout: 0, bodyTimeout: 0 };

/** The TLS options of the connections, and the milliseconds that making one may take. */
export type Tls = ReturnType<typeof loadClientTls> & { readonly timeout: number; readonly maxCachedSessions: number };

/** The dispatchers of one config. */
export interface Dispatchers {
  /** The dispatcher of a proxy, or the one of direct connections. */
  readonly through: (proxy: ForwardProxy | undefined) => Dispatcher;
  readonly close: () => Promise<void>;
}

/** Loads undici, and makes the dispatchers of one config: of direct connections only, or through proxies too. */
export async function openDispatchers(tls: Tls, hasProxies: boolean): Promise<Dispatchers> {
  const sockets = new OpenSockets();
  if (hasProxies) return openAll(await loadUndici(), tls, sockets);
  const direct = openDirect(await loadDirectParts(), tls, sockets);
  return { through: () => direct, close: () => destroy([direct], sockets) };
}

function openAll(undici: typeof import('undici'), tls: Tls, sockets: OpenSockets): Dispatchers {
  const direct = openDirect({ ...undici, request: undici.Dispatcher.prototype.request }, tls, sockets);
  const proxied = new Map<ForwardProxy, Dispatcher>();
  return {
    through(proxy) {
      if (proxy === undefined) return direct;
      const known = proxied.get(proxy);
      if (known !== undefined) return known;
      const dispatcher = openProxy(undici, proxy, tls, sockets);
      proxied.set(proxy, dispatcher);
      return dispatcher;
    },
    close: () => destroy([direct, ...proxied.values()], sockets),
  };
}

function openDirect({ Agent, buildConnector, request }: DirectParts, tls: Tls, sockets: OpenSockets): Dispatcher {
  return Object.assign(new Agent({ ...POOL, connect: tracked(buildConnector(tls), sockets) }), { request });
}

async function destroy(dispatchers: readonly Dispatcher[], sockets: OpenSockets): Promise<void> {
  const closed = dispatchers.map((dispatcher) => dispatcher.destroy());
  // undici would wait for the connections that are still being made, tunnels included, and keep the process alive.
  sockets.destroy();
  await Promise.all(closed);
}

/**
 * Connections through a proxy: a tunnel for `https:`, so that the proxy sees the host only; the absolute form for `http:`, because proxies allow
 * tunnels to few ports. The proxy is verified against the CAs of the system, and is never shown the client's certificate.
 *
 * @see RFC 9112 §3.2.2, §3.2.3
 */
function openProxy(
  { Pool, ProxyAgent }: typeof import('undici'),
  { origin, authorization }: ForwardProxy,
  tls: Tls,
  sockets: OpenSockets,
): Dispatcher {
  const { timeout, maxCachedSessions } = tls;
  // The sockets of tunnels belong to no pool any more when undici closes it.
  const remembering = (options: Pool.Options): Pool.Options => {
    const { connect } = options;
    return { ...options, ...POOL, ...(typeof connect === 'function' && { connect: tracked(connect, sockets) }) };
  };
  return new ProxyAgent({
    ...POOL,
    uri: origin,
    ...(authorization !== undefined && { token: authorization }),
    headers: { 'user-agent': USER_AGENT },
    proxyTunnel: false,
    requestTls: tls,
    // `rejectUnauthorized` is always set, so that NODE_TLS_REJECT_UNAUTHORIZED has no effect.
    proxyTls: { rejectUnauthorized: true, timeout, maxCachedSessions },
    factory: (target, options) => new Pool(target, remembering(options)),
    // A proxy that does not answer CONNECT must not keep the connection for longer than an exchange may take.
    clientFactory: (target, options) => new Pool(target, { ...remembering(options), headersTimeout: timeout }),
  });
}

/** A connector whose sockets are remembered until they are closed. */
function tracked(connector: buildConnector.connector, sockets: OpenSockets): buildConnector.connector {
  return (target, done) => {
    // It returns the socket, which its type does not declare.
    const socket: unknown = connector(target, done);
    if (socket instanceof Socket) sockets.keep(socket);
    return socket;
  };
}
