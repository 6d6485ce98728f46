import type { Rejected } from 'nest-service-auth';
import { DpopProofs } from '../../../../../lib/strategies/binding/dpop/dpop-proofs.js';
import { FakeClock } from '../../../../support/fake-clock.js';
import { dpopRequest, type ProvingClient, provingClient } from '../../../../support/proofs.js';
import { places } from './dpop-tokens.js';

const NOW = 1_800_000_000;
const SETTINGS = { mode: 'accepted', maxAge: 60, nonce: false, algorithms: ['ES256'] } as const;
const htu = 'https://api.test/order';
let [client, other, weak]: ProvingClient[] = [];

beforeAll(async () => {
  [client, other, weak] = await Promise.all([provingClient(), provingClient('EdDSA'), provingClient('RS256', 1024)]);
});

describe('what the explain option says of a proof', () => {
  type Change = (client: ProvingClient) => { claims?: object; header?: Record<string, unknown>; signer?: ProvingClient | undefined };

  it.each<[string, Change, string]>([
    ['with another algorithm', () => ({ signer: other }), 'EdDSA is not one of ES256'],
    ['that has ended', () => ({ claims: { exp: NOW - 10 } }), 'exp was 10 seconds ago'],
    ['that is old', () => ({ claims: { iat: NOW - 62 } }), 'iat is 62 seconds ago, and maxAge is 60'],
    ['of the future', () => ({ claims: { iat: NOW + 62 } }), 'iat is 62 seconds ahead, and maxAge is 60'],
    ['that is not valid yet', () => ({ claims: { iat: NOW + 61, nbf: NOW + 90 } }), 'nbf is 90 seconds ahead, and maxAge is 60'],
    ['of a future with one time', () => ({ claims: { iat: NOW + 62, nbf: NOW + 62 } }), 'iat is 62 seconds ahead, and maxAge is 60'],
    ['for another method', () => ({ claims: { htm: 'POST' } }), 'htm is "POST", and the request is "GET"'],
    ['for another URL', () => ({ claims: { htu: 'https://b.test/' } }), 'htu is "https://b.test/", and the request was sent to'],
    ['without a key', () => ({ header: { jwk: undefined } }), 'the header has no jwk'],
    ['with a private key', ({ jwk }) => ({ header: { jwk: { ...jwk, d: 'AQ' } } }), 'the jwk has the member "d"'],
    ['with a key in other characters', ({ jwk }) => ({ header: { jwk: { ...jwk, x: `${jwk.x}é` } } }), 'the member "x" of the jwk is not'],
    ['with a key off its curve', ({ jwk }) => ({ header: { jwk: { ...jwk, y: jwk.x } } }), 'the jwk is not a public key that is known'],
    ['with a weak key', () => ({ signer: weak }), 'it is an RSA key of 1024 bits, and 2048 are the least'],
    ['with a key for another algorithm', () => ({ header: { alg: 'ES384' } }), 'the key is not one for ES384'],
  ])('%s', async (_, change, words) => {
    const bound = { token: 'a', thumbprint: client?.jkt ?? '' };
    const { claims, header, signer = client } = change(client as ProvingClient);
    const proof = signer?.proof({ htm: 'GET', htu, token: 'a', iat: NOW, ...claims }, header) ?? '';
    const proofs = new DpopProofs({ ...places, clock: new FakeClock(NOW * 1000) });
    const refusal = (await proofs.check(bound, dpopRequest('a', [proof]), SETTINGS)) as Rejected;
    expect(refusal.explanation?.()).toContain(words);
    expect(refusal.detail).toBeUndefined();
  });
});
