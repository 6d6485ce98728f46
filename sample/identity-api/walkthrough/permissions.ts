import type { Incident, Step } from '../../../demo/demo.js';
import { forbidden, good, step, unauthorized } from '../../../demo/step.js';
import { ACCOUNTS } from './accounts.js';
import type { Addresses } from './addresses.js';
import { CHALLENGES } from './challenges.js';

const { users, tokens, certificates, keys } = CHALLENGES;
const ADA = { id: 'ada', name: 'Ada Lovelace' };
const GRACE = { id: 'grace', name: 'Grace Hopper' };
const BARBARA = { id: 'barbara', name: 'Barbara Liskov' };

/** Open routes, protected routes, and a route without a rule. */
export function defaultSteps({ health, users: list, threads }: Addresses): Step[] {
  return [
    step('A rule opens /health', health, {}, good({ status: 'up' })),
    step('The rule for /users: three ways in, and one challenge for each', list, {}, unauthorized(users, tokens, keys)),
    step('A rule without handlers: all four', `${list}/me`, {}, unauthorized(users, tokens, certificates, keys)),
    step('A route without a rule is closed to callers without credentials', threads, {}, unauthorized(users, tokens, certificates, keys)),
    step('… and to all others', threads, { user: ACCOUNTS.admin }, forbidden()),
  ];
}

/** Passwords, roles and the tree of permissions. */
export function permissionSteps({ users: list, configs }: Addresses): (Step | Incident)[] {
  const { admin, manager, viewer, developer } = ACCOUNTS;
  const add = { method: 'POST', json: BARBARA };
  return [
    step('A wrong password', list, { user: 'viewer:guessed' }, unauthorized(users, tokens, keys)),
    step('The viewer may list users', list, { user: viewer }, good([ADA, GRACE])),
    step('… and may not add one: the permission is not enough', list, { ...add, user: viewer }, forbidden()),
    {
      title: 'The log says what was required and what the viewer holds. The answer does not',
      logged: { by: 'identity-service', text: 'users: the caller is "viewer", but lacks a permission. Required: ' },
    },
    step('The developer sends the right password, and has no permission', list, { user: developer }, forbidden()),
    step('The manager may: usermgt grants usermgt/create', list, { ...add, user: manager }, good(BARBARA, 201)),
    step('… and look at her: usermgt grants usermgt/list', `${list}/barbara`, { user: manager }, good(BARBARA)),
    step('… and remove her', `${list}/barbara`, { method: 'DELETE', user: manager }, good('', 204)),
    step('… and may not read the configuration: it is another branch of the tree', configs, { user: manager }, forbidden()),
    step('The administrator may: admin grants everything below', configs, { user: admin }, good({ passwordHash: 'argon2id' })),
  ];
}

/** URLs that another program might interpret in another way. */
export function addressSteps({ users: list }: Addresses): Step[] {
  const bad = { status: 400, bodyHas: { statusCode: 400 } };
  return [
    step('An encoded slash: another program might see /health', `${list}/..%2f..%2f..%2fhealth`, { user: ACCOUNTS.admin }, bad),
    step('A path parameter: another program might cut it off', `${list}/me;id=ada`, { user: ACCOUNTS.admin }, bad),
    step('An encoded percent sign: another program might decode it twice', `${list}/%252e%252e`, { user: ACCOUNTS.admin }, bad),
  ];
}
