import { createServer } from 'node:http';

/** Publishes the issuer's metadata, its key on every other path, and makes the server's address the issuer's. @param {import('./issuer.js').Issuer} issuer */
export async function publishKeys(issuer) {
  const server = createServer((request, response) => {
    const isMetadata = request.url?.includes('/.well-known/') === true;
    const content = isMetadata ? { issuer: issuer.url, jwks_uri: `${issuer.url}/protocol/openid-connect/certs` } : { keys: [issuer.jwk] };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(content));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const origin = `http://127.0.0.1:${port}`;
  issuer.url = `${origin}/realms/bench`;
  return { origin, jwksUri: `${issuer.url}/protocol/openid-connect/certs`, close: () => server.close() };
}
