import type { Incident, Step } from '../../../demo/demo.js';
import type { Settings } from '../settings.js';
import { addressesOf } from './addresses.js';
import { adminSteps } from './admin.js';
import { apiSteps } from './api.js';
import { outageSteps } from './outage.js';
import { partnerSteps, paymentSteps } from './partner.js';
import { tokenSteps } from './tokens.js';
import { internalSteps, reportSteps } from './users.js';

/** Every protection of the sample: without credentials, with invalid, insufficient and valid ones, and while the identity provider is down. */
export function walkthrough(settings: Settings): (Step | Incident)[] {
  const addresses = addressesOf(settings);
  return [
    ...tokenSteps(addresses, settings),
    ...apiSteps(addresses),
    ...adminSteps(addresses),
    ...internalSteps(addresses),
    ...reportSteps(addresses),
    ...partnerSteps(addresses, settings),
    ...paymentSteps(addresses, settings),
    ...outageSteps(addresses, settings),
  ];
}
