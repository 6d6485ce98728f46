import type { Inspection, Step } from '../../../demo/demo.js';
import { inspection } from '../../../demo/inspection.js';
import { good, step } from '../../../demo/step.js';
import { ask, login, PLACE, type Service, send } from './clients.js';
import { expirySteps, liveSteps } from './live.js';

/** Passwords of the users, as curl takes them. */
const BOB = 'bob:bob-demo-password';
const REFUSED = { statusCode: 401, message: 'Unauthorized' };
const ITEMS = [{ category: 'books', code: '978-1484220498', qty: 2 }];

/** Who may do what on each transport, orders as they arrive, and a login that expires. */
export function walkthrough(service: Service): (Step | Inspection)[] {
  const { url } = service;
  return [
    step('The orders are not for everybody', `${url}/orders`, {}, { status: 401, bodyHas: REFUSED }),
    {
      ...step('Bob logs in', `${url}/login`, { method: 'POST', user: BOB }, { status: 200, bodyHas: { expires_in: 60 } }),
      keepToken: 'BOB',
    },
    step('He orders two books', `${url}/orders`, { method: 'POST', bearer: '$BOB', json: { id: '1', items: ITEMS } }, created('bob')),
    step(
      'and reads the order with its margin over GraphQL',
      `${url}/graphql`,
      { method: 'POST', bearer: '$BOB', json: { query: '{ orders { id status margin } }' } },
      good({ data: { orders: [{ id: '1', status: 'booked', margin: 5 }] } }),
    ),
    inspection('Alice gets the same order without the margin: it requires a scope of its own', () => withoutMargin(service)),
    ...callerSteps(service),
    inspection('Bob may not book stock himself: the service does it with a token of its own', () => bookAs(service, 'bob')),
    ...liveSteps(service),
    ...expirySteps(service),
  ];
}

/** The same caller on each transport: the answer is the same. */
function callerSteps(service: Service): Inspection[] {
  const tryAll = async (token: string | undefined, expected: string) => {
    const names = Object.keys(PLACE) as (keyof typeof PLACE)[];
    const outcomes = await Promise.all(names.map((name) => PLACE[name](service, token)));
    const table = (cell: (index: number) => string | undefined) => Object.fromEntries(names.map((name, index) => [name, cell(index)]));
    return [table((index) => outcomes[index]), table(() => expected)] as const;
  };
  return [
    inspection('Without a token no transport takes an order', () => tryAll(undefined, 'UNAUTHENTICATED')),
    inspection('The display lacks the scope on each of them', async () => tryAll(await login(service, 'floor'), 'FORBIDDEN')),
    inspection('Alice may place orders on each of them', async () => tryAll(await login(service, 'alice'), 'booked')),
  ];
}

async function withoutMargin(service: Service) {
  const answer = Object(await ask(service, await login(service, 'alice'), '{ orders { id margin } }'));
  const codes = answer.errors?.map(({ extensions }: { extensions: { code: string } }) => extensions.code);
  return [
    [answer.data, codes],
    [{ orders: [{ id: '1', margin: null }] }, ['FORBIDDEN']],
  ] as const;
}

async function bookAs(service: Service, name: string) {
  return [await send(service, await login(service, name), 'stock.book', ITEMS), 'FORBIDDEN'] as const;
}

function created(placedBy: string) {
  return good({ id: '1', items: ITEMS, placedBy, status: 'booked' }, 201);
}
