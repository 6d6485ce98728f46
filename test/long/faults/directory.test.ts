import { setTimeout as sleep } from 'node:timers/promises';
import { createTestCa } from '../../support/certificates.js';
import { eventually } from '../../support/eventually.js';
import { type DependentApp, removeDependentProgram, startDependent } from '../../support/faults/dependent-app.js';
import { Load, statusesOf } from '../../support/faults/load.js';
import { ldapConfig } from '../../support/ldap-facts.js';
import { type Slapd, startSlapd } from '../../support/ldap-slapd.js';
import { describeIfOnPath } from '../../support/on-path.js';
import { basic } from '../../support/users-file.js';

/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9';
const GOOD = basic('ldclakmal', 'ldclakmal@123');
/** Seconds. */
const [CONNECTION_TIMEOUT, READ_TIMEOUT] = [1, 1];
/** Milliseconds that no login takes, on a machine that is busy. */
const BOUND = (CONNECTION_TIMEOUT + READ_TIMEOUT) * 1000 + 3000;

const FAULTS: Readonly<Record<string, readonly [begin: (slapd: Slapd) => unknown, end: (slapd: Slapd) => unknown]>> = {
  'is stopped and started': [(slapd) => slapd.stop(), (slapd) => slapd.start()],
  'is killed and started': [(slapd) => slapd.kill(), (slapd) => slapd.start()],
  'takes connections and does not answer': [(slapd) => slapd.freeze(), (slapd) => slapd.thaw()],
};

describeIfOnPath('slapd')('a directory under load', (path) => {
  let slapd: Slapd;
  let app: DependentApp;
  beforeAll(async () => {
    slapd = await startSlapd(path, await createTestCa());
    const directory = ldapConfig(slapd.url, {
      connectionTimeout: CONNECTION_TIMEOUT,
      readTimeout: READ_TIMEOUT,
      connectionPoolingEnabled: true,
      failedLogins: false,
    });
    app = await startDependent({ provider: NOWHERE, service: NOWHERE, directory });
  }, 120_000);
  afterAll(async () => {
    await app?.stop();
    await slapd?.remove();
    await removeDependentProgram();
  });

  it.each(Object.keys(FAULTS))(
    'that %s: 503 for logins that are not in the cache, and nothing else',
    async (name) => {
      const [begin, end] = FAULTS[name] ?? [];
      const load = new Load({
        remembered: () => app.ask('/people', GOOD),
        good: () => app.ask('/logins', GOOD),
        wrong: () => app.ask('/logins', basic('ldclakmal', 'wrong')),
        unknown: () => app.ask('/logins', basic('somebody', 'wrong')),
      });
      const before = await load.during(() => sleep(500));
      await app.operator();
      await begin?.(slapd);
      await sleep(100);
      const during = await load.during(() => sleep(4000));
      const seen = await app.operator();
      await end?.(slapd);
      const ended = performance.now();
      await eventually(async () => (await app.ask('/logins', GOOD)).status === 200, 60);
      const recovery = performance.now() - ended;
      const after = await load.during(() => sleep(500));
      const longest = Math.max(...Object.values(await load.end()));

      for (const phase of [before, after]) {
        expect([statusesOf(phase.remembered), statusesOf(phase.good)]).toEqual([[200], [200]]);
        expect([statusesOf(phase.wrong), statusesOf(phase.unknown)]).toEqual([[401], [401]]);
      }
      expect(statusesOf(during.remembered)).toEqual([200]);
      for (const answers of [during.good, during.wrong, during.unknown]) expect(statusesOf(answers)).toEqual([503]);
      expect(longest).toBeLessThan(BOUND);
      expect(recovery).toBeLessThan(BOUND + 1000);
      // While it is left alone it is down; then it is degraded until the next login.
      expect(['down', 'degraded']).toContain(seen.health.logins?.status);
      expect(seen.log.filter((line) => line.includes('until this is over')).length).toBeGreaterThan(0);
      const later = await app.operator();
      expect(later.log.filter((line) => line.includes('The directory can be used again.')).length).toBeGreaterThan(0);
      expect(later.health.logins).toMatchObject({ dependency: 'ldap', status: 'up' });
      console.log(`${name}: longest ${Math.round(longest)} ms, recovery ${Math.round(recovery)} ms, log lines:`, seen.log);
    },
    120_000,
  );
});
