import { inspect } from 'node:util';
import fc from 'fast-check';
import {
  type Authenticator,
  type AuthRequest,
  type AuthStrategy,
  AuthUnavailableError,
  type StrategyHost,
  type Verdict,
} from 'nest-service-auth';
import { formatDenial } from '../../lib/guard/auth-event.sink.js';
import { formatChallenge } from '../../lib/http/challenge.js';

/** A strategy with one prepared config, ready to be asked. */
export interface Subject {
  readonly strategy: AuthStrategy<never>;
  /** The config; prepared under the name `contract`. */
  readonly config: unknown;
  /** What `Principal.method` should be. */
  readonly method: string;
  /** Good credentials, anew with every call. */
  good(): AuthRequest;
  /** Requests without credentials of this kind. */
  readonly without: readonly AuthRequest[];
  /** Requests with credentials of this kind that are bad. */
  readonly bad: fc.Arbitrary<AuthRequest>;
  /** Whatever must not be seen anywhere: tokens, passwords, secrets of the config. */
  readonly secrets: readonly string[];
  /** Takes away what the strategy asks; left out by strategies without a dependency. */
  stopDependency?(): Promise<void>;
  close?(): Promise<void>;
}

/** Keeps the lines for the operator. */
export class LineKeeper implements StrategyHost {
  readonly lines: string[] = [];

  constructor(readonly trustedProxies: readonly string[] = []) {}

  warn(message: string): void {
    this.lines.push(message);
  }
}

const SNAKE_CASE = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;
/** One challenge: a scheme, then parameters, each a quoted string of what a header may carry. @see RFC 9110 §11.6.1 */
const PARAMETER = '[a-z]+="(?:[\\x20-\\x21\\x23-\\x5b\\x5d-\\x7e\\xa0-\\xff]|\\\\["\\\\])*"';
const CHALLENGE = new RegExp(`^[!#$%&'*+.^_\`|~0-9A-Za-z-]+ ${PARAMETER}(?:, ${PARAMETER})*$`);

/** What sets one kind of strategy apart from the others. */
export interface Kind {
  /** One without a dependency is not tried with a dependency that is down. */
  readonly asks: 'somebody' | 'nobody';
  readonly trustedProxies?: readonly string[];
}

/** What every strategy promises, whatever it checks. */
export function keepsTheContract(name: string, start: (host: LineKeeper) => Promise<Subject>, { asks, trustedProxies }: Kind): void {
  describe(name, () => {
    const host = new LineKeeper(trustedProxies);
    const verdicts: Verdict[] = [];
    let subject: Subject;
    let authenticator: Authenticator;

    const ask = async (request: AuthRequest): Promise<Verdict> => {
      const verdict = await authenticator.authenticate(request);
      verdicts.push(verdict);
      return verdict;
    };

    beforeAll(async () => {
      subject = await start(host);
      authenticator = await subject.strategy.prepare(subject.config as never, 'contract');
    });
    afterAll(() => subject.close?.());

    it('finds nothing where there are no credentials of its kind', async () => {
      for (const request of subject.without) expect(await ask(request)).toEqual({ outcome: 'absent' });
    });

    it('refuses bad credentials with a reason, and never throws', async () => {
      const refuses = fc.asyncProperty(subject.bad, async (request) => {
        const verdict = await ask(request);
        expect(verdict).toMatchObject({ outcome: 'rejected', reason: expect.stringMatching(SNAKE_CASE) });
      });
      await fc.assert(refuses, { numRuns: 150 });
    });

    it('does not trip over any header', async () => {
      const survives = fc.asyncProperty(anyAuthorization(), async (authorization) => {
        expect(['absent', 'rejected']).toContain((await ask(withAuthorization(authorization))).outcome);
      });
      await fc.assert(survives, { numRuns: 150 });
    });

    it('accepts good ones as a frozen principal of its scheme', async () => {
      const verdict = await ask(subject.good());
      if (verdict.outcome !== 'accepted') throw new Error(`not accepted: ${inspect(verdict)}`);
      const { principal } = verdict;
      expect(principal).toMatchObject({ scheme: 'contract', method: subject.method });
      expect(Object.isFrozen(principal)).toBe(true);
      expect(Object.isFrozen(principal.claims)).toBe(true);
      expect(JSON.parse(JSON.stringify(principal))).toEqual(principal);
    });

    it('answers at once what it knows already', async () => {
      await ask(subject.good());
      const verdict = authenticator.authenticate(subject.good());
      expect(verdict).not.toBeInstanceOf(Promise);
      expect(verdict).toMatchObject({ outcome: 'accepted' });
    });

    it('challenges as RFC 9110 says', () => {
      expect(authenticator.challenges.length).toBeGreaterThan(0);
      for (const { scheme, params } of authenticator.challenges)
        expect(formatChallenge({ scheme, params: { realm: 'a', ...params } })).toMatch(CHALLENGE);
    });

    if (asks !== 'nobody')
      it('cannot find out, and says so, while what it asks is down', async () => {
        await subject.stopDependency?.();
        const fresh = await subject.strategy.prepare(subject.config as never, 'contract');
        const error: unknown = await Promise.resolve(fresh.authenticate(subject.good())).catch((reason: unknown) => reason);
        await fresh.close?.();
        expect(error).toBeInstanceOf(AuthUnavailableError);
        const report = { scheme: 'contract', outcome: 'unavailable', reason: 'unavailable', cause: error } as const;
        host.lines.push(
          inspect(error, { depth: 10 }),
          formatDenial({ status: 503, code: '', transport: 'http', route: '', steps: [report] }),
        );
      });

    it('shows no secret', () => {
      const seen = [
        ...host.lines,
        inspect(
          verdicts.filter(({ outcome }) => outcome === 'rejected'),
          { depth: 10, maxArrayLength: null },
        ),
      ].join('\n');
      expect(verdicts.some(({ outcome }) => outcome === 'rejected')).toBe(true);
      expect(subject.secrets.filter((secret) => seen.includes(secret))).toEqual([]);
      expect(subject.secrets.filter((secret) => inspect(verdicts, { depth: 10, maxArrayLength: null }).includes(secret))).toEqual([]);
    });

    it('can be closed twice', async () => {
      await authenticator.close?.();
      const again = Promise.resolve(authenticator.close?.()).then(() => 'closed');
      await expect(again).resolves.toBe('closed');
    });
  });
}

/** A request as Node would make it of one header field. */
export function withAuthorization(authorization: string, rest: Partial<AuthRequest> = {}): AuthRequest {
  return { headers: { authorization }, rawHeaders: ['Authorization', authorization], ...rest };
}

/** A request that carries nothing. */
export const NOTHING: AuthRequest = { headers: {}, rawHeaders: [] };

/** What Node lets through as the value of a header field: tabs, and every octet from the space on but DEL. */
export function fieldText(): fc.Arbitrary<string> {
  const octet = fc.integer({ min: 0x20, max: 0xff }).map((code) => (code === 0x7f ? '\t' : String.fromCharCode(code)));
  return fc.string({ unit: octet, maxLength: 300 });
}

function anyAuthorization(): fc.Arbitrary<string> {
  const scheme = fc.constantFrom('', 'Bearer', 'bearer ', 'Basic', 'BASIC  ', 'DPoP ', 'Bearer, Basic ', 'Negotiate ');
  return fc.oneof(
    fieldText(),
    fc.tuple(scheme, fieldText()).map((parts) => parts.join(' ')),
    fc.integer({ min: 1, max: 20_000 }).map((length) => `Bearer ${'a'.repeat(length)}`),
  );
}

/** Credentials of a scheme that were not issued: any text, and texts of the right alphabet. */
export function badCredentials(scheme: 'Bearer' | 'Basic'): fc.Arbitrary<AuthRequest> {
  const base64 = fc.uint8Array({ maxLength: 200 }).map((octets) => Buffer.from(octets).toString('base64'));
  const pairs = fc.tuple(fieldText(), fieldText()).map(([user, password]) => Buffer.from(`${user}:x${password}`).toString('base64'));
  const compact = fc
    .tuple(base64, base64, base64)
    .map((parts) => parts.join('.').replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''));
  return fc.oneof(fieldText(), base64, pairs, compact).map((text) => withAuthorization(`${scheme} ${text}`));
}
