import { type Clock, later, type Moment, momentAt, NEVER, present } from '../../clock.js';
import type { AuthRequest } from '../../http/auth-request.js';
import { readCredentials } from '../../http/authorization.js';
import { credentialKey } from '../../memory/verdict-cache.js';
import { type DependencyHealth, healthOf } from '../../outgoing/dependency-health.js';
import { SingleFlight } from '../../outgoing/single-flight.js';
import { checkBinding } from '../binding/certificate-binding.js';
import { ABSENT, type Authenticator, type AuthenticatorStats, rejected, type Verdict } from '../strategy.js';
import type { IntrospectionAnswer } from './answer.js';
import { type Expectations, judge } from './judge.js';
import type { Finding, FindingMemory } from './memory.js';
import type { WatchedEndpoint } from './watched-endpoint.js';

/** What an {@link IntrospectionAuthenticator} works with. */
export interface IntrospectionParts {
  readonly endpoint: WatchedEndpoint;
  readonly expected: Expectations;
  /** Where findings are kept; undefined to ask every time. */
  readonly memory: FindingMemory | undefined;
  /** Seconds for which an answer without `exp` holds. */
  readonly defaultTokenExpTime: number;
  readonly clock: Clock;
  readonly close: () => Promise<void>;
}

const DEPENDENCY = 'introspection';
const INACTIVE = rejected('inactive');

/** Asks an authorization server about the bearer token of every request. @see RFC 6750 §2.1, RFC 7662 */
export class IntrospectionAuthenticator implements Authenticator {
  readonly challenges = [{ scheme: 'Bearer' }];
  private readonly flights = new SingleFlight<Finding>();

  constructor(private readonly parts: IntrospectionParts) {}

  authenticate(request: AuthRequest): Verdict | Promise<Verdict> {
    const credentials = readCredentials(request, 'bearer');
    if (credentials.kind === 'absent') return ABSENT;
    if (credentials.kind === 'malformed') return rejected(credentials.reason);
    const key = credentialKey(credentials.value);
    const known = this.parts.memory?.recall(key);
    if (known !== undefined) return forConnection(known, request);
    return this.flights.run(key, () => this.findOut(credentials.value, key)).then((found) => forConnection(found, request));
  }

  stats(): AuthenticatorStats {
    const { endpoint, memory } = this.parts;
    const { tally, state: breaker } = endpoint.breaker;
    return { ...(memory && { cache: memory.lookups }), dependency: { name: DEPENDENCY, ...tally, breaker } };
  }

  /** What the requests met: a token of nobody's would tell no more, and would need this application's credentials. */
  health(): DependencyHealth {
    const { breaker, trouble } = this.parts.endpoint;
    return healthOf(DEPENDENCY, breaker.state, trouble());
  }

  close(): Promise<void> {
    this.parts.memory?.clear();
    return this.parts.close();
  }

  private async findOut(token: string, key: string): Promise<Finding> {
    const { endpoint, memory, clock } = this.parts;
    // The answer holds from the question on: how long it took must not lengthen its life.
    const askedAt = present(clock);
    const finding = this.weigh(await endpoint.ask(token), askedAt);
    memory?.keep(key, finding);
    return finding;
  }

  private weigh(answer: IntrospectionAnswer, askedAt: Moment): Finding {
    if (!answer.active) return { verdict: INACTIVE, holdsUntil: NEVER };
    const { expected, clock, defaultTokenExpTime } = this.parts;
    const { verdict, until } = judge(answer.claims, expected, clock.wall() / 1000);
    const holdsUntil = until === undefined ? later(askedAt, defaultTokenExpTime * 1000) : momentAt(until * 1000, present(clock));
    return { verdict, holdsUntil };
  }
}

/** Whether a token that is bound to a certificate came with it is a matter of the connection: what was remembered says nothing of it. */
function forConnection({ verdict }: Finding, request: AuthRequest): Verdict {
  if (verdict.outcome !== 'accepted') return verdict;
  const refusal = checkBinding(verdict.principal.claims.cnf, request);
  return refusal === undefined ? verdict : rejected(refusal);
}
