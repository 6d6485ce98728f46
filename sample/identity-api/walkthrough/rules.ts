import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Incident, Step } from '../../../demo/demo.js';
import { forbidden, good, step } from '../../../demo/step.js';
import type { Settings } from '../settings.js';
import { ACCOUNTS } from './accounts.js';
import type { Addresses } from './addresses.js';

/** How many seconds to wait until a change of the file takes effect. It usually takes two. */
const PATIENCE = 10;

/** What a rule of the file requires, and what it is changed to. */
const CONFIGURE = '"/permission/admin/configure"';
const USERS = '"/permission/admin/manage/identity/usermgt"';
const GOOD = 'secure = false';
const BAD = 'secure = maybe';

/** The rules change while the service runs, once with a mistake. */
export function ruleSteps({ configs }: Addresses, { rulesFile }: Settings): (Step | Incident)[] {
  const asManager = { user: ACCOUNTS.manager };
  const configuration = good({ passwordHash: 'argon2id' });
  return [
    step('The manager may not see the configuration', configs, asManager, forbidden()),
    {
      title: 'The rules are edited: they now allow the manager',
      change: () => edit(rulesFile, CONFIGURE, USERS),
    },
    { ...step('The manager may, without a restart', configs, asManager, configuration), patience: PATIENCE },
    {
      title: 'The file is edited with a mistake, and the log reports it',
      change: () => edit(rulesFile, GOOD, BAD),
      logged: { by: 'identity-service', text: 'The previous access rules stay in force' },
    },
    step('The last good rules stay in force', configs, asManager, configuration),
    { title: 'The mistake is corrected', change: () => edit(rulesFile, BAD, GOOD) },
    { title: 'The first edit is undone', change: () => edit(rulesFile, USERS, CONFIGURE) },
    { ...step('The manager may not, as before', configs, asManager, forbidden()), patience: PATIENCE },
  ];
}

async function edit(file: string, before: string, after: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  if (!text.includes(before)) throw new Error(`${file} has no ${before}.`);
  // A finished file that is renamed into place is used soonest. A file that is written in place waits until its writer has stopped.
  await writeFile(`${file}.new`, text.replace(before, after));
  await sleep(50);
  await rename(`${file}.new`, file);
}
