import { BadRequestException, ForbiddenException, HttpException, InternalServerErrorException, NotFoundException } from '@nestjs/common';
import { ask } from '../../../lib/guard/ask.js';
import { absenceIn, cannotDecide, refusalFor } from '../../../lib/guard/refuse.js';
import { foundNothing, type StepFailure, undecided } from '../../../lib/guard/step-failure.js';
import { thrownBy } from '../../../lib/guard/thrown-by.js';
import type { Step } from '../../../lib/plan/plan.js';
import { absent, accepts, attempt, combined, needs, planOf, rejects, single } from './steps.js';

const failureOf = async (step: Step) => (await ask(step, attempt())) as StepFailure;
const step = single(absent);
const withToken = { headers: { authorization: 'Other x' }, rawHeaders: ['Authorization', 'Other x'] };
const without = { headers: {}, rawHeaders: [] };

describe('a request without credentials', () => {
  it('is one in which no member of a combined step found any', async () => {
    expect(foundNothing([await failureOf(combined([step, step]))])).toBe(true);
    expect(foundNothing([await failureOf(step), await failureOf(combined([step, combined([step])]))])).toBe(true);
  });

  it.each<[string, readonly Step[]]>([
    ['admitted', [single(accepts()), step]],
    ['forbade', [single(accepts(), needs('a')), step]],
    ['was admitted by a step within a step', [combined([single(accepts()), step]), step]],
  ])('is none in which another member %s', async (_, members) => {
    for (const each of [members, members.toReversed()]) {
      const failure = await failureOf(combined(each));
      expect([failure.outcome, foundNothing([failure])]).toEqual(['absent', false]);
      expect(foundNothing([await failureOf(step), failure])).toBe(false);
    }
  });

  it('is none in which a step rejected', async () => {
    expect(foundNothing([await failureOf(step), await failureOf(single(rejects))])).toBe(false);
  });
});

describe('the refusal of a request', () => {
  it('says that no step found credentials, and whether there are others', async () => {
    const nothing = [await failureOf(step)];
    const partly = [await failureOf(combined([single(accepts()), step]))];
    expect(absenceIn(refusalFor(nothing, []))).toBe('none');
    expect(absenceIn(refusalFor(nothing, [], without))).toBe('none');
    expect(absenceIn(refusalFor(nothing, [], withToken))).toBe('others');
    expect(absenceIn(refusalFor(partly, []))).toBe('others');
    expect(absenceIn(refusalFor(partly, [], withToken))).toBe('others');
  });

  it('says nothing of the kind where a step found some', async () => {
    const rejected = await failureOf(single(rejects));
    expect(absenceIn(refusalFor([await failureOf(step), rejected], []))).toBeUndefined();
    expect(absenceIn(refusalFor([await failureOf(single(accepts(), needs('a')))], []))).toBeUndefined();
  });

  it.each([undefined, null, 'no', 7, {}, new NotFoundException()])('is not %p', (thrown) => {
    expect(absenceIn(thrown)).toBeUndefined();
  });
});

describe('an exception that a strategy throws', () => {
  const tooMany = (more: object = {}) => Object.assign(new HttpException('slow down', 429), more);
  it.each<[unknown, string, number | undefined]>([
    [new BadRequestException(), 'rejected (refused_by_exception)', undefined],
    [new NotFoundException(), 'rejected (refused_by_exception)', undefined],
    [new HttpException('', 499), 'rejected (refused_by_exception)', undefined],
    [new ForbiddenException(), 'forbidden (refused_by_exception)', undefined],
    [tooMany(), 'rejected (refused_by_exception)', 5],
    [tooMany({ retryAfter: 9 }), 'rejected (refused_by_exception)', 9],
    [tooMany({ headers: { 'Retry-After': '11' } }), 'rejected (refused_by_exception)', 11],
    [tooMany({ headers: { 'Retry-After': 'Sun, 06 Nov 1994 08:49:37 GMT' } }), 'rejected (refused_by_exception)', 5],
    [tooMany({ retryAfter: 0 }), 'rejected (refused_by_exception)', 5],
    [new HttpException('', 399), 'unavailable (could_not_find_out)', undefined],
    [new InternalServerErrorException(), 'unavailable (could_not_find_out)', undefined],
    [new Error('down'), 'unavailable (could_not_find_out)', undefined],
    [undefined, 'unavailable (could_not_find_out)', undefined],
  ])('%p is %s', (thrown, expected, wait) => {
    const { outcome, reason, details } = thrownBy(step, thrown);
    expect([`${outcome} (${reason})`, details.retryAfter]).toEqual([expected, wait]);
  });

  it('is a request without credentials where AuthService found none, and no other where it has others', async () => {
    const nothing = [await failureOf(step)];
    const [none, others] = [refusalFor(nothing, []), refusalFor(nothing, [], withToken)].map((refusal) => thrownBy(step, refusal));
    expect([none?.outcome, none?.reason, foundNothing([none as StepFailure])]).toEqual(['absent', 'no_credentials', true]);
    expect([others?.outcome, others?.reason, foundNothing([others as StepFailure])]).toEqual(['absent', 'no_credentials', false]);
  });
});

it('a call before the boot has finished is told when to come back', () => {
  expect(cannotDecide()).toMatchObject({ code: 'ERR_AUTH_UNAVAILABLE', headers: { 'Retry-After': '5' } });
});

it('a call that the application can no longer decide is unavailable, for a second', () => {
  const failures = undecided(planOf(step, single(rejects)));
  expect(failures).toMatchObject([{ outcome: 'unavailable', reason: 'application_closing' }]);
  expect(refusalFor(failures, [])).toMatchObject({ code: 'ERR_AUTH_UNAVAILABLE', headers: { 'Retry-After': '1' } });
});
