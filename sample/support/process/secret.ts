import { readFileSync } from 'node:fs';

/**
 * Reads a secret: from the file that `<name>_FILE` names, as containers receive secrets, or from the variable itself. A line break at the end of the
 * file is not part of it.
 *
 * @throws Error if both are set, or the file is unreadable or empty.
 */
export function secretFrom(env: NodeJS.ProcessEnv, name: string, standard: string): string {
  const file = env[`${name}_FILE`];
  if (file === undefined) return env[name] ?? standard;
  if (env[name] !== undefined) throw new Error(`${name} and ${name}_FILE are both set. Unset one of them.`);
  const secret = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  if (secret === '') throw new Error(`The file of ${name}_FILE is empty: '${file}'.`);
  return secret;
}
