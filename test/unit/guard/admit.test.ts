import { NotFoundException } from '@nestjs/common';
import { type Authorizer, AuthUnavailableError } from 'nest-service-auth';
import { admit } from '../../../lib/guard/admit.js';
import { StepFailure } from '../../../lib/guard/step-failure.js';
import type { Step } from '../../../lib/plan/plan.js';
import { parseRequirements } from '../../../lib/requirements/every-requirement.js';
import { absent, accepts, attempt, combined, fails, later, needs, planOf, rejects, says, single } from './steps.js';

/** What came of the steps: the caller's name, or the outcome and the reason of each failure. */
async function outcomeOf(...steps: [Step, ...Step[]]): Promise<string> {
  const outcome = await admit(planOf(...steps), attempt());
  if (!Array.isArray(outcome)) return `admitted ${(outcome as { username: string }).username}`;
  return outcome.map((failure: StepFailure) => `${failure.outcome} (${failure.reason})`).join(', ');
}

const asAuthorizer = (...rules: Authorizer['authorize'][]) => ({
  authorizers: rules.map((authorize) => ({ authorizer: { authorize } as Authorizer<unknown>, args: undefined })),
});
const alice = accepts({ username: 'alice', scopes: ['a'] });
const bob = accepts({ username: 'bob', scopes: ['b'] });

describe('the steps of a plan', () => {
  it.each<[string, [Step, ...Step[]], string]>([
    ['the first that accepts admits', [single(alice), single(bob)], 'admitted alice'],
    ['a later one admits after an absent one', [single(absent), single(bob)], 'admitted bob'],
    ['a later one admits after one that rejects', [single(rejects), single(bob)], 'admitted bob'],
    ['a later one admits after one that forbids', [single(alice, needs('b')), single(bob)], 'admitted bob'],
    ['a later one admits after one that fails', [single(fails), single(bob)], 'admitted bob'],
    ['a later one admits after one that rejects later', [single(later(rejects)), single(bob)], 'admitted bob'],
    ['a later one admits later', [single(fails), single(later(bob))], 'admitted bob'],
    [
      'every failure is kept, in order',
      [single(absent), single(later(rejects)), single(fails), single(alice, needs('b'))],
      'absent (no_credentials), rejected (bad), unavailable (could_not_find_out), forbidden (insufficient_scope)',
    ],
  ])('%s', async (_, steps, expected) => {
    expect(await outcomeOf(...steps)).toBe(expected);
  });

  it.each([
    [400, 'rejected'],
    [403, 'forbidden'],
    [401, 'rejected'],
    ['403', 'rejected'],
  ])('that reject with the status %p are %s, never absent', async (status, outcome) => {
    const step = single(says({ outcome: 'rejected', reason: 'odd', status }));
    expect(await outcomeOf(step)).toBe(`${outcome} (odd)`);
    expect(await outcomeOf(single(later(says({ outcome: 'rejected', reason: 'odd', status }))))).toBe(`${outcome} (odd)`);
    expect(await outcomeOf(step, single(bob))).toBe('admitted bob');
  });

  it('that refuse credentials for where they came from are not absent beside one that is', async () => {
    const elsewhere = single(says({ outcome: 'rejected', reason: 'cross_site_request', status: 403 }));
    expect(await outcomeOf(combined([single(absent), elsewhere]))).toBe('forbidden (cross_site_request)');
    expect(await outcomeOf(combined([elsewhere, single(absent)]))).toBe('forbidden (cross_site_request)');
  });

  it('are told which methods the handler is declared for', async () => {
    const seen: unknown[] = [];
    const telling = single((_, methods) => {
      seen.push(methods);
      return { outcome: 'absent' };
    });
    await admit(planOf(combined([telling, telling]), telling), attempt({ methods: 'safe' }));
    await admit(planOf(telling), attempt({ methods: 'unsafe' }));
    expect(seen).toEqual(['safe', 'safe', 'safe', 'unsafe']);
  });

  it('are asked once each, and not after one has admitted', async () => {
    const asked: string[] = [];
    const asking = (name: string, authenticate: typeof alice) =>
      single((request) => {
        asked.push(name);
        return authenticate(request);
      });
    await outcomeOf(asking('first', rejects), asking('second', alice), asking('third', bob));
    expect(asked).toEqual(['first', 'second']);
  });

  it('are synchronous when they are, whichever admits', () => {
    expect(admit(planOf(single(alice)), attempt())).toMatchObject({ username: 'alice' });
    expect(admit(planOf(single(rejects), single(bob)), attempt())).toMatchObject({ username: 'bob' });
    expect(admit(planOf(single(rejects), single(absent)), attempt())).toHaveLength(2);
    expect(admit(planOf(single(later(alice))), attempt())).toBeInstanceOf(Promise);
  });
});

describe('a step whose strategy is broken', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['true', true],
    ['a string', 'accepted'],
    ['an unknown outcome', { outcome: 'ok' }],
    ['an acceptance of nobody', { outcome: 'accepted' }],
    ['an acceptance of null', { outcome: 'accepted', principal: null }],
    ['an acceptance of something without scopes', { outcome: 'accepted', principal: { username: 'eve' } }],
    [
      'an acceptance with the scopes in one string',
      { outcome: 'accepted', principal: { username: 'eve', scopes: 'administrator', roles: [], permissions: [] } },
    ],
  ])('is unavailable when it says %s', async (_, verdict) => {
    expect(await outcomeOf(single(says(verdict)))).toBe('unavailable (could_not_find_out)');
    expect(await outcomeOf(single(says(Promise.resolve(verdict))))).toBe('unavailable (could_not_find_out)');
    expect(await outcomeOf(single(says(verdict), needs('admin')))).toBe('unavailable (could_not_find_out)');
  });

  it('is unavailable when it rejects its promise, or a promise-like of another library', async () => {
    expect(await outcomeOf(single(() => Promise.reject(new Error('down'))))).toBe('unavailable (could_not_find_out)');
    // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about
    const thenable = { then: (_: unknown, reject: (reason: unknown) => void) => reject(undefined) };
    expect(await outcomeOf(single(says(thenable)))).toBe('unavailable (could_not_find_out)');
  });

  it.each<[unknown, number | undefined]>([
    [7, 7],
    [0.2, 0.2],
    [-1, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    ['soon', undefined],
  ])('hints at %p seconds to wait, of which %p count', async (hint, counts) => {
    const failures = (await admit(
      planOf(
        single(() => {
          throw Object.assign(new AuthUnavailableError('down'), { retryAfter: hint });
        }),
        single(says({ outcome: 'rejected', reason: 'many', retryAfter: hint })),
      ),
      attempt(),
    )) as StepFailure[];
    expect(failures.map(({ details }) => details.retryAfter)).toEqual([counts, counts]);
  });
});

describe('allOf', () => {
  it.each<[string, readonly Step[], string]>([
    ['admits when every one accepts', [single(alice), single(bob)], 'admitted alice'],
    ['waits for every one', [single(later(alice)), single(later(bob))], 'admitted alice'],
    ['is absent when one is absent', [single(alice), single(absent)], 'absent (no_credentials)'],
    ['is absent when all are', [single(absent), single(absent)], 'absent (no_credentials)'],
    [
      'is rejected when one rejects, whatever the others say',
      [single(alice), single(absent), single(rejects), single(fails)],
      'rejected (bad)',
    ],
    ['is absent when one is absent and another forbids', [single(alice, needs('b')), single(absent)], 'absent (no_credentials)'],
    ['forbids when one forbids and all are known', [single(alice, needs('b')), single(bob)], 'forbidden (insufficient_scope)'],
    ['forbids even if another could not find out', [single(fails), single(alice, needs('b'))], 'forbidden (insufficient_scope)'],
    [
      'is unavailable when one could not find out and nobody says no',
      [single(alice), single(later(fails))],
      'unavailable (could_not_find_out)',
    ],
    ['nests', [single(alice), combined([single(bob), single(absent)])], 'absent (no_credentials)'],
  ])('%s', async (_, steps, expected) => {
    expect(await outcomeOf(combined(steps))).toBe(expected);
  });

  it('takes every one of its own requirements from what the members hold together', async () => {
    const both = { demands: parseRequirements({ scopes: { all: ['a', 'b'] } }) };
    expect(await outcomeOf(combined([single(alice), single(bob)], both))).toBe('admitted alice');
    expect(await outcomeOf(combined([single(alice), single(alice)], both))).toBe('forbidden (insufficient_scope)');
  });

  it('names the caller of the token, not the machine of the certificate, and keeps the certificate', async () => {
    const certificate = { subject: 'CN=web', issuer: 'CN=ca', fingerprint256: 'AA', serialNumber: '1', validTo: 1 };
    const machine = accepts({ method: 'mtls', username: 'web', scopes: ['tls', 'a'], roles: ['machine'], certificate });
    const caller = { scheme: 'probe', method: 'probe', username: 'alice', claims: {}, certificate, roles: ['machine'], permissions: [] };
    expect(admit(planOf(combined([single(machine), single(alice)])), attempt())).toEqual({ ...caller, scopes: ['tls', 'a'] });
    expect(admit(planOf(combined([single(alice), single(machine)])), attempt())).toEqual({ ...caller, scopes: ['a', 'tls'] });
  });

  it('names the first machine when only certificates take part', async () => {
    const machine = (username: string) => single(accepts({ method: 'mtls', username }));
    expect(await outcomeOf(combined([machine('m1'), machine('m2')]))).toBe('admitted m1');
  });

  it('lets a later entry admit when it does not', async () => {
    expect(await outcomeOf(combined([single(alice), single(absent)]), single(bob))).toBe('admitted bob');
  });
});

describe('authorizers', () => {
  it.each<[string, Authorizer['authorize'], string]>([
    ['admit with true', () => true, 'admitted alice'],
    ['admit later with true', async () => true, 'admitted alice'],
    ['forbid with false', () => false, 'forbidden (refused_by_authorizer)'],
    ['forbid later with false', async () => false, 'forbidden (refused_by_authorizer)'],
    ['forbid with anything but true', () => 1 as never, 'forbidden (refused_by_authorizer)'],
    ['forbid with nothing', async () => undefined as never, 'forbidden (refused_by_authorizer)'],
    ['are unavailable when they throw', () => fails({} as never) as never, 'unavailable (could_not_find_out)'],
    ['are unavailable when they throw later', () => Promise.reject(new Error('down')), 'unavailable (could_not_find_out)'],
  ])('%s', async (_, authorize, expected) => {
    expect(await outcomeOf(single(alice, asAuthorizer(authorize)))).toBe(expected);
  });

  it('are asked in order until one refuses', async () => {
    const asked: number[] = [];
    const rules = [true, false, true].map((answer, index) => () => asked.push(index) > 0 && answer);
    await outcomeOf(single(alice, asAuthorizer(...rules)));
    expect(asked).toEqual([0, 1]);
  });

  it('are not asked about a caller that lacks a scope', async () => {
    let asked = false;
    const authorize = () => {
      asked = true;
      return true;
    };
    await outcomeOf(single(alice, { ...needs('b'), ...asAuthorizer(authorize) }));
    expect(asked).toBe(false);
  });

  it('may answer with an exception of their own, at once or later', async () => {
    const hide = () => {
      throw new NotFoundException();
    };
    expect(() => admit(planOf(single(alice, asAuthorizer(hide)), single(bob)), attempt())).toThrow(NotFoundException);
    await expect(
      outcomeOf(
        single(
          alice,
          asAuthorizer(async () => hide()),
        ),
      ),
    ).rejects.toThrow(NotFoundException);
    await expect(outcomeOf(single(later(rejects)), single(alice, asAuthorizer(hide)))).rejects.toThrow(NotFoundException);
  });

  it('cannot be asked outside a request', async () => {
    const plan = planOf(
      single(
        alice,
        asAuthorizer(() => true),
      ),
    );
    expect(await admit(plan, attempt({ context: undefined }))).toMatchObject([{ outcome: 'unavailable' }]);
  });
});
