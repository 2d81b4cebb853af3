import { describe, expect, it } from 'vitest';
import { redact } from '../src/redact';

describe('redact', () => {
  it('hides GitHub tokens', () => {
    // real one, of the deleted bot account
    expect(redact('x ⟦github.token|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⟧ y')).toBe('x *** y');
  });
  it('keeps what only looks like one', () => {
    const no = ['⟦!too short|ghp_short⟧', '⟦!wrong checksum|ghp_eEBVgoMuiRbklyd7rTcAkTn3LkHEed1JyigP⟧', '⟦!name of a function|sk_live_mode_enabled⟧', '⟦!a path|/AKIA/readme⟧'];
    for (const s of no) expect(redact(s)).toBe(s);
  });
  it('hides passwords in urls', () => {
    expect(redact('⟦?url_credentials|https://user:pass@host/⟧')).toBe('https://***@host/');
    expect(redact('⟦!no password|https://user@host/⟧')).toBe('https://user@host/');
    expect(redact('⟦!a port|https://host:8443/a@b⟧')).toBe('https://host:8443/a@b');
  });
});
