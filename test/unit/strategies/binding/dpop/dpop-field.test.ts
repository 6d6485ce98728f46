import { DpopProofs } from '../../../../../lib/strategies/binding/dpop/dpop-proofs.js';
import { prepare } from './dpop-tokens.js';

describe('the field dpop', () => {
  const mistake = (dpop: unknown, proofs?: DpopProofs, more = {}) =>
    prepare(dpop, proofs, more).then(
      () => '',
      (error: Error) => error.message,
    );

  it.each<[unknown, RegExp]>([
    ['optional', /dpop: must be "accepted" or "required"/],
    [{}, /dpop\.mode/],
    [{ mode: 'accepted', maxAge: 0 }, /dpop\.maxAge: must be a number of seconds above 0/],
    [{ mode: 'accepted', maxAge: 4000 }, /dpop\.maxAge: must be at most 3600/],
    [{ mode: 'accepted', algorithms: ['HS256'] }, /dpop\.algorithms\[0\]: must be an asymmetric algorithm/],
    [{ mode: 'accepted', algorithms: [] }, /dpop\.algorithms: must name one at least/],
    [{ mode: 'accepted', maxage: 5 }, /maxAge/],
  ])('may not be %j', async (dpop, message) => {
    expect(await mistake(dpop)).toMatch(message);
  });

  it('needs the public URL', async () => {
    expect(await mistake('accepted', new DpopProofs({ publicUrl: [], trustedProxies: [] }))).toMatch(/^dpop: needs .*publicUrl/);
  });

  it('needs the Authorization field where it is required', async () => {
    expect(await mistake('required', undefined, { tokenFrom: [{ header: 'x-token' }] })).toMatch(
      /^tokenFrom: never reads the Authorization field/,
    );
    expect(await mistake('accepted', undefined, { tokenFrom: [{ header: 'x-token' }] })).toBe('');
  });
});
