import { Injectable, NotFoundException } from '@nestjs/common';

/** An application that users log in to. */
export interface Application {
  readonly id: string;
  readonly name: string;
  /** The user who registered it. */
  readonly owner: string;
}

/** The applications, in memory. */
@Injectable()
export class Applications {
  private readonly byId = new Map<string, Application>([
    ['shop', { id: 'shop', name: 'Shop', owner: 'developer' }],
    ['portal', { id: 'portal', name: 'Portal', owner: 'admin' }],
  ]);

  /** All applications. */
  all(): Application[] {
    return [...this.byId.values()];
  }

  /** Finds an application. */
  find(id: string): Application | undefined {
    return this.byId.get(id);
  }

  /**
   * Renames an application.
   *
   * @throws NotFoundException
   */
  rename(id: string, name: string): Application {
    const known = this.find(id);
    if (known === undefined) throw new NotFoundException();
    const renamed = { ...known, name };
    this.byId.set(id, renamed);
    return renamed;
  }
}
