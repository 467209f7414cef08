// `npm run bench <name>`: the benchmarks, on the pinned runtime. Options follow after "--".
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { installDependencies, node, root } from './setup.mjs'

installDependencies()
// Without the "--" npm takes the options for its own and passes them on in the environment.
const swallowed = ['customers', 'data-dir', 'seconds', 'rounds'].flatMap((name) => {
  const value = process.env[`npm_config_${name.replace('-', '_')}`]
  return value ? [`--${name}=${value}`] : []
})
const { status } = spawnSync(node, [join(root, 'bench', 'main.ts'), ...process.argv.slice(2), ...swallowed], {
  stdio: 'inherit',
})
process.exit(status ?? 1)
