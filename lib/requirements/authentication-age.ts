import * as z from 'zod';
import { type Clock, SYSTEM_CLOCK } from '../clock.js';
import { chosen } from '../config/schema.js';
import type { Principal } from '../principal.js';
import type { Demand, Requirement } from './requirement.js';

type Declared = {
  /**
   * How long ago the user may have authenticated, in whole seconds: the `auth_time` claim is compared with the time of every request. A
   * caller whose authentication is older, or whose token has no time of it, must authenticate again, and gets 401.
   * @see RFC 9470 §3
   */
  readonly maxAuthAge?: number;
};
type Described = {
  /** How long ago the user may have authenticated, in seconds. */
  readonly maxAuthAge?: number;
};
type InRule = {
  /** How long ago the user of a caller may have authenticated, in whole seconds. */
  readonly maxAuthAge?: number;
};

/** Seconds by which the clock of the authorization server may be ahead. A time further in the future is a mistake, such as milliseconds. */
const AHEAD = 60;

const age = z.number().refine((seconds) => Number.isSafeInteger(seconds) && seconds >= 1, 'must be a whole number of seconds, 1 or more');

/**
 * Makes the requirement that the user authenticated recently.
 *
 * @param clock - the clock that `auth_time` is compared with.
 * @see RFC 9470
 */
export function authenticationAge(clock: Clock = SYSTEM_CLOCK): Requirement<Declared, Described, InRule> {
  return {
    field: 'maxAuthAge',
    schema: chosen<number, Demand>(
      () => age,
      (maxAge) => demandOf(maxAge, clock),
    ),
    inRule: age,
    reasons: {
      authentication_too_old: 'authenticated too long ago',
      authentication_time_unknown: 'has no auth_time that says when it authenticated, or one in the future',
    },
    inTable: (described) => `authenticated within ${String(described)} s`,
  };
}

function demandOf(maxAge: number, clock: Clock): Demand {
  return {
    field: 'maxAuthAge',
    described: maxAge,
    inWords: `an authentication within the last ${maxAge} seconds (auth_time)`,
    stepUp: true,
    challenge: { error_description: 'This request needs a more recent authentication: see max_age', max_age: String(maxAge) },
    unmet: ({ claims }: Principal) => {
      const time: unknown = claims?.auth_time;
      const now = clock.wall() / 1000;
      if (typeof time !== 'number' || !Number.isFinite(time) || time > now + AHEAD) return 'authentication_time_unknown';
      return now - time > maxAge ? 'authentication_too_old' : undefined;
    },
  };
}
