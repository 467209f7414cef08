// `npm test`: makes a fresh clone ready and runs every test: server and importer against a real PostgreSQL, the web
// app in a real Chromium, the cache against a real Redis. `npm test -- <files>` runs only those.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { buildWebApp, installDependencies, node, root } from './setup.mjs'

installDependencies()
buildWebApp()
const { status } = spawnSync(node, [join(root, 'bin', 'run-tests.ts'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
})
process.exit(status ?? 1)
