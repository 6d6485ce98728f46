import { AuthUnavailableError } from 'nest-service-auth';
import { DpopProofs } from '../../../../../lib/strategies/binding/dpop/dpop-proofs.js';
import { dpopRequest, type ProvingClient, provingClient } from '../../../../support/proofs.js';
import { goodClaims, mintRaw } from '../../../../support/tokens.js';
import { outcomeOf } from '../../jwt/setup.js';
import { places, prepare, secret } from './dpop-tokens.js';

const htu = 'https://api.test/order';
const tokenOf = ({ jkt }: ProvingClient) => mintRaw(secret, { alg: 'HS256' }, goodClaims({ cnf: { jkt } }));

let client: ProvingClient;
let token: string;

const good = (changes: Record<string, unknown> = {}) => client.proof({ htm: 'GET', htu, token, ...changes });

beforeAll(async () => {
  client = await provingClient();
  token = tokenOf(client);
});

describe('a proof that was used', () => {
  it('is refused with another request, also when the token is remembered', async () => {
    const authenticator = await prepare('accepted');
    const proof = good();
    expect(await outcomeOf(authenticator, dpopRequest(token, [proof]))).toBe('accepted');
    expect(await outcomeOf(authenticator, dpopRequest(token, [proof]))).toBe('dpop_replayed');
  });

  it('is good for the same request as often as it is asked about', async () => {
    const proofs = new DpopProofs(places);
    const [one, other] = [await prepare('accepted', proofs), await prepare('required', proofs)];
    const request = dpopRequest(token, [good()]);
    for (const authenticator of [one, one, other, one]) expect(await outcomeOf(authenticator, request)).toBe('accepted');
  });

  it('is good for the same request where several ask while its key is being read', async () => {
    const proofs = new DpopProofs(places);
    const [one, other] = [await prepare('accepted', proofs), await prepare('required', proofs)];
    const request = dpopRequest(token, [good()]);
    expect(await Promise.all([one, other, one].map((each) => outcomeOf(each, request)))).toEqual(['accepted', 'accepted', 'accepted']);
    expect(await outcomeOf(other, request)).toBe('accepted');
  });

  it('is admitted once of a hundred at once', async () => {
    const authenticator = await prepare('accepted');
    const proof = good();
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => outcomeOf(authenticator, dpopRequest(token, [proof]))));
    expect(outcomes.filter((each) => each === 'accepted')).toHaveLength(1);
  });

  it('is refused by every scheme of the application', async () => {
    const proofs = new DpopProofs(places);
    const proof = good();
    expect(await outcomeOf(await prepare('accepted', proofs), dpopRequest(token, [proof]))).toBe('accepted');
    expect(await outcomeOf(await prepare('required', proofs), dpopRequest(token, [proof]))).toBe('dpop_replayed');
  });

  it('is remembered for the largest maxAge of all schemes, on both sides of now', async () => {
    const added: number[] = [];
    const proofs = new DpopProofs({ ...places, memory: { add: (_, seconds) => added.push(seconds) > 0 } });
    const [short] = [await prepare({ mode: 'accepted', maxAge: 10 }, proofs), await prepare({ mode: 'accepted', maxAge: 300 }, proofs)];
    await short.authenticate(dpopRequest(token, [good()]));
    expect(added).toEqual([600]);
  });

  it('is not used up by a check that fails', async () => {
    const authenticator = await prepare('accepted');
    const proof = good();
    expect(await outcomeOf(authenticator, dpopRequest(token, [proof], { method: 'POST' }))).toBe('dpop_wrong_method');
    expect(await outcomeOf(authenticator, dpopRequest(token, [proof]))).toBe('accepted');
  });

  it('is told apart by its key: another client may choose the same jti', async () => {
    const authenticator = await prepare('accepted');
    const other = await provingClient();
    const theirs = tokenOf(other);
    expect(await outcomeOf(authenticator, dpopRequest(token, [good({ jti: 'a' })]))).toBe('accepted');
    expect(await outcomeOf(authenticator, dpopRequest(theirs, [other.proof({ htm: 'GET', htu, token: theirs, jti: 'a' })]))).toBe(
      'accepted',
    );
  });

  it.each<[string, () => never | Promise<never>, object]>([
    [
      'at once',
      () => {
        throw new Error('full');
      },
      { cause: new Error('full') },
    ],
    ['later', () => Promise.reject(new Error('down')), { cause: new Error('down') }],
    [
      'and says when to come back',
      () => Promise.reject(new AuthUnavailableError('away', { retryAfter: 7 })),
      { message: 'away', retryAfter: 7 },
    ],
  ])('cannot be told where the memory fails %s: that is no refusal, and the next question is asked anew', async (_, fail, error) => {
    let fails = true;
    const authenticator = await prepare('accepted', new DpopProofs({ ...places, memory: { add: () => (fails ? fail() : true) } }));
    const request = dpopRequest(token, [good()]);
    await expect(outcomeOf(authenticator, request)).rejects.toMatchObject({ code: 'ERR_AUTH_UNAVAILABLE', ...error });
    fails = false;
    expect(await outcomeOf(authenticator, request)).toBe('accepted');
  });
});
