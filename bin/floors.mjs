// `npm run floors`: prints the floors of the code, on the pinned runtime.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { installDependencies, node, root } from './setup.mjs'

installDependencies()
process.exit(spawnSync(node, [join(root, 'bin', 'floors.ts')], { stdio: 'inherit' }).status ?? 1)
