import { execFileSync, fork } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { COLD_STARTERS } from '../contenders/cold-start.js';
import { Issuer } from '../support/issuer.js';
import { publishKeys } from '../support/jwks-server.js';
import { median } from '../support/measure.js';

const ROOT = join(import.meta.dirname, '../../..');
const LIBRARY = join(ROOT, 'dist/few-files');
const APPLICATION = join(import.meta.dirname, '../support/cold-start-app.js');
const [BARE, ...OTHERS] = Object.keys(COLD_STARTERS);

/** What is measured of a start when Nest is loaded; all but the import is the difference to an application without authentication. */
const SITUATIONS = [
  { situation: 'import', of: 'importMillis', unit: 'ms' },
  { situation: 'to the first answer', of: 'answerMillis', unit: 'ms' },
  { situation: 'processor time', of: 'cpuMillis', unit: 'ms' },
  { situation: 'heap', of: 'heap', unit: 'MiB' },
  { situation: 'resident memory', of: 'resident', unit: 'MiB' },
];

/** What starting a process costs beside Nest, with the files that the tarball has. @param {{ quick: boolean }} options */
export async function run({ quick }) {
  execFileSync(process.execPath, [join(ROOT, 'pack/bundle.js'), LIBRARY]);
  const issuer = new Issuer('RS256');
  const { jwksUri, close } = await publishKeys(issuer);
  const library = pathToFileURL(join(LIBRARY, 'index.js')).href;
  const { pem, audience, url } = issuer;
  const order = { library, issuer: url, audience, jwksUri, pem, token: issuer.mint() };
  /** @type {Record<string, import('../support/cold-start-app.js').ColdStart[]>} */
  const starts = Object.fromEntries([BARE, ...OTHERS].map((contender) => [contender, []]));
  // In turn, so that other work on the machine disturbs all alike. The first round fills the system's cache of files.
  for (let round = 0; round <= (quick ? 1 : 21); round++)
    for (const contender of [BARE, ...OTHERS]) {
      const start = await startOnce({ ...order, contender });
      if (round > 0) starts[contender].push(start);
    }
  close();
  return SITUATIONS.flatMap(({ situation, of, unit }) => {
    const value = (/** @type {string} */ contender) => median(starts[contender].map((start) => start[of]));
    const base = of === 'importMillis' ? 0 : value(BARE);
    const total = { group: 'cold start', situation: `${situation}, in all`, contender: BARE, value: base, unit };
    return [
      ...(base > 0 ? [total] : []),
      ...OTHERS.map((contender) => ({ group: 'cold start', situation, contender, value: value(contender) - base, unit })),
    ];
  });
}

/** @param {import('../contenders/cold-start.js').Order} order @returns {Promise<import('../support/cold-start-app.js').ColdStart>} */
function startOnce(order) {
  const child = fork(APPLICATION, [JSON.stringify(order)], { execArgv: ['--expose-gc'] });
  return new Promise((resolve, reject) => {
    child.once('message', (start) => resolve(/** @type {any} */ (start)));
    child.once('exit', (code) => reject(new Error(`${order.contender} ended with ${code} before it answered.`)));
  });
}
