/// <reference path="./undici-files.d.ts" />
import type { Agent, buildConnector, Dispatcher } from 'undici';

/** What direct connections use of undici. */
export interface DirectParts {
  readonly Agent: typeof Agent;
  readonly buildConnector: typeof buildConnector;
  /** Sends a request, as a method of a dispatcher: only the whole of undici gives this method to its dispatchers. */
  readonly request: Dispatcher['request'];
}

/** Loads undici where an application has connections through proxies: those need the whole. */
export function loadUndici(): Promise<typeof import('undici')> {
  // webpack keeps it in the bundle's own file: a bundle must be complete without the files beside it.
  return import(/* webpackMode: "eager" */ 'undici');
}

/**
 * Loads what direct connections need of undici, a quarter of its files: `fetch`, WebSocket, mocks and caches are not among them.
 *
 * @param load - loads the parts. Where that fails, because another version of undici has other files, the whole is loaded.
 */
export async function loadDirectParts(load: () => Promise<DirectParts> = loadFiles): Promise<DirectParts> {
  const parts = await load().catch(() => undefined);
  if (parts !== undefined && Object.values(parts).every((part) => typeof part === 'function')) return parts;
  const { Agent, buildConnector, Dispatcher } = await loadUndici();
  return { Agent, buildConnector, request: Dispatcher.prototype.request };
}

/** Loads the parts from the files that they are in. */
export async function loadFiles(): Promise<DirectParts> {
  const [agent, connect, request] = await Promise.all([
    import(/* webpackMode: "eager" */ 'undici/lib/dispatcher/agent.js'),
    import(/* webpackMode: "eager" */ 'undici/lib/core/connect.js'),
    import(/* webpackMode: "eager" */ 'undici/lib/api/api-request.js'),
  ]);
  return { Agent: agent.default, buildConnector: connect.default, request: request.default };
}
