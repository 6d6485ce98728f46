import type { Step } from '../../../demo/demo.js';
import { good, step, unauthorized } from '../../../demo/step.js';
import { API_KEY } from './accounts.js';
import type { Addresses } from './addresses.js';
import { CHALLENGES } from './challenges.js';

const { users, tokens, keys } = CHALLENGES;

/** API keys: a way to authenticate of the application's own. */
export function keySteps({ users: list }: Addresses): Step[] {
  const headers = { 'X-Api-Key': API_KEY };
  const json = { id: 'joan', name: 'Joan Clarke' };
  return [
    step('A key that nobody handed out', list, { headers: { 'X-Api-Key': 'guessed' } }, unauthorized(users, tokens, keys)),
    step('A good key', `${list}/grace`, { headers }, good({ id: 'grace', name: 'Grace Hopper' })),
    step(
      'The same key, to add somebody: the rule allows people only',
      list,
      { method: 'POST', json, headers },
      unauthorized(users, tokens),
    ),
  ];
}
