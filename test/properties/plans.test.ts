import { HttpException } from '@nestjs/common';
import fc from 'fast-check';
import type { Authenticator, AuthRequest, AuthStrategy, PrincipalInit, Verdict } from 'nest-service-auth';
import { resolveOptions } from '../../lib/auth.options.schema.js';
import { Door } from '../../lib/guard/door.js';
import { merge } from '../../lib/plan/merge.js';
import type { Plan } from '../../lib/plan/plan.js';
import { tried } from '../support/runs.js';
import { compilerFor } from '../unit/plan/compiling.js';
import { holding, lacking } from '../unit/requirements/lacking.js';

const now = Math.floor(Date.now() / 1000);
const SCHEMES = ['a', 'b', 'c'] as const;
type Scheme = (typeof SCHEMES)[number];

/** What a scheme finds in a request: nothing, bad credentials, nothing out, or a caller. */
type Finding = 'absent' | 'rejected' | 'unavailable' | Partial<PrincipalInit>;
type Findings = Readonly<Record<Scheme, Finding>>;
type Entry = string | Readonly<Record<string, unknown>>;

let findings: Findings;

/** Finds what the test says, under the challenge of bearer tokens, so that a caller can be asked to authenticate again. */
class Told implements AuthStrategy {
  readonly configKey = 'toldConfig';

  prepare(_: unknown, name: string): Authenticator {
    return { challenges: [{ scheme: 'Bearer' }], authenticate: () => verdictOf(findings[name as Scheme]) };
  }
}

function verdictOf(finding: Finding): Verdict {
  if (finding === 'absent') return { outcome: 'absent' };
  if (finding === 'rejected') return { outcome: 'rejected', reason: 'bad' };
  if (finding === 'unavailable') throw new Error('down');
  return { outcome: 'accepted', principal: holding(finding) };
}

const names = fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { minLength: 1 });
const nameSet = fc.oneof(
  names,
  names.map((any) => ({ any })),
  names.map((all) => ({ all })),
);
const requirements = fc.record(
  {
    scopes: nameSet,
    roles: nameSet,
    permissions: fc.uniqueArray(fc.constantFrom('/p', '/p/q', '/r'), { minLength: 1 }),
    claims: fc.dictionary(fc.constantFrom('k', 'l'), fc.oneof(fc.constantFrom('1', 2, true), fc.constant({ exists: true as const })), {
      minKeys: 1,
    }),
    acr: fc.uniqueArray(fc.constantFrom('gold', 'silver'), { minLength: 1 }),
    maxAuthAge: fc.constantFrom(60, 3600),
  },
  { requiredKeys: [] },
);
const held = fc.record({
  scopes: fc.uniqueArray(fc.constantFrom('x', 'y', 'z')),
  roles: fc.uniqueArray(fc.constantFrom('x', 'y', 'z')),
  permissions: fc.uniqueArray(fc.constantFrom('/', '/p', '/p/q', '/r')),
  claims: fc.record(
    {
      k: fc.constantFrom('1', 2, true, null, ['1', 2]),
      l: fc.constantFrom('1', 2),
      acr: fc.constantFrom('gold', 'silver', 'bronze'),
      auth_time: fc.constantFrom(now - 5, now - 600, now - 7200, 'now'),
    },
    { requiredKeys: [] },
  ),
});
const rich = fc.constant({
  scopes: ['x', 'y', 'z'],
  roles: ['x', 'y', 'z'],
  permissions: ['/'],
  claims: { k: ['1', 2, true], l: ['1', 2, true], acr: 'gold', auth_time: now },
});
const finding: fc.Arbitrary<Finding> = fc.oneof(
  fc.constantFrom('absent' as const, 'rejected' as const, 'unavailable' as const),
  held,
  held,
  rich,
);
const found: fc.Arbitrary<Findings> = fc.record({ a: finding, b: finding, c: finding });
const single = fc.tuple(fc.constantFrom(...SCHEMES), requirements).map(([scheme, required]): Entry => ({ scheme, ...required }));
const combined = fc
  .tuple(fc.uniqueArray(fc.constantFrom(...SCHEMES), { minLength: 2 }), requirements)
  .map(([allOf, required]): Entry => ({ allOf, ...required }));
const entry = fc.oneof({ weight: 3, arbitrary: single }, { weight: 1, arbitrary: combined });
const entries = fc.array(entry, { minLength: 1, maxLength: 3 });
const request: fc.Arbitrary<AuthRequest> = fc.constantFrom(
  { headers: {}, rawHeaders: [] },
  { headers: { authorization: 'Other x' }, rawHeaders: ['Authorization', 'Other x'] },
);

const door = new Door(resolveOptions({}), { denied: () => undefined });
const compiler = compilerFor(Object.fromEntries(SCHEMES.map((name) => [name, { toldConfig: {} }])), [new Told() as never]);

/** The plan of entries; undefined for those that a boot refuses. */
async function planOf(list: readonly Entry[], required?: object): Promise<Plan | undefined> {
  try {
    return await compiler.compile(list, 'resource', required);
  } catch {
    return undefined;
  }
}

/** `admitted`, or the status of the refusal. */
async function outcomeOf(plan: Plan, from: AuthRequest, what: Findings): Promise<'admitted' | number> {
  findings = what;
  const outcome = await door.follow(plan, from, undefined, { label: 'route', transport: 'http', methods: 'all' });
  return outcome instanceof HttpException ? outcome.getStatus() : 'admitted';
}

/** Whether an entry admits a caller, told in the words of the documentation. */
function admits(each: Entry, what: Findings): boolean {
  const { scheme, allOf = [scheme], ...required } = each as Readonly<Record<string, unknown>>;
  const callers = (allOf as readonly Scheme[]).map((name) => what[name]);
  if (callers.some((caller) => typeof caller === 'string')) return false;
  const all = callers as readonly Partial<PrincipalInit>[];
  const union = (key: 'scopes' | 'roles' | 'permissions') => all.flatMap((caller) => caller[key] ?? []);
  return (
    lacking(required, holding({ ...all[0], scopes: union('scopes'), roles: union('roles'), permissions: union('permissions') })) ===
    undefined
  );
}

describe('a list of entries', () => {
  it('admits whom one of them admits, and nobody else', async () => {
    let admitted = 0;
    const property = fc.asyncProperty(entries, request, found, async (list, from, what) => {
      const plan = await planOf(list);
      if (plan === undefined) return;
      const expected = list.some((each) => admits(each, what));
      if (expected) admitted++;
      expect((await outcomeOf(plan, from, what)) === 'admitted').toBe(expected);
    });
    await fc.assert(property, tried(100));
    expect(admitted).toBeGreaterThan(20);
  });

  it('admits no fewer callers with one more entry, wherever it stands', async () => {
    const property = fc.asyncProperty(entries, entry, fc.nat(), request, found, async (list, more, at, from, what) => {
      const [plan, longer] = [await planOf(list), await planOf(list.toSpliced(at % (list.length + 1), 0, more))];
      if (plan === undefined || longer === undefined) return;
      if ((await outcomeOf(plan, from, what)) === 'admitted') expect(await outcomeOf(longer, from, what)).toBe('admitted');
    });
    await fc.assert(property, tried(50));
  });

  it('admits no more callers with one more requirement', async () => {
    const property = fc.asyncProperty(entries, requirements, fc.nat(), request, found, async (list, more, at, from, what) => {
      const narrower = list.map((each, index) => (index === at % list.length ? { ...more, ...(each as object) } : each));
      const [plan, other] = [await planOf(list), await planOf(narrower)];
      if (plan === undefined || other === undefined) return;
      if ((await outcomeOf(other, from, what)) === 'admitted') expect(await outcomeOf(plan, from, what)).toBe('admitted');
    });
    await fc.assert(property, tried(50));
  });

  it('with anonymous at its end admits a request without any credentials beside, and no bad ones', async () => {
    const property = fc.asyncProperty(entries, request, found, async (list, from, what) => {
      const [plan, open] = [await planOf(list), await planOf([...list, 'anonymous'])];
      if (plan === undefined || open === undefined) return;
      const asked = new Set(list.flatMap((each) => (each as { allOf?: Scheme[] }).allOf ?? [(each as { scheme: Scheme }).scheme]));
      const isSilent = from.headers.authorization === undefined && [...asked].every((name) => what[name] === 'absent');
      const before = await outcomeOf(plan, from, what);
      expect(await outcomeOf(open, from, what)).toBe(isSilent ? 'admitted' : before);
    });
    await fc.assert(property, tried(60));
  });

  it('is refused with the status that the rules give: step-up, 403, 503, 401', async () => {
    const property = fc.asyncProperty(entries, request, found, async (list, from, what) => {
      const plan = await planOf(list);
      const outcome = plan && (await outcomeOf(plan, from, what));
      expect([undefined, 'admitted', 401, 403, 503]).toContain(outcome);
      const seen = Object.values(what);
      if (outcome === 503) expect(seen).toContain('unavailable');
      if (outcome === 403) expect(seen.some((each) => typeof each === 'object')).toBe(true);
    });
    await fc.assert(property, tried(50));
  });
});

const isRequirements = (declared: unknown): declared is object => typeof declared === 'object' && !Array.isArray(declared);

function ruleOf(declared: readonly Entry[] | false | undefined | object): object {
  if (declared === undefined) return { kind: 'uncovered' };
  return declared === false ? { kind: 'open' } : { kind: 'protected', entries: declared };
}

describe('what is declared for a route', () => {
  const list = fc.oneof(entries, fc.constant(false as const));
  const written = fc.record({
    resource: fc.oneof(list, requirements, fc.constant(undefined)),
    service: fc.option(list, { nil: undefined }),
    default: fc.option(list, { nil: undefined }),
  });

  it('is decided by the strongest declaration that there is', () => {
    const property = fc.property(written, ({ resource, ...weaker }) => {
      const outcome = [resource, weaker.service, weaker.default].find((each) => each !== undefined);
      const inherited = [weaker.service, weaker.default].find((each) => each !== undefined);
      const decide = () => merge({ resource, ...weaker } as never);
      // Requirements alone: with nothing to inherit they must not open the route.
      if (isRequirements(outcome) && !Array.isArray(inherited)) expect(decide).toThrow('no entries to inherit');
      else if (isRequirements(outcome)) expect(decide()).toMatchObject({ kind: 'protected', entries: inherited, requirements: outcome });
      else expect(decide()).toMatchObject(ruleOf(outcome));
    });
    fc.assert(property, tried(500));
  });

  it('with requirements of the resource admits those whom the entries admit and who meet them', async () => {
    const property = fc.asyncProperty(entries, requirements, request, found, async (inherited, required, from, what) => {
      const plan = Object.keys(required).length === 0 ? undefined : await planOf(inherited, required);
      if (plan === undefined) return;
      const replaced = inherited.map((each) => {
        const { scheme, allOf } = each as Readonly<Record<string, unknown>>;
        return { ...(allOf === undefined ? { scheme } : { allOf }), ...required };
      });
      expect((await outcomeOf(plan, from, what)) === 'admitted').toBe(replaced.some((each) => admits(each, what)));
    });
    await fc.assert(property, tried(50));
  });
});
