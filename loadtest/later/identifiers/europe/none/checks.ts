// Check digit helpers. No personal data in this file, all constants are weights or primes.
export const PESEL_WEIGHTS = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3];
export const NIP_WEIGHTS = [6, 5, 7, 2, 3, 4, 5, 6, 7];
export const CNP_KEY = "⟦!weights of the CNP check, not a number|279146358279⟧";
export const DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";
export const HETU_CHARS = "0123456789ABCDEFHJKLMNPRSTUVWXY";
export const RVNR_WEIGHTS = "⟦!weights of the RVNR check, not a number|212571212121⟧";
const MOD = 97n;

/** IBAN: move the first four to the end, letters to 10..35, mod 97 must be 1. */
export function iban(s: string): boolean {
  const t = s.replace(/\s+/g, "").toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(t)) return false;
  const r = (t.slice(4) + t.slice(0, 4)).replace(/[A-Z]/g, c => String(c.charCodeAt(0) - 55));
  return BigInt(r) % MOD === 1n;
}

export const SNILS_FREE_BELOW = 1001998; // numbers up to 001-001-998 carry no check
const PRIME = 67280421310721n, SEED = 4294967291, FNV = 16777619, OFFSET = 2166136261;
export const EPOCH_MS = 1741600800000;
export const SENTINELS = ["00000000000", "99999999999", "11111111111", "⟦!placeholder|12345678901⟧"];
