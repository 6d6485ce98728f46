import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';

/** A user of the directory. */
export interface User {
  readonly id: string;
  readonly name: string;
}

/** The users of the directory, in memory. */
@Injectable()
export class Users {
  private readonly byId = new Map<string, User>([
    ['ada', { id: 'ada', name: 'Ada Lovelace' }],
    ['grace', { id: 'grace', name: 'Grace Hopper' }],
  ]);

  /** All users. */
  all(): User[] {
    return [...this.byId.values()];
  }

  /**
   * Finds a user.
   *
   * @throws NotFoundException
   */
  find(id: string): User {
    const user = this.byId.get(id);
    if (user === undefined) throw new NotFoundException();
    return user;
  }

  /**
   * Adds a user.
   *
   * @throws ConflictException if the id is taken.
   */
  add(user: User): User {
    if (this.byId.has(user.id)) throw new ConflictException();
    this.byId.set(user.id, user);
    return user;
  }

  /**
   * Removes a user.
   *
   * @throws NotFoundException
   */
  remove(id: string): void {
    if (!this.byId.delete(id)) throw new NotFoundException();
  }
}
