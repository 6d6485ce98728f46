import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(process.cwd(), 'lib');
const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));

/** The places of `pattern`, in files other than `home`. */
function placesOf(pattern: RegExp, home: string): string[] {
  return files
    .filter((path) => path !== home)
    .flatMap((path) =>
      readFileSync(join(ROOT, path), 'utf8')
        .split('\n')
        .flatMap((line, index) => (pattern.test(line) ? `${path}:${index + 1}: ${line.trim()}` : [])),
    );
}

describe('in lib/', () => {
  it('whatever was thrown becomes text by textOf() alone, which cannot throw', () => {
    const names = '(?:error|err|cause|reason|failure|thrown)';
    const pattern = new RegExp(`String\\(${names}\\)|\\$\\{${names}\\}|\\(${names} as Error\\)\\.|instanceof Error \\? ${names}\\.message`);
    // A `reason` that is text already is no error: a code, or what a parser says.
    const codes =
      /token-request\.ts|token-asker\.ts|explain\.ts|auth-event\.sink\.ts|door-telemetry\.ts|deployment-toml\.ts|users-file\.ts/;
    expect(placesOf(pattern, 'errors.ts').filter((place) => !codes.test(place))).toEqual([]);
    expect(pattern.test('String(error)')).toBe(true);
  });

  it('Nest’s logger is reached by OperatorLog alone, which lets no control character through', () => {
    expect(placesOf(/new Logger\(|console\.|\bLogger\.\w+\(/, join('operator', 'operator-log.ts'))).toEqual([]);
  });
});
