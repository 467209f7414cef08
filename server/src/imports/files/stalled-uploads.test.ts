import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type TestApp } from '../../../test/fixtures/app.ts'
import { sessionHeaders } from '../../../test/fixtures/sign-in.ts'
import { createWorkspace, type Member } from '../../../test/fixtures/workspace.ts'

let app: TestApp
before(async () => {
  app = await startTestApp()
})
after(() => app.close())

const mapping = JSON.stringify({
  name: 'test',
  files: [
    { file: 'c.csv', records: [{ object: 'customers', external_id: 'id', fields: { last_name: 'name' } }] },
  ],
})

/** The beginning of an upload, of which nothing more comes. */
async function beginUpload(member: Member): Promise<Socket> {
  const { port, hostname: host } = new URL(app.url)
  const headers = { ...(await sessionHeaders(app, member.scope)), host: `${host}:${port}` }
  const socket = connect(Number(port), host)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  socket.write(
    `POST /api/imports HTTP/1.1\r\n${lines.join('\r\n')}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 10000\r\n\r\n` +
      `--x\r\nContent-Disposition: form-data; name="mapping"\r\n\r\n${mapping}\r\n`,
  )
  return socket
}

async function upload(member: Member, body: string | FormData, headers: Record<string, string> = {}) {
  const session = await sessionHeaders(app, member.scope)
  const response = await fetch(`${app.url}/api/imports`, {
    method: 'POST',
    headers: { ...session, ...headers },
    body,
  })
  return { status: response.status, text: await response.text() }
}

function form(filename = 'c.csv'): FormData {
  const data = new FormData()
  data.append('mapping', mapping)
  data.append('file', new Blob(['id,name\n1,Ann\n']), filename)
  return data
}

describe('uploads', () => {
  test('that stand still keep nobody out but their own workspace', async () => {
    const stalling = await (await createWorkspace(app)).join('manager')
    const other = await (await createWorkspace(app)).join('manager')
    const sockets = [await beginUpload(stalling), await beginUpload(stalling)]
    let refused = { status: 0, text: '' }
    // What is refused for its own sake takes a place only meanwhile, and leaves nothing that waits for its turn.
    while (refused.status !== 503) refused = await upload(stalling, form('unread.csv'))
    assert.match(refused.text, /of this workspace are being uploaded already/)
    assert.equal((await upload(other, form())).status, 202)
    for (const socket of sockets) socket.destroy()
    while (refused.status === 503) refused = await upload(stalling, form())
    assert.equal(refused.status, 202)
  })

  test('that are no multipart/form-data are refused with a sentence', async () => {
    const member = await (await createWorkspace(app)).join('manager')
    const type = 'multipart/form-data'
    for (const [contentType, body] of [
      [type, 'x'],
      [`${type}; boundary=x`, 'nothing of the kind'],
      [`${type}; boundary=x`, `--x\r\nContent-Disposition: form-data; name="mapping"\r\n\r\n${mapping}`],
    ] as const) {
      const { status, text } = await upload(member, body, { 'content-type': contentType })
      assert.equal(status, 400, text)
      assert.match(text, /Nothing was imported/)
    }
    const withNul = `--x\r\nContent-Disposition: form-data; name="mapping"\r\n\r\n${mapping}\r\n--x\r\nContent-Disposition: form-data; name="f"; filename="c\0.csv"\r\n\r\nid\r\n--x--\r\n`
    const { status, text } = await upload(member, withNul, { 'content-type': `${type}; boundary=x` })
    assert.equal(status, 400, text)
  })
})
