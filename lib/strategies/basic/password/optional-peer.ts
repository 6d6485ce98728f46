import { MissingPeerError } from './password-hash.js';

/** Loads a package that is installed only where it is wanted. */
export async function loadPeer<T>(name: string, kind: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new MissingPeerError(`needs the package ${name} for ${kind}: npm install ${name}`, { cause });
  }
}
