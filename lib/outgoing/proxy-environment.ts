import { BlockList, isIP } from 'node:net';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** An environment variable that names a proxy. */
interface ProxyVariable {
  readonly name: string;
  readonly value: string;
}

/** What the environment says about proxies. */
export interface ProxyEnvironment {
  /** The proxy for `http:` URLs. */
  readonly http: ProxyVariable | undefined;
  /** The proxy for `https:` URLs. */
  readonly https: ProxyVariable | undefined;
  /** Whether a URL is called without a proxy. */
  readonly isExcepted: (url: URL) => boolean;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * Reads `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. As in curl, the name in lower case goes first, and an empty value stands for none.
 *
 * @param environment - the variables; by default those of this process. This is the only place where the library reads them: the option
 *   `proxy: 'environment'` asks for it.
 */
export function readProxyEnvironment(environment: Environment = process.env): ProxyEnvironment {
  const read = (upper: string): ProxyVariable | undefined => {
    const name = [upper.toLowerCase(), upper].find((each) => environment[each] !== undefined) ?? upper;
    const value = (environment[name] ?? '').trim();
    return value === '' ? undefined : { name, value };
  };
  return { http: read('HTTP_PROXY'), https: read('HTTPS_PROXY'), isExcepted: exceptions(read('NO_PROXY')?.value ?? '') };
}

/**
 * Reads `NO_PROXY`: host names, which include their subdomains, addresses, CIDR ranges and `*`, separated by commas or blanks. A name or an address may have a
 * port. Any other entry excepts nothing.
 */
function exceptions(list: string): (url: URL) => boolean {
  const entries = list.split(/[\s,]/);
  if (entries.includes('*')) return () => true;
  const ranges = new BlockList();
  for (const entry of entries) addRange(ranges, entry);
  const hosts = entries.flatMap(hostOf);
  return (url) => {
    const name = bare(url.hostname);
    const port = url.port === '' ? DEFAULT_PORTS[url.protocol] : url.port;
    if (ranges.check(name, isIP(name) === 6 ? 'ipv6' : 'ipv4')) return true;
    return hosts.some((host) => (host.port === undefined || host.port === port) && (name === host.name || name.endsWith(`.${host.name}`)));
  };
}

/** Adds an entry that is a CIDR range. */
function addRange(ranges: BlockList, entry: string): void {
  const [address = '', prefix = '', ...more] = entry.split('/');
  const family = isIP(bare(address));
  if (family === 0 || more.length > 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > (family === 6 ? 128 : 32)) return;
  ranges.addSubnet(bare(address), Number(prefix), family === 6 ? 'ipv6' : 'ipv4');
}

/** The host that an entry names, or nothing. */
function hostOf(entry: string): readonly { readonly name: string; readonly port: string | undefined }[] {
  const [, host = entry, port] = (isIP(entry) === 6 ? null : /(.+):(\d+)$/.exec(entry)) ?? [];
  const name = bare(host.replace(/^\*?\./, ''));
  const isAddress = isIP(name) === 6;
  // URL would read a host before a slash, and after an @: `10.0.0.0/99` must not be read as 10.0.0.0.
  if (!isAddress && /[#/:?@\\]/.test(name)) return [];
  const url = `http://${isAddress ? `[${name}]` : name}/`;
  return URL.canParse(url) ? [{ name: bare(new URL(url).hostname), port }] : [];
}

/** A host name without the brackets of IPv6 and the dot of the root. */
function bare(name: string): string {
  return name.replace(/^\[(.*:.*)\]$/, '$1').replace(/\.$/, '');
}
