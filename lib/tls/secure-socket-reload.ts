import { readFileSync } from 'node:fs';
import type { Server } from 'node:tls';
import type { Contents } from '../config/file-contents.js';
import { WatchedFiles } from '../config/watched-files.js';
import { resultOf, textOf } from '../errors.js';
import { logText } from '../operator/log-text.js';
import { checkPath, isPemText } from './pem.js';
import type { SecureSocketConfig } from './secure-socket.config.js';
import { secureSocket, secureSocketFrom } from './secure-socket.js';

/** What {@link reloadSecureSocket} needs of a server: `app.getHttpServer()` of an application with `httpsOptions` has it. */
export type ReloadableServer = Pick<Server, 'setSecureContext' | 'once'>;

/** How {@link watchSecureSocket} watches. */
export interface WatchOptions {
  /**
   * Seconds between two looks at the files.
   * @defaultValue 10
   */
  readonly interval?: number;
  /** Called when new files are in use. */
  readonly onReload?: () => void;
  /**
   * Called when the files cannot be read or used, once for each reason until they are valid again. The last valid ones stay in use.
   * @defaultValue a process warning
   */
  readonly onFailure?: (error: Error) => void;
  /**
   * Called when the files can be used again, whether they are new or the earlier ones.
   * @defaultValue a process warning, unless `onFailure` is given
   */
  readonly onRecovery?: () => void;
}

/**
 * Reads the files of a listener again, at once, and uses them for new connections. Existing connections keep their certificates, those of revoked
 * clients included. Whether client certificates are requested and required does not change.
 *
 * @throws AuthConfigurationError if they cannot be used: the last valid ones stay in use.
 */
export function reloadSecureSocket(server: ReloadableServer, config: SecureSocketConfig): void {
  server.setSecureContext(secureSocket(config));
}

/**
 * Uses the files of a listener for new connections whenever they have changed, until the server closes; all of them together, once
 * they are no longer written to. Files that cannot be read or used, such as a new certificate before its key is there, change nothing, and are tried again.
 *
 * @returns a function that stops watching.
 * @throws AuthConfigurationError where a field is neither a PEM text nor a path, without the text.
 */
export function watchSecureSocket(server: ReloadableServer, config: SecureSocketConfig, options: WatchOptions = {}): () => void {
  const { interval = 10, onReload, onFailure = warn } = options;
  const paths = filesOf(config);
  // The server may have been made from these files or from earlier ones: they are used once in any case, and reported if they changed.
  let before = contentsNow(paths);
  for (const path of paths) checkPath(path, 'secureSocket', before.has(path));
  const files = new WatchedFiles({
    files: paths,
    parse: (contents) => ({ contents, made: secureSocketFrom(config, (path) => contentOf(path, contents)) }),
    use: ({ contents, made }) => {
      server.setSecureContext(made);
      const isNew = paths.some((path) => !contentOf(path, contents).equals(contentOf(path, before)));
      before = contents;
      if (isNew) onReload?.();
    },
    onFailure,
    onRecovery: options.onRecovery ?? (options.onFailure === undefined ? warnOfRecovery : undefined),
    interval: interval * 1000,
  });
  files.watch();
  const stop = () => files.close();
  server.once('close', stop);
  return stop;
}

function filesOf({ key, mutualSsl }: SecureSocketConfig): string[] {
  const own = 'path' in key ? [key.path] : [key.certFile, key.keyFile];
  const trust = mutualSsl === undefined ? [] : [typeof mutualSsl.cert === 'string' ? mutualSsl.cert : mutualSsl.cert.path, mutualSsl.crl];
  return [...own, ...trust].filter((value): value is string => value !== undefined && !isPemText(value));
}

function contentsNow(paths: readonly string[]): Contents {
  return new Map(paths.flatMap((path) => resultOf((): [string, Buffer][] => [[path, readFileSync(path)]]) ?? []));
}

function contentOf(path: string, contents: Contents): Buffer {
  return contents.get(path) ?? Buffer.alloc(0);
}

function warn(error: Error): void {
  const message = `The TLS files changed and cannot be used; the last valid ones stay in use. ${textOf(error)}`;
  process.emitWarning(logText(message), 'AuthWarning');
}

function warnOfRecovery(): void {
  process.emitWarning('The TLS files can be used again.', 'AuthWarning');
}
