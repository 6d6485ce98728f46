import { readFileSync } from 'node:fs';
import { Controller, Get, HttpCode, type INestApplication, Post } from '@nestjs/common';
import { hash } from '@node-rs/argon2';
import { ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, startApp } from '../../support/adapters.js';
import { appModule } from '../../support/app.js';
import { makeUsersFile, type UsersFile, type WrittenUser } from '../../support/users-file.js';

interface Case {
  readonly id: string;
  readonly route: string;
  readonly authorization: string | null;
  readonly expected: number;
}

const { users, cases } = JSON.parse(readFileSync(new URL('./banking-cases.json', import.meta.url), 'utf8')) as {
  users: WrittenUser[];
  cases: Case[];
};

@ServiceAuth({ auth: [{ scheme: 'bank', scopes: 'read-account' }] })
@Controller('accounts')
class AccountsController {
  @Get('account')
  account() {
    return { id: 1 };
  }

  @ResourceAuth({ auth: { scopes: 'read-balance' } })
  @Get('balances')
  balances() {
    return [];
  }
}

@ServiceAuth({ auth: [{ scheme: 'bank', scopes: 'funds-transfer' }] })
@Controller('payments')
class PaymentsController {
  @HttpCode(200)
  @Post('transfer')
  transfer() {
    return { done: true };
  }
}

describe.each(ADAPTERS)("Ballerina's banking example on %s", (adapter) => {
  let app: INestApplication;
  let url: string;
  let file: UsersFile;
  beforeAll(async () => {
    const hashed = async (user: WrittenUser) => ({ ...user, password: await hash(user.password, { memoryCost: 64, timeCost: 1 }) });
    file = await makeUsersFile(await Promise.all(users.map(hashed)));
    const auth = { schemes: { bank: { fileUserStoreConfig: { path: file.path } } } };
    ({ app, url } = await startApp(adapter, appModule({ auth, controllers: [AccountsController, PaymentsController] })));
  });
  afterAll(async () => {
    await app.close();
    await file.remove();
  });

  it.each(cases.map((each) => [each.id, each] as const))('%s', async (_, { route, authorization, expected }) => {
    const [method = '', path = ''] = route.split(' ');
    const response = await fetch(`${url}${path}`, { method, headers: authorization === null ? {} : { authorization } });
    expect(response.status).toBe(expected);
    const challenge = expected === 401 ? 'Basic realm="api", charset="UTF-8"' : null;
    expect(response.headers.get('www-authenticate')).toBe(challenge);
  });
});
