import { defineConfig } from 'vitepress';
import { sections } from '../pages.js';

const slugify = (/** @type {string} */ heading) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const link = (/** @type {string} */ name) => `/${name.replace(/(^|\/)index$/, '$1')}`;

export default defineConfig({
  title: 'nest-service-auth',
  description: 'Declarative authentication and authorization for NestJS APIs.',
  srcDir: '.pages',
  outDir: 'dist',
  cacheDir: '.vitepress/cache',
  // A dead link stops the build.
  ignoreDeadLinks: false,
  // Anchors as code hosts make them, so that one link holds in both places.
  markdown: { anchor: { slugify } },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Start', link: '/start' },
      { text: 'Reference', link: '/reference/index.html', target: '_self' },
      { text: 'Errors', link: '/errors' },
    ],
    sidebar: [
      ...sections().map(({ title, pages }) => ({
        text: title,
        collapsed: title === 'Providers',
        items: pages.map((page) => ({ text: page.title, link: link(page.name) })),
      })),
      { text: 'Reference', items: [{ text: 'The public names', link: '/reference/index.html', target: '_self' }] },
    ],
  },
});
