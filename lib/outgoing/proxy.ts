import { AuthConfigurationError, mistakesIn, within } from '../errors.js';
import { isLoopback } from './endpoint.js';
import { type Environment, readProxyEnvironment } from './proxy-environment.js';

/** A forward proxy. */
export interface ForwardProxy {
  /** Its origin, without user name and password. */
  readonly origin: string;
  readonly hostname: string;
  /** The value of `Proxy-Authorization`; left out where its URL has no user name. @see RFC 9110 §11.7.2 */
  readonly authorization?: string;
}

/** Chooses the proxy for a URL; undefined for a direct connection. */
export type ProxyChoice = (url: URL) => ForwardProxy | undefined;

/** The fields of a config that decide about proxies. */
interface ProxySettings {
  readonly proxy?: string | false;
  readonly allowHttp?: boolean;
}

/**
 * Prepares the choice between a proxy and a direct connection.
 *
 * @param environment - the environment variables that `'environment'` stands for.
 * @throws AuthConfigurationError with the path `proxy`.
 */
export function chooseProxy({ proxy = false, allowHttp = false }: ProxySettings, environment?: Environment): ProxyChoice {
  if (proxy === false) return () => undefined;
  const choose = within('proxy', () => (proxy === 'environment' ? fromEnvironment(environment) : always(parseProxy(proxy))));
  return (url) => {
    const chosen = choose(url);
    // Without allowHttp, http: was accepted because the request does not leave this machine: it must not leave it by a proxy.
    return chosen !== undefined && url.protocol === 'http:' && !allowHttp && !isLoopback(chosen.hostname) ? undefined : chosen;
  };
}

/**
 * Parses the URL of a proxy: `http:` or `https:`, with a user name and a password if the proxy needs them.
 *
 * @throws AuthConfigurationError without a path. The message does not repeat the URL: it may hold a password.
 */
export function parseProxy(url: string): ForwardProxy {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:\/\//i.test(url))
    throw new AuthConfigurationError('must be the URL of a proxy that begins with http:// or https://, as http://proxy.example.com:3128.');
  const { origin, hostname, pathname, search, hash } = parsed;
  if (pathname !== '/' || search !== '' || hash !== '')
    throw new AuthConfigurationError('must be the URL of a proxy without a path, a query or a fragment, as http://proxy.example.com:3128.');
  const authorization = authorizationOf(parsed);
  return { origin, hostname, ...(authorization !== undefined && { authorization }) };
}

/** @see RFC 7617 §2 */
function authorizationOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  try {
    const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)];
    if (!user.includes(':')) return `Basic ${Buffer.from(`${user}:${secret}`, 'utf8').toString('base64')}`;
  } catch {
    // Handled as a user name with a colon is: neither can be sent.
  }
  throw new AuthConfigurationError(
    'has a user name or a password that cannot be decoded: write characters such as % @ : / as %25 %40 %3A %2F.',
  );
}

function always(proxy: ForwardProxy): ProxyChoice {
  return () => proxy;
}

function fromEnvironment(environment?: Environment): ProxyChoice {
  const { http, https, isExcepted } = readProxyEnvironment(environment);
  const byProtocol: Readonly<Record<string, ForwardProxy | undefined>> = {
    'http:': parseVariable(http),
    'https:': parseVariable(https),
  };
  return (url) => (isExcepted(url) ? undefined : byProtocol[url.protocol]);
}

function parseVariable(variable: { readonly name: string; readonly value: string } | undefined): ForwardProxy | undefined {
  if (variable === undefined) return undefined;
  const { name, value } = variable;
  try {
    // Without a scheme, curl and others take it for http:.
    return parseProxy(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);
  } catch (error) {
    throw new AuthConfigurationError(`is "environment", but the environment variable ${name} ${mistakesIn(error)}`);
  }
}
