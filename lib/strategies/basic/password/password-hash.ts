/** A password as a user store keeps it. */
export interface PasswordHash {
  /** Whether `password` is the one. */
  matches(password: string): boolean | Promise<boolean>;
}

/** A way to hash passwords. */
export interface HashKind {
  /** Its name, as in `hash-password --algorithm`. */
  readonly name: string;
  /** Whether a stored value claims to be of this kind. */
  claims(stored: string): boolean;
  /**
   * Reads a stored value.
   *
   * @throws UnusableHashError when it cannot be used, MissingPackageError when its package cannot be loaded.
   */
  read(stored: string): Promise<PasswordHash>;
  /**
   * Hashes a password with the parameters that OWASP recommends.
   *
   * @throws UnusableHashError when it cannot hash this password, MissingPackageError when its package cannot be loaded.
   * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
   */
  hash(password: string): Promise<string>;
}

/** A stored password, or a new one, that cannot be used. The message never repeats it. */
export class UnusableHashError extends Error {
  override readonly name = 'UnusableHashError';
}

/** Refuses a parameter that would make a login free, or take the machine down. */
export function within(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UnusableHashError(`has ${name}=${value}, which must be from ${least} to ${most}`);
}
