/** Agents that join, and the triggers around that; a new system may come about by it. */
import type { EnrolmentReply, EnrolmentRequest } from '@resole/protocol';
import type { Triggers } from './triggers.ts';

/** @throws what `enrol` throws, or ResoleError `refused-by-plugin`, `plugin-failed`. */
export const aroundEnrolment = async (
  triggers: Triggers,
  request: EnrolmentRequest,
  enrol: (request: EnrolmentRequest) => Promise<EnrolmentReply>,
): Promise<EnrolmentReply> => {
  if (!triggers.wants('enrolment')) return enrol(request);
  const { facts } = request;
  await triggers.before('enrolment', { enrolment: { facts } });
  const reply = await enrol(request);
  const { agent, system, systemName } = reply;
  await triggers.after('enrolment', { enrolment: { facts, agent, system, systemName } });
  return reply;
};
