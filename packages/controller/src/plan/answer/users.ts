import type { Options } from '@resole/protocol';
import { z } from 'zod';
import { refuse } from '../../inventory/problems.ts';
import { problemsOfError } from '../../inventory/validate.ts';
import type { UserVariables } from '../../templates/variables.ts';

/** As useradd(8) takes them everywhere. */
const Name = z
  .string()
  .regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'must be a name as useradd takes it: a-z, 0-9, - and _');

const User = z.strictObject({
  name: Name.refine((name) => name !== 'root', {
    error: 'is not given here: root has authorizedKeys and vars.root_password_hash',
  }),
  keys: z.array(z.string().regex(/^[^\p{Cc}]+$/u, 'must be a public key on one line')).optional(),
  groups: z.array(Name).optional(),
  sudo: z.boolean().optional(),
  shell: z
    .string()
    .regex(/^\/[\w./-]+$/, 'must be a path, as in /bin/bash')
    .optional(),
  password_hash: z
    .string()
    .regex(/^\$[^\s:]+$/, 'must be a hash, as `mkpasswd -m sha-512` prints it')
    .optional(),
});

const Users = z
  .array(User)
  .refine((users) => new Set(users.map(({ name }) => name)).size === users.length, {
    error: 'names somebody twice',
  });

const Vars = z.object({ users: Users.optional() });

/**
 * The people of the new system, as `vars.users` has them.
 * @throws ResoleError `invalid-input`
 */
export const userVariables = (options: Pick<Options, 'vars'>): UserVariables[] => {
  const input = { users: options.vars?.users };
  const result = Vars.safeParse(input);
  if (!result.success) {
    const problems = problemsOfError(result.error, input, Vars);
    refuse(
      'the users cannot be made',
      problems.map((problem) => ({ ...problem, field: `vars.${problem.field}` })),
    );
  }
  return (result.data?.users ?? []).map((user) => ({
    name: user.name,
    keys: user.keys ?? [],
    groups: user.groups ?? [],
    sudo: user.sudo ?? false,
    shell: user.shell ?? '/bin/bash',
    ...(user.password_hash === undefined ? {} : { password_hash: user.password_hash }),
  }));
};
