/** Running programs inside a built root file system, so that nothing stays mounted. */
import type { ToolOptions } from '../tools.ts';
import { runTool } from '../tools.ts';

/** What `runInRoot` needs on the host. */
export const chrootTools = [
  { command: 'unshare', package: 'util-linux' },
  { command: 'mount', package: 'mount' },
];

/** In the new namespaces: $1 is the root folder, the rest the program and its arguments. */
const enter = `
root=$1; shift
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
exec chroot "$root" "$@"
`;

/** unshare is deaf to SIGTERM while it waits, so this passes SIGTERM on as SIGKILL. */
const guard = `
unshare --mount --pid --fork --kill-child -- sh -ec "$@" & child=$!
trap 'kill -KILL $child; wait $child; exit 143' TERM INT
wait $child
`;

/**
 * Runs a program in `root` with /proc, /sys and /dev. It gets mount and process namespaces of its
 * own: whatever it mounts is seen by nobody else and is gone with it, and when it ends, fails or is
 * aborted, all of its processes end at once. So the tree can be deleted safely afterwards.
 */
export const runInRoot = (
  root: string,
  command: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<string> =>
  runTool('sh', ['-c', guard, 'guard', enter, 'enter', root, command, ...args], {
    ...options,
    // The caller's own folder for temporary files need not be there inside.
    env: { TMPDIR: '/tmp', ...options.env },
  });
