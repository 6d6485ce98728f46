import { parseConfig } from '../../../../lib/config/schema.js';
import { failedLoginsConfig } from '../../../../lib/strategies/basic/failed-logins.schema.js';

// One test: what is made with the first configuration is checked by all of them.
it('a limit of failed logins counts for one second to a week, and by an address that it names', () => {
  const message = (config: unknown) => {
    try {
      parseConfig(failedLoginsConfig, config);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  for (const addressFrom of ['socket', 'x-forwarded-for']) expect(message({ addressFrom })).toBe('');
  for (const window of [1, 1.5, 604_800]) expect(message({ window })).toBe('');
  for (const window of [0, 0.9, -1, 604_801])
    expect(message({ window })).toContain('window: must be a number of seconds, from 1 to 604800');
  expect(message({ addressFrom: 'forwarded' })).toContain('addressFrom');
  for (const field of ['limit', 'userLimit', 'addressLimit']) {
    expect(message({ [field]: 1 })).toBe('');
    expect(message({ [field]: 0 })).toContain(`${field}: must be a whole number, at least 1`);
    expect(message({ [field]: 1.5 })).toContain(field);
  }
});
