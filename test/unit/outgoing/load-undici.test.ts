import { Agent, buildConnector, Dispatcher } from 'undici';
import { type DirectParts, loadDirectParts, loadFiles } from '../../../lib/outgoing/load-undici.js';

const ofTheWhole: DirectParts = { Agent, buildConnector, request: Dispatcher.prototype.request };

describe('loading undici for direct connections', () => {
  it('finds the parts in their files, and they are those of the whole', async () => {
    expect(await loadFiles()).toEqual(ofTheWhole);
  });

  it('takes the parts and no more where they are there', async () => {
    const parts = { ...ofTheWhole };
    expect(await loadDirectParts(async () => parts)).toBe(parts);
  });

  it('loads the whole where undici has other files', async () => {
    expect(await loadDirectParts(() => Promise.reject(new Error('Cannot find module')))).toEqual(ofTheWhole);
  });

  it('loads the whole where a file of undici exports something else', async () => {
    const parts = { ...ofTheWhole, Agent: { Agent } } as unknown as DirectParts;
    expect(await loadDirectParts(async () => parts)).toEqual(ofTheWhole);
  });
});
