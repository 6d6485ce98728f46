import { unwatchFile, watchFile } from 'node:fs';
import type { Server } from 'node:tls';
import { isPemText } from './pem.js';
import { secureSocket } from './secure-socket.js';
import type { SecureSocketConfig } from './secure-socket-config.js';

/** What {@link reloadSecureSocket} needs of a server: `app.getHttpServer()` of an application with `httpsOptions` has it. */
export type ReloadableServer = Pick<Server, 'setSecureContext' | 'once'>;

/** How {@link watchSecureSocket} watches. */
export interface WatchOptions {
  /**
   * Seconds between two looks at the files.
   * @defaultValue 10
   */
  readonly interval?: number;
  /** Told when new files are in use. */
  readonly onReload?: () => void;
  /** Told when the files cannot be used, and the last good ones stay in use; the default emits a process warning. */
  readonly onFailure?: (error: Error) => void;
}

/**
 * Reads the files of a listener again and uses them for new connections. Connections that are there go on with what they were made with, a revoked
 * client's too. Whether certificates are asked for, and required, stays as it was when the server was made.
 *
 * @throws AuthConfigurationError if they cannot be used: the last good ones stay in use.
 */
export function reloadSecureSocket(server: ReloadableServer, config: SecureSocketConfig): void {
  server.setSecureContext(secureSocket(config));
}

/**
 * Calls {@link reloadSecureSocket} whenever one of the files changes, until the server closes. Files that cannot be used, as while a certificate is there
 * before its key, change nothing: the next change is another try.
 *
 * @returns a function that stops watching.
 */
export function watchSecureSocket(server: ReloadableServer, config: SecureSocketConfig, options: WatchOptions = {}): () => void {
  const { interval = 10, onReload, onFailure = warn } = options;
  const reload = () => {
    try {
      reloadSecureSocket(server, config);
    } catch (error) {
      onFailure(error as Error);
      return;
    }
    onReload?.();
  };
  const files = filesOf(config);
  // By polling: certificates are replaced by renaming, through symbolic links and on network drives, where events get lost.
  for (const file of files) watchFile(file, { persistent: false, interval: interval * 1000 }, reload);
  const stop = () => {
    for (const file of files) unwatchFile(file, reload);
  };
  server.once('close', stop);
  return stop;
}

function filesOf({ key, mutualSsl }: SecureSocketConfig): string[] {
  const own = 'path' in key ? [key.path] : [key.certFile, key.keyFile];
  const trust = mutualSsl === undefined ? [] : [typeof mutualSsl.cert === 'string' ? mutualSsl.cert : mutualSsl.cert.path, mutualSsl.crl];
  const files = [...own, ...trust].filter((value): value is string => value !== undefined && !isPemText(value));
  return [...new Set(files)];
}

function warn(error: Error): void {
  process.emitWarning(`The TLS files changed and cannot be used; the last good ones stay in use. ${error.message}`, 'AuthWarning');
}
