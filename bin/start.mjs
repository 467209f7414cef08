// `npm start`: makes a fresh clone ready, then hands over to the server on the pinned runtime.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import runtime from './runtime.json' with { type: 'json' }
import { buildWebApp, installDependencies, node, root } from './setup.mjs'

installDependencies()
buildWebApp()
runRapport(['start', ...process.argv.slice(2)])

/** Signals are passed on, so that Ctrl-C and SIGTERM reach the server once and it can stop cleanly. */
function runRapport(args) {
  // Memory (npm run bench memory): answers die young, but left to itself V8 lets them pile up to three times as high; how
  // far its heap may grow between two looks at all of it is steadied, or it looks every half second under load; and the C
  // library gives each thread an arena of its own, of which little is ever given back (10 MB).
  const child = spawn(node, [...runtime.flags, join(root, 'server', 'src', 'main.ts'), ...args], {
    stdio: 'inherit',
    // A group of its own: a Ctrl-C in the terminal goes to this script, which passes it on.
    detached: true,
    env: {
      ...runtime.env,
      ...process.env,
      NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compile'),
    },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 1)))
}
