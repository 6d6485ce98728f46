import { readFile, writeFile } from 'node:fs/promises';
import type { Incident, Step } from '../../demo/demo.js';
import { forbidden, good, step } from '../../demo/step.js';
import type { Settings } from '../settings.js';
import { ACCOUNTS } from './accounts.js';
import type { Addresses } from './addresses.js';

/** For how many seconds a change of the file may go unnoticed; it usually takes one. */
const PATIENCE = 10;

/** The rules change while the service runs, for better or worse. */
export function ruleSteps({ configs }: Addresses, { rulesFile }: Settings): (Step | Incident)[] {
  const asManager = { user: ACCOUNTS.manager };
  const configuration = good({ passwordHash: 'argon2id' });
  return [
    step('The manager may not see the configuration', configs, asManager, forbidden()),
    {
      title: 'Somebody edits the rules: the manager may, from now on',
      change: () => edit(rulesFile, '"/permission/admin/configure"', '"/permission/admin/manage/identity/usermgt"'),
    },
    { ...step('The manager may, without a restart', configs, asManager, configuration), patience: PATIENCE },
    {
      title: 'Somebody makes a mistake: the file is wrong, which the log says',
      change: () => edit(rulesFile, 'secure = false', 'secure = maybe'),
      logged: { by: 'identity-service', text: 'The access rules are still those of before' },
    },
    step('The last good rules stay in force', configs, asManager, configuration),
  ];
}

async function edit(file: string, before: string, after: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  if (!text.includes(before)) throw new Error(`${file} has no ${before}.`);
  await writeFile(file, text.replace(before, after));
}
