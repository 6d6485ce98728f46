import { readFileSync } from 'node:fs';

export interface Case<Expected> {
  readonly id: string;
  readonly expected: Expected;
  /** Where we answer otherwise on purpose. */
  readonly differs?: { readonly reason: string; readonly expected: Expected };
}

export function readTable<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8')) as T;
}

export const expectedOf = <T>({ expected, differs }: Case<T>): T => (differs === undefined ? expected : differs.expected);
export const rows = <C extends Case<unknown>>(cases: readonly C[]) => cases.map((each) => [each.id, each] as const);
