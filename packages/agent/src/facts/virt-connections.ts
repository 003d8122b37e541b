/** libvirt's drivers for the guests of a whole host, as their connections are called (libvirt.org/uri.html). */
export const connections = ['qemu:///system', 'xen:///system', 'lxc:///system'] as const;

export type Connection = (typeof connections)[number];

/**
 * What each connection answers; those without a driver on this host don't, and are left out.
 * @throws what the first one said, where none answers
 */
export const askEach = async <T>(
  ask: (connection: Connection) => Promise<T>,
): Promise<Map<Connection, T>> => {
  const answers = new Map<Connection, T>();
  const refusals: unknown[] = [];
  for (const connection of connections) {
    await ask(connection).then(
      (answer) => answers.set(connection, answer),
      (error) => refusals.push(error),
    );
  }
  if (answers.size === 0) throw refusals[0];
  return answers;
};
