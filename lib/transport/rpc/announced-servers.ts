import { requireByName } from '../../config/load-by-name.js';
import type { ConfigurationProblem } from '../../errors.js';

/** The first version that announces the servers of an application, as in the peer dependencies. */
const OLDEST = [11, 1, 4] as const;

/**
 * The mistake of an application whose `@nestjs/microservices` does not announce its servers. They cannot be checked, and a boot that is
 * stopped cannot close them. npm installs such a version where peer dependencies are overridden.
 *
 * @param version - the version that is installed; undefined where it is not known.
 */
export function unannouncedServers(version: string | undefined): readonly ConfigurationProblem[] {
  if (version === undefined || !isOlder(version)) return [];
  const message = `@nestjs/microservices ${version} does not announce its servers: it could not be checked that their messages have a place for credentials, and a boot that is stopped could not close their ports. Use ${OLDEST.join('.')} or later: npm install @nestjs/microservices@^${OLDEST.join('.')}`;
  return [{ path: '', message }];
}

/** The version of `@nestjs/microservices`. Since Nest 12 the package keeps its package.json to itself: undefined, and new enough. */
export function microservicesVersion(load: (name: string) => unknown = requireByName): string | undefined {
  try {
    return String(Reflect.get(Object(load('@nestjs/microservices/package.json')), 'version'));
  } catch {
    return undefined;
  }
}

function isOlder(version: string): boolean {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10));
  const index = OLDEST.findIndex((oldest, at) => parts[at] !== oldest);
  return index !== -1 && Number(parts[index]) < Number(OLDEST[index]);
}
