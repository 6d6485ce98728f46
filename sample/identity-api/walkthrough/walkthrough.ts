import type { Incident, Step } from '../../../demo/demo.js';
import type { Settings } from '../settings.js';
import { addressesOf } from './addresses.js';
import { certificateSteps } from './certificates.js';
import { keySteps } from './keys.js';
import { addressSteps, defaultSteps, permissionSteps } from './permissions.js';
import { ruleSteps } from './rules.js';
import { ownerSteps, tokenSteps } from './tokens.js';

/** Every rule of the sample: who is admitted and who is refused, and what happens when the rules change. It edits the file of the rules. */
export function walkthrough(settings: Settings): (Step | Incident)[] {
  const addresses = addressesOf(settings);
  return [
    ...defaultSteps(addresses),
    ...permissionSteps(addresses),
    ...addressSteps(addresses),
    ...tokenSteps(addresses),
    ...ownerSteps(addresses),
    ...keySteps(addresses),
    ...certificateSteps(addresses, settings),
    ...ruleSteps(addresses, settings),
  ];
}
