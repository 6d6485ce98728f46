import { readFileSync } from 'node:fs';
import { helpFor } from '../../../../lib/mistake-kinds.js';
import { microservicesVersion, unannouncedServers } from '../../../../lib/transport/rpc/announced-servers.js';

const range: string = JSON.parse(readFileSync('package.json', 'utf8')).peerDependencies['@nestjs/microservices'];

describe('a version of @nestjs/microservices', () => {
  it.each(['10.4.20', '11.0.0', '11.0.20', '11.1.0', '11.1.3'])(
    '%s does not announce its servers: the boot names it and the cure',
    (version) => {
      const [problem, ...others] = unannouncedServers(version);
      expect(others).toEqual([]);
      expect(problem?.message).toMatch(`@nestjs/microservices ${version} does not announce its servers`);
      expect(problem?.message).toContain(`npm install @nestjs/microservices@${range.split(' ')[0]}`);
      expect(helpFor(problem?.message ?? '')).toContain('[optional-package]');
    },
  );

  it.each(['11.1.4', '11.1.10', '11.2.0', '12.0.1', '12.10.0', '13.0.0'])('%s announces them', (version) => {
    expect(unannouncedServers(version)).toEqual([]);
  });

  it('is read from the package of Nest 11, and is unknown and new enough where the package does not give it', () => {
    expect(microservicesVersion((name) => ({ '@nestjs/microservices/package.json': { version: '11.1.3' } })[name])).toBe('11.1.3');
    const refuse = () => {
      throw Object.assign(new Error('no'), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' });
    };
    expect(unannouncedServers(microservicesVersion(refuse))).toEqual([]);
  });
});
