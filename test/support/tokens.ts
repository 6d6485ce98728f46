import {
  constants,
  createHmac,
  createSecretKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { CompactSign } from 'jose';
import type { AuthRequest } from 'nest-service-auth';
import { requestOfAuthorization } from '../../lib/http/auth-request.js';
import type { SignatureAlgorithm } from '../../lib/strategies/jws/algorithms.js';

/** A key of a test issuer; nothing of it outlives the test run. */
export interface SigningKey {
  readonly alg: SignatureAlgorithm;
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public key as an issuer publishes it. */
  readonly jwk: JsonWebKey;
  /** The public key as PEM. */
  readonly pem: string;
}

/** A secret that an issuer shares with whoever checks its tokens. */
export interface SharedSecret {
  readonly alg: 'HS256' | 'HS384' | 'HS512';
  readonly secret: string;
  readonly privateKey: KeyObject;
}

export interface KeyOptions {
  readonly kid?: string;
  /** Bits of an RSA key. @defaultValue 2048 */
  readonly bits?: number;
}

type AnyKey = Pick<SigningKey, 'alg' | 'privateKey'>;
type Json = Record<string, unknown>;

let made = 0;

/** Makes a key pair for an algorithm. */
export function createKey(alg: SignatureAlgorithm, { kid = `key-${++made}`, bits = 2048 }: KeyOptions = {}): SigningKey {
  const { publicKey, privateKey } = generate(alg, bits);
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' };
  return { alg, kid, privateKey, publicKey, jwk, pem: publicKey.export({ format: 'pem', type: 'spki' }).toString() };
}

/** Makes a secret that is long enough for an HMAC algorithm. */
export function createSecret(alg: SharedSecret['alg'], secret = randomBytes(64).toString('base64')): SharedSecret {
  return { alg, secret, privateKey: createSecretKey(Buffer.from(secret)) };
}

/** Claims that are in order, and what a test wants otherwise; `undefined` leaves a claim out. */
export function goodClaims(changes: Json = {}): Json {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'https://sts.test',
    sub: 'john',
    aud: 'orders',
    iat: now,
    exp: now + 300,
    scope: 'add_order update_order',
    ...changes,
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

/** Mints a token with jose. */
export async function mint(key: AnyKey & { readonly kid?: string }, claims: Json = goodClaims(), header: Json = {}): Promise<string> {
  const protectedHeader = { alg: key.alg, ...(key.kid !== undefined && { kid: key.kid }), typ: 'JWT', ...header };
  const kept = Object.fromEntries(Object.entries(protectedHeader).filter(([, value]) => value !== undefined));
  const payload = new TextEncoder().encode(JSON.stringify(claims));
  return new CompactSign(payload).setProtectedHeader(kept as { alg: string }).sign(key.privateKey);
}

/** Signs whatever it is given, as no decent issuer would: texts stand for themselves, octets too, objects for their JSON. */
export function mintRaw(key: AnyKey, header: unknown, payload: unknown, alg: SignatureAlgorithm = key.alg): string {
  const input = `${segment(header)}.${segment(payload)}`;
  return `${input}.${signOctets(key.privateKey, alg, Buffer.from(input)).toString('base64url')}`;
}

/** One segment of a token in compact form. */
export function segment(content: unknown): string {
  if (Buffer.isBuffer(content)) return content.toString('base64url');
  return Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)).toString('base64url');
}

/** A request that carries a token and nothing else. */
export function bearer(token: string): AuthRequest {
  return requestOfAuthorization(`Bearer ${token}`);
}

function generate(alg: SignatureAlgorithm, bits: number): { publicKey: KeyObject; privateKey: KeyObject } {
  switch (alg) {
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'ES384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' });
    case 'ES512':
      return generateKeyPairSync('ec', { namedCurve: 'P-521' });
    case 'EdDSA':
    case 'Ed25519':
      return generateKeyPairSync('ed25519');
    case 'Ed448':
      return generateKeyPairSync('ed448');
    default:
      return generateKeyPairSync('rsa', { modulusLength: bits });
  }
}

function signOctets(key: KeyObject, alg: SignatureAlgorithm, octets: Buffer): Buffer {
  const hash = `sha${alg.slice(2)}`;
  if (alg.startsWith('HS')) return createHmac(hash, key).update(octets).digest();
  if (alg.startsWith('RS')) return sign(hash, octets, key);
  if (alg.startsWith('ES')) return sign(hash, octets, { key, dsaEncoding: 'ieee-p1363' });
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
  return alg.startsWith('PS') ? sign(hash, octets, { key, padding, saltLength }) : sign(null, octets, key);
}
