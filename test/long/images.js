import { runJest } from './jest.js';

/** Builds the images of the order management sample, and runs a session through them. It needs root, `buildah`, and the packages of npm. */
export const images = {
  words: 'builds the images of the order management sample with buildah, and sends a session through containers of them',

  run() {
    runJest('images');
  },
};
