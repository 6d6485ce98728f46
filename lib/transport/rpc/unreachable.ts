import { formsOf } from '../../http/credential-form.js';
import type { ProtectedPlan, Step } from '../../plan/plan.js';
import type { Authenticator } from '../../strategies/strategy.js';

/** What is wrong with a handler that no message can reach. */
export const UNREACHABLE =
  'no message can meet its entries: a message carries one credential, in its field "authorization", and no API key in a field of its own, cookie, client certificate or DPoP proof. Add an entry for Bearer or Basic credentials, or write @ResourceAuth({ auth: false }) to open the handler.';

/** Whether some message can meet a plan. */
export function isReachable({ steps, admitsAnonymous }: ProtectedPlan): boolean {
  return admitsAnonymous === true || steps.some(canBeMet);
}

function canBeMet(step: Step): boolean {
  return step.kind === 'single' ? canBeSent(step.authenticator) : step.steps.every(canBeMet);
}

/** `tokenFrom` does not apply to messages: every access token is in the field. An authenticator without forms may look at something else. */
function canBeSent(authenticator: Authenticator): boolean {
  const forms = formsOf(authenticator);
  const isToken = authenticator.accessTokens !== undefined;
  return forms.length === 0 || forms.some((form) => (form.kind === 'authorization' ? form.scheme !== 'dpop' : isToken));
}
