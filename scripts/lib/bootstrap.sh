# Sourced by the scripts that people run: the workspace's own Node and packages, from nothing but
# any Node >= 20 with npm. Sets $node; leaves the shell in the top folder of the repository.

cd "$(dirname "$0")/.." || exit 1
node=node_modules/.bin/node

pnpm_version=12.21.0

# What was installed is noted with the lock file that it was installed from.
if ! cmp -s pnpm-lock.yaml node_modules/.installed-from 2>/dev/null; then
  echo "installing the workspace's packages" >&2
  npx --yes --loglevel=error "pnpm@$pnpm_version" install --frozen-lockfile --loglevel=error >&2 || {
    echo "the packages could not be installed: is the npm registry reachable (npm ping)?" >&2
    exit 1
  }
  cp pnpm-lock.yaml node_modules/.installed-from
fi
