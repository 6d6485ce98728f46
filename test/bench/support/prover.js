import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';

const segment = (/** @type {object} */ content) => Buffer.from(JSON.stringify(content)).toString('base64url');

/** A client with an ES256 key, which proves for each request that it has it. */
export class Prover {
  /** @param {string} url - where its requests go */
  constructor(url) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.url = url;
    this.publicKey = publicKey;
    this.privateKey = privateKey;
    this.jwk = publicKey.export({ format: 'jwk' });
    this.header = segment({ typ: 'dpop+jwt', alg: 'ES256', jwk: this.jwk });
  }

  /** What binds a token to the key. */
  async confirmation() {
    return { cnf: { jkt: await calculateJwkThumbprint(/** @type {import('jose').JWK} */ (this.jwk)) } };
  }

  /** A proof for one request with a token. @param {string} token */
  prove(token) {
    const ath = createHash('sha256').update(token).digest('base64url');
    const payload = { jti: randomUUID(), htm: 'GET', htu: this.url, iat: Math.floor(Date.now() / 1000), ath };
    const input = `${this.header}.${segment(payload)}`;
    return `${input}.${this.sign(Buffer.from(input)).toString('base64url')}`;
  }

  /** @param {Buffer} octets */
  sign(octets) {
    return sign('sha256', octets, { key: this.privateKey, dsaEncoding: 'ieee-p1363' });
  }
}
