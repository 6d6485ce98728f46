import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { createTestCa } from '../certificates.js';
import { startForwardProxy } from '../forward-proxy/forward-proxy.js';
import { startServer } from '../https-server.js';
import type { SigningKey } from '../tokens.js';
import type { Provider } from './provider.js';

/** The servers of a provider on this machine, behind a forward proxy that knows their public names. */
export interface ProviderNetwork {
  /** The CA of their certificates, in PEM. */
  readonly ca: string;
  /** The URL of the proxy. */
  readonly proxy: string;
  /** Which URLs were answered. */
  readonly asked: readonly string[];
  /** Which URLs do not exist, or were asked without the credentials that they demand. */
  readonly failed: readonly string[];
  close(): Promise<void>;
}

/** Starts the servers of a provider: they have its host names, and certificates for them. */
export async function startProviderNetwork({ serves, authorization }: Provider, key: SigningKey): Promise<ProviderNetwork> {
  const urls = Object.keys(serves).map((url) => new URL(url));
  const ca = await createTestCa();
  const names = [...new Set(urls.map((url) => url.hostname))];
  const { certPem, keyPem } = await ca.issue({ cn: 'provider', sans: names.map((name) => `${isIP(name) ? 'IP' : 'DNS'}:${name}`) });
  const asked: string[] = [];
  const failed: string[] = [];
  const contentAt = (url: string) => (serves[url] === 'keys' ? { keys: [key.jwk] } : serves[url]);
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', `https://${request.headers.host}`).href;
    const content = authorization === undefined || request.headers.authorization === authorization ? contentAt(url) : undefined;
    (content === undefined ? failed : asked).push(url);
    if (content === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(content));
  };
  const server = await startServer(answer, { cert: certPem, key: keyPem });
  const port = Number(server.url.port);
  const proxy = await startForwardProxy({ hosts: Object.fromEntries(urls.map((url) => [`${url.hostname}:${url.port || 443}`, port])) });
  return {
    ca: ca.certPem,
    proxy: `http://${proxy.address}`,
    asked,
    failed,
    close: async () => {
      await proxy.stop();
      await server.close();
    },
  };
}
