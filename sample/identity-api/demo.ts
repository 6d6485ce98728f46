import { rmSync } from 'node:fs';
import { copyFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Demo, DemoService } from '../../demo/demo.js';
import { nearby } from '../../demo/nearby.js';
import { readTls } from '../../demo/read-tls.js';
import { serviceOf } from '../../demo/service-of.js';
import type { KeyFiles } from '../support/keys/local-ca.js';
import { loadSettings, type Settings } from './settings.js';
import { ACCOUNTS, API_KEY } from './walkthrough/accounts.js';
import { addressesOf } from './walkthrough/addresses.js';
import { walkthrough } from './walkthrough/walkthrough.js';

/** The identity API: access rules by path, permissions, mappings of certificates, a custom strategy and a custom authorizer. */
export async function identityApi(): Promise<Demo> {
  const given = await loadSettings();
  const settings = { ...given, rulesFile: await copyOf(given.rulesFile), certificates: nearby(given.certificates) };
  const { caFile, keys } = settings.certificates;
  return {
    services: [identityService(settings)],
    chapters: [{ steps: walkthrough(settings) }],
    variables: {},
    tls: await readTls(caFile, keys.reporter),
    caFile,
    suggestions: suggest(settings),
  };
}

/** Copies the rules, because the walkthrough edits them. The copy is removed when this process ends. */
async function copyOf(file: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'identity-api-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const copy = join(folder, 'deployment.toml');
  await copyFile(file, copy);
  return copy;
}

function identityService({ port, rulesFile }: Settings): DemoService {
  const probe = addressesOf({ port }).health;
  return serviceOf('identity-api', { name: 'identity-service', port, probe, env: { RULES_FILE: rulesFile } });
}

/** Commands to paste into a shell. */
function suggest({ port, rulesFile, certificates: { caFile, keys } }: Settings): string[] {
  const { token, users, applications, sessions } = addressesOf({ port });
  const ask = (rest: string) => `curl -i --cacert ${caFile} ${rest}`;
  const showing = ({ certFile, keyFile }: KeyFiles) => `--cert ${certFile} --key ${keyFile}`;
  const form = "-d grant_type=client_credentials -d 'scope=internal_application_mgt_view internal_application_mgt_update'";
  return [
    'Get a fresh token:',
    `DEVELOPER=$(curl -s --cacert ${caFile} -u ${ACCOUNTS.developer} ${form} ${token} | node -p 'JSON.parse(fs.readFileSync(0)).access_token')`,
    '',
    'Use the token, or authenticate in another way:',
    ask(`${applications} -H "Authorization: Bearer $DEVELOPER"`),
    ask(`${applications}/shop -X PUT -H "Authorization: Bearer $DEVELOPER" -H "Content-Type: application/json" -d '{"name":"Mine"}'`),
    ...Object.values(ACCOUNTS).map((account) => ask(`${users}/me -u ${account}`)),
    ask(`${users}/me -H "X-Api-Key: ${API_KEY}"`),
    ask(`${sessions} ${showing(keys.reporter)}`),
    ask(`${sessions} ${showing(keys.gateway)} -H "WSO2-Identity-User: manager"`),
    '',
    `The rules are in ${rulesFile}. Change one, and send the request again.`,
  ];
}
