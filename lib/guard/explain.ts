import type { HttpException } from '@nestjs/common';
import type { StepReport } from '../auth-event.js';
import { quotedTextOf } from '../errors.js';
import { afterColon, quoted } from '../operator/log-text.js';
import { authenticatorsOf, type PlanOrigin, type Step } from '../plan/plan.js';
import type { Principal } from '../principal.js';
import { REQUIREMENTS } from '../requirements/every-requirement.js';
import type { RefusalException } from './exceptions.js';
import { explanationOf, type StepFailure } from './step-failure.js';

/** The explanations for clients, if `explain` is `'body'`. */
const explained = new WeakMap<HttpException, readonly string[]>();

/** Keeps an explanation for the body of the answer. */
export function explainInBody(exception: RefusalException, explanation: readonly string[]): void {
  // A copy: the event has the other one, and a sink of the application must not be able to change the answer.
  explained.set(exception, [...explanation]);
}

/** The explanation that the body of the answer gives; undefined where it gives none. */
export function explanationIn(exception: HttpException): readonly string[] | undefined {
  return explained.get(exception);
}

/** Why one step did not admit the caller: what it looked for, what it required, and what the caller has. Never a credential. */
export function explainStep({ step, outcome, reason, details, verdict }: StepFailure): string {
  if (outcome === 'absent') return `the request has no credentials for it.${wanted(step)}`;
  const unusable = UNUSABLE[reason];
  if (unusable !== undefined) return `${unusable} (${reason}).`;
  if (outcome === 'unavailable')
    return `the caller could not be determined${afterColon(details.cause === undefined ? undefined : quotedTextOf(details.cause))}.`;
  const { principal } = details;
  if (principal === undefined) return `the credentials are refused (${reason})${afterColon(explanationOf(verdict))}.`;
  const why = `the caller is ${quoted(principal.username)}, but ${WHY[reason] ?? reason}.`;
  return [why, ...required(step), held(principal), ...(outcome === 'step-up' ? [authenticated(principal)] : [])].join(' ');
}

/** The steps of a denial in words, one line each; the first line names the plan. */
export function explainDenial(code: string, steps: readonly StepReport[], source: PlanOrigin | undefined): string[] {
  const lines = steps.map(({ scheme, reason, explanation = ALONE[reason] ?? reason }, index) => `${index + 1}. ${scheme}: ${explanation}`);
  const opening = source === undefined ? ALONE[code] : `The route is protected by: ${source}.`;
  return opening === undefined ? lines : [opening, ...lines];
}

const WHY: Readonly<Record<string, string>> = {
  ...Object.assign({}, ...REQUIREMENTS.map(({ reasons }) => reasons)),
  no_access_rule: 'no access rule matches this request, and requests without a matching rule are denied',
};

/** The explanations for credentials that were found but not checked. */
const UNUSABLE: Readonly<Record<string, string>> = {
  ambiguous_credentials: 'the request has different tokens in the places where this scheme looks for one, so that the caller is ambiguous',
  cross_site_request:
    'the credentials are of a kind that browsers send by themselves, such as a cookie, and the request does not come from this site: Sec-Fetch-Site is neither same-origin nor none, and Origin is none of publicUrl and allowedOrigins',
};

/** The explanations where no step was tried. */
const ALONE: Readonly<Record<string, string>> = {
  ERR_AUTH_AMBIGUOUS_PATH:
    'The path is not normalized: it has //, a segment of dots, a semicolon, a backslash, or an escape of one of these or of %. Access rules are not applied to such paths.',
  ERR_AUTH_AMBIGUOUS_CREDENTIALS: 'The request has several Authorization header fields.',
  unknown_handler:
    'this handler has no plan, so every call is refused. If a decorator or an instrumentation wraps it, the wrapper must copy its metadata.',
  boot_not_finished:
    'the boot has not finished, or was stopped: every call is refused until it has finished. In a hybrid application, await app.init() before app.startAllMicroservices().',
  no_request:
    'the operation has no request with credentials: code has started it, or made its context without the request. Put the request into the context as req.',
  unexpected_error: 'the call could not be checked: code of its transporter, or of the application, failed. The cause is in the event.',
  no_way_in:
    "no scheme can admit a caller: no declaration covers the route (unannotated: 'deny'), or no access rule matches it and no scheme is declared.",
  has_credentials: 'the request has credentials, so the caller is not anonymous.',
  answered_by_enricher: 'the enricher answered the request itself.',
  answered_by_authorizer: 'a custom rule answered the request itself.',
};

function wanted(step: Step): string {
  const schemes = authenticatorsOf(step).flatMap(({ challenges }) => challenges.map(({ scheme }) => scheme));
  return schemes.length === 0 ? '' : ` It looks for: ${schemes.join(', ')}.`;
}

function required({ requirements: { demands } }: Step): string[] {
  return demands.length === 0 ? [] : [`Required: ${demands.map(({ inWords }) => inWords).join(' and ')}.`];
}

function authenticated({ claims }: Principal): string {
  return `Authenticated: acr ${quoted(claims?.acr ?? null)}, auth_time ${quoted(claims?.auth_time ?? null)}.`;
}

function held({ scopes, permissions, roles }: Principal): string {
  return `Held: scopes ${quoted(scopes)}, permissions ${quoted(permissions)}, roles ${quoted(roles)}.`;
}
