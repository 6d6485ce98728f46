import { FileUserStoreStrategy } from '../../lib/strategies/basic/file/file-user-store.strategy.js';
import { bearer } from '../support/tokens.js';
import { basic, makeUsersFile } from '../support/users-file.js';
import { badCredentials, keepsTheContract, NOTHING, withAuthorization } from './strategy-contract.js';

const PASSWORD = 'correct horse battery';

keepsTheContract(
  'fileUserStoreConfig',
  async (host) => {
    const file = await makeUsersFile([{ username: 'alice', password: PASSWORD, scopes: ['read'] }]);
    return {
      strategy: new FileUserStoreStrategy(host),
      config: { path: file.path, allowPlainText: true },
      method: 'basic',
      good: () => withAuthorization(basic('alice', PASSWORD)),
      without: [NOTHING, bearer('x'), withAuthorization('Basically x')],
      bad: badCredentials('Basic'),
      secrets: [PASSWORD, basic('alice', PASSWORD).slice('Basic '.length)],
      close: () => file.remove(),
    };
  },
  { asks: 'nobody' },
);
