export { AppModule as default } from './orders.js';
