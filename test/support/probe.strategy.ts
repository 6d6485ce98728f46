import { Injectable } from '@nestjs/common';
import {
  type Authenticator,
  type AuthRequest,
  type AuthStrategy,
  AuthUnavailableError,
  type Challenge,
  createPrincipal,
  type PrincipalInit,
  type Verdict,
} from 'nest-service-auth';

export interface ProbeConfig {
  /** The request header, in lower case, that says how to behave. */
  readonly header: string;
  readonly challenges?: readonly Challenge[];
  readonly method?: string;
}

/** What a probe is told to do with a request. */
export interface Behaviour {
  readonly accept?: Partial<PrincipalInit>;
  readonly reject?: string;
  /** Beside `unavailable` or `reject`; alone, it rejects. */
  readonly retryAfter?: number;
  /** Beside `reject`. */
  readonly status?: 400 | 403;
  readonly unavailable?: string;
  /** Returned as it is: what a broken strategy might say. */
  readonly garbage?: unknown;
  /** Answers with a promise. */
  readonly later?: boolean;
}

declare module 'nest-service-auth' {
  interface AuthSchemeConfigs {
    probeConfig: ProbeConfig;
  }
}

/** A strategy that does what the request tells it to: every outcome of a step, on demand. */
@Injectable()
export class ProbeStrategy implements AuthStrategy<ProbeConfig> {
  readonly configKey = 'probeConfig';

  prepare({ header, challenges = [{ scheme: 'Probe' }], method = 'probe' }: ProbeConfig, name: string): Authenticator {
    const behave = ({ accept, reject, retryAfter, status, unavailable, garbage }: Behaviour): Verdict => {
      const wait = retryAfter !== undefined && { retryAfter };
      if (unavailable !== undefined) throw new AuthUnavailableError(unavailable, { ...wait });
      if (reject !== undefined || wait) return { outcome: 'rejected', reason: reject ?? 'locked', ...wait, ...(status && { status }) };
      if (accept !== undefined)
        return { outcome: 'accepted', principal: createPrincipal({ scheme: name, method, username: 'somebody', ...accept }) };
      return garbage as Verdict;
    };
    return {
      challenges,
      authenticate(request: AuthRequest): Verdict | Promise<Verdict> {
        const told = request.headers[header];
        if (typeof told !== 'string') return { outcome: 'absent' };
        const behaviour = JSON.parse(told) as Behaviour;
        return behaviour.later ? Promise.resolve().then(() => behave(behaviour)) : behave(behaviour);
      },
    };
  }
}

/** The request headers that tell probes how to behave: `tell({ 'x-a': { accept: {} } })`. */
export function tell(behaviours: Readonly<Record<string, Behaviour>>): Record<string, string> {
  return Object.fromEntries(Object.entries(behaviours).map(([header, behaviour]) => [header, JSON.stringify(behaviour)]));
}
