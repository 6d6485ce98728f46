import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';

/** @typedef {{ readonly header: string, readonly payload: string, readonly signature: string }} TokenParts */

const KEY_TYPES = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ES512: () => generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
  Ed448: () => generateKeyPairSync('ed448'),
};

/** An issuer of access tokens as real ones write them: about 700 characters with RS256. */
export class Issuer {
  /** @param {keyof KEY_TYPES} alg */
  constructor(alg, url = 'http://127.0.0.1/realms/bench') {
    const { publicKey, privateKey } = KEY_TYPES[alg]();
    this.alg = alg;
    this.url = url;
    this.audience = 'orders';
    this.kid = randomUUID();
    this.publicKey = publicKey;
    this.privateKey = privateKey;
    this.pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    this.jwk = { ...publicKey.export({ format: 'jwk' }), kid: this.kid, alg, use: 'sig' };
    this.serial = 0;
  }

  /** A good token, other than all before. @param {object} [more] - claims beside those that every token has */
  mint(more) {
    const input = `${segment({ alg: this.alg, typ: 'JWT', kid: this.kid })}.${segment({ ...this.claims(), ...more })}`;
    return `${input}.${this.sign(Buffer.from(input)).toString('base64url')}`;
  }

  /** Several of them. @param {number} count */
  mintMany(count) {
    return Array.from({ length: count }, () => this.mint());
  }

  /** @param {Buffer} octets */
  sign(octets) {
    return sign(hashOf(this.alg), octets, { key: this.privateKey, dsaEncoding: 'ieee-p1363' });
  }

  claims() {
    const now = Math.floor(Date.now() / 1000);
    return {
      exp: now + 36_000,
      iat: now,
      jti: `${String(++this.serial).padStart(8, '0')}-4f7e-4a53-9d2c-0c9b7d1e6a52`,
      iss: this.url,
      aud: this.audience,
      sub: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
      typ: 'Bearer',
      azp: 'web-shop',
      scope: 'openid add_order update_order',
    };
  }
}

/** The same token with another signature of the same length. @param {string} token */
export function spoil(token) {
  const start = token.lastIndexOf('.') + 1;
  const signature = Buffer.from(token.slice(start), 'base64url');
  signature[signature.length - 1] ^= 1;
  signature[0] ^= 1;
  return token.slice(0, start) + signature.toString('base64url');
}

/** What `crypto.verify` needs for one token. @param {Issuer} issuer */
export function rawVerification(issuer, token = issuer.mint()) {
  const end = token.lastIndexOf('.');
  return {
    hash: hashOf(issuer.alg),
    input: Buffer.from(token.slice(0, end)),
    key: { key: issuer.publicKey, dsaEncoding: /** @type {const} */ ('ieee-p1363') },
    signature: Buffer.from(token.slice(end + 1), 'base64url'),
  };
}

/** Edwards curves hash by themselves. @param {string} alg */
function hashOf(alg) {
  return alg.startsWith('Ed') ? null : `sha${alg.slice(2)}`;
}

/** @param {object} content */
function segment(content) {
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}
