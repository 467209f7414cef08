import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Account, cookieOf, createAccount, signIn, whoIs } from '../../test/fixtures/accounts.ts'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { openMailbox } from '../../test/fixtures/mailbox.ts'
import { untilWaiting } from '../../test/fixtures/waiting.ts'
import {
  createWorkspace,
  type Member,
  problemOf,
  request,
  type TestWorkspace,
} from '../../test/fixtures/workspace.ts'
import { transaction } from '../db/database.ts'
import { resetByMail, resetByOperator } from './password-resets.ts'

const mailbox = await openMailbox()
let app: TestApp
let workspace: TestWorkspace
let admin: Member
let owner: Member
before(async () => {
  app = await startTestApp({ SMTP_URL: mailbox.url })
  workspace = await createWorkspace(app)
  admin = await workspace.join('admin')
  owner = await workspace.join('owner')
})
after(async () => {
  await app.close()
  mailbox.close()
})

const make = 'POST /api/members/:user_id/password-reset'
const tokenOf = (url: string) => url.slice(url.lastIndexOf('/') + 1)
const linkFor = async ({ userId }: Pick<Account, 'userId'>, by = admin) =>
  tokenOf((await by.ok(make, { params: { user_id: userId } })).url)
const choose = (token: string, password: string) =>
  request(app.url, 'POST /api/password-resets/:token', { params: { token }, body: { password } })
const look = (token: string) => request(app.url, 'GET /api/password-resets/:token', { params: { token } })

describe('a link to a new password', () => {
  test('sets it once, and ends every session of the person', async () => {
    const ann = await createAccount(app, workspace.id, 'representative')
    const session = await cookieOf(app, ann)
    const token = await linkFor(ann)
    assert.deepEqual(JSON.parse((await look(token)).text), { email: ann.email })
    assert.equal((await choose(token, 'a new password')).status, 204)
    assert.equal(await whoIs(app, session), 401)
    assert.equal((await signIn(app, ann)).status, 401, 'the old one is gone')
    assert.equal((await signIn(app, { ...ann, password: 'a new password' })).status, 200)
    problemOf(await choose(token, 'another password'), 404, 'a second time')
    problemOf(await look(token), 404, 'a second time')
  })

  test('used twice at the same moment works once', async () => {
    const ben = await createAccount(app, workspace.id, 'representative')
    const token = await linkFor(ben)
    const answers = await Promise.all(
      ['first password', 'second password'].map((each) => choose(token, each)),
    )
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [204, 404])
  })

  test('ends the one before, and works for a day', async () => {
    const cleo = await createAccount(app, workspace.id, 'representative')
    const first = await linkFor(cleo)
    const second = await linkFor(cleo)
    problemOf(await look(first), 404, 'the first')
    assert.equal((await look(second)).status, 200)
    await app.pool.query(
      `UPDATE password_resets SET expires_at = now() - interval '1 second' WHERE user_id = $1`,
      [cleo.userId],
    )
    problemOf(await choose(second, 'a new password'), 404, 'too late')
    assert.equal((await signIn(app, cleo)).status, 200, 'the old one still holds')
  })

  test('made twice at the same moment is one link, whoever asks for it', async () => {
    const kim = await createAccount(app, workspace.id, 'representative')
    for (const [make, links] of [
      [resetByMail, 1],
      [resetByOperator, 2],
    ] as const) {
      await app.db.deleteFrom('password_resets').where('user_id', '=', kim.userId).execute()
      const ask = () => transaction(app.db, (tx) => make(tx, kim.email, 'https://crm.example.com'))
      let second: ReturnType<typeof ask> | undefined
      const first = await transaction(app.db, async (tx) => {
        const made = await make(tx, kim.email, 'https://crm.example.com')
        second = ask()
        await untilWaiting(app.pool, second)
        return made
      })
      const made = [first, await second].flatMap((reset) => reset ?? [])
      assert.equal(made.length, links)
      const answers = await Promise.all(made.map(({ url }) => look(tokenOf(url))))
      assert.deepEqual(
        answers.map(({ status }) => status).filter((status) => status === 200),
        [200],
      )
    }
  })

  test('ends when the password is changed in any other way', async () => {
    const lea = await createAccount(app, workspace.id, 'representative')
    const token = await linkFor(lea)
    const passwords = { current_password: lea.password, new_password: 'chosen by hand' }
    const cookie = await cookieOf(app, lea)
    const changed = await request(app.url, 'POST /api/auth/password', { body: passwords }, cookie)
    assert.equal(changed.status, 204, changed.text)
    problemOf(await choose(token, 'by the old link'), 404, 'the link')
    assert.equal((await signIn(app, { ...lea, password: 'chosen by hand' })).status, 200)
  })

  test('is nowhere in the database, only its hash', async () => {
    const dan = await createAccount(app, workspace.id, 'representative')
    const token = await linkFor(dan)
    const { rows } = await app.pool.query('SELECT r::text AS text FROM password_resets r')
    assert.ok(rows.length > 0 && rows.every(({ text }: { text: string }) => !text.includes(token)))
  })

  test('a password that is too short changes nothing and leaves the link', async () => {
    const eva = await createAccount(app, workspace.id, 'representative')
    const token = await linkFor(eva)
    const problem = problemOf(await choose(token, 'short'), 400, 'short')
    assert.equal(problem.errors[0]?.path, '/password')
    assert.equal((await look(token)).status, 200)
  })
})

describe('who may make one', () => {
  test('admins for members, but only owners for an owner', async () => {
    const other = await createAccount(app, workspace.id, 'owner')
    await admin.refused(403, make, { params: { user_id: other.userId } })
    assert.ok(await linkFor(other, owner))
  })

  test('nobody below an admin, and nobody of another workspace', async () => {
    const fred = await createAccount(app, workspace.id, 'representative')
    await (await workspace.join('manager')).refused(403, make, { params: { user_id: fred.userId } })
    const stranger = await (await createWorkspace(app)).join('owner')
    await stranger.refused(404, make, { params: { user_id: fred.userId } })
  })

  test('not for who is a member elsewhere too: it would open that workspace as well', async () => {
    const gus = await createAccount(app, workspace.id, 'representative')
    const elsewhere = await createWorkspace(app)
    await app.db
      .insertInto('memberships')
      .values({ workspace_id: elsewhere.id, user_id: gus.userId, role: 'owner' })
      .execute()
    const problem = await owner.refused(409, make, { params: { user_id: gus.userId } })
    assert.match(problem.detail, /rapport reset-password/)
  })

  test('nor does it open a workspace that the person joins before it is used', async () => {
    const jo = await createAccount(app, workspace.id, 'representative')
    const token = await linkFor(jo)
    const elsewhere = await createWorkspace(app)
    await app.db
      .insertInto('memberships')
      .values({ workspace_id: elsewhere.id, user_id: jo.userId, role: 'owner' })
      .execute()
    problemOf(await look(token), 404, 'looking')
    problemOf(await choose(token, 'a new password'), 404, 'choosing')
    assert.equal((await signIn(app, jo)).status, 200, 'the old one still holds')
  })

  test('the operator for anybody, by email in any case', async () => {
    const hal = await createAccount(app, workspace.id, 'owner')
    const reset = await transaction(app.db, (tx) =>
      resetByOperator(tx, hal.email.toUpperCase(), 'https://crm.example.com'),
    )
    assert.match(reset?.url ?? '', /^https:\/\/crm\.example\.com\/reset\/[\w-]{43}$/)
    assert.equal(
      await transaction(app.db, (tx) => resetByOperator(tx, 'nobody@example.com', 'https://x.example')),
      undefined,
    )
  })
})

describe('by mail', () => {
  const forgot = (email: string, at = app) =>
    request(at.url, 'POST /api/auth/forgot-password', { body: { email } })

  test('the link comes to who signs in with the address, once in some minutes, and works', async () => {
    const ida = await createAccount(app, workspace.id, 'representative')
    assert.equal((await forgot(ida.email)).status, 204)
    await mailbox.until(1)
    assert.equal((await forgot(ida.email)).status, 204)
    assert.equal((await forgot('nobody@example.com')).status, 204, 'nobody learns who has an account')
    const other = await createAccount(app, workspace.id, 'representative')
    await forgot(other.email)
    await mailbox.until(2)
    assert.equal(mailbox.letters.length, 2, 'none twice, and none for nobody')
    const letter = (mailbox.letters[0] ?? '').replace(/=\n/g, '')
    assert.match(letter, new RegExp(`To: ${ida.email}`))
    const token = /\/reset\/([\w-]{43})/.exec(letter)?.[1] ?? ''
    assert.equal((await choose(token, 'by mail, a new one')).status, 204)
    assert.equal((await signIn(app, { ...ida, password: 'by mail, a new one' })).status, 200)
  })

  test('is said not to be had where no mail is sent', async () => {
    const silent = await startTestApp()
    const problem = problemOf(await forgot('ann@example.com', silent), 409, 'forgot')
    assert.match(problem.detail, /admin of your workspace/)
    const { text } = await request(silent.url, 'GET /api/setup', {})
    assert.equal(JSON.parse(text).sends_mail, false)
    await silent.close()
  })
})
