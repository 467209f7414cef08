import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cleanEmail, emailKey, isEmail } from './email.ts'

describe('an email address', () => {
  for (const address of [
    'ann@example.com',
    'Ann.Lee+crm@mail.example.co.uk',
    "o'neil@example.com",
    'a@b.c',
    '_a-b_@ex-ample.com',
    'info@müller-bau.de',
    'jürgen@example.com',
    'info@xn--mller-bau-q9a.de',
    '山田@例え.jp',
    'δοκιμή@παράδειγμα.δοκιμή',
    'संपर्क@डाटामेल.भारत',
    '12@34.de',
    `${'a'.repeat(64)}@example.com`,
  ]) {
    test(`${address} is one`, () => assert.ok(isEmail(address)))
  }
  for (const text of [
    '',
    'ann',
    'ann@',
    '@example.com',
    'ann@example',
    '.ann@example.com',
    'ann.@example.com',
    'a..b@example.com',
    'ann@-example.com',
    'ann@example-.com',
    'ann@example..com',
    'ann@example.com.',
    'ann@.example.com',
    'user@[192.168.1.1]',
    'user@192.168.1.1',
    '"ann lee"@example.com',
    'ann lee@example.com',
    'ann@exam ple.com',
    'ann@ex_ample.com',
    'ann@b@example.com',
    'Ann <ann@example.com>',
    'a@example.com, b@example.com',
    'a@example.com;b@example.com',
    'mailto:ann@example.com',
    'a<b@example.com',
    'ann(work)@example.com',
    'ann\\@example.com',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(64)}.com`,
    `a@${'bcd.'.repeat(70)}com`,
  ]) {
    test(`${text} is none`, () => assert.ok(!isEmail(text)))
  }

  test('is kept as it was typed, without what nobody sees', () => {
    assert.equal(cleanEmail(' Ann@Example.com\u200b '), 'Ann@Example.com')
    assert.equal(cleanEmail('a\u200dn\u00adn@example.com\ufe0f'), 'ann@example.com')
    assert.equal(cleanEmail('ｘ＠ｅｘａｍｐｌｅ．ｃｏｍ'), 'x@example.com')
  })

  test('is the same one without regard to case and what nobody sees, not to accents', () => {
    for (const same of [
      'X@EXAMPLE.com',
      'x@example.com ',
      'x\u200b@example.com',
      '\u202ax@example.com\u202c',
    ]) {
      assert.equal(emailKey(same), 'x@example.com')
    }
    assert.equal(emailKey('JU\u0308RGEN@example.com'), 'jürgen@example.com')
    assert.notEqual(emailKey('jürgen@example.com'), emailKey('jurgen@example.com'))
  })
})
