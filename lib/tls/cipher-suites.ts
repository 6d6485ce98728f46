import { getCiphers } from 'node:tls';

/**
 * The name by which OpenSSL knows a cipher suite: `ECDHE-RSA-AES128-SHA` for `TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA`. Names of its own, and those of
 * TLS 1.3, stay as they are.
 *
 * @see RFC 8446 §B.4 and the IANA registry of TLS cipher suites
 */
export function toOpenSslName(suite: string): string {
  const [, keyExchange, rest = ''] = /^TLS_(\w+?)_WITH_(\w+)$/.exec(suite) ?? [];
  if (keyExchange === undefined) return suite;
  const encryption = rest
    .replace(/^CHACHA20_POLY1305_SHA256$/, 'CHACHA20_POLY1305')
    .replace('_CBC', '')
    .replace(/^(AES|CAMELLIA|ARIA)_/, '$1');
  const parts = keyExchange === 'RSA' ? [encryption] : [keyExchange, encryption];
  return parts.join('_').replaceAll('_', '-');
}

/** Whether this build of Node has a cipher suite, by either of its names. OpenSSL itself ignores unknown names. */
export function isCipherSuite(suite: string): boolean {
  return getCiphers().includes(toOpenSslName(suite).toLowerCase());
}

/** Whether a cipher suite is one of TLS 1.3; these are used with that version only. @see RFC 8446 §B.4 */
export function isTls13Suite(suite: string): boolean {
  return /^TLS_(AES|CHACHA20)_/i.test(suite);
}
