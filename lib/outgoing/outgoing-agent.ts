import type { Dispatcher } from 'undici';
import { within } from '../errors.js';
import { loadClientTls } from '../tls/client-tls.js';
import type { ClientConfig } from './client-config.js';
import { type Dispatchers, openDispatchers } from './dispatchers.js';
import { chooseProxy } from './proxy.js';

const DEFAULT_TIMEOUT = 5;

/** The connections of one config. */
export interface Connections {
  /** What sends requests to the server of a URL: a promise only while undici is being loaded. */
  readonly dispatcherTo: (url: URL) => Dispatcher | Promise<Dispatcher>;
  /** The origin of the proxy that requests to a URL go through; undefined for direct connections. */
  readonly proxyTo: (url: URL) => string | undefined;
  /** Milliseconds that a whole exchange may take. */
  readonly timeout: number;
  /** Closes the connections; exchanges that are under way fail. */
  readonly close: () => Promise<void>;
}

/**
 * Makes the connections of one config: HTTP/1.1, kept alive, direct or through a proxy. The timeout of an exchange is enforced by `exchange()`.
 * undici begins to load here, so that only applications with connections load it; the first exchange waits until it is there.
 *
 * @throws AuthConfigurationError with paths relative to the config, for TLS files and proxies that cannot be used.
 */
export function openConnections(config: ClientConfig): Connections {
  const timeout = (config.timeout ?? DEFAULT_TIMEOUT) * 1000;
  // TLS sessions are not resumed: every connection verifies the certificate of the server.
  const tls = { ...within('secureSocket', () => loadClientTls(config.secureSocket)), timeout, maxCachedSessions: 0 };
  const choose = chooseProxy(config);
  let dispatchers: Dispatchers | undefined;
  const loading = openDispatchers(tls, (config.proxy ?? false) !== false).then((opened) => {
    dispatchers = opened;
    return opened;
  });
  // The code that uses them reports the failure.
  loading.catch(() => undefined);
  return {
    dispatcherTo: (url) => dispatchers?.through(choose(url)) ?? loading.then((loaded) => loaded.through(choose(url))),
    proxyTo: (url) => choose(url)?.origin,
    timeout,
    close: async () => (await loading).close(),
  };
}
