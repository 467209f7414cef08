// Unpacks Chromium and the libraries and fonts it needs; prints where the browser is. TMPDIR says where to.
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import chromium, { inflate } from '@sparticuz/chromium'

const packed = new URL('node_modules/@sparticuz/chromium/bin/', import.meta.url).pathname
if (!existsSync(join(tmpdir(), 'al2023'))) await inflate(join(packed, 'al2023.tar.br'))
console.log(await chromium.executablePath())
