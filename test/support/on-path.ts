import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The directories that hold servers on Debian, which are not on everybody's PATH. */
const SERVER_DIRECTORIES = ['/usr/sbin', '/usr/local/sbin', '/sbin'];

/** Where `command` is, or undefined if this machine does not have it. */
export function findOnPath(command: string): string | undefined {
  const directories = [...(process.env.PATH ?? '').split(delimiter), ...SERVER_DIRECTORIES];
  return directories.map((directory) => join(directory, command)).find(isExecutable);
}

/** `describe` where `command` is installed; elsewhere the tests are reported as skipped, and the name says why. */
export function describeIfOnPath(command: string): (name: string, tests: (path: string) => void) => void {
  const path = findOnPath(command);
  if (path !== undefined) return (name, tests) => describe(name, () => tests(path));
  return (name, tests) => describe.skip(`${name} (skipped: ${command} is not on the PATH)`, () => tests(command));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
