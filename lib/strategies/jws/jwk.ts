import { createPublicKey, type KeyObject } from 'node:crypto';
import { resultOf } from '../../errors.js';
import type { Claims } from '../claims/claims-reader.js';

/** Members that only private and symmetric keys have; `priv` is that of ML-DSA keys. @see RFC 7518 §6 */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const;

/** The first member of a JWK that only private and symmetric keys have; undefined for a public key. */
export function privateMemberOf(jwk: Claims): string | undefined {
  return PRIVATE_MEMBERS.find((name) => Object.hasOwn(jwk, name));
}

/** Imports a JWK without private members; undefined if it is not a valid key of a type that is known here. */
export function importPublic(jwk: Claims): KeyObject | undefined {
  return resultOf(() => createPublicKey({ key: jwk, format: 'jwk' }));
}
