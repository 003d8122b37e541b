import { ResoleError, type StepArguments } from '@resole/protocol';
import type { StepContext } from '../../ports.ts';
import { virtInstallArguments } from './arguments.ts';
import { installFiles } from './create-guest.ts';
import { stateOf, uriOf } from './virsh.ts';

/** The guest that a job makes. */
export const guestOf = (job: StepContext['job']): StepArguments<'create-guest'>['guest'] => {
  const step = job.steps.find((each) => each.step === 'create-guest');
  if (step?.step === 'create-guest') return step.args.guest;
  throw new ResoleError('internal', 'the job starts a guest that it does not make');
};

/** The hand-over of a guest's job: virt-install defines the guest and starts its installation. */
export const startGuest = async (context: StepContext): Promise<string> => {
  const guest = guestOf(context.job);
  // Begun before this process was killed: then it is there.
  if ((await stateOf(context, guest.uuid, uriOf(guest.type))) === undefined) {
    const files = await installFiles(guest, context);
    await context.run('virt-install', virtInstallArguments(guest, files), { timeout: 300 });
  }
  return `${guest.name} is running`;
};
