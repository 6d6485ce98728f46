import type { ProtectedPlan, Step } from '../../../../lib/plan/plan.js';
import type { Authenticator } from '../../../../lib/strategies/strategy.js';
import { isReachable } from '../../../../lib/transport/rpc/unreachable.js';

const step = (authenticator: Partial<Authenticator>): Step =>
  ({ kind: 'single', authenticator: { challenges: [], authenticate: () => ({ outcome: 'absent' }), ...authenticator } }) as never;
const all = (...steps: Step[]): Step => ({ kind: 'group', steps }) as never;
const tokens = { issuers: ['https://sts.test'] };

const bearer = step({
  challenges: [{ scheme: 'Bearer' }],
  credentials: [{ kind: 'authorization', scheme: 'bearer' }],
  accessTokens: tokens,
});
const cookie = step({ challenges: [{ scheme: 'Bearer' }], credentials: [{ kind: 'cookie', name: 'token' }], accessTokens: tokens });
const eitherProof = step({
  challenges: [{ scheme: 'DPoP' }, { scheme: 'Bearer' }],
  credentials: [
    { kind: 'authorization', scheme: 'dpop' },
    { kind: 'authorization', scheme: 'bearer' },
  ],
  accessTokens: tokens,
});
const proof = step({ challenges: [{ scheme: 'DPoP' }], credentials: [{ kind: 'authorization', scheme: 'dpop' }], accessTokens: tokens });
const basic = step({ challenges: [{ scheme: 'Basic' }] });
const apiKey = step({ challenges: [{ scheme: 'ApiKey' }], credentials: [{ kind: 'header', name: 'x-api-key' }] });
const certificate = step({ challenges: [{ scheme: 'ClientCertificate' }] });
const custom = step({});

describe('a handler of messages', () => {
  it.each<[string, Step[], boolean]>([
    ['a bearer token', [bearer], true],
    ['a bearer token that requests bring in a cookie', [cookie], true],
    ['a token with or without a proof', [eitherProof], true],
    ['a token with a proof', [proof], false],
    ['a password', [basic], true],
    ['an API key in a field of its own', [apiKey], false],
    ['a client certificate', [certificate], false],
    ['what a strategy of the application looks at', [custom], true],
    ['an API key, or a token', [apiKey, bearer], true],
    ['an API key and a token', [all(apiKey, bearer)], false],
  ])('that asks for %s', (_, steps, expected) => {
    expect(isReachable({ steps } as never as ProtectedPlan)).toBe(expected);
  });

  it('that admits messages without credentials can be reached', () => {
    expect(isReachable({ steps: [apiKey], admitsAnonymous: true } as never as ProtectedPlan)).toBe(true);
  });
});
