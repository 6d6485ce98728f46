import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DemoService } from './demo.js';

/** Returns a service of a sample, with the entry file that `npm run build` compiles from its `main.ts`. */
export function serviceOf(sample: string, { name, ...service }: Omit<DemoService, 'main'>): DemoService {
  return { name, main: pathToFileURL(resolve('sample/dist', sample, name, 'main.js')), ...service };
}
