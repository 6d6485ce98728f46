import { parseConfig } from '../../../../../lib/config/schema.js';
import { dpopOption } from '../../../../../lib/strategies/binding/dpop/dpop.schema.js';
import { DpopProofs } from '../../../../../lib/strategies/binding/dpop/dpop-proofs.js';
import { openDpop } from '../../../../../lib/strategies/binding/dpop/open-dpop.js';
import { ASYMMETRIC_ALGORITHMS } from '../../../../../lib/strategies/jws/algorithms.js';
import { places } from './dpop-tokens.js';

const parse = (given: unknown) => parseConfig(dpopOption, given);
const proofs = new DpopProofs(places);
const FIELD = { header: 'Authorization' };
const COOKIE = { cookie: 'token' };

describe('the field dpop', () => {
  it('takes an age of up to an hour, and several algorithms', () => {
    const given = { mode: 'accepted', maxAge: 0.5, nonce: true, algorithms: ['ES256', 'EdDSA'] };
    expect(parse(given)).toEqual(given);
    expect(parse({ mode: 'accepted', maxAge: 3600 })).toMatchObject({ maxAge: 3600 });
  });

  it('may be a mode, and has defaults beside it', () => {
    const defaults = { maxAge: 60, nonce: false, algorithms: ASYMMETRIC_ALGORITHMS };
    expect(parse('accepted')).toEqual({ mode: 'accepted', ...defaults });
    expect(parse({ mode: 'required' })).toEqual({ mode: 'required', ...defaults });
  });

  it.each([
    ['a mode that is none', 'on', 'accepted'],
    ['null', null, 'accepted'],
    ['no mode', {}, 'mode'],
    ['an age of nothing', { mode: 'accepted', maxAge: 0 }, 'maxAge: must be a number of seconds above 0'],
    ['an age of more than an hour', { mode: 'accepted', maxAge: 3601 }, 'maxAge: must be at most 3600 seconds'],
    ['no algorithms', { mode: 'accepted', algorithms: [] }, 'algorithms: must name one at least'],
    ['algorithms with a secret', { mode: 'accepted', algorithms: ['HS256'] }, 'algorithms[0]: must be an asymmetric algorithm'],
    ['a misspelt field', { mode: 'accepted', maxage: 7 }, 'Did you mean "maxAge"?'],
  ])('cannot have %s', (_, given, message) => {
    expect(() => parse(given)).toThrow(message);
  });
});

describe('a strategy with the field dpop', () => {
  const open = (dpop: unknown, tokenFrom: readonly object[], known: DpopProofs | undefined = proofs) => {
    const warnings: string[] = [];
    const settings = dpop === undefined ? undefined : parse(dpop);
    const bindings = openDpop({ dpop: settings, tokenFrom: tokenFrom as never }, known, (words) => void warnings.push(words));
    return { ...bindings, warnings };
  };

  it('reads tokens under the scheme DPoP, where one of its sources is the Authorization field', () => {
    for (const sources of [[FIELD], [COOKIE, FIELD], [FIELD, COOKIE]])
      expect(open('accepted', sources)).toMatchObject({ moreSchemes: ['dpop'], warnings: [] });
  });

  it('reads none where it never reads that field, and says that the field has no effect', () => {
    const { moreSchemes, warnings } = open('accepted', [COOKIE, { header: 'x-token' }]);
    expect(moreSchemes).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('dpop has no effect')]);
  });

  it('reads none without the field, and leaves the authenticator as it is', () => {
    const authenticator = { challenges: [], authenticate: () => ({ outcome: 'absent' as const }) };
    const { moreSchemes, wrap } = open(undefined, [FIELD], undefined);
    expect([moreSchemes, wrap(authenticator)]).toEqual([[], authenticator]);
  });

  it('stops the boot where proofs could not come, or not be checked', () => {
    expect(() => open('required', [COOKIE])).toThrow('dpop is required: add { header: "authorization" }');
    expect(() => open('accepted', [FIELD], new DpopProofs({ ...places, publicUrl: [] }))).toThrow('needs the URLs');
    expect(() => openDpop({ dpop: parse('accepted'), tokenFrom: [FIELD] as never }, undefined, () => undefined)).toThrow('needs the URLs');
  });
});
