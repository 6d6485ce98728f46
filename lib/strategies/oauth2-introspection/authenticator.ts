import { type Clock, earlier, later, type Moment, momentAt, NEVER, present } from '../../clock.js';
import type { AccessTokens } from '../../http/access-tokens.js';
import type { AuthRequest } from '../../http/auth-request.js';
import { isToken68 } from '../../http/authorization.js';
import type { RouteMethods } from '../../http/route-methods.js';
import type { TokenReader } from '../../http/token-reader.js';
import type { TokenSource } from '../../http/token-source.js';
import type { CacheConfig } from '../../memory/cache-config.js';
import type { SharedState } from '../../memory/shared-state.js';
import { VerdictMemory } from '../../memory/verdict-memory.js';
import { type DependencyHealth, healthOf } from '../../outgoing/dependency-health.js';
import { SingleFlight } from '../../outgoing/single-flight.js';
import { BearerMechanism, UNUSABLE } from '../bearer.js';
import { type Confirm, confirmed } from '../binding/confirmation.js';
import { ABSENT, type Authenticator, type AuthenticatorStats, rejected, type Verdict } from '../strategy.js';
import type { IntrospectionAnswer } from './answer.js';
import { type Expectations, judge } from './judge.js';
import { type AskForAnswer, sharedAnswers } from './shared-answers.js';
import type { WatchedEndpoint } from './watched-endpoint.js';

/** What an {@link IntrospectionAuthenticator} works with. */
export interface IntrospectionParts {
  readonly endpoint: WatchedEndpoint;
  readonly expected: Expectations;
  /** Finds the token of a request. */
  readonly readToken: TokenReader;
  /** Where it is looked for. */
  readonly tokenFrom?: readonly TokenSource[] | undefined;
  /** Checks the bindings of tokens. */
  readonly confirm: Confirm;
  /** How many answers are remembered, and for how long; undefined to ask for every request. */
  readonly cacheConfig: CacheConfig | undefined;
  /** Seconds for which an answer without `exp` holds. */
  readonly defaultTokenExpTime: number;
  readonly clock: Clock;
  /** Where answers are shared, and the name of this endpoint there; undefined where each process asks for itself. */
  readonly shared?: { readonly state: SharedState; readonly name: string } | undefined;
  readonly close: () => Promise<void>;
}

/** What was found out about a token. */
interface Finding {
  readonly verdict: Verdict;
  readonly holdsUntil: Moment;
}

/** Seconds for which a refusal is remembered at most: a token may become active, and a wrong refusal costs its owner more than a question. */
const REFUSAL_LIFE = 10;
const DEPENDENCY = 'introspection';
const INACTIVE = rejected('inactive');

/** Asks an authorization server about the bearer token of every request. @see RFC 6750 §2.1, RFC 7662 */
export class IntrospectionAuthenticator extends BearerMechanism implements Authenticator {
  readonly accessTokens: AccessTokens;
  private readonly flights = new SingleFlight<Finding>();

  private readonly memory: VerdictMemory<Finding>;
  private readonly ask: AskForAnswer;

  constructor(private readonly parts: IntrospectionParts) {
    super(parts.tokenFrom);
    this.accessTokens = { issuers: parts.expected.issuer === undefined ? [] : [parts.expected.issuer] };
    const { cacheConfig: accepted, clock, endpoint, shared } = parts;
    // The answer holds from the question on: how long it took must not lengthen its life.
    const ask: AskForAnswer = async (token) => {
      const askedAt = present(clock);
      return { answer: await endpoint.ask(token), askedAt };
    };
    this.ask = shared === undefined ? ask : sharedAnswers(ask, { ...shared, ...this.lives, clock });
    this.memory = new VerdictMemory({ accepted, rejected: accepted && forRefusals(accepted), clock });
  }

  authenticate(request: AuthRequest, methods?: RouteMethods): Verdict | Promise<Verdict> {
    const credentials = this.parts.readToken(request, methods);
    if (credentials.kind === 'absent') return ABSENT;
    if (credentials.kind === 'malformed') return UNUSABLE[credentials.reason];
    if (!isToken68(credentials.value)) return UNUSABLE.malformed_credentials;
    const { value: token } = credentials;
    const key = this.memory.keyOf(token);
    const known = this.memory.recall(key, undefined);
    if (known !== undefined) return this.conclude(known, token, request);
    // A flight holds the token for as long as it takes, as the question does.
    return this.flights.run(token, () => this.findOut(token, key)).then((found) => this.conclude(found, token, request));
  }

  stats(): AuthenticatorStats {
    const { tally, state: breaker } = this.parts.endpoint.breaker;
    const { lookups: cache } = this.memory;
    return { ...(cache && { cache }), dependency: { name: DEPENDENCY, ...tally, breaker } };
  }

  /** The state that requests have met. A probe with an invented token would show no more, and would need this application's credentials. */
  health(): DependencyHealth {
    const { breaker, trouble } = this.parts.endpoint;
    return healthOf(DEPENDENCY, breaker.state, trouble());
  }

  close(): Promise<void> {
    this.memory.clear();
    return this.parts.close();
  }

  /** A token that is bound to a certificate or to a key is checked against every request, also when it is remembered. */
  private conclude({ verdict }: Finding, token: string, request: AuthRequest): Verdict | Promise<Verdict> {
    if (verdict.outcome !== 'accepted') return verdict;
    return confirmed(verdict, this.parts.confirm(verdict.principal.claims.cnf, token, request));
  }

  private async findOut(token: string, key: string): Promise<Finding> {
    const { answer, askedAt } = await this.ask(token);
    const finding = this.weigh(answer, askedAt);
    const { activeLife, inactiveLife } = this.lives;
    const end = later(askedAt, (answer.active ? activeLife : inactiveLife) * 1000);
    this.memory.remember(key, finding, this.parts.shared === undefined ? finding.holdsUntil : earlier(finding.holdsUntil, end));
    return finding;
  }

  /** Seconds for which answers hold at most, by the configuration of the cache. */
  private get lives(): { readonly activeLife: number; readonly inactiveLife: number } {
    const { cacheConfig: { defaultMaxAge = -1 } = {}, defaultTokenExpTime } = this.parts;
    const activeLife = defaultMaxAge === -1 ? defaultTokenExpTime : defaultMaxAge;
    return { activeLife, inactiveLife: Math.min(activeLife, REFUSAL_LIFE) };
  }

  private weigh(answer: IntrospectionAnswer, askedAt: Moment): Finding {
    if (!answer.active) return { verdict: INACTIVE, holdsUntil: NEVER };
    const { expected, clock, defaultTokenExpTime } = this.parts;
    const { verdict, until } = judge(answer.claims, expected, clock.wall() / 1000);
    const holdsUntil = until === undefined ? later(askedAt, defaultTokenExpTime * 1000) : momentAt(until * 1000, present(clock));
    return { verdict, holdsUntil };
  }
}

function forRefusals({ defaultMaxAge = -1, ...others }: CacheConfig): CacheConfig {
  return { ...others, defaultMaxAge: defaultMaxAge === -1 ? REFUSAL_LIFE : Math.min(defaultMaxAge, REFUSAL_LIFE) };
}
