import type { Chapter } from '../../../demo/demo.js';
import type { Settings } from '../settings.js';
import type { Transcript } from '../transcript.js';
import { addressesOf } from './addresses.js';
import { showHops } from './hops.js';
import { loginStep } from './logins.js';
import { outageSteps } from './outage.js';
import { sessionSteps } from './session.js';
import { strangerSteps } from './strangers.js';

/** The session of the guide, with its own tokens and then through the gateway; the refusals; and the behaviour without the STS. */
export function walkthrough(transcript: Transcript, settings: Settings): Chapter[] {
  const addresses = addressesOf(settings);
  const { orders, gateway } = addresses;
  return [
    { title: "The guide's session", steps: sessionSteps(transcript, orders, { counter: 'COUNTER', admin: 'ADMIN' }) },
    {
      title: 'Alice and Bob log in',
      steps: [
        loginStep("Alice, who may do what the guide's 'counter' may", 'ALICE', 'alice', addresses),
        loginStep("Bob, who may do what its 'admin' may", 'BOB', 'bob', addresses),
      ],
    },
    {
      title: 'The same session through the API gateway',
      steps: showHops(sessionSteps(transcript, gateway, { counter: 'ALICE', admin: 'BOB' })),
    },
    { title: 'Tokens that are not from the STS', steps: strangerSteps(addresses, settings) },
    { title: 'Without the STS', steps: outageSteps(addresses) },
  ];
}
