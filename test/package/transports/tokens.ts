import { createHmac, randomBytes } from 'node:crypto';

/** Signs the tokens of the test: made anew for each run. */
export const SECRET = randomBytes(32).toString('hex');

/** A token of john. @param seconds - its lifetime @see RFC 7515 §3.1: written out here, so that the callers need nothing of the package. */
export function tokenOfJohn(seconds = 60, more: object = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'sts', aud: 'orders', sub: 'john', iat: now, exp: now + seconds, ...more };
  const parts = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signature = createHmac('sha256', SECRET).update(parts.join('.')).digest('base64url');
  return [...parts, signature].join('.');
}
