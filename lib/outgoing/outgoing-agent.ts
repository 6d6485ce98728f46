import { Socket } from 'node:net';
import { Agent, buildConnector, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { within } from '../errors.js';
import { loadClientTls } from '../tls/client-tls.js';
import type { ClientConfig } from './client-config.js';
import { OpenSockets } from './open-sockets.js';
import { chooseProxy, type ForwardProxy } from './proxy.js';
import { USER_AGENT } from './user-agent.js';

const DEFAULT_TIMEOUT = 5;

/** Connections to one origin at a time. Further requests wait for one, within their timeout. */
const MAX_CONNECTIONS = 64;

/** The deadline of the exchange replaces the timeouts of undici. */
const POOL: Pool.Options = { allowH2: false, connections: MAX_CONNECTIONS, headersTimeout: 0, bodyTimeout: 0 };

/** How the server of a URL is reached. */
export interface Route {
  readonly dispatcher: Dispatcher;
  /** The origin of the proxy that requests go through; left out for direct connections. */
  readonly proxy?: string;
}

/** The connections of one config. */
export interface Connections {
  /** The way to the server of a URL. */
  readonly routeTo: (url: URL) => Route;
  /** Milliseconds that a whole exchange may take. */
  readonly timeout: number;
  /** Closes the connections; exchanges that are under way fail. */
  readonly close: () => Promise<void>;
}

/**
 * Makes the connections of one config: HTTP/1.1, kept alive, direct or through a proxy. The timeout of an exchange is enforced by `exchange()`.
 *
 * @throws AuthConfigurationError with paths relative to the config, for TLS files and proxies that cannot be used.
 */
export function openConnections(config: ClientConfig): Connections {
  const timeout = (config.timeout ?? DEFAULT_TIMEOUT) * 1000;
  // TLS sessions are not resumed: every connection verifies the certificate of the server.
  const tls = { ...within('secureSocket', () => loadClientTls(config.secureSocket)), timeout, maxCachedSessions: 0 };
  const choose = chooseProxy(config);
  const opening = new OpenSockets();
  const direct: Route = { dispatcher: new Agent({ ...POOL, connect: tracked(buildConnector(tls), opening) }) };
  const proxied = new Map<ForwardProxy, Route>();
  const routeThrough = (proxy: ForwardProxy): Route => {
    const known = proxied.get(proxy);
    if (known !== undefined) return known;
    const route = { dispatcher: openProxy(proxy, tls, opening), proxy: proxy.origin };
    proxied.set(proxy, route);
    return route;
  };
  return {
    routeTo(url) {
      const proxy = choose(url);
      return proxy === undefined ? direct : routeThrough(proxy);
    },
    timeout,
    async close() {
      const closed = [direct, ...proxied.values()].map(({ dispatcher }) => dispatcher.destroy());
      // undici would wait for the connections that are still being made, and keep the process alive.
      opening.destroy();
      await Promise.all(closed);
    },
  };
}

/**
 * Connections through a proxy: a tunnel for `https:`, so that the proxy sees the host only; the absolute form for `http:`, because proxies allow
 * tunnels to few ports. The proxy is verified against the CAs of the system, and is never shown the client's certificate.
 *
 * @see RFC 9112 §3.2.2, §3.2.3
 */
function openProxy({ origin, authorization }: ForwardProxy, tls: Tls, opening: OpenSockets): Dispatcher {
  const { timeout, maxCachedSessions } = tls;
  // The sockets of tunnels belong to no pool any more when undici closes it.
  const remembering = (options: Pool.Options): Pool.Options => {
    const { connect } = options;
    return { ...options, ...POOL, ...(typeof connect === 'function' && { connect: tracked(connect, opening, true) }) };
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

type Tls = ReturnType<typeof loadClientTls> & { readonly timeout: number; readonly maxCachedSessions: number };

/** A connector whose sockets are remembered until they are connected; with `always`, until they are closed. */
function tracked(connector: buildConnector.connector, opening: OpenSockets, always = false): buildConnector.connector {
  return (target, done) => {
    // It returns the socket, which its type does not declare.
    const socket: unknown = connector(target, (...outcome) => {
      if (socket instanceof Socket && !always) opening.forget(socket);
      done(...outcome);
    });
    if (socket instanceof Socket) opening.keep(socket);
    return socket;
  };
}
