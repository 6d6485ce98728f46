import type { Step } from '../../../demo/demo.js';
import { forbidden, good, step, unauthorized } from '../../../demo/step.js';
import { ACCOUNTS } from './accounts.js';
import type { Addresses } from './addresses.js';
import { CHALLENGES, INVALID_TOKEN } from './challenges.js';

const { users, tokens, keys } = CHALLENGES;
const VIEW = 'internal_application_mgt_view';
const UPDATE = 'internal_application_mgt_update';
const SHOP = { id: 'shop', name: 'Shop', owner: 'developer' };
const PORTAL = { id: 'portal', name: 'Portal', owner: 'admin' };

/** Tokens that the service itself issues. */
export function tokenSteps(addresses: Addresses): Step[] {
  const { token, users: list, applications } = addresses;
  return [
    step('No token without a password', token, { method: 'POST' }, unauthorized(users)),
    tokenStep('A token of the manager', 'MANAGER', token, { user: ACCOUNTS.manager, scope: '' }),
    tokenStep('A token of the developer, to look at applications', 'LOOK', token, { user: ACCOUNTS.developer, scope: VIEW }),
    tokenStep('Another, to change them', 'CHANGE', token, { user: ACCOUNTS.developer, scope: UPDATE }),
    step('No token for a token: the rule allows passwords only', token, { method: 'POST', bearer: '$MANAGER' }, unauthorized(users)),
    step('A text that is not a token', list, { bearer: 'hello' }, unauthorized(users, INVALID_TOKEN, keys)),
    step(
      'The roles in a token count as those of its user',
      `${list}/ada`,
      { bearer: '$MANAGER' },
      good({ id: 'ada', name: 'Ada Lovelace' }),
    ),
    step('A token without the scope', applications, { bearer: '$MANAGER' }, forbidden(insufficient(VIEW))),
    step('A token with it', applications, { bearer: '$LOOK' }, good([SHOP, PORTAL])),
  ];
}

/** A custom authorizer: only its owner may change an application. */
export function ownerSteps({ applications }: Addresses): Step[] {
  const change = { method: 'PUT', json: { name: 'Book Shop' } };
  const [shop, portal, none] = ['shop', 'portal', 'none'].map((id) => `${applications}/${id}`) as [string, string, string];
  const renamed = good({ ...SHOP, name: 'Book Shop' });
  return [
    step('An application, without credentials', shop, change, unauthorized(users, tokens)),
    step('Its owner, with a token that lacks the scope', shop, { ...change, bearer: '$LOOK' }, forbidden(insufficient(UPDATE))),
    step('Its owner, with the right token', shop, { ...change, bearer: '$CHANGE' }, renamed),
    step('Its owner, with a password', shop, { ...change, user: ACCOUNTS.developer }, renamed),
    step('The administrator, who is not its owner', shop, { ...change, user: ACCOUNTS.admin }, forbidden()),
    step('The developer, and an application of another owner', portal, { ...change, bearer: '$CHANGE' }, forbidden()),
    step('An application that does not exist: the same answer', none, { ...change, bearer: '$CHANGE' }, forbidden()),
  ];
}

function insufficient(scope: string): string {
  return `${tokens}, error="insufficient_scope", scope="${scope}"`;
}

interface TokenRequest {
  readonly user: string;
  readonly scope: string;
}

/** Requests a token and keeps it as `$<variable>`. */
function tokenStep(title: string, variable: string, url: string, { user, scope }: TokenRequest): Step {
  return {
    title,
    method: 'POST',
    url,
    headers: {},
    user,
    form: { grant_type: 'client_credentials', ...(scope !== '' && { scope }) },
    expect: { status: 200, bodyHas: { token_type: 'Bearer', scope } },
    keepToken: variable,
  };
}
