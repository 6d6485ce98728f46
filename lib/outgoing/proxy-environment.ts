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
    const name = [upper.toLowerCase(), upper].find((each) => environment[each] !== undefined);
    const value = name === undefined ? '' : (environment[name] ?? '').trim();
    return name === undefined || value === '' ? undefined : { name, value };
  };
  return { http: read('HTTP_PROXY'), https: read('HTTPS_PROXY'), isExcepted: exceptions(read('NO_PROXY')?.value ?? '') };
}

/**
 * Reads `NO_PROXY`: host names, which include their subdomains, addresses, CIDR ranges and `*`, separated by commas or blanks. A name or an address may have a
 * port.
 */
function exceptions(list: string): (url: URL) => boolean {
  const entries = list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '');
  if (entries.includes('*')) return () => true;
  const ranges = new BlockList();
  const hosts = entries.filter((entry) => !addRange(ranges, entry)).map(hostOf);
  return (url) => {
    const name = bare(url.hostname);
    const port = url.port === '' ? DEFAULT_PORTS[url.protocol] : url.port;
    const family = isIP(name);
    if (family !== 0 && ranges.check(name, family === 6 ? 'ipv6' : 'ipv4')) return true;
    return hosts.some((host) => (host.port === undefined || host.port === port) && (name === host.name || name.endsWith(`.${host.name}`)));
  };
}

/** Whether an entry is a CIDR range, which is then added. */
function addRange(ranges: BlockList, entry: string): boolean {
  const [address = '', prefix, ...more] = entry.split('/');
  const family = isIP(bare(address));
  if (family === 0 || prefix === undefined || more.length > 0 || !/^\d{1,3}$/.test(prefix)) return false;
  if (Number(prefix) > (family === 6 ? 128 : 32)) return false;
  ranges.addSubnet(bare(address), Number(prefix), family === 6 ? 'ipv6' : 'ipv4');
  return true;
}

function hostOf(entry: string): { readonly name: string; readonly port?: string } {
  if (isIP(entry) === 6) return { name: canonical(entry) };
  const [, name = entry, port] = /^(.+):(\d+)$/.exec(entry) ?? [];
  return { name: canonical(bare(name.replace(/^\*?\./, ''))), ...(port !== undefined && { port }) };
}

/** A host name without the brackets of IPv6 and the dot of the root. */
function bare(name: string): string {
  return name.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

/** The name as `URL` writes it. */
function canonical(name: string): string {
  const url = `http://${isIP(name) === 6 ? `[${name}]` : name}/`;
  return URL.canParse(url) ? bare(new URL(url).hostname) : name;
}
