import type { Step } from '../../../demo/demo.js';
import { SHOP } from '../sts/clients.js';
import { DEMO_LOGIN } from '../sts/grants/demo-login.js';
import type { Addresses } from './addresses.js';

/** The scopes of Alice and Bob: those of the guide's two users. */
const SCOPES = { alice: 'add_order', bob: 'add_order update_order cancel_order' } as const;

/** Logs a user in and keeps the opaque token as `$<variable>`. */
export function loginStep(title: string, variable: string, username: keyof typeof SCOPES, { token }: Addresses): Step {
  return {
    title,
    method: 'POST',
    url: token,
    headers: {},
    user: `${SHOP.id}:${SHOP.secret}`,
    form: { grant_type: DEMO_LOGIN, username },
    expect: { status: 200, bodyHas: { token_type: 'Bearer', scope: SCOPES[username] } },
    keepToken: variable,
  };
}
