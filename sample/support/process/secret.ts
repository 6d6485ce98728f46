import { readFileSync } from 'node:fs';

/**
 * Reads a secret: from the file that `<name>_FILE` names, as containers are given them, or else from the variable itself. What ends the file's last
 * line does not belong to it.
 *
 * @throws Error if both are given, or the file cannot be read, or there is nothing in it.
 */
export function secretFrom(env: NodeJS.ProcessEnv, name: string, standard: string): string {
  const file = env[`${name}_FILE`];
  if (file === undefined) return env[name] ?? standard;
  if (env[name] !== undefined) throw new Error(`${name} and ${name}_FILE are both set. Unset one of them.`);
  const secret = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  if (secret === '') throw new Error(`The file of ${name}_FILE is empty: '${file}'.`);
  return secret;
}
