// `npm run rapport -- <command>`: the command line of the server, on the pinned runtime.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { installDependencies, node, root } from './setup.mjs'

installDependencies()
const { status } = spawnSync(node, [join(root, 'server', 'src', 'main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compile') },
})
process.exit(status ?? 1)
