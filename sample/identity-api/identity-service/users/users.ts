import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';

/** Somebody in the directory. */
export interface User {
  readonly id: string;
  readonly name: string;
}

/** The people whom the service manages, in memory. */
@Injectable()
export class Users {
  private readonly byId = new Map<string, User>([
    ['ada', { id: 'ada', name: 'Ada Lovelace' }],
    ['grace', { id: 'grace', name: 'Grace Hopper' }],
  ]);

  /** Everybody. */
  all(): User[] {
    return [...this.byId.values()];
  }

  /**
   * Finds somebody.
   *
   * @throws NotFoundException
   */
  find(id: string): User {
    const user = this.byId.get(id);
    if (user === undefined) throw new NotFoundException();
    return user;
  }

  /**
   * Adds somebody.
   *
   * @throws ConflictException if there is one with this id.
   */
  add(user: User): User {
    if (this.byId.has(user.id)) throw new ConflictException();
    this.byId.set(user.id, user);
    return user;
  }

  /**
   * Removes somebody.
   *
   * @throws NotFoundException
   */
  remove(id: string): void {
    if (!this.byId.delete(id)) throw new NotFoundException();
  }
}
