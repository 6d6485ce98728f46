import type { Step } from '../../../demo/demo.js';
import { good, step, unauthorized } from '../../../demo/step.js';
import { API_KEY } from './accounts.js';
import type { Addresses } from './addresses.js';
import { CHALLENGES } from './challenges.js';

const { users, tokens, keys } = CHALLENGES;

/** API keys: a custom strategy. */
export function keySteps({ users: list }: Addresses): Step[] {
  const headers = { 'X-Api-Key': API_KEY };
  const json = { id: 'joan', name: 'Joan Clarke' };
  return [
    step('An unknown key', list, { headers: { 'X-Api-Key': 'guessed' } }, unauthorized(users, tokens, keys)),
    step('A valid key', `${list}/grace`, { headers }, good({ id: 'grace', name: 'Grace Hopper' })),
    step('The same key, to add a user: the rule does not allow keys', list, { method: 'POST', json, headers }, unauthorized(users, tokens)),
  ];
}
