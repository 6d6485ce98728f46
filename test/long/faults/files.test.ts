import { eventually } from '../../support/eventually.js';
import { type DependentApp, removeDependentProgram, startDependent } from '../../support/faults/dependent-app.js';
import { Load, statusesOf } from '../../support/faults/load.js';
import { POWERLESS, ReplacedFiles, type Texts, versionOf } from '../../support/faults/replaced-files.js';
import { basic } from '../../support/users-file.js';

const NOWHERE = 'http://127.0.0.1:9';
/** Who runs the application, as far as files are concerned: root may open every file. */
const NOBODY = 65_534;

const WAYS: Readonly<Record<string, (files: ReplacedFiles, texts: Texts) => Promise<void>>> = {
  'renamed into place': (files, texts) => files.renamed(texts),
  'written in place': (files, texts) => files.overwritten(texts),
  'written in place, half first and then the rest': (files, texts) => files.inHalves(texts),
  'deleted and made anew': (files, texts) => files.deletedAndMade(texts),
  'without permission to be read for some time': (files, texts) => files.withoutPermission(texts),
  'gone with their directory for some time': (files, texts) => files.withTheDirectory(texts),
  'replaced as Kubernetes does': (files, texts) => files.byKubernetes(texts),
  'replaced as Kubernetes does, once more': (files, texts) => files.byKubernetes(texts),
};

describe('files of rules, users and API keys under load', () => {
  let files: ReplacedFiles;
  let app: DependentApp;
  let version = versionOf(0);
  beforeAll(async () => {
    files = await ReplacedFiles.create(version.texts);
    const paths = { rules: files.path('rules.toml'), users: files.path('users.toml'), apiKeys: files.path('keys.toml') };
    app = await startDependent({ provider: NOWHERE, service: NOWHERE, files: paths });
    await app.becomeUser(NOBODY);
  }, 120_000);
  afterAll(async () => {
    await app?.stop();
    await files?.remove();
    await removeDependentProgram();
  });

  it.each(Object.keys(WAYS))(
    'that are %s: what both versions refuse is never admitted, what both admit always',
    async (way) => {
      const [old, next] = [version, versionOf(Object.keys(WAYS).indexOf(way) + 1)];
      version = next;
      const withKey = (path: string, key: string) => app.ask(path, undefined, { 'x-api-key': key });
      const load = new Load({
        both: () => app.ask('/users', basic('bob', 'bob')),
        neither: () => app.ask('/users', basic('bob', 'wrong')),
        withoutScope: () => withKey('/ruled', POWERLESS),
        withoutKey: () => app.ask('/ruled'),
        withoutScopeNeeded: () => withKey('/machines', POWERLESS),
        old: () => app.ask('/users', basic('alice', old.password)),
        next: () => app.ask('/users', basic('alice', next.password)),
        nextKey: () => withKey('/ruled', next.key),
      });
      let took = 0;
      const seen = await load.during(async () => {
        await WAYS[way]?.(files, next.texts);
        const done = performance.now();
        await eventually(
          async () =>
            (await app.ask('/users', basic('alice', next.password))).status === 200 && (await withKey('/ruled', next.key)).status === 200,
          60,
        );
        took = performance.now() - done;
      });
      await load.end();
      expect([statusesOf(seen.both), statusesOf(seen.withoutScopeNeeded)]).toEqual([[200], [200]]);
      expect([statusesOf(seen.neither), statusesOf(seen.withoutScope), statusesOf(seen.withoutKey)]).toEqual([[401], [403], [401]]);
      // From the one to the other, once.
      const changesOf = (answers: readonly { readonly status: number }[]) =>
        answers.map(({ status }) => status).filter((status, index, all) => status !== all[index - 1]);
      expect([[200], [200, 401]]).toContainEqual(changesOf(seen.old));
      expect([[401], [401, 200]]).toContainEqual(changesOf(seen.next));
      expect((await app.ask('/users', basic('alice', old.password))).status).toBe(401);
      expect((await withKey('/ruled', old.key)).status).toBe(401);
      const { log } = await app.operator();
      console.log(
        `${way}: in force after ${Math.round(took)} ms`,
        log.filter((line) => !/^\d{3} | more in /.test(line)),
      );
    },
    120_000,
  );
});
