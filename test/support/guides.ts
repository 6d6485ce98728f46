import { filesOf } from './guide.js';

/** What the application of the guide for Passport has besides the code of the page. */
const SHOP = {
  'users.module.ts': `
    import { Injectable, Module } from '@nestjs/common';
    export interface User { readonly id: number; readonly email: string; readonly roles: string[] }
    @Injectable()
    export class UsersService {
      async findById(id: number): Promise<User | undefined> {
        return [{ id: 7, email: 'alice@shop.example', roles: ['clerk'] }, { id: 8, email: 'bob@shop.example', roles: ['admin'] }].find((user) => user.id === id);
      }
    }
    @Module({ providers: [UsersService], exports: [UsersService] })
    export class UsersModule {}`,
  'cart.controller.ts': `
    import { Controller, Get, Post } from '@nestjs/common';
    import { CurrentPrincipal, type Principal } from 'nest-service-auth';
    @Controller('cart')
    export class CartController {
      @Get() show(@CurrentPrincipal() who: Principal) { return { scheme: who.scheme }; }
      @Post() add() { return 'added'; }
    }`,
};

/** The same for the guide for `express-jwt`. */
const REPORTS = {
  'session.module.ts': `
    import { Injectable, Module } from '@nestjs/common';
    @Injectable()
    export class Sessions {
      async hasEnded(sid: string): Promise<boolean> {
        if (sid === 'unreachable') throw new Error('The database is away.');
        return sid === 'ended';
      }
    }
    @Module({ providers: [Sessions], exports: [Sessions] })
    export class SessionModule {}`,
};

/** The applications after each move. */
export const GUIDES = {
  passport: { ...SHOP, ...filesOf('docs/from-passport.md') },
  'express-jwt': { ...REPORTS, ...filesOf('docs/from-express-jwt.md') },
  start: filesOf('docs/start.md'),
  'keycloak-connect': filesOf('docs/from-keycloak-connect.md'),
};
