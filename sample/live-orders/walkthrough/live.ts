import { setTimeout as sleep } from 'node:timers/promises';
import type { Inspection } from '../../../demo/demo.js';
import { inspection } from '../../../demo/inspection.js';
import { ask, login, PLACE, type Service } from './clients.js';
import { type Watch, watchDisplay, watchSubscription } from './watch.js';

/** How long the short login lasts, and how late its end may be noticed, in seconds. */
const SHORT = 3;
const LATE = 5;

/** Orders that arrive while two clients watch. */
export function liveSteps(service: Service): Inspection[] {
  return [
    inspection('An order that arrives as a message reaches the display and a subscription', async () => {
      const [display, subscription] = await watchBoth(service, await login(service, 'floor'));
      const before = display.seen.length;
      const alice = await login(service, 'alice');
      for (let attempt = 0; attempt < 50 && subscription.seen.length === 0; attempt++) {
        await PLACE.messages(service, alice);
        await sleep(100);
      }
      for (const watch of [display, subscription]) watch.close();
      return [display.seen.slice(before).includes(subscription.seen[0] ?? ''), true];
    }),
  ];
}

/** A login that expires while two clients watch. */
export function expirySteps(service: Service): Inspection[] {
  return [
    inspection(`A login of ${SHORT} seconds ends the connections: of the display by a code, of the subscription by 4401`, async () => {
      const watches = await watchBoth(service, await login(service, 'floor', SHORT));
      const late = sleep((SHORT + LATE) * 1000, 'still open');
      return [await Promise.all(watches.map(({ ended }) => Promise.race([ended, late]))), ['UNAUTHENTICATED', '4401']];
    }),
    inspection('After the next login the display gets the orders that it has missed', async () => {
      const alice = await login(service, 'alice');
      await PLACE.HTTP(service, alice);
      const { data } = Object(await ask(service, alice, '{ orders { id } }'));
      const display = await watchDisplay(service, await login(service, 'floor'));
      await sleep(500);
      display.close();
      return [display.seen, data.orders.map(({ id }: { id: string }) => id)];
    }),
  ];
}

async function watchBoth(service: Service, token: string): Promise<[Watch, Watch]> {
  return [await watchDisplay(service, token), await watchSubscription(service, token)];
}
