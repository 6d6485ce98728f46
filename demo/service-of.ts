import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DemoService } from './demo.js';

/** A service of a sample, which runs from what `npm run build` makes of its `main.ts`. */
export function serviceOf(sample: string, { name, ...service }: Omit<DemoService, 'main'>): DemoService {
  return { name, main: pathToFileURL(resolve('sample/dist', sample, name, 'main.js')), ...service };
}
