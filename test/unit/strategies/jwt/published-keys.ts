import type { Authenticator } from 'nest-service-auth';
import { AuthUnavailableError } from 'nest-service-auth';
import { JwtAuthenticator } from '../../../../lib/strategies/jwt/jwt.authenticator.js';
import { readSettings } from '../../../../lib/strategies/jwt/jwt-validator.schema.js';
import { RemoteKeys } from '../../../../lib/strategies/jwt/remote-keys.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { createKey, goodClaims, mintRaw, type SigningKey } from '../../../support/tokens.js';
import { outcomeOf } from './setup.js';

export const [old, next, other] = [createKey('ES256'), createKey('ES256'), createKey('ES256')];
export const HOUR = 3600;
export const tokenOf = (key: SigningKey, changes = {}) =>
  mintRaw(key, { alg: key.alg, kid: key.kid }, goodClaims({ exp: 9e9, ...changes }));
export const passes = (seconds: number) => clock.passes(seconds);
/** A token that names an unknown key. */
export const named = (kid: string) => mintRaw(other, { alg: 'ES256', kid }, goodClaims({ exp: 9e9 }));
/** Tokens with twenty invented names. */
export const flood = async (authenticator: Authenticator, about: string) => {
  for (let name = 0; name < 20; name++) await outcomeOf(authenticator, named(`${about} ${name}`));
};
/** Lets what is under way in the background come to its end. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** An issuer that publishes keys, and may be down, or slow. */
export class Endpoint {
  keys: unknown[] = [old.jwk];
  down = false;
  fetches = 0;
  closed = false;
  private waiting: (() => void)[] | undefined;

  async fetch(): Promise<readonly unknown[]> {
    this.fetches++;
    const { waiting } = this;
    if (waiting !== undefined) await new Promise<void>((resolve) => waiting.push(resolve));
    if (this.down) throw new AuthUnavailableError('nobody listens there');
    return this.keys;
  }

  hold(): void {
    this.waiting = [];
  }

  release(): void {
    const { waiting = [] } = this;
    this.waiting = undefined;
    for (const resolve of waiting) resolve();
  }
}

export let clock: FakeClock;
export let endpoint: Endpoint;
export let lines: string[];
export let keys: RemoteKeys;

export function open(config: object = {}, freshness = 600): Authenticator {
  const settings = readSettings({ signatureConfig: { jwksConfig: { url: 'https://sts.test/jwks' } }, ...config });
  const warn = (message: string) => void lines.push(message);
  const close = () => {
    endpoint.closed = true;
  };
  keys = new RemoteKeys({ fetch: () => endpoint.fetch(), algorithms: settings.algorithms, freshness, clock, warn, close });
  return new JwtAuthenticator('sts', settings, keys, { clock, warn });
}

beforeEach(() => {
  clock = new FakeClock();
  endpoint = new Endpoint();
  lines = [];
});
