import { AuthUnavailableError, resultOf } from '../../errors.js';
import { isJsonObject } from '../../json-object.js';
import type { OutgoingClient } from '../../outgoing/outgoing-client.js';
import { own } from '../claims/claims-reader.js';

/** The largest key set that is read, in octets: some hundred keys with their certificate chains. */
const MAX_OCTETS = 512 * 1024;

/**
 * Fetches the keys of the JWK set at `url`.
 *
 * @throws AuthUnavailableError if what comes is not a JWK set.
 * @see RFC 7517 §5
 */
export async function fetchJwks(client: Pick<OutgoingClient, 'request'>, url: URL): Promise<readonly unknown[]> {
  const headers = { accept: 'application/jwk-set+json, application/json' };
  const { status, body } = await client.request(url, { method: 'GET', headers, maxBytes: MAX_OCTETS });
  if (status !== 200) throw new AuthUnavailableError(`${describe(url)} answered with the status ${status}`);
  const keys = keysOf(body);
  if (keys === undefined) throw new AuthUnavailableError(`${describe(url)} did not answer with a JWK set`);
  return keys;
}

function keysOf(body: Buffer): readonly unknown[] | undefined {
  const document: unknown = resultOf(() => JSON.parse(body.toString('utf8')));
  const keys = isJsonObject(document) ? own(document, 'keys') : undefined;
  return Array.isArray(keys) ? keys : undefined;
}

/** Without the query, which may hold a secret. */
function describe({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}
