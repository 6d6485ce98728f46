/**
 * One measured value.
 *
 * @typedef {object} Row
 * @property {string} group - what was varied: an algorithm, an adapter
 * @property {string} situation
 * @property {string} contender
 * @property {number} value
 * @property {string} unit
 * @property {number} [ratio] - to the base of the same run: the raw verification, or no authentication
 * @property {number} [bytes] - allocated for each call
 */

/** Writes the rows of one group about our own code. @param {string} group */
export const rowsOf =
  (group) =>
  /** @param {string} situation @param {number} value @param {string} unit @param {number} [ratio] @returns {Row} */
  (situation, value, unit, ratio) => ({ group, situation, contender: 'nest-service-auth', value, unit, ratio });
